"""The short title of a task: what is to be done, without politeness, haste and deadline."""

from collections.abc import Iterator, Sequence
from typing import Final

from gateway.plugin.messages import Analysis
from gateway.rules.analysis import clauses_of
from gateway.rules.clauses import Clause
from gateway.rules.intents import judge
from gateway.rules.reading import Reading, read
from gateway.rules.vocabulary import grammar

LONGEST_TITLE: Final = 100
WITHOUT_WORDS: Final = "Message without text"
# Three full stops: the one character for them would double the price of a text message.
_CUT: Final = "..."
_EDGES: Final = " \t\n.,;:!?-\u2013\u2014\u2026\u00a1\u00bf*>\"'([\u201e\u201c\u201d"
_LEADS: Final = frozenset({"request", "need-first", "polite", "need"})
_HASTE: Final = frozenset({"low", "high", "priority", "polite", "thanks"})
_POINTING_WORDS: Final = 3
_REMNANT_WORDS: Final = 3
_GERUND: Final = "ing"


def task_title(text: str, analysis: Analysis) -> str:
    """An imperative of 1 to 100 characters that starts with a capital letter."""
    reading = read(text)
    clauses = clauses_of(reading, analysis.language)
    spans = [mention.span for mention in analysis.entities.dates]
    for clause in _likeliest(clauses):
        title = _title(reading, clause, spans)
        if title:
            return title
    return _large(shortened(reading.clean, LONGEST_TITLE)) or WITHOUT_WORDS


def shortened(text: str, longest: int) -> str:
    """The text on one line, cut between two words where it is longer than that."""
    line = " ".join(text.split())
    if len(line) <= longest:
        return line
    cut = line[: longest - len(_CUT)]
    return (cut.rsplit(" ", 1)[0] if " " in cut else cut).rstrip(_EDGES) + _CUT


def _likeliest(clauses: Sequence[Clause]) -> Iterator[Clause]:
    """The sentences that ask for something, the surest first, then those that say anything."""
    judged = [(clause, judge(clause)) for clause in clauses]
    tasks = [pair for pair in judged if pair[1].intent == "task"]
    for clause, _ in sorted(tasks, key=lambda pair: -pair[1].confidence):
        yield clause
    yield from (clause for clause, verdict in judged if verdict.intent not in {"task", None})


def _title(reading: Reading, clause: Clause, spans: Sequence[str]) -> str:
    if clause.start >= clause.sentence.last:
        return ""
    lead = _behind_leads(clause)
    dates = list(_placed(reading, clause, spans))
    first, last = _inner(clause, (lead, clause.sentence.last), dates)
    if first >= last or (last - first == 1 and reading.words[first] in clause.vocabulary.verbs):
        # "Swing by today" would be left with its verb alone.
        first, last = lead, clause.sentence.last
    while first < last - 1 and reading.words[first] in grammar.ARTICLES:
        first += 1
    title = reading.written(first, last).strip(_EDGES)
    verb = _plain_verb(reading.words[first], clause) if lead > clause.start else ""
    if verb:
        title = verb + title[len(reading.words[first]) :]
    if title.count("(") > title.count(")"):
        title += ")"
    context = _context(reading, clause, (first, last))
    if context:
        return shortened(f"{_large(context)}: {title[:1].lower()}{title[1:]}", LONGEST_TITLE)
    return shortened(_large(title), LONGEST_TITLE)


def _large(text: str) -> str:
    return text[:1].upper() + text[1:]


def _context(reading: Reading, clause: Clause, words: tuple[int, int]) -> str:
    """What stands before a task that only points at it: "my door won't close, take a look"."""
    first, last = words
    if last - first > _POINTING_WORDS or grammar.POINTERS.isdisjoint(reading.words[first:last]):
        return ""
    requests = [c.first for c in clause.cues if c.kind == "request" and c.first > clause.start]
    if requests:
        return reading.written(clause.start, requests[0]).strip(_EDGES)
    before = [each for each in reading.sentences if each.last == clause.sentence.first]
    return reading.written(before[0].first, before[0].last).strip(_EDGES) if before else ""


def _placed(reading: Reading, clause: Clause, spans: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The words that the dates of this sentence take."""
    words = range(clause.sentence.first, clause.sentence.last)
    for span in spans:
        start = reading.clean.find(span, reading.starts[clause.sentence.first])
        end = start + len(span)
        taken = [i for i in words if start <= reading.starts[i] and reading.ends[i] <= end]
        if start >= 0 and taken:
            yield taken[0], taken[-1] + 1


def _behind_leads(clause: Clause) -> int:
    """The first word behind "could you please", "we need to", "remind me to"."""
    words, last = clause.reading.words, clause.sentence.last
    requests = [c.last for c in clause.cues if c.kind == "request" and c.last < last]
    index = _behind_links(clause, requests[0]) if requests else clause.start
    while True:
        after_subject = index + (words[index] in grammar.SUBJECTS)
        ends = [
            c.last
            for c in clause.cues
            if c.kind in _LEADS
            and (c.first == index or (c.first == after_subject and c.kind == "need"))
            and not _carries_meaning(clause, c.first)
        ]
        if words[index] == "mind" and index + 1 < last and words[index + 1].endswith(_GERUND):
            ends.append(index + 1)
        if not ends or max(ends) >= last:
            return index
        index = _behind_links(clause, max(ends))


def _behind_links(clause: Clause, index: int) -> int:
    while index < clause.sentence.last - 1 and clause.reading.words[index] in grammar.LEAD_LINKS:
        index += 1
    return index


def _carries_meaning(clause: Clause, index: int) -> bool:
    """Whether the task would turn into its opposite without this word: "don't park there"."""
    return clause.reading.words[index] in grammar.MEANINGFUL_LEADS


def _inner(
    clause: Clause, words: tuple[int, int], dates: Sequence[tuple[int, int]]
) -> tuple[int, int]:
    """The words without the haste, thanks and deadline at both ends."""
    first, last = words
    removable = [(c.first, c.last) for c in clause.cues if c.kind in _HASTE]
    spans = sorted([*removable, *_deadlines(clause, dates)], key=lambda span: span[0] - span[1])
    changed = True
    while changed and first < last:
        changed = False
        for start, end in spans:
            if start <= first < end <= last:
                first, changed = end, True
            if first <= start < last <= end:
                last, changed = start, True
    if (first, last) == words:
        return words
    while first < last and clause.reading.words[last - 1] in grammar.DANGLING:
        last -= 1
    while first < last - 1 and clause.reading.words[first] == "to":
        first += 1
    return first, _before_remnant(clause, first, last)


def _before_remnant(clause: Clause, first: int, last: int) -> int:
    """Where the title ends when the date has left only "she starts" behind the last comma."""
    for index in range(last - 1, max(first, last - _REMNANT_WORDS - 1), -1):
        if "," in clause.reading.gap(index):
            verbs = clause.vocabulary.verbs
            rest = clause.reading.words[index:last]
            return last if any(word in verbs for word in rest) else index
    return last


def _deadlines(clause: Clause, dates: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Dates with the small words before them; "move it to 4pm" keeps its date, it is the task."""
    words = clause.reading.words
    for start, end in dates:
        first = start
        while first > clause.sentence.first and words[first - 1] in grammar.DANGLING:
            first -= 1
        if words[first - 1] not in grammar.DESTINATIONS or first == clause.sentence.first:
            yield first, end


def _plain_verb(word: str, clause: Clause) -> str:
    """The imperative of an English gerund, "sending" as "send"; empty for any other word."""
    verbs = clause.vocabulary.verbs
    stem = word.removesuffix(_GERUND)
    if clause.language != "en" or stem == word or word in verbs:
        return ""
    return next((verb for verb in (stem, stem + "e", stem[:-1]) if verb in verbs), "")
