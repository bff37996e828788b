"""People and projects that a text mentions; rather one too few than one too many."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from gateway.rules.clauses import Clause
from gateway.rules.reading import Reading
from gateway.rules.vocabulary.first_names import FIRST_NAMES, NAMES_WRITTEN_LARGE
from gateway.rules.vocabulary.lexicon import Cue

MOST_MENTIONS: Final = 10
_LONGEST_PROJECT: Final = 3
_SHORTEST_NAME: Final = 2

_AT_NAME = re.compile(r"(?<![\w.@])@([^\W\d_][\w-]{1,38}\w)(?![\w@]|\.\w)")
_HASHTAG = re.compile(r"(?<![\w#&/])#([^\W\d_][\w-]{0,38}\w)")
# "the Acme-Projekt" is one word to a German and two to this reader.
_JOINED: Final = "-"


def names_in(clauses: Sequence[Clause]) -> tuple[str, ...]:
    """The people that are mentioned, as written, each once."""
    if not clauses:
        return ()
    clean = clauses[0].reading.clean
    found = [match[1] for match in _AT_NAME.finditer(clean)] if "@" in clean else []
    for clause in clauses:
        if not clause.signs_off:
            found.extend(_names(clause, _cues(clause)))
    return _once(found)


def projects_in(clauses: Sequence[Clause]) -> tuple[str, ...]:
    """The projects and accounts that are mentioned, as written, each once."""
    if not clauses:
        return ()
    clean = clauses[0].reading.clean
    found = [match[1] for match in _HASHTAG.finditer(clean)] if "#" in clean else []
    for clause in clauses:
        found.extend(_projects(clause, _cues(clause)))
    return _once(found)


def _once(found: Sequence[str]) -> tuple[str, ...]:
    return tuple({name.casefold(): name for name in reversed(found)}.values())[::-1][:MOST_MENTIONS]


def _cues(clause: Clause) -> tuple[Cue, ...]:
    words, sentence = clause.reading.words, clause.sentence
    return tuple(clause.vocabulary.mentions.cues(words, sentence.first, sentence.last))


def _names(clause: Clause, cues: Sequence[Cue]) -> Iterator[str]:
    reading, last = clause.reading, clause.sentence.last
    led = {cue.last for cue in cues if cue.kind == "to-person"}
    titled = {cue.last for cue in cues if cue.kind == "title"}
    index = clause.sentence.first
    while index < last:
        end = index
        if index in titled and reading.capitalised(index):
            end = _surname(reading, index, last)
        elif _is_first_name(reading, index, led=index in led):
            end = _surname(reading, index + 1, last)
        if end > index:
            if not _owned_by_project(cues, end):
                yield reading.written(index, end).removesuffix("'s").removesuffix("\u2019s")
            index = end
        else:
            index += 1


def _is_first_name(reading: Reading, index: int, *, led: bool) -> bool:
    word = reading.words[index]
    name = word if word in FIRST_NAMES or word in NAMES_WRITTEN_LARGE else word.removesuffix("s")
    possessive = name != word and reading.low[reading.starts[index] : reading.ends[index]].endswith(
        "'s"
    )
    if (name not in FIRST_NAMES and name not in NAMES_WRITTEN_LARGE) or (
        name != word and not possessive
    ):
        return False
    if name in NAMES_WRITTEN_LARGE:
        return led and reading.capitalised(index)
    return led or reading.capitalised(index)


def _surname(reading: Reading, index: int, last: int) -> int:
    """Where a name ends that may go on at `index` with a capitalised word."""
    if index < last and reading.capitalised(index) and len(reading.words[index]) > _SHORTEST_NAME:
        gap = reading.gap(index)
        follows = (
            gap in {" ", "-"} or not reading.low[reading.ends[index - 1] : reading.starts[index]]
        )
        titled = gap in {". ", " "} and reading.words[index - 1] not in FIRST_NAMES
        if (follows or titled) and not _shouting(reading, index):
            return index + 1
    return index


def _shouting(reading: Reading, index: int) -> bool:
    word = reading.written(index, index + 1)
    return len(word) > 1 and word.isupper()


def _owned_by_project(cues: Sequence[Cue], end: int) -> bool:
    """As in "the Lena account" is a project, not a person."""
    return any(cue.kind == "project-after" and cue.first == end for cue in cues)


def _projects(clause: Clause, cues: Sequence[Cue]) -> Iterator[str]:
    if all(cue.kind not in {"project-before", "project-after"} for cue in cues):
        return
    generic = {cue.first for cue in cues if cue.kind == "generic"}
    for cue in cues:
        if cue.kind == "project-before":
            name = _project_behind(clause, cue, generic)
        elif cue.kind == "project-after":
            name = _project_before(clause, cue, generic)
        else:
            continue
        if name:
            yield name


def _project_behind(clause: Clause, cue: Cue, generic: set[int]) -> str:
    """As in "project Apollo", "proyecto Apolo Norte"."""
    reading, end = clause.reading, cue.last
    while (
        end < clause.sentence.last
        and end - cue.last < _LONGEST_PROJECT
        and end not in generic
        and (reading.capitalised(end) or (end > cue.last and reading.words[end].isdecimal()))
        and reading.gap(end) in {" ", "-", ' "', " '", " \u201e", " \u00ab"}
    ):
        end += 1
    return reading.written(cue.last, end) if end > cue.last else ""


def _project_before(clause: Clause, cue: Cue, generic: set[int]) -> str:
    """As in "the Acme account", "Blue Ridge project", "Acme-Projekt"."""
    reading, first = clause.reading, cue.first
    while (
        first > clause.sentence.first
        and cue.first - first < _LONGEST_PROJECT
        and first - 1 not in generic
        and reading.capitalised(first - 1)
        and reading.gap(first) in {" ", _JOINED}
        and not (first - 1 == clause.start and reading.words[first - 1] in clause.vocabulary.verbs)
    ):
        first -= 1
    return reading.written(first, cue.first) if first < cue.first else ""
