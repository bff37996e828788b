"""What a listener is lent: the channels of its parser, and the way into the pipeline."""

import asyncio
import socket
import traceback
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import uuid4

import structlog

from gateway import store
from gateway.admission import admit
from gateway.arrivals import arrive, as_told, count_arrival
from gateway.channel_settings import open_settings
from gateway.limits import Meter
from gateway.part_settings import settings_for
from gateway.plugin import (
    Door,
    GatewayError,
    InboundRequest,
    Listener,
    PermanentFailure,
)
from gateway.plugin.errors import StorageUnavailable
from gateway.records import Webhook
from gateway.runtime import Gateway
from gateway.store import DoorLocks
from gateway.tracing import begin, traced
from gateway.vault import VaultError

log: Final = structlog.stdlib.get_logger()

Wants = Callable[[Door], bool]
Tend = Callable[[Door], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How often it is looked for changes, and how long it is waited after a failure."""

    look_seconds: float = 2.0
    first_wait_seconds: float = 1.0
    longest_wait_seconds: float = 300.0
    healthy_seconds: float = 60.0
    """Time after which a failure is the first one again."""

    def wait_seconds(self, failures: int, failure: Exception | None) -> float:
        """The wait after so many failures in a row; what a person has to mend is not hurried."""
        if isinstance(failure, PermanentFailure):
            return self.longest_wait_seconds
        return min(
            self.longest_wait_seconds, self.first_wait_seconds * 2.0 ** min(failures - 1, 30)
        )


USUAL_PACE: Final = Pace()


class OpenDoors:
    """The `Doors` of one listener."""

    def __init__(
        self, gw: Gateway, listener: type[Listener[Any]], *, pace: Pace = USUAL_PACE
    ) -> None:
        self._gw = gw
        self._listener = listener
        self._pace = pace
        self._known: dict[int, tuple[int, Door | None]] = {}
        self._problems: dict[int, str] = {}
        self._open: tuple[Door, ...] = ()

    @property
    def now(self) -> Callable[[], datetime]:
        """The clock."""
        return self._gw.now

    @property
    def is_whole(self) -> bool:
        """Whether every active channel is open."""
        return len(self._open) == len(self._known)

    def open(self) -> tuple[Door, ...]:
        """The active channels, as they were a few seconds ago."""
        return self._open

    def blocks(self, client_ip: str) -> bool:
        """Whether the operator lets nothing in from an address."""
        return self._gw.limits.blocks(client_ip)

    async def look_forever(self) -> None:
        """Looks for changes of channels until it is cancelled; an outage leaves what was known."""
        while True:
            try:
                await self.look()
            except StorageUnavailable as outage:
                log.warning("storage.unreachable", stage="listen", reason=outage.message)
            await asyncio.sleep(self._pace.look_seconds)

    async def look(self) -> None:
        """Reads the channels that changed, and those that were of no use: they may be mended now.

        Raises `StorageUnavailable`.
        """
        versions = await store.versions_by_parser(self._gw.db, self._listener.parser)
        for id_ in self._known.keys() - versions.keys():
            del self._known[id_]
            self._problems.pop(id_, None)
        wanted = [id_ for id_, version in versions.items() if not self._stands(id_, version)]
        rows = await store.webhooks_by_ids(self._gw.db, wanted) if wanted else ()
        for webhook in rows:
            self._known[webhook.id] = (webhook.version, self._door(webhook))
        doors = tuple(door for _, door in self._known.values() if door is not None)
        if doors != self._open:
            self._open = doors

    async def take(
        self, door: Door, body: bytes, *, headers: Mapping[str, str], client_ip: str = ""
    ) -> None:
        """Hands over what came for a channel. Raises a `GatewayError` when it was not taken."""
        started, meter, request_id = perf_counter(), Meter(), uuid4().hex
        request = self._request(door, body, headers, client_ip)
        of_request = structlog.contextvars.bound_contextvars(request_id=request_id)
        with of_request, traced(begin(request.received_at)):
            try:
                if client_ip:
                    await self._gw.limits.hit_address(client_ip, request.received_at)
                    await admit(self._gw, door.token, client_ip)
                _, outcome = await arrive(self._gw, door.token, request, request_id, meter)
            except Exception as failure:
                error = as_told(failure)
                count_arrival(self._gw.metrics, error.code.lower(), started=started)
                raise error from failure
        count_arrival(self._gw.metrics, outcome, started=started)

    async def keep(self, wants: Wants, tend: Tend) -> None:
        """Runs `tend` for each door that it `wants`, in this process or in another."""
        while True:
            try:
                async with store.door_locks(self._gw.config, self._listener.name) as locks:
                    await self._keep_locked(locks, wants, tend)
            except StorageUnavailable as outage:
                log.warning("storage.unreachable", stage="listen", reason=outage.message)
                await asyncio.sleep(self._pace.look_seconds)

    async def dial(self, host: str, port: int, *, timeout_seconds: float) -> socket.socket:
        """A connection to a user-given host."""
        return await self._gw.egress.dial(host, port, timeout_seconds=timeout_seconds)

    async def _keep_locked(self, locks: DoorLocks, wants: Wants, tend: Tend) -> None:
        kept: dict[int, tuple[Door, asyncio.Task[None]]] = {}
        try:
            while True:
                wanted = {door.webhook_id: door for door in self._open if wants(door)}
                ended = [id_ for id_, (door, _) in kept.items() if wanted.get(id_) != door]
                await _end([kept.pop(id_)[1] for id_ in ended])
                await locks.unlock(ended)
                for id_ in await locks.lock(wanted.keys() - kept.keys()):
                    task = asyncio.create_task(self._tend(wanted[id_], tend))
                    kept[id_] = (wanted[id_], task)
                await asyncio.sleep(self._pace.look_seconds)
        finally:
            await _end([task for _, task in kept.values()])

    async def _tend(self, door: Door, tend: Tend) -> None:
        clock = asyncio.get_running_loop().time
        failures = 0
        while True:
            began = clock()
            failure = await self._tended(door, tend)
            failures = 1 if clock() - began >= self._pace.healthy_seconds else failures + 1
            wait_seconds = self._pace.wait_seconds(failures, failure)
            if failure is not None:
                log.warning(
                    "door.failed",
                    listener=self._listener.name,
                    webhook_id=door.webhook_id,
                    reason=str(failure),
                    again_in_seconds=wait_seconds,
                )
            await asyncio.sleep(wait_seconds)

    async def _tended(self, door: Door, tend: Tend) -> Exception | None:
        try:
            await tend(door)
        except GatewayError as failure:
            return failure
        except Exception as bug:  # noqa: BLE001 # a plugin's own code: only its channel may suffer
            reference = uuid4().hex[:12]
            log.error(
                "plugin.failed",
                part=self._listener.name,
                webhook_id=door.webhook_id,
                reference=reference,
                trace=traceback.format_exc(),
            )
            return GatewayError(f"{type(bug).__name__}, log reference {reference}")
        return None

    def _stands(self, webhook_id: int, version: int) -> bool:
        """Whether a channel is open as it is now."""
        known, door = self._known.get(webhook_id, (None, None))
        return known == version and door is not None

    def _door(self, webhook: Webhook) -> Door | None:
        """A channel as its listener sees it; None when its settings cannot be used."""
        parser = self._gw.registry.find("parsers", webhook.parser)
        if parser is None:
            return None
        try:
            values = open_settings(self._gw.vault, webhook).provider_config
            settings = settings_for(parser, values)
        except (VaultError, ValueError) as problem:  # pydantic's is a ValueError
            if self._problems.get(webhook.id) != str(problem):
                log.error("channel.unusable", webhook_id=webhook.id, problem=str(problem))
            self._problems[webhook.id] = str(problem)
            return None
        self._problems.pop(webhook.id, None)
        return Door(
            webhook_id=webhook.id,
            created_at=webhook.created_at,
            settings=settings,
            token=str(webhook.webhook_token),
        )

    def _request(
        self, door: Door, body: bytes, headers: Mapping[str, str], client_ip: str
    ) -> InboundRequest:
        url = f"{self._gw.config.public_url}/api/webhooks/inbound/{door.token}"
        return InboundRequest(
            method="POST",
            public_url=url,
            raw_path=urlsplit(url).path.encode(),
            query=b"",
            headers=headers,
            body=body,
            client_ip=client_ip,
            received_at=self._gw.now(),
            door=self._listener.name,
        )


async def _end(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
