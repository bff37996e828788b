"""Headers as they are written: folded, encoded, in any charset, doubled, and lists of addresses."""

import base64
import binascii
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from gateway.plugin import InvalidPayload
from gateway_email_smtp.charsets import decoded, storable
from gateway_email_smtp.mail import Mailbox

ADDRESSED: Final = frozenset({"from", "to", "cc", "bcc", "reply-to", "sender", "delivered-to"})
MOST_HEADERS: Final = 1000
LARGEST_BLOCK: Final = 256 * 1024
LONGEST_ADDRESS: Final = 320
LONGEST_NAME: Final = 200
LONGEST_LIST: Final = 50_000
MOST_ADDRESSES: Final = 500
MOST_IDS: Final = 200
LONGEST_ID: Final = 400
LONGEST_DATE: Final = 100
FIRST_YEAR: Final = 1980
LAST_YEAR: Final = 2199
_NAME: Final = re.compile(rb"[!-9;-~]{1,100}")
_FOLD: Final = re.compile(r"\r\n?|\n")
_CONTROLS: Final = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]+")
_WORD: Final = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
_SPECIAL: Final = re.compile(r"[()<>@,;:\\\"]")
_ESCAPED: Final = re.compile(r"([\\\"])")
_ID: Final = re.compile(rf"<([^<>\s]{{1,{LONGEST_ID}}})>")
_BARE_ID: Final = re.compile(r"[^<>\s,;\"()]{1,200}@[^<>\s,;\"()]{1,200}")

Headers = tuple[tuple[str, str], ...]


def headers_of(block: bytes) -> Headers:
    """The headers of a block, decoded, in their order, with names in lower case.

    Raises `InvalidPayload` for more of them than any mail has.
    """
    if len(block) > LARGEST_BLOCK:
        raise InvalidPayload(f"the headers of the mail are larger than {LARGEST_BLOCK} bytes")
    found = tuple(_fields(block))
    if len(found) > MOST_HEADERS:
        raise InvalidPayload(f"the mail has more than {MOST_HEADERS} headers")
    return tuple((name, text_of(raw, is_list=name in ADDRESSED)) for name, raw in found)


def _fields(block: bytes) -> Iterator[tuple[str, bytes]]:
    name, pieces = "", [b""]
    for line in block.splitlines():
        if line[:1] in {b" ", b"\t"}:
            pieces.append(line)
            continue
        if name:
            yield name, b"\n".join(pieces)
        before, colon, value = line.partition(b":")
        name = before.rstrip().decode("ascii", "ignore").lower() if colon else ""
        name = name if _NAME.fullmatch(before.rstrip()) else ""
        pieces = [value]
    if name:
        yield name, b"\n".join(pieces)


def text_of(raw: bytes, *, is_list: bool = False) -> str:
    """One header's text: unfolded, its encoded words read (RFC 2047), in UTF-8 if it is that."""
    return words_of(_FOLD.sub("", decoded(raw, "utf-8")), is_list=is_list).strip()


def words_of(text: str, *, is_list: bool = False) -> str:
    """The text with its encoded words read; one line, whatever they hide.

    In a list of addresses they are quoted where they would be taken for an address otherwise.
    """
    shown = _quoted if is_list else str
    pieces: list[str] = []
    pending: tuple[str, bytes] | None = None
    end = 0
    for found in _WORD.finditer(text):
        between = text[end : found.start()]
        charset, content = found[1].partition("*")[0].lower(), _unwrapped(found[2], found[3])
        if pending and not between.strip() and pending[0] == charset:
            pending = (charset, pending[1] + content)  # a character may be cut in two
        else:
            pieces += [shown(decoded(pending[1], pending[0]))] if pending else []
            pieces += [between] if not pending or between.strip() else []
            pending = (charset, content)
        end = found.end()
    pieces += [shown(decoded(pending[1], pending[0]))] if pending else []
    return storable(_CONTROLS.sub(" ", "".join([*pieces, text[end:]])))


def _quoted(name: str) -> str:
    escaped = _ESCAPED.sub(r"\\\1", name)
    return f'"{escaped}"' if _SPECIAL.search(name) else name


def _unwrapped(encoding: str, content: str) -> bytes:
    raw = content.encode("utf-8", "replace")
    if encoding in "qQ":
        return binascii.a2b_qp(raw.replace(b" ", b"_"), header=True)
    return from_base64(raw)


def from_base64(raw: bytes) -> bytes:
    """What can be read of Base64: what is no part of it is passed over, an end may be missing."""
    kept = re.sub(rb"[^A-Za-z0-9+/]+", b"", raw)
    whole = len(kept) - len(kept) % 4
    rest = kept[whole:]
    tail = base64.b64decode(rest + b"=" * (4 - len(rest))) if len(rest) > 1 else b""
    return base64.b64decode(kept[:whole]) + tail


def all_of(headers: Headers, name: str) -> tuple[str, ...]:
    """The values of every header of this name."""
    return tuple(value for key, value in headers if key == name)


def first_of(headers: Headers, name: str) -> str:
    """The first header of this name that says something."""
    return next((value for key, value in headers if key == name and value), "")


def message_ids(texts: Sequence[str]) -> tuple[str, ...]:
    """The message ids in some headers, with brackets, each once; junk between them is no matter."""
    text = " ".join(texts)
    found = [f"<{each[1]}>" for each in _ID.finditer(text)]
    if not found:
        found = [f"<{each[0]}>" for each in _BARE_ID.finditer(text)]
    return tuple(dict.fromkeys(found))[:MOST_IDS]


def date_of(text: str) -> datetime | None:
    """The moment that a Date header names, in UTC; None for anything else."""
    try:
        moment = parsedate_to_datetime(text[:LONGEST_DATE])
        known = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return known if FIRST_YEAR <= known.year <= LAST_YEAR else None


def mailboxes_of(text: str) -> tuple[Mailbox, ...]:
    """The addresses of a header such as To; groups are taken apart, what is no address is not."""
    found = (_mailbox(entry) for entry in _entries(text[:LONGEST_LIST]))
    return tuple(box for box in found if box)[:MOST_ADDRESSES]


def mailbox_of(address: str, name: str = "") -> Mailbox | None:
    """A mailbox, its domain in lower case; None for what is no address."""
    local, at, domain = address.strip().rpartition("@")
    whole = f"{local}@{domain.lower().rstrip('.')}"
    if not (at and local and domain) or len(whole.lower()) > LONGEST_ADDRESS:
        return None
    if any(character.isspace() or character in "<>,;:" for character in whole if local[0] != '"'):
        return None
    said = " ".join(name[: 2 * LONGEST_NAME].split()).strip("'\" ")[:LONGEST_NAME]
    return Mailbox(address=whole, name=said if said and said != whole else None)


def _mailbox(entry: Sequence[str]) -> Mailbox | None:
    """An entry's texts: what stood outside of brackets, inside, and in comments."""
    outside, inside, comment = (text.strip() for text in entry)
    if inside:
        route = inside.rpartition(":")[2] if inside.startswith("@") else inside
        return mailbox_of(route.removeprefix("mailto:"), outside or comment)
    return mailbox_of(outside.removeprefix("mailto:"), comment)


def _entries(text: str) -> Iterator[Sequence[str]]:
    """Cuts a list of addresses in one pass: quotes, comments and brackets hold commas."""
    reader = _Reader()
    for character in text:
        if reader.takes(character):
            continue
        yield reader.entry()
        reader = _Reader()
    yield reader.entry()


class _Reader:
    """One entry of a list of addresses, as far as it has been read."""

    def __init__(self) -> None:
        self._texts: tuple[list[str], list[str], list[str]] = ([], [], [])
        self._comments = 0
        self._is_quoted = self._is_escaped = self._is_inside = False

    def entry(self) -> Sequence[str]:
        return ["".join(text) for text in self._texts]

    def takes(self, character: str) -> bool:
        """Reads one character; false at the end of the entry."""
        if self._is_escaped or character == "\\":
            self._is_escaped = not self._is_escaped
            if not self._is_escaped:
                self._add(character)
        elif self._is_quoted or self._comments:
            self._takes_of_text(character)
        elif character in '"(':
            self._is_quoted, self._comments = character == '"', int(character == "(")
        elif character in "<>":
            self._is_inside = character == "<"
        elif character in ",;" and not self._is_inside:
            return False
        elif character == ":" and not self._is_inside and not self._is_link():
            self._texts[0].clear()  # the name of a group
        else:
            self._add(character)
        return True

    def _takes_of_text(self, character: str) -> None:
        if character == '"' and self._is_quoted:
            self._is_quoted = False
        elif character == ")" and self._comments == 1:
            self._comments = 0
        else:
            self._comments += {"(": 1, ")": -1}.get(character, 0) if self._comments else 0
            self._add(character)

    def _is_link(self) -> bool:
        return "".join(self._texts[0][-6:]).lower() == "mailto"

    def _add(self, character: str) -> None:
        place = 2 if self._comments else int(self._is_inside)
        self._texts[place].append(character)
