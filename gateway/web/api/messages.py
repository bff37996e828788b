"""Messages: those of a webhook, one with all that became of it, and a held one's second turn."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pydantic import Field

from gateway import pipeline, store
from gateway.plugin.errors import Conflict, PluginUnavailable, WebhookNotFound
from gateway.records import Message, ProcessingStatus
from gateway.store import MessageDetail
from gateway.web.api.procedures import ById, Call, Listed, PagedById, page_of, procedure
from gateway.web.api.webhook_shapes import Text


class MessagesOfWebhook(PagedById):
    """A page of a webhook's messages, and which of them."""

    status: ProcessingStatus | None = Field(
        None, description="Only those of one `processingStatus`."
    )
    reason: Text | None = Field(
        None, max_length=64, description="Only those with one reason code, such as `auto_reply`."
    )


class GetMessage(ById):
    """Which message, and how much of it."""

    include_raw_payload: bool = Field(
        False, description="Also the body of the request that it came in, while it is kept."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """The messages that a replay gives their turn: the held one itself, or what was read in it."""

    message_ids: Sequence[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Discarded:
    """The message that nobody waits for any more."""

    message_id: int


@procedure(
    "webhooks.getMessages",
    "GET /webhooks/{id}/messages",
    scope="messages:read",
    raises=(WebhookNotFound,),
)
async def list_of_webhook(call: Call, asked: MessagesOfWebhook) -> Listed[Message]:
    """The messages of a webhook, newest first.

    - `processingStatus`: `received` waits for an answer, `processed` has been answered. `failed`
      could not be answered, and `quarantined` waits for a person, who
      [looks through the quarantine](../how-to/look-through-the-quarantine.md); `reason` says why.
      `ignored` was written by a machine. `replayed` was read anew later: `reason` names the
      messages that came of it. `discarded` was not wanted. `archived` and `erased` were not
      answered before their conversation was archived, or their sender's data erased.
    - `analysis.intent`: `task`, `question`, `update` or `confirmation`.
    - `replyStatus`: `pending` is on its way or waits for the next attempt, `delivered`, `dead`, or
      `unrouted` when the channel sends nothing. Messages that were answered together have the same
      reply.
    """
    await store.get_webhook(call.gw.db, user_id=call.user_id, webhook_id=asked.id)
    wanted = store.MessagePage(
        webhook_id=asked.id,
        before_id=asked.cursor,
        limit=asked.limit,
        status=asked.status,
        reason=asked.reason,
    )
    found = await store.list_messages(call.gw.db, wanted, user_id=call.user_id)
    return page_of(found, asked, lambda message: message.id)


@procedure("messages.get", "GET /messages/{id}", scope="messages:read")
async def get(call: Call, asked: GetMessage) -> MessageDetail:
    """One message with what was understood of it, the tasks it made, and its reply's delivery.

    The fields are those of [`webhooks.getMessages`](#get-apiv1webhooksidmessages).
    `structured` is the task that the message spelled out, `facts` is what its provider said beside
    it; `facts.maskedCards` says how many numbers of payment cards were
    [masked](../how-to/keep-card-numbers-out.md). `rawPayload` is Base64, and null unless it is
    asked for.
    """
    return await store.get_message(
        call.gw.db,
        user_id=call.user_id,
        message_id=asked.id,
        with_raw_payload=asked.include_raw_payload,
    )


@procedure(
    "messages.replay",
    "POST /messages/{id}/replay",
    scope="messages:replay",
    raises=(Conflict, PluginUnavailable),
)
async def replay(call: Call, asked: ById) -> Replayed:
    """Gives a `failed`, `quarantined` or `ignored` message its turn again.

    What could not be read is parsed anew, and its messages are stored in its place; all others are
    answered as they were read then. So a replay releases a suspicious message, and one that was
    taken for a machine's.
    [Replay a held message](../how-to/replay-a-held-message.md) says more.
    """
    waiting = await store.waiting_message(call.gw.db, user_id=call.user_id, message_id=asked.id)
    stored = await pipeline.replay(call.gw, waiting, call.operation)
    return Replayed(message_ids=[one.message_id for one in stored])


@procedure(
    "messages.discard",
    "POST /messages/{id}/discard",
    scope="messages:replay",
    raises=(Conflict,),
)
async def discard(call: Call, asked: ById) -> Discarded:
    """Ends the waiting of a `failed`, `quarantined` or `ignored` message that nobody wants.

    It is kept as `discarded` until its time is over, and can be replayed no more.
    """
    waiting = await store.waiting_message(call.gw.db, user_id=call.user_id, message_id=asked.id)
    await store.discard_message(call.gw.db, call.operation, waiting)
    return Discarded(message_id=asked.id)


PROCEDURES: Final = (list_of_webhook, get, replay, discard)
