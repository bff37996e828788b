"""What one sentence wants: its cues, where it really starts, and what that makes of it."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final

from gateway.plugin.messages import Intent
from gateway.rules.reading import Reading, Sentence
from gateway.rules.vocabulary import Vocabulary
from gateway.rules.vocabulary.lexicon import Cue

_OPENINGS: Final = ("greeting", "polite", "thanks", "lead", "low", "high", "critical", "mute")
_URGENT: Final = frozenset({"low", "high", "critical", "priority"})
_EMPTY_WORDS: Final = frozenset({"greeting", "signoff", "thanks", "polite", *_URGENT, "lead"})
_ANSWERING: Final = frozenset({"agree", "filler", "thanks", "greeting", "polite"})
_SHORT_ANSWER: Final = 8
_SHORT_FRAGMENT: Final = 7
_PAST_ENDING: Final = 5
_NAME_AFTER_GREETING: Final = 2
_VERBS_AT_THE_END: Final = "de"


@dataclass(frozen=True, slots=True)
class Clause:
    """A sentence with its cues; `start` is the first word behind greetings and other openings."""

    reading: Reading
    sentence: Sentence
    vocabulary: Vocabulary
    language: str
    cues: tuple[Cue, ...]
    kinds: frozenset[str]
    start: int

    def starts_with(self, kind: str) -> Cue | None:
        """The cue of this kind with which the sentence really starts."""
        return next((c for c in self.cues if c.kind == kind and c.first == self.start), None)

    def has(self, kind: str) -> bool:
        """Whether a cue of this kind stands anywhere in the sentence."""
        return kind in self.kinds

    @property
    def signs_off(self) -> bool:
        """Whether the sentence is the end of a letter, with its writer's name."""
        return any(c.kind == "signoff" and c.first == self.sentence.first for c in self.cues)

    @property
    def words(self) -> tuple[str, ...]:
        """The words behind the openings."""
        return self.reading.words[self.start : self.sentence.last]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a sentence wants, and how sure that is; None for one that only greets or thanks."""

    intent: Intent | None
    confidence: float


def clause(reading: Reading, sentence: Sentence, vocabulary: Vocabulary, language: str) -> Clause:
    """The sentence with all that its words signal."""
    cues = tuple(vocabulary.senses.cues(reading.words, sentence.first, sentence.last))
    kinds = frozenset(cue.kind for cue in cues)
    start = _start(reading, sentence, cues, vocabulary)
    return Clause(reading, sentence, vocabulary, language, cues, kinds, start)


def _start(
    reading: Reading, sentence: Sentence, cues: Collection[Cue], vocabulary: Vocabulary
) -> int:
    openings: dict[int, Cue] = {}
    blocked: dict[int, int] = {}
    for cue in cues:
        if cue.kind in _OPENINGS:
            openings.setdefault(cue.first, cue)
        elif cue.kind in {"request", "ask", "need", "news", "aux", "wh", "not-need", "fault"}:
            blocked[cue.first] = max(cue.last, blocked.get(cue.first, 0))
    index = sentence.first
    while (
        index < sentence.last
        and index in openings
        and openings[index].last >= blocked.get(index, 0)
    ):
        cue = openings[index]
        index = cue.last
        if cue.kind == "greeting":
            index = _behind_name(reading, index, sentence.last, vocabulary)
    return index


def _behind_name(reading: Reading, index: int, last: int, vocabulary: Vocabulary) -> int:
    """Steps over whom a greeting greets: "Hi Ana Lopez, could you"."""
    for length in range(1, _NAME_AFTER_GREETING + 1):
        end = index + length
        if end < last and "," in reading.gap(end) and reading.words[index] not in vocabulary.verbs:
            return end
    return index


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
        if index not in covered and not _dated(word, clause)
    ]
    if any(word in clause.vocabulary.verbs for word in rest):
        return False
    return not rest or (len(rest) == 1 and _parted_answer(clause))


def _parted_answer(clause: Clause) -> bool:
    """ "Yes, Friday works": the answer comes first, and a comma or a full phrase sets it apart."""
    first = clause.sentence.first
    ends = [c.last for c in clause.cues if c.kind == "agree" and c.first == first]
    if not ends:
        return False
    end = max(ends)
    return end == clause.sentence.last or clause.reading.gap(end) != " " or end - first > 1


def _dated(word: str, clause: Clause) -> bool:
    return word[0].isdigit() or word in clause.vocabulary.date_words


def _asks_for_words(clause: Clause) -> bool:
    cue = clause.starts_with("ask")
    return cue is not None and not _needs_more(clause, cue)


def _needs_more(clause: Clause, cue: Cue) -> bool:
    return cue.last == clause.sentence.last and clause.sentence.mark != "?"


def _requests(clause: Clause) -> bool:
    """ "Can you ..." asks for a deed wherever it stands; what comes before it explains."""
    cues = [c for c in clause.cues if c.kind == "request" and c.last < clause.sentence.last]
    asks = [c for c in clause.cues if c.kind == "ask"]
    if any(all(not a.first <= c.first < a.last for a in asks) for c in cues):
        return True
    words = clause.words
    if len(words) > 1 and words[0] == "mind" and words[1].endswith(("ing", "in")):
        return True
    return _asks_to_have_done(clause)


def _asks_to_have_done(clause: Clause) -> bool:
    """ "Could the deposit be refunded to my card?"."""
    if not clause.starts_with("modal"):
        return False
    words = clause.words
    return any(
        word == "be" and _past_form(after, clause.vocabulary)
        for word, after in zip(words, words[1:], strict=False)
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
    return marked and not _orders(clause)


def _said_politely(clause: Clause) -> bool:
    return clause.has("polite") and clause.sentence.mark != "?"


def _followed_by_aux(clause: Clause, index: int) -> bool:
    words = clause.reading.words
    return index < clause.sentence.last and words[index] in clause.vocabulary.past | _AUXILIARIES


_AUXILIARIES: Final = frozenset(
    "is are do does did will can could should would was were es esta son hay va vas puede ist kommt "
    "wird hat est sont arrive pouvez".split()
)


def _orders(clause: Clause) -> bool:
    """The sentence, or a part of it behind a comma, starts with a verb in the imperative."""
    if _opens_order(clause, clause.start) or _ends_with_verb(clause):
        return True
    if clause.sentence.mark == "?":
        return False
    after_opening = clause.starts_with("subordinate") is not None
    return any(
        _opens_order(clause, index, sure=not after_opening)
        for index in range(clause.start + 1, clause.sentence.last)
        if clause.reading.gap(index) != " " and "," in clause.reading.gap(index)
    )


def _opens_order(clause: Clause, index: int, *, sure: bool = False) -> bool:
    """Whether an imperative stands here; `sure` leaves out what may be a noun without an article."""
    reading, vocabulary = clause.reading, clause.vocabulary
    while index < clause.sentence.last and reading.words[index] in _BEFORE_IMPERATIVE:
        index += 1
    if index >= clause.sentence.last:
        return False
    if not _imperative(reading.words[index], clause):
        return False
    if reading.words[index] not in vocabulary.nouns_too:
        return True
    following = reading.words[index + 1 : clause.sentence.last]
    if following and following[0] in _DETERMINERS:
        return True
    if following and reading.gap(index + 1).strip() == ":":
        return reading.words[index] not in _HEADINGS
    return not sure and not _reports(following, vocabulary)


def _imperative(word: str, clause: Clause) -> bool:
    verbs = clause.vocabulary.verbs
    if word in verbs:
        return True
    if clause.language == "es":
        # Spanish hangs pronouns on an imperative: "pasale", "mandanoslo".
        return any(
            word.endswith(ending) and word[: -len(ending)] in verbs for ending in _SPANISH_ENCLITICS
        )
    return False


_BEFORE_IMPERATIVE: Final = frozenset({"then", "please", "pls", "just", "and", "so", "also", "bitte", "now"})
_HEADINGS: Final = frozenset({"update", "status", "report", "info", "question", "note", "order"})
_DETERMINERS: Final = frozenset(
    "the a an my our your his her their this that these those it them me us him some all any every "
    "each both up out off back down two three four five six more another".split()
)
_SPANISH_ENCLITICS: Final = (
    "melo", "mela", "selo", "sela", "noslo", "nosla", "me", "nos", "le", "les", "lo", "la", "los",
    "las", "te", "se",
)  # fmt: skip


def _ends_with_verb(clause: Clause) -> bool:
    """ "Logo bis Freitag an Dana schicken": a German order may end with the infinitive."""
    if clause.language != _VERBS_AT_THE_END or clause.sentence.mark == "?":
        return False
    words = [w for w in clause.words if w not in {"bitte", "danke"}]
    last = words[-1] if len(words) > 1 else ""
    return (
        last.endswith(("en", "ern", "eln"))
        and not clause.reading.capitalised(clause.start + clause.words.index(last))
        and words[0] not in _GERMAN_SUBJECTS
        and not any(word in clause.vocabulary.past or word in _GERMAN_SUBJECTS for word in words[:-1])
    )


_GERMAN_SUBJECTS: Final = frozenset("ich wir er sie es ihr du wollen werden".split())


def _reports(words: tuple[str, ...], vocabulary: Vocabulary) -> bool:
    """Whether a noun is followed by what happened to it: "order 4471 shipped"."""
    for word in words[:3]:
        if _past_form(word, vocabulary):
            return True
        if not word[0].isdigit() and word not in vocabulary.nouns_too:
            return False
    return False


def _past_form(word: str, vocabulary: Vocabulary) -> bool:
    return word in vocabulary.past or (
        word.endswith("ed") and len(word) >= _PAST_ENDING and word not in vocabulary.verbs
    )


def _needs(clause: Clause) -> bool:
    """Something is needed, must be, or is not to be forgotten."""
    if not clause.has("need"):
        return False
    hidden = [c for c in clause.cues if c.kind in {"not-need", "low", "mute", "ask"}]
    cues = [
        c
        for c in clause.cues
        if c.kind == "need" and not any(h.first <= c.first < h.last for h in hidden)
    ]
    return bool(cues)


def _fails(clause: Clause) -> bool:
    """Something is broken, which somebody has to look at."""
    hidden = [c for c in clause.cues if c.kind in {"mute", "negation"}] if clause.has("fault") else []
    for cue in clause.cues:
        if cue.kind == "fault" and not any(
            h.first < cue.first <= h.last or h.first <= cue.first < h.last - 1 for h in hidden
        ):
            return True
    return _no_longer(clause)


def _no_longer(clause: Clause) -> bool:
    """ "La porte ne ferme plus", "die Tür geht nicht mehr auf"."""
    words = clause.words
    if not words or words[0] in _PERSONS:
        return False
    if clause.language == "fr":
        return any(
            first in {"ne", "n"} and third == "plus"
            for first, third in zip(words, words[2:], strict=False)
        )
    return clause.language == "de" and "nicht mehr" in " ".join(words) and words[0] in _ARTICLES


_PERSONS: Final = frozenset("je tu nous vous on j il elle".split())
_ARTICLES: Final = frozenset("der die das unser unsere mein meine".split())


def _informs(clause: Clause) -> bool:
    words = clause.words
    if clause.starts_with("news") or (words and words[0] in clause.vocabulary.past):
        return True
    return bool(words) and words[0].endswith(("ed", "ing")) and len(words[0]) >= _PAST_ENDING


def _tells(clause: Clause) -> bool:
    """There is a finite verb or a participle somewhere: it is a statement."""
    return clause.has("news") or any(_past_form(word, clause.vocabulary) for word in clause.words)


def _wants_by_a_date(clause: Clause) -> bool:
    """A fragment without a verb that names a day: "logo for Dana by friday"."""
    return len(clause.words) > 1 and any(
        word in clause.vocabulary.date_words for word in clause.words
    )


_RULES: Final[tuple[tuple[Callable[[Clause], bool], Verdict], ...]] = (
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
