"""What is remembered of a person: typed facts, each with its source, bounded in number and size."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from gateway.plugin.messages import Conversation, Fact, FactKind, JsonValue
from gateway.rules.commands import Command, command_in
from gateway.rules.confirmation import Opening
from gateway.rules.reading import fold

MOST_FACTS: Final = 60
LONGEST_KEY: Final = 64
LONGEST_VALUE: Final = 1_000
STATE_LASTS: Final = timedelta(days=30)
NOTED_BY_ITSELF: Final[frozenset[FactKind]] = frozenset({"topic"})
"""What nobody says, or means with "forget that": a topic is what was talked about."""


def remembered(
    known: Sequence[Fact], *, learnt: Sequence[Fact], forgotten: Iterable[str], now: datetime
) -> tuple[Fact, ...]:
    """The facts after a turn: a contradiction replaces, what expired or was taken back is gone.

    A fact that was only said again keeps its first source. Beyond 60, the oldest go first.
    """
    facts = {fact.key: fact for fact in known}
    for fact in filter(_fits, learnt):
        before = facts.get(fact.key)
        if before is None or before.value != fact.value or before.expires_at is not None:
            facts.pop(fact.key, None)
            facts[fact.key] = _with_end(fact)
    for key in forgotten:
        facts.pop(key, None)
    return living(facts.values(), now=now)[-MOST_FACTS:]


def together(own: Sequence[Fact], elsewhere: Sequence[Fact]) -> tuple[Fact, ...]:
    """What is known of a person: of two facts with the same key, the one that was said last."""
    if not elsewhere:
        return tuple(own)
    latest = {fact.key: fact for fact in sorted((*own, *elsewhere), key=_said_at)}
    return tuple(sorted(latest.values(), key=_said_at))


def said_elsewhere(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """What linked senders said of a person; each conversation notes for itself what it was about.

    What is noted is taken over into the next note, and would stay after they are told apart.
    """
    return together((), [fact for fact in facts if fact.kind not in NOTED_BY_ITSELF])


def new_here(learnt: Iterable[Fact], elsewhere: Iterable[Fact]) -> tuple[Fact, ...]:
    """What was learnt in a conversation and is not only repeated of what was said elsewhere."""
    known = {(fact.key, json.dumps(fact.value, sort_keys=True)) for fact in elsewhere}
    return tuple(f for f in learnt if (f.key, json.dumps(f.value, sort_keys=True)) not in known)


def opened(opening: Opening, conversation: Conversation) -> Opening:
    """A turn's beginning with what the person wants forgotten: "forget that", "forget my address".

    What names no fact that is known stays for a responder.
    """
    keys: set[str] = set()
    handled: set[int] = set()
    is_all, language = False, opening.language
    for turn in conversation.pending:
        command = command_in(turn.text)
        if command is None or turn.message_id in opening.handled or turn.structured:
            continue
        meant = _meant(command, conversation)
        is_all = is_all or command.verb == "forget_all"
        if meant or command.verb == "forget_all":
            keys |= meant
            handled.add(turn.message_id)
            language = command.language or language
    if not handled:
        return opening
    return replace(
        opening,
        forgets=frozenset(keys),
        forgets_all=is_all,
        handled=opening.handled | handled,
        language=language,
    )


def _meant(command: Command, conversation: Conversation) -> set[str]:
    """The keys of the facts that a command wants forgotten."""
    facts = conversation.memory
    if command.verb == "forget_all":
        return {fact.key for fact in facts}
    if command.verb != "forget":
        return set()
    if command.about:
        return {fact.key for fact in facts if set(words_of(fact.key)).issuperset(command.about)}
    said = [turn.message_id for turn in conversation.turns if turn.role == "user"]
    return {
        fact.key
        for fact in facts
        if said and fact.message_id == said[-1] and fact.kind not in NOTED_BY_ITSELF
    }


def words_of(key: str) -> list[str]:
    """The words of a key: `delivery`, `address` for `delivery_address`."""
    return fold(re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", key)).split()


def living(facts: Iterable[Fact], *, now: datetime) -> tuple[Fact, ...]:
    """Those that have not expired."""
    return tuple(fact for fact in facts if fact.expires_at is None or fact.expires_at > now)


def fact_named(key: str, facts: Iterable[Fact]) -> JsonValue:
    """The value of the fact with this key, None when there is none."""
    return next((fact.value for fact in facts if fact.key == key), None)


def _said_at(fact: Fact) -> datetime:
    return fact.at


def _fits(fact: Fact) -> bool:
    return 0 < len(fact.key) <= LONGEST_KEY and len(json.dumps(fact.value)) <= LONGEST_VALUE


def _with_end(fact: Fact) -> Fact:
    if fact.kind == "state" and fact.expires_at is None:
        return replace(fact, expires_at=fact.at + STATE_LASTS)
    return fact
