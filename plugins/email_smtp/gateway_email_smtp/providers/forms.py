"""Forms as providers post them, urlencoded or in parts, with the exact bytes of each field. Pure.

Quart would decode every field as UTF-8 and refuse one of more than 500 kB; a mail is both.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from email.parser import HeaderParser
from typing import Final
from urllib.parse import unquote_to_bytes

from gateway.plugin import InboundRequest, InvalidPayload

URLENCODED: Final = "application/x-www-form-urlencoded"
MULTIPART: Final = "multipart/form-data"
FIELD_LIMIT: Final = 1000
HEADER_BYTES: Final = 16_384
BOUNDARY_BYTES: Final = 70


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One field; a file has a type, and mostly a name of its own."""

    name: str
    content: bytes = field(repr=False)
    filename: str | None = None
    type: str = ""

    def text(self, charset: str = "utf-8") -> str:
        """The content as text: whatever the charset cannot be is shown as a replacement."""
        try:
            return self.content.decode(charset, "replace")
        except (LookupError, UnicodeError, ValueError):
            return self.content.decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a form in their order; of those with one name the last counts."""

    fields: tuple[Part, ...]

    def __contains__(self, name: str) -> bool:
        return self.find(name) is not None

    def find(self, name: str) -> Part | None:
        """The last field of this name."""
        return next((one for one in reversed(self.fields) if one.name == name), None)

    def text(self, name: str, charset: str = "utf-8") -> str:
        """The last field of this name as text; empty when there is none."""
        found = self.find(name)
        return found.text(charset) if found else ""

    def check_single(self, *names: str) -> None:
        """Raises `InvalidPayload` when one of these is there more than once.

        The boundary of some providers never changes: a mail that holds it could add fields.
        """
        for name in names:
            if sum(one.name == name for one in self.fields) > 1:
                raise InvalidPayload(f"the form has the field {name!r} more than once")

    def files(self) -> Iterator[Part]:
        """The fields that are files."""
        return (one for one in self.fields if one.filename is not None)


def is_form(request: InboundRequest) -> bool:
    """Whether a request says that its body is a form."""
    return request.content_type in (URLENCODED, MULTIPART)


def read_form(request: InboundRequest) -> Form:
    """The form of a request. Raises `InvalidPayload`."""
    if request.content_type == URLENCODED:
        return Form(tuple(_pairs(request.body)))
    if request.content_type != MULTIPART:
        raise InvalidPayload(f"a form is expected, not {request.content_type[:100]!r}")
    return Form(tuple(map(_field, _parts(request))))


def _pairs(body: bytes) -> Iterator[Part]:
    pairs = body.split(b"&", FIELD_LIMIT)
    if len(pairs) > FIELD_LIMIT:
        raise InvalidPayload(f"the form has more than {FIELD_LIMIT} fields")
    for pair in filter(None, pairs):
        name, _, value = (unquote_to_bytes(p.replace(b"+", b" ")) for p in pair.partition(b"="))
        yield Part(name=name.decode("utf-8", "replace"), content=value)


def _parts(request: InboundRequest) -> list[bytes]:
    """What stands between the boundaries (RFC 2046 section 5.1.1)."""
    told = _headers(f"content-type: {request.headers.get('content-type', '')}")
    boundary = str(told.get_param("boundary", "")).encode("latin-1", "replace")
    if not 0 < len(boundary) <= BOUNDARY_BYTES:
        raise InvalidPayload("the form says no boundary of 1 to 70 characters")
    pieces = (b"\r\n" + request.body).split(b"\r\n--" + boundary, FIELD_LIMIT + 2)
    if len(pieces) > FIELD_LIMIT + 2:  # what comes before the first, and behind the last
        raise InvalidPayload(f"the form has more than {FIELD_LIMIT} fields")
    found: list[list[bytes]] = []
    for piece in pieces[1:]:
        if piece.startswith(b"--"):
            return [(b"\r\n--" + boundary).join(part) for part in found]
        if piece.lstrip(b" \t").startswith(b"\r\n"):
            found.append([piece])
        elif found:  # a longer word that begins like the boundary is content
            found[-1].append(piece)
    raise InvalidPayload("the form has no last boundary: it was cut on the way")


def _field(part: bytes) -> Part:
    head, separator, content = part.partition(b"\r\n\r\n")
    if not separator or len(head) > HEADER_BYTES:
        raise InvalidPayload("a field of the form has no headers, or too many")
    told = _headers(head.lstrip().decode("utf-8", "replace"))
    name = told.get_param("name", header="content-disposition")
    if not isinstance(name, str):
        raise InvalidPayload("a field of the form has no name")
    # An empty file name is a file that was not chosen.
    filename = told.get_filename()
    return Part(
        name=name,
        content=content,
        filename=filename,
        type=told.get_content_type() if "content-type" in told else "",
    )


def _headers(block: str) -> "Message[str, str]":
    return HeaderParser().parsestr(block)
