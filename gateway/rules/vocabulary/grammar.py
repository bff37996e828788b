"""The small words on which the rules of grammar turn."""

from collections.abc import Mapping
from typing import Final

from gateway.rules.vocabulary.lexicon import words

AUXILIARIES: Final = words(
    """
    is are do does did will can could should would was were es esta son hay va vas puede ist
    kommt wird hat est sont arrive pouvez
    """
)
"""After "when", these make a question of it."""

BEFORE_IMPERATIVE: Final = frozenset(
    {"then", "please", "pls", "just", "and", "so", "also", "bitte", "now"}
)
"""What may stand between a comma and an order."""

HEADINGS: Final = frozenset({"update", "status", "report", "info", "question", "note", "order"})
"""Nouns that, before a colon, announce news and not an order."""

DETERMINERS: Final = words(
    """
    the a an my our your his her their this that these those it them me us him some all any
    every each both up out off back down two three four five six more another
    """
)
"""Before one of these, a word that is a noun and a verb is a verb: "paint the"."""

SPANISH_ENCLITICS: Final = (
    "melo", "mela", "selo", "sela", "noslo", "nosla", "me", "nos", "le", "les", "lo", "la", "los",
    "las", "te", "se",
)  # fmt: skip
"""Pronouns that Spanish hangs on an imperative: "mandanoslo"."""

GERMAN_FINITE: Final = words(
    """
    ist sind hat haben habe war wurde wurden wird bin kann
    """
)
"""With one of these before it, a German infinitive at the end is no order."""

GERMAN_SUBJECTS: Final = words(
    """
    ich wir er sie es ihr du wollen werden
    """
)
"""Nor with a subject."""

PERSONS: Final = words(
    """
    je tu nous vous on j il elle
    """
)
"""French subjects that stop a "ne ... plus" from being about a thing."""

GERMAN_ARTICLES: Final = words(
    """
    der die das unser unsere mein meine
    """
)
"""German articles with which a sentence about a thing starts."""

ENGLISH_PERSONS: Final = words("i we you he she they im we're youre nobody no one")
"""Subjects that stop "was not done" from being a complaint about a thing."""

NOT_DONE: Final = words("wasnt werent hasnt havent not")
"""Before a participle, these make a complaint: "were not emptied"."""

DEADLINE_WORDS: Final = words(
    """
    by before due until deadline antes para bis avant pour
    """
)
"""What leads to a deadline, in the four languages."""

ARTICLES: Final = words(
    """
    the a an my our some any el la los las un una unos der die das den ein eine einen le les une
    des
    """
)
"""A title does without these at its start."""

LEAD_LINKS: Final = words(
    "to that you me us que de d du daran dass zu if for could can would please"
)
"""What joins a lead to the task itself: "remind me to"."""

MEANINGFUL_LEADS: Final = words("dont make ensure do no ne n asegurate stell sorge assure assurez")
"""Leads that a title keeps, because it would say something else without them."""

DANGLING: Final = words(
    """
    by before on until till for at due in around the of and deadline am um bis zum vor den dem
    para el antes de del las al avant le pour ici d du les con y et is its es ist est from or
    """
)
"""What is left hanging when a date goes."""

SUBJECTS: Final = words("we you i someone somebody they u on nous vous tu wir du sie")
"""Who has to do something: "we have to" leads to the task."""

POINTERS: Final = words("it this that them these those some one look")
"""A title that only points at something needs what came before it."""

DESTINATIONS: Final = words("to auf into a vers s as from")
"""After one of these a date is what the task is about."""

MOVING_VERBS: Final = words(
    """
    move reschedule postpone shift change push mover mueve cambia cambiar verschieben verschiebe
    deplace deplacer deplacez reporte reporter reportez
    """
)
"""What these act on is due at its new time."""

NEEDS_OCLOCK: Final[Mapping[str, frozenset[str]]] = {
    "en": words("to from about around after"),
    "de": words("vor nach bis ab auf"),
    "fr": words("a pour avant des apres jusqu"),
}
"""After these a bare number is rather an amount or a house number than an hour."""
