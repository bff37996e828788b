"""One fault at one hop, once: the only place of the tests that reaches into the house."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from redis.commands.core import AsyncScript
from redis.exceptions import ConnectionError as RedisConnectionError

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

HOPS: dict[str, tuple[object, str]] = {
    "limits": (AsyncScript, "__call__"),
    "verify": (FakeProvider, "verify"),
    "parse": (FakeProvider, "parse"),
    "store": (store, "store_messages"),
    "wake": (PatientQueue, "enqueue"),
    "claim a conversation": (store, "claim_conversations"),
    "respond": (EchoResponder, "respond"),
    "settle a turn": (store, "settle_turns"),
    "claim a delivery": (store, "claim_deliveries"),
    "send": (FakeProvider, "send"),
    "settle a delivery": (store, "settle_deliveries"),
    "recover": (store, "overdue"),
}

CAN_HAPPEN: dict[str, tuple[str, ...]] = {
    "limits": ("redis",),
    "verify": ("bug",),
    "parse": (),  # pure; its bug is a story of its own, below
    "store": ("storage",),
    "wake": ("redis",),
    "claim a conversation": ("storage",),
    "respond": ("provider",),
    "settle a turn": ("storage",),
    "claim a delivery": ("storage",),
    "send": ("provider", "bug"),
    "settle a delivery": ("storage",),
    "recover": ("storage",),
}


@dataclass
class FailingOnce:
    """Wraps a hop so that one call fails, before it does anything or after it did everything."""

    fault: str
    when: str
    failed: list[str] = field(default_factory=list)

    def install(self, patch: pytest.MonkeyPatch, hop: str) -> None:
        """Puts the fault in place."""
        owner, name = HOPS[hop]
        real = getattr(owner, name)

        async def failing(*args: Any, **kwargs: Any) -> object:
            is_first = not self.failed
            if is_first:
                self.failed.append(hop)
                if self.when == "before":
                    raise FAULTS[self.fault]()
            result = await real(*args, **kwargs)
            if is_first:
                raise FAULTS[self.fault]()
            return result

        patch.setattr(owner, name, failing)
