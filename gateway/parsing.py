"""What a request holds, read by its channel's parser."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
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

UNREADABLE: Final = InboundMessage(sender="unknown", text="")
LARGE_BYTES: Final = 65_536
"""A body beyond this is read in a thread: a mail of 30 MB takes a second, and others go on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What a request holds, or why it cannot be read."""

    messages: Sequence[InboundMessage] = (UNREADABLE,)
    receipts: Sequence[Receipt] = ()
    answer: HttpAnswer | None = None
    refusal: InvalidPayload | None = None


async def parse(channel: Channel, request: InboundRequest) -> Read:
    """What a request holds; an unreadable one becomes a message that is kept, not answered."""
    if len(request.body) <= LARGE_BYTES:
        return _parse(channel, request)
    return await asyncio.to_thread(_parse, channel, request)


def _parse(channel: Channel, request: InboundRequest) -> Read:
    try:
        parsed = promised(channel.parser.parse(request), Parsed, f"{channel.parser.name}.parse()")
        fault = next(filter(None, map(storage_fault, parsed.messages)), None)
    except InvalidPayload as refusal:
        return Read(refusal=refusal)
    except Exception as bug:  # noqa: BLE001 # a plugin's bug: the request is kept
        reference = report_bug(bug, channel)
        return Read(refusal=InvalidPayload(f"the parser failed (log reference {reference})"))
    if fault is not None:
        problem = InvalidPayload(f"a message cannot be stored: {fault}")
        return Read(answer=parsed.answer, refusal=problem)
    return Read(messages=parsed.messages, receipts=parsed.receipts, answer=parsed.answer)
