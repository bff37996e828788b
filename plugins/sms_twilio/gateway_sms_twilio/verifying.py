"""Whether Twilio sent a request; one that it did not is explained as far as it can be."""

import re
from typing import Final, NoReturn
from urllib.parse import urlsplit

import structlog

from gateway.plugin import InboundRequest, InvalidSignature
from gateway_sms_twilio.settings import TwilioSettings
from gateway_sms_twilio.signatures import (
    FORM,
    SHA256,
    Key,
    Pairs,
    body_hash,
    hashes_to,
    is_signed,
    read_form,
    seen_origins,
    spellings,
)

log: Final = structlog.stdlib.get_logger()

SIGNATURE: Final = "x-twilio-signature"
SHARED: Final = "x-twilio-webhooks-signature-settings"
_SETTING: Final = re.compile(r"\s*(key|algorithm)\s*=\s*([^,;\s]+)\s*")


def verify(settings: TwilioSettings, request: InboundRequest, *, webhook_id: int) -> None:
    """Returns for a request that Twilio signed. Raises `InvalidSignature` for any other."""
    given = request.headers.get(SIGNATURE, "").strip()
    if not given:
        raise InvalidSignature(
            "X-Twilio-Signature is missing: this URL is for Twilio alone; to try the channel, use "
            "`gateway simulate sms`"
        )
    keys = _keys(settings, request)
    fields = _signed_fields(request)
    if not is_signed(given, keys, spellings(request.public_url), fields):
        _explain(request, _Attempt(given, keys, fields), webhook_id)


class _Attempt:
    """What was given as a signature, and all that it may have been made of."""

    def __init__(self, given: str, keys: list[Key], fields: Pairs) -> None:
        self.given, self.keys, self.fields = given, keys, fields

    def fits(self, url: str) -> bool:
        return is_signed(self.given, self.keys, spellings(url), self.fields)


def _keys(settings: TwilioSettings, request: InboundRequest) -> list[Key]:
    """The keys that count for a request: which scheme it uses decides it, never which key fits."""
    told = request.headers.get(SHARED, "")
    if not told:
        return [Key(secret=token) for token in settings.tokens]
    named = dict(filter(None, (_named(part) for part in told.split(","))))
    secret = settings.twilio_shared_key_secret
    if secret is None or named.get("key") != settings.twilio_shared_key_sid:
        raise InvalidSignature(
            f"Twilio signed with the shared key {named.get('key', '')[:80]!r}: set "
            "twilioSharedKeySid and twilioSharedKeySecret to that one"
        )
    if named.get("algorithm") != "HMAC_SHA256":
        raise InvalidSignature(
            f"Twilio signed with {named.get('algorithm', '')[:40]!r}: HMAC_SHA256 is the only "
            "algorithm of a shared key"
        )
    return [Key(secret=secret.get_secret_value(), algorithm=SHA256)]


def _named(part: str) -> tuple[str, str] | None:
    found = _SETTING.fullmatch(part)
    return (found[1], found[2]) if found else None


def _signed_fields(request: InboundRequest) -> Pairs:
    """The fields that a signature covers; another body than a form is covered by its hash."""
    if request.content_type == FORM or not request.body:
        try:
            return read_form(request.body)
        except ValueError as error:
            raise InvalidSignature(f"the form cannot be read: {error}") from None
    if not hashes_to(request.body, body_hash(request.query.decode("latin-1"))):
        raise InvalidSignature(
            "the body is no form, and bodySHA256 in the URL is not its hash: a proxy may have "
            "changed the body or the query on the way"
        )
    return ()


def _explain(request: InboundRequest, attempt: _Attempt, webhook_id: int) -> NoReturn:
    expected = _origin(request.public_url)
    path = request.public_url.removeprefix(expected)
    origins = seen_origins(request.public_url, request.headers)
    signed = next(filter(lambda o: attempt.fits(o + path), origins), None)
    log.warning(
        "signature.mismatched",
        webhook_id=webhook_id,
        expected=expected,
        signed=signed,
        host=request.headers.get("host"),
        forwarded_proto=request.headers.get("x-forwarded-proto"),
        has_query=bool(request.query),
    )
    if signed is not None:
        raise InvalidSignature(
            f"Twilio was given a URL below {signed}, and this gateway is at {expected}: set "
            f"public_url to {signed}, or write the channel's URL to Twilio anew (`gateway "
            "channels connect`)"
        )
    seen = request.headers.get("host", "no host")[:200]
    raise InvalidSignature(
        f"X-Twilio-Signature does not match {request.public_url[:500]} (the request came to "
        f"{seen!r}). Either twilioAuthToken is not the account's token, or Twilio was given "
        "another URL than this one: it must be the same to the last character, query too"
    )


def _origin(url: str) -> str:
    place = urlsplit(url)
    return f"{place.scheme}://{place.netloc}"
