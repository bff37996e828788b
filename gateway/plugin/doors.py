"""Ways in beside HTTP: a listener serves one for all channels of a part.

One that is called, such as an SMTP server, looks up who is meant among the open doors. One that
fetches, such as an IMAP client, has the gateway keep it at each door by itself.
"""

import socket
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Generic, Protocol

from gateway.plugin.parts import PartSettings, S


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """An active channel as its listener sees it; `settings` are those of the channel's parser."""

    webhook_id: int
    created_at: datetime
    settings: PartSettings
    token: str = field(repr=False)


class Doors(Protocol):
    """What the gateway lends to a listener."""

    @property
    def now(self) -> Callable[[], datetime]:
        """The clock."""
        ...

    @property
    def is_whole(self) -> bool:
        """Whether every active channel is open; who is not found may be meant by another one then.

        It is false while the settings of one cannot be used, such as when a key is missing.
        """
        ...

    def open(self) -> tuple[Door, ...]:
        """The active channels, as they were a few seconds ago: the same tuple until one changes."""
        ...

    def blocks(self, client_ip: str) -> bool:
        """Whether the operator lets nothing in from an address: ask before anything is read."""
        ...

    async def take(
        self, door: Door, body: bytes, *, headers: Mapping[str, str], client_ip: str = ""
    ) -> None:
        """Hands over what came for a channel; once this returns, it cannot be lost.

        It becomes an `InboundRequest` whose `door` is the listener's name. `headers` have
        lower-case names; without a `client_ip` no limit of addresses counts. Raises a
        `GatewayError` when it was not taken: 429 and 5xx may be taken later.
        """
        ...

    async def keep(
        self, wants: Callable[[Door], bool], tend: Callable[[Door], Awaitable[None]]
    ) -> None:
        """Runs `tend` for each door that it `wants`, until this is cancelled.

        It runs in one process at a time, and another takes over when that one dies. It is cancelled
        when the channel changes or goes, and runs again a while after it has ended or raised.
        """
        ...

    async def dial(self, host: str, port: int, *, timeout_seconds: float) -> socket.socket:
        """As `PartContext.dial`."""
        ...


class Listener(ABC, Generic[S]):
    """Serves one way in, for all channels of the parser of the name `parser`."""

    name: ClassVar[str]
    """Lower-case identifier: `InboundRequest.door`, and its table `[listen.<name>]`."""
    title: ClassVar[str]
    """What a person is shown."""
    parser: ClassVar[str]
    """The name of the parser whose channels it serves."""
    is_always_on: ClassVar[bool] = False
    """True: it runs without a table in gateway.toml, for channels say what it has to do."""
    Settings: ClassVar[type[PartSettings]] = PartSettings
    """What the operator sets in its table, in snake_case."""

    def __init__(self, settings: S) -> None:
        self.settings = settings

    @abstractmethod
    async def serve(self, doors: Doors) -> None:
        """Serves until it is cancelled; then it lets what is under way end within seconds.

        Raises `TemporaryFailure` or `PermanentFailure` when it cannot: it is called again after a
        while.
        """
