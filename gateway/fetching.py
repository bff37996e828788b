"""The stage `fetch`: files that a provider keeps are fetched, checked, kept; files are read."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Final

import structlog

from gateway import media
from gateway.channels import Channel, report_bug
from gateway.plugin import (
    Attachment,
    MediaSource,
    PartFailure,
    PermanentFailure,
    TemporaryFailure,
)
from gateway.plugin.errors import PluginUnavailable, WebhookNotFound
from gateway.records import ClaimedConversation
from gateway.rules.bodies import masked_file
from gateway.rules.cards import Mask
from gateway.rules.failures import OUR_BUG
from gateway.rules.masking import masked_words
from gateway.rules.media import WAITING, fault_in, is_another, type_of, wait_until
from gateway.rules.retries import next_wait_seconds
from gateway.rules.storable import storable
from gateway.runtime import Gateway
from gateway.sending import PART_SECONDS
from gateway.store.fetches import (
    ClaimedMedia,
    FetchResult,
    await_media,
    content_of,
    is_media_due,
    settle_media,
)

log: Final = structlog.stdlib.get_logger()

AT_A_TIME: Final = 8
"""A file may have tens of megabytes, which its worker holds in memory."""
LEASE_SECONDS: Final = 2 * PART_SECONDS
LONGEST_WAIT_SECONDS: Final = 3_600.0
DETAIL_CHARACTERS: Final = 300
WORDS_CHARACTERS: Final = 4_000


async def fetch(gw: Gateway, claimed: ClaimedMedia) -> bool:
    """Makes one attempt at a file, reads it, and wakes the conversation that waits for it."""
    outcome = await _attempt(gw, claimed)
    result = _result(gw, claimed, outcome)
    # Whoever read it before may have died of it: the file is worth more than its words.
    may_read = claimed.attempts <= _tries(gw)
    if isinstance(outcome, bytes) and result.state == "kept" and may_read:
        result = replace(result, words=await _read(gw, result, outcome))
    if await settle_media(gw.db, result, now=gw.now()):
        gw.wakeups.wake("converse")
    ended = "postponed" if result.retry_at else result.state
    gw.metrics.media.labels(ended).inc()
    log.info(
        "media.fetched",
        media_id=str(claimed.ref),
        message_id=claimed.message_id,
        outcome=ended,
        attempt=claimed.attempts,
        size=result.size,
        reason=result.reason,
        words=len(result.words.split()),
    )
    return False


async def await_files(gw: Gateway, claimed: ClaimedConversation) -> bool:
    """Puts a turn off whose files are still fetched; False when it is to be answered now."""
    received = [
        message.received_at
        for message in claimed.pending
        if any(one.problem == WAITING for one in message.attachments)
    ]
    if not received:
        return False
    now = gw.now()
    until = wait_until(received, wait_seconds=gw.config.media.wait_seconds)
    if until <= now:
        return False
    if not await await_media(gw.db, claimed, until=until, now=now):
        gw.wakeups.wake("converse")
    return True


async def wake_due(gw: Gateway) -> None:
    """Wakes the stage for files that nobody fetches."""
    if await is_media_due(gw.db, now=gw.now()):
        gw.wakeups.wake("fetch")


async def _read(gw: Gateway, result: FetchResult, content: bytes) -> str:
    """The words in a file, as the channel's readers find them; a failure leaves it unread."""
    claimed = result.claimed
    try:
        channel = await gw.channels.by_id(user_id=claimed.user_id, webhook_id=claimed.webhook_id)
    except (PluginUnavailable, WebhookNotFound):
        return ""
    for reader in media.readers_of(channel, result.content_type):
        try:
            async with asyncio.timeout(PART_SECONDS):
                found = storable(await reader.read(content, result.content_type)).strip()
        except (PartFailure, TimeoutError) as failure:
            said = failure.message if isinstance(failure, PartFailure) else "timeout"
            log.warning("media.unread", media_id=str(claimed.ref), part=reader.name, reason=said)
            continue
        except Exception as bug:  # noqa: BLE001 # a plugin's bug: the file is kept unread
            report_bug(bug, channel)
            continue
        if found:
            masks = gw.config.privacy.mask_card_numbers
            return (masked_words(found) if masks else found)[:WORDS_CHARACTERS]
    return ""


def _tries(gw: Gateway) -> int:
    return len(gw.config.media.retry_seconds) + 1


async def _attempt(gw: Gateway, claimed: ClaimedMedia) -> bytes | PartFailure:
    if claimed.source_url is None:
        content = await content_of(gw.db, claimed)
        return PermanentFailure("it is gone") if content is None else content
    if claimed.attempts > _tries(gw) + 1:
        return PermanentFailure(f"{claimed.attempts - 1} attempts ended without an outcome")
    try:
        channel = await gw.channels.by_id(user_id=claimed.user_id, webhook_id=claimed.webhook_id)
    except PluginUnavailable as problem:
        return TemporaryFailure(problem.message)
    except WebhookNotFound as gone:
        return PermanentFailure(gone.message)
    attachment = Attachment(type=claimed.declared_type, url=claimed.source_url, name=claimed.name)
    return await _fetched(gw, channel, attachment)


async def _fetched(gw: Gateway, channel: Channel, attachment: Attachment) -> bytes | PartFailure:
    source = channel.parser
    if not isinstance(source, MediaSource):
        return PermanentFailure("this channel fetches no files any more")
    try:
        async with asyncio.timeout(PART_SECONDS):
            return await source.fetch(attachment, limit_bytes=gw.config.media.largest_bytes)
    except PartFailure as failure:
        return failure
    except TimeoutError:
        return TemporaryFailure(f"timeout: not there within {PART_SECONDS:.0f} s")
    except Exception as bug:  # noqa: BLE001 # a plugin's bug: the file is asked for again
        return TemporaryFailure(f"{OUR_BUG} (log reference {report_bug(bug, channel)})")


def _result(gw: Gateway, claimed: ClaimedMedia, outcome: bytes | PartFailure) -> FetchResult:
    if isinstance(outcome, PartFailure):
        return _failed(gw, claimed, outcome)
    if claimed.source_url is None:
        # It was checked when it came.
        return FetchResult(
            claimed=claimed, state="kept", content_type=claimed.content_type, size=len(outcome)
        )
    terms = media.terms(gw)
    found = type_of(outcome, claimed.declared_type)
    fault = fault_in(outcome, found, terms)
    if not fault and is_another(found, claimed.declared_type):
        fault = "wrong_type"
    if gw.config.privacy.mask_card_numbers:
        outcome = masked_file(outcome, Mask())
    return FetchResult(
        claimed=claimed,
        state="failed" if fault else "kept",
        content_type=found,
        content=None if fault else outcome,
        size=0 if fault == "too_large" else len(outcome),
        reason=fault,
    )


def _failed(gw: Gateway, claimed: ClaimedMedia, failure: PartFailure) -> FetchResult:
    result = FetchResult(
        claimed=claimed,
        state="failed",
        content_type=claimed.declared_type,
        reason="unavailable",
        detail=storable(failure.message)[:DETAIL_CHARACTERS],
    )
    if not isinstance(failure, TemporaryFailure):
        return result
    wait = next_wait_seconds(
        claimed.attempts,
        gw.config.media.retry_seconds,
        asked_seconds=failure.retry_after_seconds,
        cap_seconds=LONGEST_WAIT_SECONDS,
    )
    if wait is None:
        return result
    return replace(result, retry_at=gw.now() + timedelta(seconds=wait))
