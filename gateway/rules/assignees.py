"""Who is to do a task, where a message says so in so many words; rather nobody than a wrong one."""

import re
from typing import Final

from gateway.plugin.messages import Analysis
from gateway.rules.reading import read
from gateway.rules.vocabulary.lexicon import words

_EXAMINED: Final = 1_000
_ANY: Final = r"(?P<any>[^\W\d_a-zà-ÿ][\w'-]{1,39}(?: [^\W\d_a-zà-ÿ][\w'-]{1,39})?)"
_KNOWN: Final = r"(?P<known>[^\W\d_][\w'-]{1,39})"
# What says outright that somebody is to do it takes any name.
_OUTRIGHT: Final = (
    rf"(?:assign(?:ed)?(?: it| this| that)? to|delegate(?:d)? to|assignee:) {_ANY}",
    rf"(?:zust[äa]ndig(?: ist)?:?|verantwortlich:|zugewiesen an) {_ANY}",
    rf"(?:asignad[oa] a|asigna(?:r)?(?:lo|la)? a|responsable ?:|encargad[oa] ?:) {_ANY}",
    rf"(?:assign[ée]e? [àa]|attribu[ée]e? [àa]|confi[ée]e? [àa]) {_ANY}",
)
# What may as well tell of somebody takes only those whom the rules know for people.
_TELLING: Final = (
    rf"(?:have|make) {_KNOWN} (?!know|been|had|a |the )\w+",
    rf"let {_KNOWN} (?!know)\w+",
    rf"get {_KNOWN} to \w+",
    rf"for {_KNOWN} to \w+",
    rf"{_KNOWN} (?:should|must|needs to|has to|is to|ought to) \w+",
    rf"{_KNOWN} (?:soll|sollte|muss|m[üu]sste) ",
    rf"(?:soll|sollte|muss) {_KNOWN} ",
    rf"lass {_KNOWN} ",
    rf"(?:necesito|necesitamos|quiero|queremos) que {_KNOWN} \w+",
    rf"{_KNOWN} (?:debe|deber[íi]a|tiene que) \w+",
    rf"(?:il faut|je veux|j'aimerais|nous voulons) que {_KNOWN} \w+",
    rf"{_KNOWN} (?:doit|devrait) \w+",
)
_SIGNS: Final = words(
    """
    assign assigned delegate delegated assignee have make let get for should must needs has is ought
    zustandig verantwortlich zugewiesen soll sollte muss musste lass asignado asignada asignar
    asigna asignarlo asignarla asignalo asignala responsable encargado encargada que debe deberia
    tiene assigne assignee attribue attribuee confie confiee doit devrait
    """
)
"""Without one of these nobody is named for a task."""
_MENTION: Final = re.compile(r"(?<![\w.@])@([^\W\d_][\w-]{1,38}\w)(?![\w@]|\.\w)")


def assignee_of(text: str, analysis: Analysis) -> str | None:
    """The one person who is to do what a message asks for; None where none, or several, are."""
    reading = read(text)
    clean = reading.clean[:_EXAMINED]
    if "@" not in clean and _SIGNS.isdisjoint(reading.words):
        return None  # as with most messages
    outright = {match["any"] for found in _OUTRIGHT_IN for match in found.finditer(clean)}
    known = {name.split()[0].casefold(): name for name in analysis.entities.names}
    told = {
        known[match["known"].casefold()]
        for expression in _TELLING_IN
        for match in expression.finditer(clean)
        if match["known"].casefold() in known
    }
    mentioned = set(_MENTION.findall(clean)) if "@" in clean else set()
    for found in (outright, mentioned, told):
        if found:
            return next(iter(found)) if len(found) == 1 else None
    return None


def _case_insensitive(pattern: str) -> str:
    """The pattern with its words in either case; a name stays as it is written."""
    parts = re.split(r"(\(\?P<.*)", pattern, maxsplit=1)
    return f"(?i:{parts[0]}){parts[1]}" if len(parts) > 1 else pattern


_OUTRIGHT_IN: Final = tuple(re.compile(rf"\b{_case_insensitive(p)}") for p in _OUTRIGHT)
_TELLING_IN: Final = tuple(re.compile(rf"\b{p}", re.IGNORECASE) for p in _TELLING)
