"""What a request holds, read by its channel's parser."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from gateway.channels import Channel, report_bug
from gateway.outcomes import storage_fault
from gateway.plugin import (
    HttpAnswer,
    InboundMessage,
    InboundRequest,
    InvalidPayload,
    Parsed,
    Receipt,
)
from gateway.promises import promised
from gateway.rules.masking import masked

UNREADABLE: Final = InboundMessage(sender="unknown", text="")
LARGE_BYTES: Final = 65_536
"""A body beyond this is read in a thread: a mail of 30 MB takes a second, and others go on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What a request holds, or why it cannot be read.

    `request` is what may be kept of it, `masked` how many numbers of cards were taken out.
    """

    request: InboundRequest

    messages: Sequence[InboundMessage] = (UNREADABLE,)
    receipts: Sequence[Receipt] = ()
    answer: HttpAnswer | None = None
    refusal: InvalidPayload | None = None
    masked: int = 0


async def parse(channel: Channel, request: InboundRequest, *, masks_cards: bool) -> Read:
    """What a request holds; an unreadable one becomes a message that is kept, not answered."""
    if len(request.body) <= LARGE_BYTES:
        return _parse(channel, request, masks_cards=masks_cards)
    return await asyncio.to_thread(_parse, channel, request, masks_cards=masks_cards)


def _parse(channel: Channel, request: InboundRequest, *, masks_cards: bool) -> Read:
    read = _read(channel, request)
    if not masks_cards:
        return read
    brought = masked(read.messages, request.body, request.headers.get("content-type", ""))
    if not brought.count:
        return read
    return replace(
        read,
        request=replace(request, body=brought.body),
        messages=brought.messages,
        masked=brought.count,
    )


def _read(channel: Channel, request: InboundRequest) -> Read:
    try:
        parsed = promised(channel.parser.parse(request), Parsed, f"{channel.parser.name}.parse()")
        fault = next(filter(None, map(storage_fault, parsed.messages)), None)
    except InvalidPayload as refusal:
        return Read(request=request, refusal=refusal)
    except Exception as bug:  # noqa: BLE001 # a plugin's bug: the request is kept
        reference = report_bug(bug, channel)
        failed = InvalidPayload(f"the parser failed (log reference {reference})")
        return Read(request=request, refusal=failed)
    if fault is not None:
        problem = InvalidPayload(f"a message cannot be stored: {fault}")
        return Read(request=request, answer=parsed.answer, refusal=problem)
    return Read(
        request=request,
        messages=parsed.messages,
        receipts=parsed.receipts,
        answer=parsed.answer,
    )
