"""`Gateway`: everything a stage needs, built once, passed along, without behaviour of its own."""

import asyncio
import gc
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Final

from gateway import store
from gateway.asides import Asides
from gateway.batch import Batch
from gateway.channels import Channels
from gateway.clock import utc_now
from gateway.config import Config
from gateway.egress import Egress
from gateway.firsts import Firsts
from gateway.limits import RateLimits
from gateway.metrics import Metrics
from gateway.plugin.errors import StorageUnavailable
from gateway.queue import Client, PatientQueue, Wakeups, connect, saq_enqueue
from gateway.records import ClaimedConversation, DeliveryResult, NewMessage, Stored, TurnResult
from gateway.registry import Registry, load_plugins
from gateway.repeats import Repeats
from gateway.rules.health import PAUSE_AFTER_FAILURES, Patience
from gateway.sections import Conversations, Loops, Telemetry
from gateway.spans import Spans
from gateway.store import Database, Outcome
from gateway.talks import Terms
from gateway.telemetry import Collector
from gateway.vault import Vault, open_vault

LARGEST_BATCH: Final = 128
COLLECTOR_THRESHOLDS: Final = (20_000, 20, 20)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """The running gateway of one process."""

    config: Config
    db: Database
    redis: Client
    queue: PatientQueue
    registry: Registry
    vault: Vault
    egress: Egress
    channels: Channels
    limits: RateLimits
    wakeups: Wakeups
    metrics: Metrics
    intake: Batch[NewMessage, Stored]
    turns: Batch[TurnResult, Outcome]
    deliveries: Batch[DeliveryResult, store.Settled]
    overtaken: Batch[ClaimedConversation, bool]
    health: Batch[store.Examined, store.HealthChange | None]
    repeats: Repeats
    terms: Terms
    now: Callable[[], datetime]
    spans: Spans
    asides: Asides = field(default_factory=Asides)


def spare_the_collector() -> None:
    """Lets the cycle collector pass over what start-up made, and run less often, in this process.

    Requests and turns leave hardly any cycles; by default it looks for them every 700 objects.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTOR_THRESHOLDS)


@asynccontextmanager
async def open_gateway(
    config: Config, *, now: Callable[[], datetime] = utc_now, registry: Registry | None = None
) -> AsyncIterator[Gateway]:
    """Connects everything until the block ends. Raises `StorageUnavailable` and `VaultError`."""
    async with AsyncExitStack() as stack:
        vault = open_vault(config)
        plugins = registry or load_plugins(config.plugins.enabled, config.plugins.blocked)
        db = await stack.enter_async_context(aclosing(await store.open_database(config)))
        client = await stack.enter_async_context(aclosing(connect(config.redis)))
        queue = PatientQueue(client, config.redis)
        metrics, spans = _measures(config.telemetry, stack)
        wakeups = await stack.enter_async_context(aclosing(Wakeups(saq_enqueue(queue), metrics)))
        egress = await stack.enter_async_context(aclosing(Egress(config.egress.allow, spans=spans)))
        firsts = Firsts(client, prefix=config.redis.prefix, now=now)
        channels = Channels(db, plugins, vault, egress, firsts, now=now, origin=config.public_url)
        stack.push_async_callback(channels.aclose)
        limits = _limits(client, config, stack)
        batch = partial(Batch, max_items=LARGEST_BATCH, outage=StorageUnavailable)
        yield Gateway(
            config=config,
            db=db,
            redis=client,
            queue=queue,
            registry=plugins,
            vault=vault,
            egress=egress,
            channels=channels,
            limits=limits,
            wakeups=wakeups,
            metrics=metrics,
            intake=batch(partial(store.store_messages, db)),
            turns=batch(partial(store.settle_turns, db)),
            deliveries=batch(partial(store.settle_deliveries, db)),
            overtaken=batch(partial(store.overtaken, db)),
            health=batch(partial(store.note_health, db, patience=_patience(config))),
            repeats=_repeats(config.loops),
            terms=_terms(config.conversations),
            now=now,
            spans=spans,
        )


def _measures(settings: Telemetry, stack: AsyncExitStack) -> tuple[Metrics, Spans]:
    metrics = Metrics()
    if not settings.otlp_endpoint:
        return metrics, Spans()
    collector = Collector(settings, metrics)
    stack.push_async_callback(asyncio.to_thread, collector.close)
    return metrics, Spans(collector.take)


def _limits(client: Client, config: Config, stack: AsyncExitStack) -> RateLimits:
    limits = RateLimits(client, config.limits, prefix=config.redis.prefix)
    stack.push_async_callback(limits.aclose)
    return limits


def _repeats(settings: Loops) -> Repeats:
    return Repeats(limit=settings.event_repeats, window_seconds=settings.window_seconds)


def _terms(settings: Conversations) -> Terms:
    return Terms(
        proposal_seconds=settings.proposal_seconds,
        undo_seconds=settings.undo_seconds,
        longest_message=settings.longest_message,
    )


def _patience(config: Config) -> Patience:
    settings = config.delivery
    return Patience(
        pause_after_failures=PAUSE_AFTER_FAILURES,
        disable_after_seconds=settings.disable_after_seconds,
        loop_seconds=config.loops.pause_seconds,
    )
