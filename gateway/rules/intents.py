"""What one sentence wants: rules in order, and the first that knows decides."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from gateway.plugin.messages import Intent
from gateway.rules.clauses import Clause
from gateway.rules.reading import Reading
from gateway.rules.vocabulary import Vocabulary, grammar

_ANSWERING: Final = frozenset({"agree", "filler", "thanks", "greeting", "polite"})
_SHORT_ANSWER: Final = 8
_PAST_ENDING: Final = 5
_DEADLINE_REACH: Final = 4


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a sentence wants, and how sure that is; None for one that only greets or thanks."""

    intent: Intent | None
    confidence: float


def judge(clause: Clause) -> Verdict:
    """What the sentence wants: the first rule that knows decides."""
    for rule, verdict in _RULES:
        if rule(clause):
            return verdict
    return Verdict("update", 0.45)


def _empty(clause: Clause) -> bool:
    """Nothing but greeting, thanks, sign-off or shouting."""
    if clause.signs_off:
        return True
    return clause.start == clause.sentence.last and not clause.has("agree") and not clause.has("wh")


def _declared(clause: Clause) -> bool:
    """As in "task: milk", the way that always makes a task."""
    cue = clause.starts_with("need-first") or clause.starts_with("need")
    return (
        cue is not None and cue.last < clause.sentence.last and ":" in clause.reading.gap(cue.last)
    )


def _agrees(clause: Clause) -> bool:
    """A yes or no to something said before, with little beside it."""
    first, last = clause.sentence.first, clause.sentence.last
    if not clause.has("agree") or last - first > _SHORT_ANSWER or clause.sentence.mark == "?":
        return False
    if clause.has("not-agree") or clause.has("low"):
        return False
    covered = {
        word for cue in clause.cues if cue.kind in _ANSWERING for word in range(cue.first, cue.last)
    }
    rest = [
        word
        for index, word in enumerate(clause.reading.words[first:last], first)
        if index not in covered
        and word not in clause.vocabulary.fillers
        and not _dated(word, clause)
    ]
    if any(word in clause.vocabulary.verbs for word in rest):
        return False
    if len(rest) == 1 and not _past_form(rest[0], clause.vocabulary):
        return _parted_answer(clause)
    return not rest


def _parted_answer(clause: Clause) -> bool:
    """As in "Yes, Friday works": the answer comes first and something sets it apart."""
    first = clause.sentence.first
    ends = [c.last for c in clause.cues if c.kind == "agree" and c.first == first]
    if not ends:
        return False
    end = max(ends)
    return end == clause.sentence.last or clause.reading.gap(end) != " " or end - first > 1


def _dated(word: str, clause: Clause) -> bool:
    return word[0].isdecimal() or word in clause.vocabulary.date_words


def _asks_for_words(clause: Clause) -> bool:
    if clause.sentence.mark == "?" and any(
        c.kind == "wh" and c.first > clause.start and "," in clause.reading.gap(c.first)
        for c in clause.cues
    ):
        return True
    return clause.starts_with("ask") is not None


def _requests(clause: Clause) -> bool:
    """As in "Can you ..." asks for a deed wherever it stands; what comes before it explains."""
    asked = {c.last for c in clause.cues if c.kind in {"wh", "when"} and c.first == clause.start}
    cues = [
        c
        for c in clause.cues
        if c.kind == "request" and c.last < clause.sentence.last and c.first not in asked
    ]
    asks = [c for c in clause.cues if c.kind == "ask"]
    if any(all(not a.first <= c.first < a.last for a in asks) for c in cues):
        return True
    words = clause.words
    if len(words) > 1 and words[0] == "mind" and words[1].endswith(("ing", "in")):
        return True
    return _asks_to_have_done(clause)


def _asks_to_have_done(clause: Clause) -> bool:
    """As in "Could the deposit be refunded to my card?"."""
    if not clause.starts_with("modal"):
        return False
    words = clause.words
    return any(
        word == "be" and _past_form(after, clause.vocabulary) for word, after in pairwise(words)
    )


def _asks(clause: Clause) -> bool:
    marked = clause.sentence.mark == "?"
    if clause.starts_with("wh") and not _said_politely(clause):
        return True
    when = clause.starts_with("when")
    if when and (marked or _followed_by_aux(clause, when.last)):
        return True
    if clause.starts_with("aux") and not (clause.has("polite") and not marked):
        return True
    return marked and not _opens_order(clause, clause.start, sure=True)


def _said_politely(clause: Clause) -> bool:
    return clause.has("polite") and clause.sentence.mark != "?"


def _followed_by_aux(clause: Clause, index: int) -> bool:
    words = clause.reading.words
    return (
        index < clause.sentence.last
        and words[index] in clause.vocabulary.past | grammar.AUXILIARIES
    )


def _orders(clause: Clause) -> bool:
    """The sentence, or a part of it behind a comma, starts with a verb in the imperative."""
    if _opens_order(clause, clause.start) or _ends_with_verb(clause):
        return True
    after_opening = clause.starts_with("subordinate") is not None
    return any(
        _opens_order(clause, index, sure=not after_opening)
        for index in range(clause.start + 1, clause.sentence.last)
        if _starts_anew(clause.reading, index)
    )


def _starts_anew(reading: Reading, index: int) -> bool:
    """Whether another clause starts here: behind a comma, a colon, or "so"."""
    gap = reading.gap(index)
    return (gap != " " and ("," in gap or ":" in gap)) or reading.words[index - 1] == "so"


def _opens_order(clause: Clause, index: int, *, sure: bool = False) -> bool:
    """Whether an imperative stands here; `sure` leaves out what may as well be a noun."""
    reading = clause.reading
    while index < clause.sentence.last and reading.words[index] in grammar.BEFORE_IMPERATIVE:
        index += 1
    if index >= clause.sentence.last:
        return False
    thanks = any(c.kind == "thanks" and c.first == index for c in clause.cues)
    if thanks or not _imperative(reading.words[index], clause):
        return False
    certain = reading.words[index] not in clause.vocabulary.nouns_too
    return certain or _used_as_verb(clause, index, sure=sure)


def _used_as_verb(clause: Clause, index: int, *, sure: bool) -> bool:
    """Whether a word that is a noun as well, such as "order", is a verb here."""
    following = clause.reading.words[index + 1 : clause.sentence.last]
    gap = clause.reading.gap(index + 1).strip() if following else ""
    if gap == ":":
        return clause.reading.words[index] not in grammar.HEADINGS
    if gap:
        return False
    if following and following[0] in grammar.DETERMINERS:
        return True
    return not sure and not _reports(following, clause.vocabulary)


def _imperative(word: str, clause: Clause) -> bool:
    verbs = clause.vocabulary.verbs
    if word in verbs:
        return True
    if clause.language == "es":
        # Spanish hangs pronouns on an imperative: "pasale", "mandanoslo".
        return any(
            word.endswith(ending) and word[: -len(ending)] in verbs
            for ending in grammar.SPANISH_ENCLITICS
        )
    return False


def _ends_with_verb(clause: Clause) -> bool:
    """As in "Logo bis Freitag an Dana schicken": a German order may end with the infinitive."""
    if clause.language != "de" or clause.sentence.mark == "?":
        return False
    words = [w for w in clause.words if w not in {"bitte", "danke"}]
    last = words[-1] if len(words) > 1 else ""
    return (
        last.endswith(("en", "ern", "eln"))
        and not clause.reading.capitalised(clause.start + clause.words.index(last))
        and words[0] not in grammar.GERMAN_SUBJECTS
        and not any(
            word in grammar.GERMAN_FINITE or word in grammar.GERMAN_SUBJECTS for word in words[:-1]
        )
    )


def _reports(words: tuple[str, ...], vocabulary: Vocabulary) -> bool:
    """Whether a noun is followed by what happened to it: "order 4471 shipped"."""
    for word in words[:3]:
        if _past_form(word, vocabulary):
            return True
        if not word[0].isdecimal() and word not in vocabulary.nouns_too:
            return False
    return False


def _past_form(word: str, vocabulary: Vocabulary) -> bool:
    return word in vocabulary.past or (
        word.endswith("ed") and len(word) >= _PAST_ENDING and word not in vocabulary.verbs
    )


def _needs(clause: Clause) -> bool:
    """Something is needed, must be, or is not to be forgotten."""
    if clause.starts_with("need-first"):
        return True
    if not clause.has("need"):
        return False
    hidden = [c for c in clause.cues if c.kind in {"not-need", "low", "mute", "ask"}]
    return any(
        c.kind == "need" and not any(c.first < h.last and h.first < c.last for h in hidden)
        for c in clause.cues
    )


def _fails(clause: Clause) -> bool:
    """Something is broken, which somebody has to look at."""
    hidden = (
        [c for c in clause.cues if c.kind in {"mute", "negation"}] if clause.has("fault") else []
    )
    for cue in clause.cues:
        if cue.kind == "fault" and not any(
            h.first < cue.first <= h.last or h.first <= cue.first < h.last - 1 for h in hidden
        ):
            return True
    return _no_longer(clause) or _was_not_done(clause)


def _was_not_done(clause: Clause) -> bool:
    """As in "the bins were not emptied", "the lights keep flickering"."""
    words = clause.words
    if clause.language != "en" or not words or words[0] in grammar.ENGLISH_PERSONS:
        return False
    return any(
        (first in grammar.NOT_DONE and _past_form(second, clause.vocabulary))
        or (first in {"keep", "keeps"} and second.endswith("ing") and first != words[0])
        for first, second in pairwise(_without(words, {"been", "yet", "even"}))
    )


def _without(words: tuple[str, ...], left_out: set[str]) -> list[str]:
    return [word for word in words if word not in left_out]


def _no_longer(clause: Clause) -> bool:
    """As in "La porte ne ferme plus", "die Tür geht nicht mehr auf"."""
    words = clause.words
    if not words or words[0] in grammar.PERSONS:
        return False
    if clause.language == "fr":
        return any(
            first in {"ne", "n"} and third == "plus"
            for first, third in zip(words, words[2:], strict=False)
        )
    return (
        clause.language == "de"
        and "nicht mehr" in " ".join(words)
        and words[0] in grammar.GERMAN_ARTICLES
    )


def _informs(clause: Clause) -> bool:
    words = clause.words
    if clause.starts_with("news") or (words and words[0] in clause.vocabulary.past):
        return True
    return bool(words) and words[0].endswith(("ed", "ing")) and len(words[0]) >= _PAST_ENDING


def _tells(clause: Clause) -> bool:
    """There is a finite verb or a participle somewhere: it is a statement."""
    return clause.has("news") or any(_past_form(word, clause.vocabulary) for word in clause.words)


def _wants_by_a_date(clause: Clause) -> bool:
    """A fragment without a verb that is due on a day: "logo for Dana by friday"."""
    words = clause.words
    return any(
        word in grammar.DEADLINE_WORDS
        and any(
            after in clause.vocabulary.date_words
            for after in words[place + 1 : place + _DEADLINE_REACH]
        )
        for place, word in enumerate(words)
        if place > 0
    )


_RULES: Final[tuple[tuple[Callable[[Clause], bool], Verdict], ...]] = (
    (_declared, Verdict("task", 0.95)),
    (_agrees, Verdict("confirmation", 0.95)),
    (_empty, Verdict(None, 0.3)),
    (_asks_for_words, Verdict("question", 0.85)),
    (_requests, Verdict("task", 0.95)),
    (_asks, Verdict("question", 0.9)),
    (_orders, Verdict("task", 0.9)),
    (_fails, Verdict("task", 0.8)),
    (_needs, Verdict("task", 0.85)),
    (_informs, Verdict("update", 0.85)),
    (_tells, Verdict("update", 0.7)),
    (_wants_by_a_date, Verdict("task", 0.55)),
)
