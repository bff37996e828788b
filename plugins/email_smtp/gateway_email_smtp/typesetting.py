"""The HTML part of a mail, made from its text: nothing in the text is markup. Pure, linear."""

import re
from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby
from typing import Final

_URL: Final = re.compile(r"https?://[^\s<>\"\u201c\u201d]{1,2000}", re.IGNORECASE)
_BULLET: Final = re.compile(r"[ \t]{0,8}[-*\u2022\u2013][ \t]+(?=\S)")
_NUMBER: Final = re.compile(r"[ \t]{0,8}([0-9]{1,3})[.)][ \t]+(?=\S)")
_AFTER: Final = ".,;:!?'\u2019\u2026"
"""What stands behind a URL in a sentence and belongs to the sentence."""
_CLOSING: Final = {")": "(", "]": "[", "}": "{"}
_PAGE: Final = (
    '<!DOCTYPE html>\n<html><head><meta charset="utf-8"></head><body>\n{}\n</body></html>\n'
)


def as_html(text: str) -> str:
    r"""A page that reads as the text does: paragraphs, lists, and links where a URL stands.

    >>> print(as_html("Hi <b>\n\n- one\n- http://a.example/?b&c."))
    <!DOCTYPE html>
    <html><head><meta charset="utf-8"></head><body>
    <p>Hi &lt;b&gt;</p>
    <ul><li>one</li><li><a href="http://a.example/?b&amp;c">http://a.example/?b&amp;c</a>.</li></ul>
    </body></html>
    <BLANKLINE>
    """
    blocks = [
        _block(kind, list(lines))
        for paragraph in _paragraphs(text)
        for kind, lines in groupby(paragraph, _kind)
    ]
    return _PAGE.format("\n".join(blocks))


def _paragraphs(text: str) -> Iterator[Sequence[str]]:
    """The lines between blank ones."""
    lines: list[str] = []
    for line in [*text.splitlines(), ""]:
        if line.strip():
            lines.append(line.rstrip())
        elif lines:
            yield lines
            lines = []


def _kind(line: str) -> str:
    if _BULLET.match(line):
        return "ul"
    return "ol" if _NUMBER.match(line) else "p"


def _block(kind: str, lines: Sequence[str]) -> str:
    if kind == "p":
        return f"<p>{'<br>'.join(map(_inline, lines))}</p>"
    marker = _BULLET if kind == "ul" else _NUMBER
    items = "".join(f"<li>{_inline(marker.sub('', line, count=1))}</li>" for line in lines)
    first = _NUMBER.match(lines[0]) if kind == "ol" else None
    start = f' start="{int(first[1])}"' if first and int(first[1]) != 1 else ""
    return f"<{kind}{start}>{items}</{kind}>"


def _inline(line: str) -> str:
    """A line, escaped, in which URLs can be followed."""
    parts: list[str] = []
    end = 0
    for found in _URL.finditer(line):
        url = _bare(found[0])
        parts.append(escape(line[end : found.start()]))
        parts.append(f'<a href="{escape(url)}">{escape(url)}</a>')
        end = found.start() + len(url)
    return "".join((*parts, escape(line[end:])))


def _bare(url: str) -> str:
    """A URL without what only follows it in its sentence."""
    while url[-1] in _AFTER or _is_open(url):
        url = url[:-1]
    return url


def _is_open(url: str) -> bool:
    """Whether it ends with a bracket that began before it."""
    opening = _CLOSING.get(url[-1])
    return opening is not None and url.count(opening) < url.count(url[-1])
