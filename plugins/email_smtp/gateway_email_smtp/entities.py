"""Takes MIME apart (RFC 2045 and 2046) in one pass over the bytes, and no further than is sane."""

import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Final
from urllib.parse import unquote_to_bytes

from gateway.plugin import InvalidPayload
from gateway_email_smtp.charsets import decoded
from gateway_email_smtp.headers import Headers, first_of, from_base64, headers_of, words_of

DEEPEST: Final = 30
MOST_PARTS: Final = 500
LONGEST_FIELD: Final = 4096
MOST_PARAMETERS: Final = 100
LONGEST_NAME: Final = 200
_TYPE: Final = re.compile(r"\s*([a-z0-9!#$&^_.+-]{1,100})\s*/\s*([a-z0-9!#$&^_.+-]{1,100})")
_PARAMETER: Final = re.compile(r';\s*([^\s=;"]{1,60})\s*=\s*(?:"((?:[^"\\]|\\.)*+)"?|([^;]*+))')
_END: Final = re.compile(rb"\r\n\r\n|\n\n|\n\r\n|\r\r")
_BOUNDARY: Final = re.compile(rb"^--([^\s-][^\r\n]{0,68}?)[ \t]{0,9}\r?\nContent-", re.MULTILINE)
"""A line that is one, whatever the header says or does not say."""
LARGEST_PREAMBLE: Final = 4000
_REST: Final = re.compile(rb"(--)?[ \t]*+(?:\r?\n|\r|$)")
"""What follows the boundary in its line."""
_UNSAFE: Final = re.compile(r"[\x00-\x1f\x7f/\\]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A structured header such as Content-Type: its value in lower case, and its parameters."""

    value: str
    parameters: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """A part of a mail, or the mail itself; `body` is as it was sent, `parts` are its children."""

    headers: Headers
    type: str
    parameters: Mapping[str, str]
    disposition: Field
    body: bytes
    parts: tuple["Entity", ...] = ()

    @property
    def content(self) -> bytes:
        """The body without its transfer encoding (RFC 2045 section 6)."""
        encoding = first_of(self.headers, "content-transfer-encoding").lower().strip(" \t\"';")
        if encoding == "base64":
            return from_base64(self.body)
        if encoding == "quoted-printable":
            return binascii.a2b_qp(self.body)
        return self.body

    @property
    def name(self) -> str:
        """The file name, without a path; empty when there is none."""
        told = self.disposition.parameters.get("filename") or self.parameters.get("name", "")
        return _UNSAFE.sub("_", words_of(told).strip())[-LONGEST_NAME:]

    @property
    def content_id(self) -> str:
        return first_of(self.headers, "content-id").strip(" <>")


class Dissection:
    """Counts what one mail is taken apart into, so that none becomes work without an end."""

    def __init__(self) -> None:
        self._parts = 0

    def entity(self, raw: bytes, *, usual: str = "text/plain", depth: int = 0) -> Entity:
        """A mail or a part of one. Raises `InvalidPayload` beyond what a mail needs."""
        self._parts += 1
        if self._parts > MOST_PARTS:
            raise InvalidPayload(f"the mail has more than {MOST_PARTS} parts")
        if depth > DEEPEST:
            raise InvalidPayload(f"the mail has parts nested more than {DEEPEST} deep")
        block, body = _cut(raw)
        headers = headers_of(block)
        kind = field_of(first_of(headers, "content-type"))
        type_ = _type(kind.value) or usual
        return Entity(
            headers=headers,
            type=type_,
            parameters=kind.parameters,
            disposition=field_of(first_of(headers, "content-disposition")),
            body=body,
            parts=self._parts_of(type_, kind, body=body, depth=depth),
        )

    def _parts_of(self, type_: str, kind: Field, *, body: bytes, depth: int) -> tuple[Entity, ...]:
        if not type_.startswith("multipart/"):
            return ()
        told = kind.parameters.get("boundary", "").rstrip().encode("utf-8", "replace")
        pieces = list(islice(_pieces(body, told), MOST_PARTS + 1)) if told else []
        if not pieces:
            guess = _BOUNDARY.search(body, 0, LARGEST_PREAMBLE)
            pieces = list(islice(_pieces(body, guess[1]), MOST_PARTS + 1)) if guess else []
        usual = "message/rfc822" if type_ == "multipart/digest" else "text/plain"
        return tuple(self.entity(piece, usual=usual, depth=depth + 1) for piece in pieces)


def field_of(text: str) -> Field:
    """A header's value and parameters, pieces and charsets of these put right (RFC 2231)."""
    shortened = text[:LONGEST_FIELD]
    value = shortened.partition(";")[0].strip().lower()
    plain: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[str, bool]]] = {}
    for count, found in enumerate(_PARAMETER.finditer(shortened)):
        if count >= MOST_PARAMETERS:
            break
        told = found[3].strip() if found[2] is None else re.sub(r"\\(.)", r"\1", found[2])
        name, star, rest = found[1].lower().partition("*")
        number = rest.rstrip("*")
        if not star:
            plain.setdefault(name, told)
        elif not number or (number.isascii() and number.isdecimal() and len(number) < 4):  # noqa: PLR2004 # 999 pieces
            is_escaped = not number or rest.endswith("*")
            pieces.setdefault(name, {}).setdefault(int(number or 0), (told, is_escaped))
    return Field(value=value, parameters=plain | {n: _whole(p) for n, p in pieces.items()})


def _whole(pieces: Mapping[int, tuple[str, bool]]) -> str:
    charset, content = "utf-8", b""
    for number in sorted(pieces):
        text, is_escaped = pieces[number]
        if is_escaped and number == 0 and text.count("'") > 1:
            charset, _, text = text.split("'", 2)
        content += unquote_to_bytes(text) if is_escaped else text.encode("utf-8", "replace")
    return decoded(content, charset)


def _type(text: str) -> str:
    found = _TYPE.match(text)
    return f"{found[1]}/{found[2]}" if found else ""


def _cut(raw: bytes) -> tuple[bytes, bytes]:
    """The block of headers and the body; a part may begin with its body at once."""
    if raw[:2] == b"\r\n" or raw[:1] == b"\n":
        return b"", raw.lstrip(b"\r").removeprefix(b"\n")
    end = _END.search(raw)
    return (raw[: end.start()], raw[end.end() :]) if end else (raw, b"")


def _pieces(body: bytes, boundary: bytes) -> Iterator[bytes]:
    """What stands between the lines with the boundary; the last of them may be missing."""
    mark = b"--" + boundary
    start, place = -1, body.find(mark)
    while place >= 0:
        found = _REST.match(body, place + len(mark))
        if found and (place == 0 or body[place - 1] in b"\r\n"):
            if start >= 0:
                yield body[start:place].removesuffix(b"\n").removesuffix(b"\r")
            if found[1]:
                return
            start = found.end()
        place = body.find(mark, place + len(mark))
    if 0 <= start < len(body):
        yield body[start:]
