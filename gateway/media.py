"""Media: files that came along with a message are kept, and it gets references to them."""

from dataclasses import replace
from uuid import uuid4

from gateway import store
from gateway.plugin import Attachment
from gateway.records import NewMessage, Stored
from gateway.rules.media import NewMedia, Terms, fault_in, plain_type, safe_name, type_of
from gateway.runtime import Gateway

PATH = "/api/v1/media/"


def with_references(gw: Gateway, new: NewMessage) -> NewMessage:
    """The message with a reference in place of each file; they are written together with it."""
    kept: list[NewMedia] = []
    shown: list[Attachment] = []
    for place, attachment in enumerate(new.message.attachments):
        if attachment.content is None:
            shown.append(attachment)
            continue
        media = _kept(attachment, attachment.content, place, _terms(gw))
        kept.append(media)
        url = f"{gw.config.public_url}{PATH}{media.ref}"
        shown.append(Attachment(type=media.content_type, url=url, name=media.name))
    if not kept:
        return new
    message = replace(new.message, attachments=tuple(shown))
    return replace(new, message=message, media=tuple(kept))


async def add(gw: Gateway, new: NewMessage) -> Stored:
    """Writes a message into the log; one with files not together with others: they would wait."""
    if not new.media:
        return await gw.intake.add(new)
    [stored] = await store.store_messages(gw.db, [new])
    return stored


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


def _terms(gw: Gateway) -> Terms:
    settings = gw.config.media
    return Terms(
        largest_bytes=settings.largest_bytes, refused_types=frozenset(settings.refused_types)
    )
