"""What media are: told by their first bytes, checked, and named safely (ADR 0021)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from gateway.plugin.messages import Attachment, JsonValue, Turn

MediaState = Literal["waiting", "kept", "failed"]

WAITING: Final[MediaState] = "waiting"

UNKNOWN: Final = "application/octet-stream"
PROGRAM: Final = "application/x-executable"
HTML: Final = "text/html"
SVG: Final = "image/svg+xml"
XML: Final = "application/xml"
TEXT: Final = "text/plain"
ACTIVE: Final = frozenset({HTML, SVG, XML})
"""What a browser would run scripts of."""
FAMILIES: Final = frozenset({"image", "audio", "video"})
HEAD_BYTES: Final = 512
LONGEST_NAME: Final = 200

_STARTS: Final[Sequence[tuple[bytes, str]]] = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"%PDF-", "application/pdf"),
    (b"ID3", "audio/mpeg"),
    (b"#!AMR", "audio/amr"),
    (b"OggS", "audio/ogg"),
    (b"fLaC", "audio/flac"),
    (b"caff", "audio/x-caf"),
    (b"\x1aE\xdf\xa3", "video/webm"),
    (b"PK\x03\x04", "application/zip"),
    (b"PK\x05\x06", "application/zip"),
    (b"\x1f\x8b", "application/gzip"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"{\\rtf", "application/rtf"),
    (b"MZ", PROGRAM),
    (b"\x7fELF", PROGRAM),
    (b"\xfe\xed\xfa\xce", PROGRAM),
    (b"\xfe\xed\xfa\xcf", PROGRAM),
    (b"\xcf\xfa\xed\xfe", PROGRAM),
    (b"\xca\xfe\xba\xbe", PROGRAM),
)
_WORDS: Final = frozenset({b"BM", b"MZ"})
"""Two letters are a weak sign: a text may begin with them."""
_RIFF: Final[Mapping[bytes, str]] = {
    b"WAVE": "audio/wav",
    b"WEBP": "image/webp",
    b"AVI ": "video/x-msvideo",
}
_BRANDS: Final[Mapping[bytes, str]] = {
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"mif1": "image/heif",
    b"avif": "image/avif",
    b"M4A ": "audio/mp4",
    b"M4B ": "audio/mp4",
    b"qt  ": "video/quicktime",
}
_MARKUP: Final[Sequence[tuple[re.Pattern[str], str]]] = (
    (re.compile(r"<(?:!doctype html|html|head|body|script|iframe|title)\b", re.IGNORECASE), HTML),
    (re.compile(r"<(?:\w+:)?svg\b", re.IGNORECASE), SVG),
    (re.compile(r"\A\s*<\?xml\b", re.IGNORECASE), XML),
)
_RECORDS: Final[Mapping[str, str]] = {
    "BEGIN:VCARD": "text/vcard",
    "BEGIN:VCALENDAR": "text/calendar",
}
_DETAILED: Final[Mapping[str, tuple[str, ...]]] = {
    TEXT: ("text/", "application/json"),
    "application/zip": ("application/vnd.", "application/epub+zip"),
    "application/x-ole-storage": ("application/msword", "application/vnd."),
    UNKNOWN: ("application/",),
}
"""What a sender may tell more exactly than the first bytes do."""
_FRAME_BYTES: Final = 4
_LAYER_3: Final = 0xE2
_ADTS: Final = 0xF0
_TYPE: Final = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,63}/[a-z0-9][a-z0-9!#$&^_.+-]{0,63}")
_UNSAFE: Final = re.compile(
    r'[\x00-\x1f\x7f-\x9f"\\/:*?<>|\u2028-\u202e\u2066-\u2069\ud800-\udfff]+'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Which media are kept."""

    largest_bytes: int
    refused_types: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMedia:
    """Media to be written with the message that they came with, as its `place`-th attachment."""

    ref: UUID
    place: int
    name: str | None
    declared_type: str
    content_type: str
    state: MediaState
    reason: str = ""
    content: bytes | None = field(default=None, repr=False)
    size: int = 0
    source_url: str | None = None
    due_at: datetime | None = None

    @property
    def shown(self) -> dict[str, JsonValue]:
        """What the attachment says of them besides its type, URL and name."""
        return {
            "mediaId": str(self.ref),
            "state": self.state,
            "size": self.size,
            "reason": self.reason,
            "words": "",
            "isBusy": self.due_at is not None,
        }


def type_of(content: bytes, declared: str = UNKNOWN) -> str:
    """The media type of a file, by its content; what was declared may only make it more exact."""
    found = _sniffed(content)
    told = plain_type(declared)
    return told if told.startswith(_DETAILED.get(found, ())) and told not in ACTIVE else found


def plain_type(declared: str) -> str:
    """A declared media type without its parameters; an unknown one when it is none."""
    told = declared.partition(";")[0].strip().lower()
    return told if _TYPE.fullmatch(told) else UNKNOWN


def fault_in(content: bytes, found: str, terms: Terms) -> str:
    """Why a file is not kept, as a code; empty for one that is."""
    if not content:
        return "empty"
    if len(content) > terms.largest_bytes:
        return "too_large"
    return "refused_type" if found in terms.refused_types else ""


def is_another(found: str, declared: str) -> bool:
    """Whether a file that was declared a picture, sound or film is something else altogether."""
    family = plain_type(declared).partition("/")[0]
    if family not in FAMILIES or found == UNKNOWN:
        return False
    # Containers such as Ogg and MP4 hold sound as well as film.
    kin = {"audio", "video"} if family in {"audio", "video"} else {family}
    return found.partition("/")[0] not in kin or found == SVG


def wait_until(received: Sequence[datetime], *, wait_seconds: float) -> datetime:
    """Until when a conversation waits for the files of messages that came at these times.

    Each file gets its time, and all of them together three times as much.
    """
    wait = timedelta(seconds=wait_seconds)
    return min(max(received) + wait, min(received) + 3 * wait)


def has_arrived(turn: Turn) -> bool:
    """Whether a message came with a file that is there."""
    return any(not one.problem for one in turn.attachments)


def is_missing(turn: Turn) -> bool:
    """Whether a message came with a file that is not there."""
    return any(one.problem for one in turn.attachments)


def with_words(text: str, attachments: Sequence[Attachment]) -> str:
    """A message as it is understood: its own words, then those that were read in its files."""
    return "\n\n".join(filter(None, (text, *(one.words for one in attachments))))


def safe_name(name: str | None) -> str | None:
    """A file name without paths, controls and what turns a text around; None when none is left."""
    if not name:
        return None
    shown = _UNSAFE.sub("_", name).strip(" ._")
    stem, dot, ending = shown.rpartition(".")
    if dot and len(shown) > LONGEST_NAME:
        shown = f"{stem[: LONGEST_NAME - 20]}.{ending[:18]}"
    return shown[:LONGEST_NAME] or None


def _sniffed(content: bytes) -> str:
    head = content[:HEAD_BYTES]
    for start, kind in _STARTS:
        if head.startswith(start):
            return TEXT if start in _WORDS and _is_text(head) else kind
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12], UNKNOWN)
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        return "video/3gpp" if brand.startswith(b"3g") else _BRANDS.get(brand, "video/mp4")
    if _is_mpeg_sound(head):
        return "audio/mpeg"
    return _text_type(content)


def _is_mpeg_sound(head: bytes) -> bool:
    """Whether it begins with a frame of MPEG sound, or of AAC in ADTS."""
    if head[:1] != b"\xff" or len(head) < _FRAME_BYTES:
        return False
    return head[1] & 0xE6 == _LAYER_3 or head[1] & 0xF6 == _ADTS


def _text_type(content: bytes) -> str:
    head = content[:HEAD_BYTES]
    if not head or not _is_text(head):
        return UNKNOWN
    text = head.decode(_encoding(head), errors="replace")
    for pattern, kind in _MARKUP:
        if pattern.search(text):
            return kind
    begun = text.lstrip("\ufeff \t\r\n").upper()
    return next((kind for start, kind in _RECORDS.items() if begun.startswith(start)), TEXT)


def _is_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    return not any(byte < 9 or (13 < byte < 32 and byte != 27) for byte in head)  # noqa: PLR2004 # control characters


def _encoding(head: bytes) -> str:
    return "utf-16" if head.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8"
