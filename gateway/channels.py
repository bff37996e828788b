"""A webhook record with its built parts, cached for a second."""

import asyncio
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import count
from typing import Any, Final, Literal, TypeVar, cast
from uuid import UUID, uuid4
from weakref import finalize

import structlog

from gateway import store
from gateway.channel_settings import OpenedSettings, open_settings
from gateway.egress import Egress
from gateway.firsts import Firsts
from gateway.part_settings import (
    ACKNOWLEDGE,
    BUILTIN,
    fallback_names,
    reader_names,
    settings_for,
)
from gateway.plugin import (
    MediaReader,
    Parser,
    Part,
    PartContext,
    Policy,
    Responder,
    Transport,
    Verifier,
)
from gateway.plugin.errors import PluginUnavailable, WebhookInactive, WebhookNotFound
from gateway.policies import gather_seconds, policy_of, words_of
from gateway.records import HOOK, Webhook
from gateway.registry import Registry
from gateway.rules.consent import ExtraWords
from gateway.store import Database
from gateway.vault import Vault, VaultError

log: Final = structlog.stdlib.get_logger()

FRESH_SECONDS: Final = 1.0
"""How long a change of a webhook can take to be seen by the other processes."""
REMEMBERED: Final = 10_000

LastRung = Literal["retry", "builtin", "acknowledge"]

K = TypeVar("K")
V = TypeVar("V")
Parts = tuple[Part[Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True, weakref_slot=True)
class Channel:
    """A webhook, ready to be used; its parts are closed once nobody holds it any more.

    `fallbacks` are the responders of its `ladder`, in order; `readers` read its files.
    """

    webhook: Webhook
    parser: Parser[Any]
    verifier: Verifier[Any]
    transport: Transport[Any]
    responder: Responder[Any]
    policy: Policy
    ladder: tuple[str, ...] = ()
    fallbacks: tuple[Responder[Any], ...] = ()
    readers: tuple[MediaReader[Any], ...] = ()
    gather_seconds: float = 0.0
    consent_words: ExtraWords = field(default_factory=dict)

    @property
    def last_rung(self) -> LastRung:
        """What happens when no responder answers for now."""
        last = self.ladder[-1] if self.ladder else ""
        return "builtin" if last == BUILTIN else "acknowledge" if last == ACKNOWLEDGE else "retry"

    @property
    def starts_anew(self) -> bool:
        """Whether who writes after a conversation was resolved gets a new one."""
        return self.webhook.ai_config.get("whenResolved") == "new"

    def wants(self, event: str) -> bool:
        """Whether this channel is to be sent `event`."""
        return (
            self.webhook.is_active
            and self.webhook.outbound_enabled
            and _wants(self.transport, event)
        )


@dataclass(slots=True)
class _Cached:
    channel: Channel | PluginUnavailable
    webhook: Webhook
    fresh_until: float

    def is_stale(self) -> bool:
        """Whether the row is to be read again: True for one caller, who does it for all."""
        now = _clock()
        if self.fresh_until >= now:
            return False
        self.fresh_until = now + FRESH_SECONDS
        return True


class Channels:
    """Finds channels by token, by id, and by the events they want."""

    def __init__(  # noqa: PLR0913 # what parts are built from
        self,
        db: Database,
        registry: Registry,
        vault: Vault,
        egress: Egress,
        firsts: Firsts,
        *,
        now: Callable[[], datetime],
        origin: str,
    ) -> None:
        self._db = db
        self._registry = registry
        self._vault = vault
        self._context = partial(PartContext, http=egress, dial=egress.dial, now=now)
        self._firsts = firsts
        self._now = now
        self._origin = origin
        self._by_token: dict[UUID, _Cached] = {}
        self._by_id: dict[tuple[int, int], _Cached] = {}
        self._of_user: dict[int, tuple[float, list[Webhook]]] = {}
        self._numbers = count()
        self._open: dict[int, Parts] = {}
        self._closing: set[asyncio.Task[None]] = set()

    async def by_token(self, token: str) -> Channel:
        """The active channel behind a URL token, be it the one before in its overlap.

        Raises `WebhookNotFound`, `WebhookInactive`, or `PluginUnavailable` when a part is missing.
        """
        try:
            key = UUID(token)
        except ValueError:
            raise _unknown() from None
        cached = self._by_token.get(key)
        if cached is None or cached.is_stale():
            webhook = await store.webhook_by_token(self._db, key)
            if webhook is None or webhook.channel_type == HOOK:
                raise _unknown()
            cached = await self._cached(webhook, self._by_token, key)
        # A row that is remembered under a token of before knows when that one ends.
        if not cached.webhook.answers_to(key, self._now()):
            raise _unknown()
        if not cached.webhook.is_active:
            raise WebhookInactive("this webhook is switched off; its owner can activate it again")
        return _usable(cached)

    async def by_id(self, *, user_id: int, webhook_id: int) -> Channel:
        """A channel of this user, active or not.

        Raises `WebhookNotFound` or `PluginUnavailable`.
        """
        key = (user_id, webhook_id)
        cached = self._by_id.get(key)
        if cached is None or cached.is_stale():
            webhook = await store.get_webhook(self._db, user_id=user_id, webhook_id=webhook_id)
            cached = await self._cached(webhook, self._by_id, key)
        return _usable(cached)

    async def listeners(self, user_id: int, event: str) -> tuple[int, ...]:
        """The ids of the user's channels that want `event`, without those that cannot be used."""
        until, webhooks = self._of_user.get(user_id, (0.0, []))
        if until < _clock():
            # Whoever asks meanwhile gets the list of before.
            self._of_user[user_id] = (_clock() + FRESH_SECONDS, webhooks) if until else (0.0, [])
            webhooks = await store.list_webhooks(self._db, user_id=user_id)
            self._of_user[user_id] = (_clock() + FRESH_SECONDS, webhooks)
            _trim(self._of_user)
        wanting = []
        for webhook in webhooks:
            try:
                channel = await self._of_row(webhook)
            except PluginUnavailable:
                continue
            if channel.wants(event):
                wanting.append(webhook.id)
        return tuple(wanting)

    def forget(self, user_id: int) -> None:
        """Shows a change of this user's webhooks to this process at once."""
        self._of_user.pop(user_id, None)
        for cached in (*self._by_token.values(), *self._by_id.values()):
            if cached.webhook.user_id == user_id:
                cached.fresh_until = 0.0

    async def aclose(self) -> None:
        """Closes every part."""
        while self._open:
            await _close(self._open.popitem()[1])
        await asyncio.gather(*self._closing)

    async def _of_row(self, webhook: Webhook) -> Channel:
        """The channel of a row that was just read; an account may have a hundred subscriptions."""
        key = (webhook.user_id, webhook.id)
        cached = self._by_id.get(key)
        if cached is None or cached.webhook.version < webhook.version:
            cached = await self._cached(webhook, self._by_id, key)
        return _usable(cached)

    async def _cached(self, webhook: Webhook, cache: dict[K, _Cached], key: K) -> _Cached:
        until = _clock() + FRESH_SECONDS
        old = cache.get(key)
        if old is not None and old.webhook == webhook and isinstance(old.channel, Channel):
            old.fresh_until = until
            return old
        new = cache[key] = _Cached(self._build(webhook), webhook, until)
        _trim(cache)
        return new

    def _watch(self, channel: Channel) -> None:
        """Has the parts of a channel closed after its last use, which may be a long attempt."""
        number = next(self._numbers)
        self._open[number] = (
            channel.parser,
            channel.verifier,
            channel.transport,
            channel.responder,
            *channel.fallbacks,
            *channel.readers,
        )
        loop = asyncio.get_running_loop()
        # The collector may run in any thread; after `aclose` there is nothing left to be closed.
        unused = partial(loop.call_soon_threadsafe, self._close_soon, number)
        finalize(channel, lambda: number in self._open and unused()).atexit = False

    def _close_soon(self, number: int) -> None:
        parts = self._open.pop(number, None)
        if parts is not None:
            task = asyncio.create_task(_close(parts))
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)

    def _build(self, webhook: Webhook) -> Channel | PluginUnavailable:
        try:
            opened = open_settings(self._vault, webhook)
            channel = Channel(
                webhook=webhook,
                parser=cast(Parser[Any], self._part("parsers", webhook.parser, webhook, opened)),
                verifier=cast(
                    Verifier[Any], self._part("verifiers", webhook.verifier, webhook, opened)
                ),
                transport=cast(
                    Transport[Any], self._part("transports", webhook.transport, webhook, opened)
                ),
                responder=cast(
                    Responder[Any], self._part("responders", webhook.responder, webhook, opened)
                ),
                policy=policy_of(webhook),
                ladder=fallback_names(webhook.ai_config),
                fallbacks=tuple(self._fallbacks(webhook, opened)),
                readers=tuple(self._readers(webhook, opened)),
                gather_seconds=gather_seconds(webhook.ai_config.get("gather")),
                consent_words=words_of(webhook.ai_config.get("consentWords")),
            )
        except PluginUnavailable as problem:
            log.error("channel.unusable", webhook_id=webhook.id, problem=problem.message)
            return problem
        except VaultError as problem:
            log.error("channel.unusable", webhook_id=webhook.id, problem=str(problem))
            return PluginUnavailable(
                "this channel's settings cannot be decrypted; see `gateway check`"
            )
        self._watch(channel)
        return channel

    def _fallbacks(self, webhook: Webhook, opened: OpenedSettings) -> Iterator[Responder[Any]]:
        """The further responders of a channel, without those that cannot be used."""
        names = [n for n in fallback_names(webhook.ai_config) if n not in {BUILTIN, ACKNOWLEDGE}]
        for part in self._usable(webhook, opened, "responders", names):
            yield cast(Responder[Any], part)

    def _readers(self, webhook: Webhook, opened: OpenedSettings) -> Iterator[MediaReader[Any]]:
        """What reads the files of a channel, without what cannot be used."""
        for part in self._usable(webhook, opened, "media_readers", reader_names(webhook.ai_config)):
            yield cast(MediaReader[Any], part)

    def _usable(
        self, webhook: Webhook, opened: OpenedSettings, role: str, names: Sequence[str]
    ) -> Iterator[Part[Any]]:
        for name in names:
            try:
                yield self._part(role, name, webhook, opened)
            except PluginUnavailable as problem:
                log.error("channel.unusable", webhook_id=webhook.id, problem=problem.message)

    def _part(self, role: str, name: str, webhook: Webhook, opened: OpenedSettings) -> Part[Any]:
        part = self._registry.find(role, name)
        if part is None:
            package = f"gateway-{name.replace('_', '-')}"
            raise PluginUnavailable(
                f"channel {webhook.channel_name!r}: {role[:-1]} {name!r} is not available "
                f"(pip install {package}, enable it in gateway.toml, then see `gateway check`)"
            )
        values = opened.outbound_config if role == "transports" else opened.provider_config
        context = self._context(
            webhook_id=webhook.id,
            secrets=opened.secrets,
            inbound_url=inbound_url(self._origin, webhook),
            remember=self._firsts.of(webhook.id),
        )
        try:
            return part(settings_for(part, values), context)
        except Exception as error:  # a plugin's own code: only its channel may suffer
            reference = uuid4().hex[:12]
            log.error("plugin.failed", part=name, reference=reference, trace=traceback.format_exc())
            raise PluginUnavailable(
                f"channel {webhook.channel_name!r}: {role[:-1]} {name!r} does not start "
                f"({type(error).__name__}, log reference {reference})"
            ) from error


def inbound_url(public_url: str, webhook: Webhook) -> str:
    """Where the senders of a channel post to."""
    return f"{public_url}/api/webhooks/inbound/{webhook.webhook_token}"


def report_bug(bug: Exception, channel: Channel) -> str:
    """Logs what a part of a channel should never raise; the reference by which it is found."""
    reference = uuid4().hex[:12]
    log.error(
        "plugin.failed",
        reference=reference,
        webhook_id=channel.webhook.id,
        trace="".join(traceback.format_exception(bug)),
    )
    return reference


def _wants(transport: Transport[Any], event: str) -> bool:
    try:
        return transport.wants(event)
    except Exception:  # noqa: BLE001 # a plugin's own code: only its channel may suffer
        log.error(
            "plugin.failed",
            part=transport.name,
            reference=uuid4().hex[:12],
            trace=traceback.format_exc(),
        )
        return False


def _usable(cached: _Cached) -> Channel:
    if isinstance(cached.channel, PluginUnavailable):
        # A new one each time: one that is raised again keeps every frame it ever passed.
        raise PluginUnavailable(cached.channel.message)
    return cached.channel


async def _close(parts: Parts) -> None:
    for part in parts:
        try:
            await part.aclose()
        except Exception:  # noqa: BLE001 # a plugin's own code: others wait for this room
            log.error(
                "plugin.failed",
                part=part.name,
                reference=uuid4().hex[:12],
                trace=traceback.format_exc(),
            )


def _unknown() -> WebhookNotFound:
    return WebhookNotFound(
        "no webhook has this token; copy webhookUrl from GET /api/v1/webhooks again"
    )


def _clock() -> float:
    return asyncio.get_running_loop().time()


def _trim(cache: dict[K, V]) -> None:
    """Takes out the oldest entries beyond those that are remembered."""
    for _ in range(len(cache) - REMEMBERED):
        cache.pop(next(iter(cache)))
