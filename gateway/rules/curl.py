"""A line for a shell that makes a call again, pure; what is secret is left to that shell."""

import re
import shlex
from collections.abc import Mapping
from typing import Final

from gateway.rules.exchanges import REDACTED

_MAC: Final = 'openssl dgst -sha256 -hmac "$SECRET"'
_SIGNED: Final[Mapping[str, str]] = {
    "x-webhook-signature": f"sha256=$(printf %s \"$BODY\" | {_MAC} -r | cut -d' ' -f1)",
    "webhook-signature": f'v1,$(printf %s "$ID.$NOW.$BODY" | {_MAC} -binary | base64)',
    "webhook-timestamp": "$NOW",
    "x-webhook-timestamp": "$NOW",
}
"""Headers that each attempt makes anew, as shells say them."""
_OWN: Final = frozenset({"accept", "accept-encoding", "traceparent", "tracestate", "user-agent"})


def curl_line(
    method: str, url: str, headers: Mapping[str, str], *, body: bytes, message_id: str
) -> str:
    """One line that calls `url` again with the same body, signed anew.

    It stops and says what to set where it needs `URL`, `SECRET` or the value of a redacted header:
    `Authorization` is `$AUTHORIZATION`, `X-API-Key` is `$X_API_KEY`.
    """
    needs = (
        ["SECRET"] if any(name.lower().endswith("webhook-signature") for name in headers) else []
    )
    options = []
    for name, value in headers.items():
        if name.lower() in _OWN:
            continue
        if name.lower() in _SIGNED:
            options.append(f'-H "{name}: {_SIGNED[name.lower()]}"')
        elif value == REDACTED:
            needs.append(re.sub(r"[^A-Z0-9]", "_", name.upper()))
            options.append(f'-H "{name}: ${needs[-1]}"')
        else:
            options.append(f"-H {shlex.quote(f'{name}: {value}')}")
    place = shlex.quote(url)
    if REDACTED in url:
        needs.insert(0, "URL")
        place = '"$URL"'
    asked = "".join(f': "${{{name}:?set it first}}"; ' for name in needs)
    given = f"BODY={shlex.quote(body.decode())}; ID={shlex.quote(message_id)}; NOW=$(date +%s); "
    return f'{asked}{given}curl -i -X {method} {" ".join(options)} --data-binary "$BODY" {place}'
