"""What became of each accepted message: answered once, in order, or not."""

import asyncio
import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bench.client import Answer, clock
from bench.lab import BenchError
from bench.sink import Sink

SETTLE_SECONDS: Final = 180.0
POLL_SECONDS: Final = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The exact balance of a run."""

    accepted: int
    arrived_at: Mapping[int, float]
    """When the answer to each message came to the sink."""
    lost: int
    doubled: int
    reordered: int
    """Conversations whose messages were answered in another order than they were accepted in."""

    @property
    def is_even(self) -> bool:
        """Whether every message was answered exactly once and in order."""
        return not (self.lost or self.doubled or self.reordered)


def balance(answers: Sequence[Answer], sink: Sink) -> Account:
    """Compares what was accepted with what came to the sink."""
    accepted = {message_id(answer) for answer in answers}
    arrived_at: dict[int, float] = {}
    talks: dict[int, list[int]] = defaultdict(list)
    doubled = 0
    for reply in sink.replies():
        for id_ in reply.message_ids:
            doubled += id_ in arrived_at
            arrived_at.setdefault(id_, reply.at)
        talks[reply.conversation_id] += reply.message_ids
    return Account(
        accepted=len(accepted),
        arrived_at=arrived_at,
        lost=len(accepted - arrived_at.keys()),
        doubled=doubled,
        reordered=sum(ids != sorted(ids) for ids in talks.values()),
    )


def even_balance(answers: Sequence[Answer], sink: Sink) -> Account:
    """The balance, when nothing is wrong with it. Raises `BenchError`."""
    account = balance(answers, sink)
    if not account.is_even:
        raise BenchError(
            f"of {account.accepted} messages {account.lost} were lost and {account.doubled} "
            f"answered twice; {account.reordered} conversations were reordered"
        )
    return account


def check_accepted(answers: Sequence[Answer]) -> None:
    """Refuses a measurement in which anything was not accepted. Raises `BenchError`."""
    bad = [answer for answer in answers if answer.status != 200]
    if bad or not answers:
        shown = f"{bad[0].status} {bad[0].body[:300]!r}" if bad else "nothing was posted"
        raise BenchError(f"{len(bad)} of {len(answers)} posts were not accepted; first: {shown}")


def message_id(answer: Answer) -> int:
    """The id that the gateway gave to an accepted message."""
    id_: int = json.loads(answer.body)["messageId"]
    return id_


async def until(
    condition: Callable[[], bool], *, what: str, within_seconds: float = SETTLE_SECONDS
) -> None:
    """Returns once the condition holds. Raises `BenchError` when it takes too long."""
    deadline = clock() + within_seconds
    while not condition():
        if clock() > deadline:
            raise BenchError(f"{what}: not within {within_seconds:g} s")
        await asyncio.sleep(POLL_SECONDS)
