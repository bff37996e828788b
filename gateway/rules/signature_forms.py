"""What people sign, and with what, in place of the exact body and the secret: pure look-alikes."""

import base64
import binascii
import json
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from gateway.plugin.signatures import whsec


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One way to write a body, a key or the signed content; `code` is empty for the right one."""

    code: str = ""
    message: str = ""
    value: bytes = field(repr=False)


RAW_BODY: Final = (
    "a receiver computes over the raw bytes, before anything parses them; a sender signs the exact "
    "bytes that it sends"
)


def body_forms(body: bytes) -> list[Form]:
    """The body itself first, then what frameworks, editors and shells make of it."""
    found = {body: Form(value=body)}
    for code, message, value in (*_text_forms(body), *_json_forms(body)):
        sentence = f"it matches {message}: {RAW_BODY}"
        found.setdefault(value, Form(code=code, message=sentence, value=value))
    return list(found.values())


def prd_keys(secret: str) -> list[Form]:
    """The key of `X-Webhook-Signature` first, then what is taken for it."""
    return _unique(secret.encode(), _key_forms(secret, is_standard=False))


def standard_keys(secret: str) -> list[Form]:
    """The key of `webhook-signature` first, then what is taken for it."""
    key = _base64_decoded(whsec(secret).removeprefix("whsec_"))
    return _unique(key or secret.encode(), _key_forms(secret, is_standard=True))


def _unique(right: bytes, forms: Iterator[tuple[str, str, bytes]]) -> list[Form]:
    found = {right: Form(value=right)}
    for code, message, value in forms:
        if value:
            found.setdefault(value, Form(code=code, message=message, value=value))
    return list(found.values())


def _key_forms(secret: str, *, is_standard: bool) -> Iterator[tuple[str, str, bytes]]:
    whole = "the key of X-Webhook-Signature is the secret as text"
    if is_standard:
        whole = "the key of webhook-signature is what stands behind whsec_, base64-decoded"
    bare = secret.removeprefix("whsec_")
    yield "secret_as_text", f"the secret was used as it is written: {whole}", secret.encode()
    prefixed = whsec(secret)
    if bare == secret:
        message = f"the secret was used with its prefix whsec_ as text: {whole}"
        yield "secret_with_prefix", message, prefixed.encode()
        yield "secret_with_prefix", message, f"whsec_{secret}".encode()
    else:
        yield "secret_without_prefix", f"the prefix whsec_ was cut off: {whole}", bare.encode()
    message = f"the secret was base64-decoded although it is text: {whole}"
    if is_standard:
        message = (
            "the library was given the secret without whsec_, and decoded its letters as base64: "
            "give it the whsec_ form"
        )
    yield "secret_base64_decoded", message, _base64_decoded(bare)
    yield "secret_hex_decoded", f"the digits of the secret were decoded: {whole}", _unhexed(bare)
    for code, message, form in (
        ("secret_with_newline", "the secret ends with a line break", f"{secret}\n"),
        ("secret_with_newline", "the secret ends with a line break", f"{secret}\r\n"),
        ("secret_with_space", "the secret has a space at its end", f"{secret} "),
        ("secret_with_space", "the secret has a space before it", f" {secret}"),
        ("secret_in_quotes", "the secret stands in quotes", f'"{secret}"'),
        ("secret_in_quotes", "the secret stands in quotes", f"'{secret}'"),
        ("secret_in_capitals", "the secret was turned into capitals", secret.upper()),
    ):
        yield (
            code,
            f"{message}: take it as it is, from the first to the last character",
            form.encode(),
        )


def _text_forms(body: bytes) -> Iterator[tuple[str, str, bytes]]:
    yield "body_newline", "the body with a line break at its end", body + b"\n"
    yield "body_newline", "the body without the white space around it", body.strip()
    yield "body_line_ends", "the body with \\n for each \\r\\n", body.replace(b"\r\n", b"\n")
    unix = body.replace(b"\r\n", b"\n")
    yield "body_line_ends", "the body with \\r\\n for each \\n", unix.replace(b"\n", b"\r\n")
    yield "body_mark", "the body without a byte order mark", body.removeprefix(b"\xef\xbb\xbf")
    yield "body_mark", "the body with a byte order mark", b"\xef\xbb\xbf" + body
    yield "body_empty", "an empty body, as if it had been read before it was signed", b""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return
    for form in ("NFC", "NFD"):
        normal = unicodedata.normalize(form, text).encode()
        yield "body_charset", f"the body with its characters in Unicode form {form}", normal
    for wrong, right, said in (
        ("utf-8", "latin-1", "the body in ISO 8859-1"),
        ("latin-1", "utf-8", "the body read as ISO 8859-1 and written as UTF-8"),
    ):
        try:
            yield "body_charset", said, body.decode(wrong).encode(right)
        except UnicodeError:
            continue


_Written = Callable[[object], str]

_WRITERS: Final[tuple[tuple[str, _Written], ...]] = (
    ("compact JSON", lambda v: json.dumps(v, ensure_ascii=False, separators=(",", ":"))),
    ("compact JSON in ASCII", lambda v: json.dumps(v, separators=(",", ":"))),
    ("JSON with spaces, as Python writes it", json.dumps),
    ("JSON with spaces", lambda v: json.dumps(v, ensure_ascii=False)),
    ("JSON indented by two", lambda v: json.dumps(v, ensure_ascii=False, indent=2)),
    ("JSON indented by four", lambda v: json.dumps(v, ensure_ascii=False, indent=4)),
    ("JSON indented by a tab", lambda v: json.dumps(v, ensure_ascii=False, indent="\t")),
    (
        "compact JSON with sorted names",
        lambda v: json.dumps(v, ensure_ascii=False, separators=(",", ":"), sort_keys=True),
    ),
    ("JSON with sorted names and spaces", lambda v: json.dumps(v, sort_keys=True)),
    (
        "JSON as PHP writes it, with \\/ for /",
        lambda v: json.dumps(v, separators=(",", ":")).replace("/", "\\/"),
    ),
    (
        "JSON as Go writes it, with sorted names and \\u003c for <",
        lambda v: (
            json.dumps(v, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
            .replace("<", "\\u003c")
            .replace(">", "\\u003e")
            .replace("&", "\\u0026")
        ),
    ),
)


def _json_forms(body: bytes) -> Iterator[tuple[str, str, bytes]]:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return
    if isinstance(value, str):
        yield "body_quoted", "the text inside the JSON string", value.encode("utf-8", "replace")
    for said, written in _WRITERS:
        again = written(value).encode("utf-8", "replace")
        yield "body_reserialised", f"the body re-serialised as {said}", again
    quoted = json.dumps(body.decode("utf-8", "replace"), ensure_ascii=False).encode()
    yield "body_quoted", "the body written once more, as a JSON string", quoted


def _base64_decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _unhexed(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""
