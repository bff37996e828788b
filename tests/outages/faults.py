"""One fault at one hop, once: the only place of the tests that reaches into the house."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from redis.commands.core import AsyncScript
from redis.exceptions import ConnectionError as RedisConnectionError
from saq.queue.redis import RedisQueue

from gateway import store
from gateway.plugin import TemporaryFailure
from gateway.plugin.errors import StorageUnavailable
from gateway.queue import PatientQueue
from tests.parts import EchoResponder, FakeProvider

FAULTS: dict[str, Callable[[], Exception]] = {
    "storage": lambda: StorageUnavailable("the database is away"),
    "redis": lambda: RedisConnectionError("Redis is away"),
    "provider": lambda: TemporaryFailure("the provider is away"),
    "bug": lambda: ZeroDivisionError("a plugin's bug"),
}

IN_A_STATEMENT = {
    "redis": "a statement reaches PostgreSQL alone",
    "provider": "no part is asked while a statement runs",
    "bug": "no code of a plugin runs in a statement",
}
IN_REDIS = {
    "storage": "limits, wake-ups and jobs live in Redis alone",
    "provider": "no part is asked on the way to Redis",
    "bug": "no code of a plugin runs on the way to Redis",
}
IN_A_PART = {
    "storage": "a part is given no database",
    "redis": "a part is given no Redis",
}


@dataclass(frozen=True, kw_only=True)
class Hop:
    """A place where a message passes: the faults that can happen there, and why others cannot."""

    owner: object
    name: str
    can: tuple[str, ...]
    cannot: Mapping[str, str]
    before: tuple[str, str] | None = None
    """The hop and fault without which a message does not pass here."""


def _statement(name: str, **before: tuple[str, str]) -> Hop:
    return Hop(owner=store, name=name, can=("storage",), cannot=IN_A_STATEMENT, **before)


def _redis(owner: object, name: str) -> Hop:
    return Hop(owner=owner, name=name, can=("redis",), cannot=IN_REDIS)


def _part(owner: object, name: str, **cannot: str) -> Hop:
    can = tuple({"provider", "bug"} - set(cannot))
    return Hop(owner=owner, name=name, can=can, cannot=IN_A_PART | cannot)


HOPS: dict[str, Hop] = {
    "find the channel": _statement("webhook_by_token"),
    "limits": _redis(AsyncScript, "__call__"),
    "verify": _part(FakeProvider, "verify"),
    "parse": _part(
        FakeProvider,
        "parse",
        provider="a parser is a plain function and can ask nobody",
        bug="keeps the request unread, which is a story of its own: a_parser_that_fails",
    ),
    "store": _statement("store_messages"),
    "wake": _redis(PatientQueue, "enqueue"),
    "take a wake-up": _redis(RedisQueue, "dequeue"),
    "claim a conversation": _statement("claim_conversations"),
    "find the channel of a conversation": _statement("get_webhook"),
    "respond": _part(
        EchoResponder,
        "respond",
        bug="holds the message, which is a story of its own: a_responder_that_fails",
    ),
    "postpone a turn": _statement("fail_turn", before=("respond", "provider")),
    "settle a turn": _statement("settle_turns"),
    "claim a delivery": _statement("claim_deliveries"),
    "send": _part(FakeProvider, "send"),
    "settle a delivery": _statement("settle_deliveries"),
    "recover": _statement("overdue"),
}


@dataclass
class FailingOnce:
    """Wraps a hop so that one call fails, before it does anything or after it did everything."""

    fault: str
    when: str
    is_armed: bool = True
    failed: list[str] = field(default_factory=list)

    def install(self, patch: pytest.MonkeyPatch, hop: str) -> None:
        """Puts the fault in place."""
        owner, name, before = HOPS[hop].owner, HOPS[hop].name, HOPS[hop].before
        if before is not None:
            FailingOnce(before[1], "before").install(patch, before[0])
        real = getattr(owner, name)

        async def failing(*args: Any, **kwargs: Any) -> object:
            is_first = self.is_armed and not self.failed
            if is_first:
                self.failed.append(hop)
                if self.when == "before":
                    raise FAULTS[self.fault]()
            result = await real(*args, **kwargs)
            if is_first:
                raise FAULTS[self.fault]()
            return result

        patch.setattr(owner, name, failing)
