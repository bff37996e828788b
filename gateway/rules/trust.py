"""What messages may do whose sender nobody vouches for, pure: they can ask, and no more.

The question that such a message leads to goes to the address that it names. Its code is random and
long, so that it can only be answered by whoever reads what is sent to that address.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import Final

from gateway.plugin.messages import Policy, Turn
from gateway.rules.commands import DIGITS, LETTERS, code_in, command_in
from gateway.rules.confirmation import SHOWING, Opening, Said, Standing

PAIRS: Final = 3
"""A code of so many digits and letters in turn: of a million, none is guessed."""


def careful(policy: Policy) -> Policy:
    """The policy of a turn with a message that nobody vouches for: it asks whatever comes of it."""
    return replace(policy, confirmation="ask")


def heeded(pending: Sequence[Turn], unproven: Collection[int]) -> list[Turn]:
    """The messages whose commands count: of the unproven ones, those that show something or a code.

    A code was sent to the address that they name.
    """
    return [turn for turn in pending if turn.message_id not in unproven or _may_command(turn.text)]


def told_to_confirm(
    opening: Opening,
    pending: Sequence[Turn],
    standings: Sequence[Standing],
    unproven: Collection[int],
) -> Opening:
    """The opening with what is said to a yes, no or undo that nobody vouches for: its code?"""
    open_ = [s for s in standings if s.status in {"pending", "undoable"}]
    bare = [t for t in pending if t.message_id in unproven and _is_bare(t) and open_]
    if not bare:
        return opening
    here = [standing for standing in open_ if standing.asked_in is None]
    asked = Said("by_code", here[0]) if len(here) == 1 else Said("which")
    said = tuple(dict.fromkeys((*opening.said, asked)))
    handled = opening.handled | {turn.message_id for turn in bare}
    return replace(opening, said=said, handled=handled)


def secret_code(choose: Callable[[str], str]) -> str:
    """A code that cannot be foreseen; `choose` takes one of some characters at random."""
    return "".join(choose(DIGITS) + choose(LETTERS) for _ in range(PAIRS))


def _may_command(text: str) -> bool:
    command = command_in(text)
    if command is None:
        return bool(code_in(text))
    return bool(command.code) or command.verb in SHOWING


def _is_bare(turn: Turn) -> bool:
    command = command_in(turn.text)
    return command is not None and not command.code and command.verb in {"yes", "no", "undo"}
