"""HTML becomes lines of text, with what its structure says of quotations and signatures."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from gateway_email_smtp.containers import is_cited, is_hidden, zone_of
from gateway_email_smtp.lines import MOST_DEPTH, MOST_LINES, Line, Zone, depth_of
from gateway_email_smtp.markup import attributes_of, pieces_of

BLOCKS: Final = frozenset(
    [
        *(
            "address",
            "article",
            "aside",
            "blockquote",
            "body",
            "caption",
            "center",
            "dd",
            "details",
        ),
        *("div", "dl", "dt", "fieldset", "figure", "footer", "form", "h1", "h2", "h3", "h4"),
        *("h5", "h6", "header", "hr", "html", "li", "main", "nav", "ol", "p", "pre", "section"),
        *("summary", "table", "tbody", "tfoot", "thead", "tr", "ul"),
    ]
)
SPACED: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "hr", "ol", "p", "pre", "ul"})
"""What browsers leave room around."""
NESTED: Final = frozenset(
    [
        *("article", "blockquote", "center", "div", "footer", "header", "ol", "p", "pre"),
        *("section", "span", "table", "td", "th", "ul"),
    ]
)
"""What can be a container; everything else holds no structure that matters."""
WANTED: Final = BLOCKS | NESTED | {"a", "br", "img"}
LONGEST_LINK: Final = 500
LONGEST_EMOJI: Final = 12
NOTHING: Final[Mapping[str, str]] = {}
_SPACE: Final = re.compile(r"[ \t\r\n\f]+")
_RULE: Final = re.compile(r"border-top(?:-style)?\s{0,3}:[^;]{0,60}solid", re.IGNORECASE)
_TIGHT: Final = re.compile(r"margin(?:-top|-bottom)?\s{0,3}:\s{0,3}0")


def lines_of(document: str) -> list[Line]:
    """The lines that a reader sees; those of a quotation begin with `>`."""
    page = _Page()
    for name, text in pieces_of(document, WANTED):
        if not name or page.is_full:
            page.text(" " if name else text)
        elif name.startswith("/"):
            page.close(name[1:])
        else:
            page.open(name, text)
    return page.lines()


@dataclass(slots=True)
class _Element:
    name: str = ""
    zone: Zone = ""
    quote: int = 0
    is_pre: bool = False
    is_hidden: bool = False
    is_tight: bool = True
    number: int = 0


class _Page:
    """The page as far as it is drawn: its lines, and the elements that are open."""

    def __init__(self) -> None:
        self._lines: list[Line] = []
        self._pieces: list[str] = []
        self._open = [_Element()]
        self._names: Counter[str] = Counter()
        self._link = ("", 0)
        self._is_tail = self._is_ruled = self._wants_gap = False

    @property
    def is_full(self) -> bool:
        """Whether the rest of the page is one line."""
        return len(self._lines) >= MOST_LINES

    def text(self, text: str) -> None:
        """Draws a text; outside of `pre` its white space is one space."""
        top = self._open[-1]
        if top.is_hidden:
            return
        if top.is_pre:
            first, *others = text.replace("\r\n", "\n").split("\n", MOST_LINES)
            self._pieces.append(first)
            for line in others:
                self._end_line()
                self._pieces += [" ", line] if self.is_full else [line]
            return
        shown = _SPACE.sub(" ", text)
        if not self._pieces or self._pieces[-1].endswith((" ", "\t")):
            shown = shown.lstrip(" ")
        if shown:
            self._pieces.append(shown)

    def open(self, name: str, written: str) -> None:
        """Begins an element, of which `written` are the attributes."""
        attributes = NOTHING if not written or written.isspace() else attributes_of(written)
        if name in BLOCKS:
            self._finish_line()
            if self._open[-1].name == "p":
                self._pop()  # a paragraph holds no other block
            self._wants_gap |= name in SPACED and not _is_tight(attributes)
        if name in NESTED:
            self._nest(name, attributes)
        elif not self._open[-1].is_hidden:
            self._draw(name, attributes)

    def close(self, name: str) -> None:
        """Ends an element and all that is open in it; one that is not open is no matter."""
        if name in BLOCKS:
            self._finish_line()
        elif name in {"td", "th"} and self._pieces:
            self._pieces.append("\t")
        elif name == "a":
            self._end_link()
        if self._names[name]:
            while self._open[-1].name != name:
                self._pop()
            self._pop()

    def lines(self) -> list[Line]:
        self._finish_line()
        if self._pieces:
            self._put("".join(self._pieces).strip(), self._open[-1])
        return self._lines

    def _nest(self, name: str, attributes: Mapping[str, str]) -> None:
        top = self._open[-1]
        zone = zone_of(name, attributes) if attributes else ""
        if zone == "tail":
            self._finish_line()
            self._is_tail = True
        self._is_ruled |= bool(_RULE.search(attributes.get("style", "")))
        inner = top.zone if top.zone in {"quoted", "signature"} else zone or top.zone
        quotes = name == "blockquote" and is_cited(attributes)
        preserves = name == "pre" or "white-space: pre" in attributes.get("style", "")
        self._open.append(
            _Element(
                name,
                inner,
                min(top.quote + int(quotes), MOST_DEPTH),
                is_pre=top.is_pre or preserves,
                is_hidden=top.is_hidden or is_hidden(attributes),
                is_tight=name not in SPACED or _is_tight(attributes),
            )
        )
        self._names[name] += 1

    def _pop(self) -> None:
        element = self._open.pop()
        self._names[element.name] -= 1
        self._wants_gap |= not element.is_tight

    def _draw(self, name: str, attributes: Mapping[str, str]) -> None:
        """What stands on the page without being a container."""
        if name == "br":
            self._end_line()
        elif name == "li":
            self._pieces.append(self._bullet())
        elif name == "hr":
            self._is_ruled = True
            self._is_tail |= zone_of(name, attributes) == "tail"
        elif name == "img":
            self._pieces += _words_of_image(attributes)
        elif name == "a":
            self._link = (attributes.get("href", ""), len(self._pieces))

    def _bullet(self) -> str:
        top = self._open[-1]
        if top.name != "ol":
            return "- "
        top.number += 1
        return f"{top.number}. "

    def _end_link(self) -> None:
        """Says where a link leads if its words do not."""
        href, start = self._link
        self._link = ("", 0)
        words = "".join(self._pieces[start:]).strip()
        target = href.strip()
        bare = target.partition("://")[2].rstrip("/")
        is_told = bare and bare.removeprefix("www.") in words
        if words and target.startswith(("http://", "https://")) and not is_told:
            self._pieces.append(f" <{target}>" if len(target) <= LONGEST_LINK else "")

    def _finish_line(self) -> None:
        """A block begins or ends: what stands on the line is one."""
        if self._pieces:
            self._end_line()

    def _end_line(self) -> None:
        if self.is_full:
            return
        top = self._open[-1]
        text = "".join(self._pieces).replace("\xa0", " ")
        self._pieces = []
        self._link = (self._link[0], 0)
        body = text.rstrip(" \t") if text.strip() != "--" else text.strip() + " "
        if self._wants_gap and self._lines and self._lines[-1].text.strip("> "):
            self._put("", top)
        self._wants_gap = False
        if body or not self._lines or self._lines[-1].text.strip("> "):
            self._put(body, top)

    def _put(self, body: str, top: _Element) -> None:
        zone = top.zone if top.zone in {"quoted", "signature"} else self._zone(top)
        marks = ">" * top.quote + " " if top.quote else ""
        text = f"{marks}{body}" if body else marks.strip()
        depth = top.quote or depth_of(body)
        self._lines.append(Line(text, depth, zone, self._is_ruled))
        if body:
            self._is_ruled = False

    def _zone(self, top: _Element) -> Zone:
        return "tail" if self._is_tail else top.zone


def _is_tight(attributes: Mapping[str, str]) -> bool:
    """Whether a paragraph leaves no room around it, as all of Outlook's."""
    return "Mso" in attributes.get("class", "") or bool(_TIGHT.search(attributes.get("style", "")))


def _words_of_image(attributes: Mapping[str, str]) -> list[str]:
    """An emoji that is drawn as a picture; what else a picture shows is in the attachments."""
    words = attributes.get("data-emoji", "") or attributes.get("alt", "")
    return [words] if 0 < len(words) <= LONGEST_EMOJI and not words.isascii() else []
