"""A text as the rules read it: folded, cut into words and sentences once, for everybody."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

EXAMINED_CHARACTERS = 4_000
"""What is read of a text: a message that has not come to its point by then is read by a person."""
EXAMINED_WORDS = 600
_LONGEST_SENTENCE = 60

_ACCENTED = "àáâãäåçèéêëìíîïñòóôõöøùúûüýÿ\u2019\u02bc`\u00b4"
_PLAIN = "aaaaaaceeeeiiiinoooooouuuuyy''''"
_FOLDING = str.maketrans(_ACCENTED, _PLAIN)

# An English contraction is one word ("don't"), a French elision is two ("d'accord").
_NUMBER = r"[0-9]+(?:[.:/-][0-9]+)*(?:[a-z]+[0-9]*)?(?::[0-9]+)*z?"
_WORD = r"[^\W\d_]+(?:[0-9]+|'(?:s|t|re|ve|ll|d|m)\b)?"
_LINK = r"https?://\S+|www\.\S+|[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}"
_WORDS = re.compile(f"{_NUMBER}|{_WORD}")
_WORDS_AND_LINKS = re.compile(f"{_LINK}|{_NUMBER}|{_WORD}")

_ABBREVIATIONS = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "dr",
        "st",
        "ave",
        "no",
        "nr",
        "sr",
        "sra",
        "srta",
        "dra",
        "m",
        "mme",
        "mlle",
        "hr",
        "fr",
        "prof",
        "inc",
        "ltd",
        "co",
        "vs",
        "etc",
        "approx",
        "ext",
        "tel",
        "jan",
        "feb",
        "mar",
        "apr",
        "jun",
        "jul",
        "aug",
        "sep",
        "sept",
        "oct",
        "nov",
        "dec",
        "mon",
        "tue",
        "tues",
        "wed",
        "thu",
        "thur",
        "thurs",
        "fri",
        "bzw",
        "ca",
        "ggf",
        "usw",
        "art",
        "ud",
        "uds",
    ]
)
# Without their apostrophe these would be other words.
_KEPT_CONTRACTIONS = frozenset(
    {"we're", "we'll", "we'd", "she'll", "he'll", "i'll", "i'd", "she'd"}
)
_GERMAN_MONTHS = (
    "jan",
    "feb",
    "mar",
    "apr",
    "mai",
    "jun",
    "jul",
    "aug",
    "sep",
    "okt",
    "nov",
    "dez",
)
_QUOTE = re.compile(r"^(?:>|-{2,} ?forwarded message|_{10,})", re.IGNORECASE)
# Behind this all is quoted: programs that write it do not mark the lines.
_ANSWERED = re.compile(
    r"^-{2,} ?(?:original message|urspr\u00fcngliche nachricht|mensaje original|message d.origine)",
    re.IGNORECASE,
)
# "On Mon, 23 Nov 2026, Ann wrote:" above quoted lines.
_ATTRIBUTION = re.compile(
    r"^(?:on|am|le|el)\b.{0,200}\b(?:wrote|schrieb|a \u00e9crit|escribi\u00f3)\b.{0,100}:$",
    re.IGNORECASE,
)
_DASHES = (" - ", " \u2013 ", " \u2014 ", "\u2014")
_WRAPPED_LINE = 60


@dataclass(frozen=True, slots=True)
class Sentence:
    """A run of words, `first` up to but not including `last`, and the mark that ends it."""

    first: int
    last: int
    mark: str


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """A text and its words: `words` are folded, `clean[starts[i]:ends[i]]` is one as written.

    `clean` has one space between words and one line break between lines; quoted mail is left out.
    """

    clean: str
    low: str
    words: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    sentences: tuple[Sentence, ...]

    def gap(self, index: int) -> str:
        """What stands between the word at `index` and the one before it."""
        before = self.ends[index - 1] if index else 0
        return self.low[before : self.starts[index]]

    def written(self, first: int, last: int) -> str:
        """The words from `first` up to but not including `last`, as they were written."""
        return self.clean[self.starts[first] : self.ends[last - 1]]

    def capitalised(self, index: int) -> bool:
        """Whether the word was written with a capital first letter."""
        return self.clean[self.starts[index]].isupper()


def read(text: str) -> Reading:
    """Reads any text; what lies behind its first 4,000 characters costs no time."""
    return _read(text[:EXAMINED_CHARACTERS])


# A turn asks for the reading of its message in half a dozen places.
@lru_cache(maxsize=64)
def _read(text: str) -> Reading:
    clean = _tidy(text)
    low = fold(clean)
    has_links = "@" in low or "://" in low or "www." in low
    words, starts, ends = [], [], []
    for match in (_WORDS_AND_LINKS if has_links else _WORDS).finditer(low):
        word = match.group()
        if "'" in word and word not in _KEPT_CONTRACTIONS:
            word = word.replace("'", "")
        words.append(word)
        starts.append(match.start())
        ends.append(match.end())
        if len(words) == EXAMINED_WORDS:
            break
    cuts = tuple(_sentences(clean, low, words, (starts, ends)))
    return Reading(clean, low, tuple(words), tuple(starts), tuple(ends), cuts)


def fold(text: str) -> str:
    """Lower case without accents, each character in its old place."""
    if text.isascii():
        return text.lower().replace("`", "'")
    lowered = text.lower()
    if len(lowered) != len(text):
        # A few capitals have a lower case of two characters, which would shift every offset.
        lowered = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    return lowered.translate(_FOLDING)


def _tidy(text: str) -> str:
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    if "\n" not in text and "\r" not in text:
        return " ".join(text.split())
    kept: list[str] = []
    for raw in text.splitlines():
        line = " ".join(raw.split())
        if line.startswith(">") and kept and _ATTRIBUTION.match(kept[-1]):
            kept.pop()
        if line == "--" or _ANSWERED.match(line):
            break
        if not line or _QUOTE.match(line):
            continue
        # Mail programs break long lines; what follows in lower case belongs to the same sentence.
        if kept and len(kept[-1]) > _WRAPPED_LINE and line[0].islower():
            kept[-1] += " " + line
        else:
            kept.append(line)
    return "\n".join(kept)


def _sentences(
    clean: str, low: str, words: list[str], places: tuple[list[int], list[int]]
) -> Iterator[Sentence]:
    starts, ends = places
    first = 0
    for index in range(1, len(words)):
        gap = low[ends[index - 1] : starts[index]]
        mark = _mark(gap) if len(gap) > 1 or gap == "\n" else ""
        if mark == "." and gap.startswith(".") and "\n" not in gap:
            large = clean[starts[index]].isupper()
            mark = mark if _full_stop(words[index - 1], words[index], large) else ""
        if mark or index - first == _LONGEST_SENTENCE:
            yield Sentence(first, index, mark)
            first = index
    if words:
        yield Sentence(first, len(words), _mark(low[ends[-1] :] + "\n"))


def _mark(gap: str) -> str:
    """The mark that could end a sentence in this gap, empty when there is none."""
    if "?" in gap:
        return "?"
    if "!" in gap:
        return "!"
    if "\n" in gap or ";" in gap or "\u2026" in gap:
        return "."
    if gap.startswith((".", ").")) and gap[-1] in " (":
        return "."
    return "." if any(dash in gap for dash in _DASHES) else ""


def _full_stop(before: str, after: str, large: bool) -> bool:
    """Whether a full stop ends the sentence, not an abbreviation or an ordinal ("2. Mai")."""
    if before[0].isdecimal():
        return large and not after.startswith(_GERMAN_MONTHS)
    return before not in _ABBREVIATIONS
