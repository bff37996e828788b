"""Media: files that come with a message are kept, and it gets references to them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from uuid import uuid4

from gateway import store
from gateway.channels import Channel, report_bug
from gateway.plugin import Attachment, MediaReader, MediaSource
from gateway.records import NewMessage, Stored
from gateway.rules.media import (
    WAITING,
    NewMedia,
    Terms,
    fault_in,
    plain_type,
    safe_name,
    type_of,
)
from gateway.runtime import Gateway

PATH: Final = "/api/v1/media/"


def with_references(gw: Gateway, channel: Channel, new: NewMessage) -> NewMessage:
    """The message with a reference in place of each file; they are written together with it.

    What its provider keeps is fetched afterwards.
    """
    found: list[NewMedia] = []
    shown: list[Attachment] = []
    for place, attachment in enumerate(new.message.attachments):
        media = _media(gw, channel, attachment, place, at=new.received_at)
        if media is None:
            shown.append(attachment)
            continue
        found.append(media)
        url = f"{gw.config.public_url}{PATH}{media.ref}"
        shown.append(Attachment(type=media.content_type, url=url, name=media.name))
    if not found:
        return new
    message = replace(new.message, attachments=tuple(shown))
    return replace(new, message=message, media=tuple(found))


async def add(gw: Gateway, new: NewMessage) -> Stored:
    """Writes a message into the log; one with files not together with others: they would wait."""
    if not new.media:
        return await gw.intake.add(new)
    [stored] = await store.store_messages(gw.db, [new])
    if any(media.due_at for media in new.media):
        gw.wakeups.wake("fetch")
    return stored


def terms(gw: Gateway) -> Terms:
    """Which media are kept."""
    settings = gw.config.media
    return Terms(
        largest_bytes=settings.largest_bytes, refused_types=frozenset(settings.refused_types)
    )


def _media(
    gw: Gateway, channel: Channel, attachment: Attachment, place: int, *, at: datetime
) -> NewMedia | None:
    if attachment.content is not None:
        kept = _kept(attachment, attachment.content, place, terms(gw))
        is_read = kept.content is not None and readers_of(channel, kept.content_type)
        return replace(kept, due_at=at) if is_read else kept
    if not _is_fetched(channel, attachment):
        return None
    declared = plain_type(attachment.type)
    return NewMedia(
        ref=uuid4(),
        place=place,
        name=safe_name(attachment.name),
        declared_type=declared,
        content_type=declared,
        state=WAITING,
        source_url=attachment.url,
        due_at=at,
    )


def readers_of(channel: Channel, content_type: str) -> Sequence[MediaReader[Any]]:
    """What reads files of this type, of what the channel has."""
    try:
        return [reader for reader in channel.readers if reader.reads(content_type)]
    except Exception as bug:  # noqa: BLE001 # a plugin's bug: the file is kept unread
        report_bug(bug, channel)
        return []


def _is_fetched(channel: Channel, attachment: Attachment) -> bool:
    source = channel.parser
    try:
        return isinstance(source, MediaSource) and source.keeps(attachment)
    except Exception as bug:  # noqa: BLE001 # a plugin's bug: the attachment stays as it is
        report_bug(bug, channel)
        return False


def _kept(attachment: Attachment, content: bytes, place: int, terms: Terms) -> NewMedia:
    found = type_of(content, attachment.type)
    fault = fault_in(content, found, terms)
    return NewMedia(
        ref=uuid4(),
        place=place,
        name=safe_name(attachment.name),
        declared_type=plain_type(attachment.type),
        content_type=found,
        state="failed" if fault else "kept",
        reason=fault,
        content=None if fault else content,
        size=len(content),
    )
