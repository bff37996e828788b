"""Traces: what one of them went through here."""

from typing import Final

from pydantic import Field

from gateway.store.traces import TraceView, get_trace
from gateway.web.api.procedures import Call, procedure
from gateway.web.api.webhook_shapes import Text
from gateway.web.wire import Body


class ByTrace(Body):
    """A call about one trace."""

    id: Text = Field(
        max_length=64,
        description="The trace: the 32 hexadecimal digits after the first hyphen of `traceparent`.",
    )


@procedure("traces.get", "GET /traces/{id}", scope="messages:read")
async def get(call: Call, asked: ByTrace) -> TraceView:
    """The messages that came in a trace, and what was sent because of them, oldest first.

    Up to 100 of each. The fields are those of
    [`webhooks.getMessages`](#get-apiv1webhooksidmessages) and
    [`deliveries.list`](#get-apiv1deliveries). A delivery is found by way of the message's
    conversation: an event that a call of the API caused has that call's trace, and is not listed.
    [Follow a message](../how-to/follow-a-message.md) says what a trace is good for.
    """
    return await get_trace(call.gw.db, user_id=call.user_id, trace_id=asked.id)


PROCEDURES: Final = (get,)
