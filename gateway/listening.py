"""The process of listeners: ways in beside HTTP, each on its own, started again when it fails."""

import asyncio
import traceback
from collections.abc import Mapping
from contextlib import AsyncExitStack
from typing import Any, Final
from uuid import uuid4

import structlog

from gateway.config import Config, ConfigError
from gateway.doors import USUAL_PACE, OpenDoors, Pace
from gateway.listeners import built_listeners
from gateway.plugin import GatewayError, Listener
from gateway.plugin.errors import StorageUnavailable
from gateway.presence import present
from gateway.runtime import Gateway, open_gateway, spare_the_collector
from gateway.scraping import serve_metrics

log: Final = structlog.stdlib.get_logger()


async def run_listeners(config: Config, stop: asyncio.Event) -> None:
    """Listens until `stop` is set. Raises `ConfigError` for a listener that is set up wrongly."""
    async with AsyncExitStack() as stack:
        gw = await stack.enter_async_context(open_gateway(config))
        listeners = built_listeners(gw.registry, config)
        if not listeners:
            raise ConfigError(
                "nothing to listen for: enable a plugin that has a listener (`gateway plugins`), "
                "and give the listener a table, such as [listen.smtp]"
            )
        await stack.enter_async_context(present(gw, "listen"))
        spare_the_collector()
        where = (config.listen.metrics_host, config.listen.metrics_port)
        serve_metrics(gw.metrics.registry, *where, setting="[listen] metrics_port")
        await listen(gw, listeners, stop)


async def listen(
    gw: Gateway,
    listeners: Mapping[str, Listener[Any]],
    stop: asyncio.Event,
    *,
    pace: Pace = USUAL_PACE,
) -> None:
    """Runs listeners on an open gateway until `stop` is set."""
    log.info("listeners.started", listeners=list(listeners))
    running = [asyncio.create_task(_serve(gw, one, pace)) for one in listeners.values()]
    await stop.wait()
    for task in running:
        task.cancel()
    if running:
        _, late = await asyncio.wait(running, timeout=gw.config.listen.shutdown_seconds)
        for task in late:
            task.cancel()
    log.info("listeners.stopped")


async def _serve(gw: Gateway, listener: Listener[Any], pace: Pace) -> None:
    """Serves one listener until it is cancelled; one that fails is served again."""
    doors = OpenDoors(gw, type(listener), pace=pace)
    await _first_look(doors, pace)
    looking = asyncio.create_task(doors.look_forever())
    clock = asyncio.get_running_loop().time
    failures = 0
    try:
        while True:
            began = clock()
            try:
                await listener.serve(doors)
                reason = "it ended by itself"
            except (GatewayError, OSError) as failure:
                reason = str(failure)
            except Exception as bug:  # noqa: BLE001 # a plugin's own code: the others go on
                reason = f"{type(bug).__name__}, log reference {_report(listener)}"
            failures = 1 if clock() - began >= pace.healthy_seconds else failures + 1
            wait_seconds = pace.wait_seconds(failures, None)
            log.error(
                "listener.failed",
                listener=listener.name,
                reason=reason,
                again_in_seconds=wait_seconds,
            )
            await asyncio.sleep(wait_seconds)
    finally:
        looking.cancel()
        await asyncio.wait([looking])


async def _first_look(doors: OpenDoors, pace: Pace) -> None:
    """Returns once the channels are known: before that every recipient would be a stranger."""
    while True:
        try:
            await doors.look()
        except StorageUnavailable as outage:
            log.warning("storage.unreachable", stage="listen", reason=outage.message)
            await asyncio.sleep(pace.look_seconds)
        else:
            return


def _report(listener: Listener[Any]) -> str:
    reference = uuid4().hex[:12]
    log.error(
        "plugin.failed", part=listener.name, reference=reference, trace=traceback.format_exc()
    )
    return reference
