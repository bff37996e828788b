"""Cuts HTML into tags and texts: one pass, whatever it is fed, and nothing of a text is lost.

It follows the HTML standard's tokenizer where mails need it to.
"""

import html
import re
from collections.abc import Container, Iterator, Mapping
from typing import Final

Piece = tuple[str, str]
"""A tag's name and attributes (`("/div", "")` closes one), or `("", text)`."""

UNREAD: Final = frozenset({"script", "style", "title", "textarea", "xmp", "noframes"})
_TAG: Final = re.compile(
    r"(/?[a-zA-Z][^\s/>]*+)"
    r"([^>=]*+(?:=\s*+(?:\"[^\"]*+\"|'[^']*+')?+[^>=]*+)*+)>"
)
_BROKEN: Final = re.compile(r"(/?[a-zA-Z][^\s/>]*+)([^>]*+)>")
_ATTRIBUTE: Final = re.compile(
    r"([^\s=/>\"']{1,60}+)\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s>\"']*+))"
)
_OPENING: Final = re.compile(r"<(?=[a-zA-Z/!?])")
_NAME: Final = re.compile(r"/?[a-zA-Z]")
_NOTHING: Final = re.compile(r"((?!))()")
_ANY_TAG: Final = re.compile(r"<[^<>]*+>")
LONGEST_ATTRIBUTES: Final = 4000
MOST_TAGS: Final = 12_000
"""Of a page with more, the rest is text without structure."""


def pieces_of(document: str, wanted: Container[str]) -> Iterator[Piece]:
    """The wanted tags and all texts of a document, in their order, without comments and scripts."""
    return _Tokens(document, wanted).pieces()


def attributes_of(text: str) -> Mapping[str, str]:
    """The attributes of a tag, as far as a mail needs them; the first of two counts."""
    found: dict[str, str] = {}
    for each in _ATTRIBUTE.finditer(text[:LONGEST_ATTRIBUTES]):
        value = each[2] or each[3] or each[4] or ""
        found.setdefault(each[1].lower(), html.unescape(value) if "&" in value else value)
    return found


class _Tokens:
    """How far a document is read, and of what it is known that nothing more of it comes."""

    def __init__(self, document: str, wanted: Container[str]) -> None:
        self._document = document
        self._wanted = wanted
        self._absent: set[str] = set()
        self._tag = _TAG

    def pieces(self) -> Iterator[Piece]:
        document = self._document
        place = search = count = 0
        while count < MOST_TAGS:
            opening = _OPENING.search(document, search)
            if opening is None:
                break
            start = opening.start()
            end, piece = self._read(start)
            search = max(end, start + 1)
            if end == start:
                continue  # a bracket that opens nothing
            if start > place:
                yield "", html.unescape(document[place:start])
            if piece:
                yield piece
            place = end
            count += 1
        if place < len(document):
            rest = document[place:]
            yield "", html.unescape(_ANY_TAG.sub(" ", rest) if count == MOST_TAGS else rest)

    def _read(self, start: int) -> tuple[int, Piece | None]:
        """Where the tag that starts here ends, and what it is; the start itself if it is none."""
        found = self._tag.match(self._document, start + 1)
        if found is None:
            return self._read_other(start)
        name = found[1]
        known = name if name.islower() else name.lower()
        if known in self._wanted:
            return found.end(), (known, found[2])
        if known.removeprefix("/") in self._wanted:
            return found.end(), (known, "")
        if known in UNREAD:
            return self._after_element(name, found.end()), None
        return (start if _is_address(known) else found.end()), None

    def _read_other(self, start: int) -> tuple[int, Piece | None]:
        document = self._document
        if document.startswith("<!--", start):
            return self._after("-->", start + 2, start), None
        if document.startswith(("<!", "<?"), start):
            return self._after(">", start, start), None
        if self._tag is not _NOTHING and _NAME.match(document, start + 1):
            # A quotation mark without its end: from here on none counts; then not even a bracket.
            self._tag = _BROKEN if self._tag is _TAG else _NOTHING
            return self._read(start)
        return start, None

    def _after_element(self, name: str, place: int) -> int:
        """Behind an element whose text is none; an unclosed one has none."""
        for spelling in dict.fromkeys([f"</{name}", f"</{name.lower()}", f"</{name.upper()}"]):
            if self._is_ahead(spelling, place):
                return self._after(">", self._document.find(spelling, place), place)
        return place

    def _is_ahead(self, text: str, place: int) -> bool:
        if text in self._absent:
            return False
        if self._document.find(text, place) < 0:
            self._absent.add(text)
            return False
        return True

    def _after(self, text: str, place: int, otherwise: int) -> int:
        if not self._is_ahead(text, place):
            return otherwise
        return self._document.find(text, place) + len(text)


def _is_address(name: str) -> bool:
    """Whether this was meant for an address in brackets, which a careless program left as it is."""
    return "@" in name or "//" in name or name.startswith(("http:", "https:", "mailto:"))
