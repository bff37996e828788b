"""The body of a request without the numbers of cards in it, still readable in its own encoding."""

import base64
import binascii
import json
import quopri
import re
from typing import Final
from urllib.parse import quote_plus, unquote_plus

from gateway.rules.cards import Mask, may_hold

_FORM: Final = "application/x-www-form-urlencoded"
_JSON: Final = re.compile(r"$|(?:application|text)/(?:[\w.+-]*\+)?json$")
_JSON_BASE64: Final = re.compile(rb'"(?:data:[^",]{0,99},)?[A-Za-z0-9+/]{20,}={0,2}"')
_TOKEN: Final = re.compile(r'"([^"\\]*(?:\\.[^"\\]*)*)("?\s*:|"?)|[^"]+', re.DOTALL)
_NUMBER: Final = re.compile(r"(?:\A|[:\[,])\s*([0-9]{3,19})(?=\s*(?:[,}\]]|\Z))")
_BASE64: Final = re.compile(r"(data:[^,]{0,99},)?([A-Za-z0-9+/\s]{20,}={0,2}\s*)")
_HEADER: Final = b"content-transfer-encoding:"
_ENCODING: Final = re.compile(rb"[ \t]*(base64|quoted-printable)\b")
_BOUNDARY: Final = re.compile(rb'boundary=(?:"([^"\r\n]+)"|([^\s;]+))', re.IGNORECASE)
_DELIMITER: Final = re.compile(rb"\n--([^\r\n]+?)(?:--)?[ \t]*(?=\r?\n|\Z)")
_END_OF_HEADERS: Final = re.compile(rb"\n\r?\n")
_HEAD_BYTES: Final = 4096


def media_type_of(content_type: str) -> str:
    """A Content-Type without its parameters."""
    return content_type.partition(";")[0].strip().lower()


def worth_a_look(body: bytes, media_type: str) -> bool:
    """Whether a body may hold the number of a card; mostly it does not."""
    if may_hold(body) or _HEADER in body.lower():
        return True
    return _JSON.match(media_type) is not None and _JSON_BASE64.search(body) is not None


def masked_body(body: bytes, media_type: str, mask: Mask) -> bytes:
    """The body with the numbers in its texts masked; the same object when there are none.

    A number in JSON that is no text becomes one. Texts in Base64 and quoted-printable are looked
    through as well, and encoded again.
    """
    if not mask.has_card and not worth_a_look(body, media_type):
        return body
    before = mask.count
    text = body.decode("utf-8", "surrogateescape")
    if media_type == _FORM:
        text = "&".join(_pair(pair, mask) for pair in text.split("&"))
    elif _JSON.match(media_type):
        text = _json(text, mask)
    else:
        text = _text(text, mask)
    return text.encode("utf-8", "surrogateescape") if mask.count > before else body


def masked_file(content: bytes, mask: Mask) -> bytes:
    """The same for a file. Pictures, documents and other binary files are not looked through."""
    if _is_binary(content):
        return content
    return masked_body(content, "text/plain", mask)


def _text(text: str, mask: Mask, label: str = "") -> str:
    raw = text.encode("utf-8", "surrogatepass")
    return _mail(raw, mask) if _HEADER in raw.lower() else mask.text(text, label)


def _pair(pair: str, mask: Mask) -> str:
    name, equals, value = pair.partition("=")
    plain = unquote_plus(value, errors="surrogateescape")
    masked = _text(plain, mask, unquote_plus(name, errors="surrogateescape"))
    if masked == plain:
        return pair
    return f"{name}{equals}{quote_plus(masked, safe='*', errors='surrogateescape')}"


def _json(text: str, mask: Mask) -> str:
    """Piece by piece, so that what is no JSON is masked too and all else stays as it was written.

    What names a value stands before it.
    """
    label = ""
    pieces = []
    for token in _TOKEN.finditer(text):
        inside, end = token[1], token[2]
        if inside is None:
            pieces.append(_between(token[0], mask, label))
        elif end.endswith(":"):
            label = _unescaped(inside)[:99]
            pieces.append(f'"{_string(inside, mask, "")}{end}')
        else:
            pieces.append(f'"{_string(inside, mask, label)}{end}')
    return "".join(pieces)


def _between(text: str, mask: Mask, label: str) -> str:
    """What stands between strings: numbers, and anything at all where it is no JSON."""
    pieces, done = [], 0
    for found in _NUMBER.finditer(text):
        masked = mask.text(found[1], label)
        number = found[1] if masked == found[1] else f'"{masked}"'
        pieces += [mask.text(text[done : found.start(1)]), number]
        done = found.end()
    return "".join([*pieces, mask.text(text[done:])])


def _string(inside: str, mask: Mask, label: str) -> str:
    """What stands between the quotes of a string."""
    plain = _unescaped(inside)
    masked = _base64(plain, mask) if _BASE64.fullmatch(plain) else _text(plain, mask, label)
    if masked == plain:
        return inside
    return json.dumps(masked, ensure_ascii=False)[1:-1]


def _unescaped(inside: str) -> str:
    if "\\" not in inside:
        return inside
    try:
        plain: str = json.loads(f'"{inside}"', strict=False)
    except ValueError:
        return inside
    return plain


def _base64(text: str, mask: Mask) -> str:
    """A file in Base64, such as those in what Postmark posts."""
    found = _BASE64.fullmatch(text)
    content = _from_base64(found[2].encode()) if found else None
    if found is None or content is None:
        return mask.text(text)
    masked = masked_file(content, mask)
    if masked == content:
        return mask.text(text)
    return (found[1] or "") + base64.b64encode(masked).decode()


def _mail(mail: bytes, mask: Mask) -> str:
    """A mail, or what holds some; parts in Base64 or quoted-printable are encoded again."""
    lowered = mail.lower()
    boundaries = {quoted or plain for quoted, plain in _BOUNDARY.findall(mail)}
    pieces, done, begin = [], 0, 0
    while (header := lowered.find(_HEADER, begin)) >= 0:
        begin = header + len(_HEADER)
        encoding = _ENCODING.match(lowered, begin)
        if encoding is None:
            continue
        headers = _END_OF_HEADERS.search(mail, begin)
        if headers is None:
            break
        begin = headers.end()
        delimiters = _DELIMITER.finditer(mail, begin - 1)
        end = next((d.start() for d in delimiters if d[1] in boundaries), len(mail))
        end = max(begin, end)  # of an empty part
        part = _part(mail[begin:end], encoding[1], mask)
        pieces += [mask.text(_as_text(mail[done:begin])), _as_text(part)]
        done = begin = end
    return "".join([*pieces, mask.text(_as_text(mail[done:]))])


def _as_text(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogatepass")


def _part(part: bytes, encoding: bytes, mask: Mask) -> bytes:
    is_base64 = encoding == b"base64"
    content = _from_base64(part) if is_base64 else quopri.decodestring(part)
    masked = masked_file(content, mask) if content else content
    if masked is None or masked == content:
        return part
    encoded = base64.encodebytes(masked) if is_base64 else quopri.encodestring(masked)
    return re.sub(rb"\r?\n", b"\r\n", encoded) if b"\r\n" in part else encoded


def _from_base64(text: bytes) -> bytes | None:
    """What is written in Base64; None for what is binary, or no Base64."""
    try:
        head = b"".join(text[: 2 * _HEAD_BYTES].split()).rstrip(b"=")
        if _is_binary(base64.b64decode(head[: len(head) // 4 * 4])):
            return None
        return base64.b64decode(text)
    except binascii.Error:
        return None


def _is_binary(content: bytes) -> bool:
    return content.startswith(b"%PDF") or b"\0" in content[:_HEAD_BYTES]
