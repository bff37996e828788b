"""Each process tells which encryption keys it knows: none is to seal that one cannot open."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final
from uuid import UUID, uuid4

import structlog

from gateway import store
from gateway.plugin.errors import StorageUnavailable
from gateway.runtime import Gateway
from gateway.store.key_holders import BEAT_SECONDS

log: Final = structlog.stdlib.get_logger()


@asynccontextmanager
async def present(gw: Gateway, kind: str) -> AsyncIterator[None]:
    """Tells of this process, a `web` or a `worker`, until the block ends."""
    holder_id = uuid4()
    name = f"{kind} process {os.getpid()} on {socket.gethostname()}"[:200]
    await _beat(gw, holder_id, name)
    beating = asyncio.create_task(_keep_beating(gw, holder_id, name))
    try:
        yield
    finally:
        beating.cancel()
        await asyncio.wait([beating])
        try:
            await store.end_holder(gw.db, holder_id)
        except StorageUnavailable as outage:
            log.warning("storage.unreachable", stage="presence", reason=outage.message)


async def _keep_beating(gw: Gateway, holder_id: UUID, name: str) -> None:
    while True:
        await asyncio.sleep(BEAT_SECONDS)
        await _beat(gw, holder_id, name)


async def _beat(gw: Gateway, holder_id: UUID, name: str) -> None:
    try:
        await store.beat(gw.db, holder_id, name=name, keys=gw.vault.fingerprints, now=gw.now())
    except StorageUnavailable as outage:
        log.warning("storage.unreachable", stage="presence", reason=outage.message)
