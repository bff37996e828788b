"""Fetches mail from mailboxes that cannot forward; a mail is settled there once it is stored."""

import asyncio
from datetime import datetime, timedelta
from typing import ClassVar, Final

import structlog
from pydantic import Field

from gateway.plugin import Door, Doors, GatewayError, Listener, PartSettings, TemporaryFailure
from gateway.plugin.errors import RateLimited, StorageUnavailable
from gateway_email_smtp.handover import evidence_of, fetched
from gateway_email_smtp.mailbox import Mailbox
from gateway_email_smtp.names import Names
from gateway_email_smtp.settings import EmailSettings

log: Final = structlog.stdlib.get_logger()

IMAP_DOOR: Final = "imap"
SIZE_LIMIT: Final = 26_214_400
SKEW: Final = timedelta(minutes=5)
"""How far the clock of a mail server may be from ours."""
LEFT_FOR: Final = timedelta(minutes=10)
"""After this a mail that could not be taken is tried again."""


class ImapSettings(PartSettings):
    """The table `[listen.imap]`."""

    idle_seconds: float = Field(
        120.0,
        gt=0,
        title="Time between looks, with IDLE",
        description="Longest time between two looks into a mailbox whose server tells of new "
        "mail (IDLE). What it tells is fetched at once.",
    )
    poll_seconds: float = Field(
        30.0,
        gt=0,
        title="Time between looks",
        description="Time between two looks into a mailbox whose server cannot tell.",
    )
    size_limit_bytes: int = Field(
        SIZE_LIMIT,
        ge=65_536,
        title="Largest mail",
        description="A larger mail is left in its mailbox.",
    )


class ImapListener(Listener[ImapSettings]):
    """Fetches the mail of all email channels whose mail waits in a mailbox."""

    name = IMAP_DOOR
    title = "Mailboxes (IMAP)"
    parser = "email_smtp"
    is_always_on = True
    Settings = ImapSettings

    async def serve(self, doors: Doors) -> None:
        """Tends each mailbox until it is cancelled."""

        async def tend(door: Door) -> None:
            await self._tend(doors, door)

        await doors.keep(_has_mailbox, tend)

    async def _tend(self, doors: Doors, door: Door) -> None:
        assert isinstance(door.settings, EmailSettings)
        async with Mailbox.open(door.settings, doors.dial) as box:
            log.info("mailbox.opened", webhook_id=door.webhook_id, idle=box.can_idle)
            post = _Post(doors, door, box, self.settings)
            while True:
                try:
                    taken = await post.fetch()
                except RateLimited as full:
                    await asyncio.sleep(min(full.retry_after_seconds, self.settings.idle_seconds))
                    continue
                log.debug("mailbox.read", webhook_id=door.webhook_id, taken=taken)
                await box.rest(
                    idle_seconds=self.settings.idle_seconds,
                    poll_seconds=self.settings.poll_seconds,
                )


class _Post:
    """The mail of one channel, as long as its mailbox is open."""

    names: ClassVar[Names] = Names()
    """Where the DNS is asked."""

    def __init__(self, doors: Doors, door: Door, box: Mailbox, settings: ImapSettings) -> None:
        self._doors = doors
        self._door = door
        self._box = box
        self._limit = settings.size_limit_bytes
        self._left: dict[int, datetime] = {}
        """Mails that are left where they are, and until when."""

    async def fetch(self) -> int:
        """Takes what waits, and says how many mails that were.

        Raises `RateLimited` when the channel takes no more for now, and `TemporaryFailure` for what
        keeps every mail from being taken.
        """
        taken = 0
        now = self._doors.now()
        for uid in await self._box.waiting(self._door.created_at):
            if self._left.get(uid, now) <= now:
                taken += await self._one(uid)
        return taken

    async def _one(self, uid: int) -> bool:
        head = await self._box.head(uid)
        if head is None:
            return False
        if head.came_at < self._door.created_at - SKEW:
            return self._leave(uid, None)
        if head.size > self._limit:
            return self._leave(uid, f"it has {head.size} bytes ([listen.imap] size_limit_bytes)")
        raw = await self._box.read(uid)
        if raw is None:
            return False
        body, headers = fetched(raw)
        evidence = await evidence_of(raw, self.names)
        try:
            await self._doors.take(self._door, body, headers={**headers, **evidence})
        except RateLimited:
            raise
        except StorageUnavailable as outage:
            raise TemporaryFailure(outage.message) from outage
        except GatewayError as refusal:
            return self._leave(uid, refusal.message)
        await self._box.settle(uid)
        return True

    def _leave(self, uid: int, reason: str | None) -> bool:
        """Puts a mail off: the next one is not to wait for it."""
        self._left[uid] = self._doors.now() + LEFT_FOR
        if reason is not None:
            log.warning("mail.left", webhook_id=self._door.webhook_id, uid=uid, reason=reason)
        return False


def _has_mailbox(door: Door) -> bool:
    settings = door.settings
    return isinstance(settings, EmailSettings) and settings.email_provider == IMAP_DOOR
