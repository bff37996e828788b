"""Conversations: list, read, and move through their lifecycle (FR-09)."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Final

from pydantic import AfterValidator, Field

from gateway import store
from gateway.plugin.errors import Conflict, WebhookNotFound
from gateway.rules.events import CONVERSATION_UPDATED
from gateway.rules.lifecycle import ConversationAction, ConversationStatus
from gateway.store import (
    ConversationDetail,
    ConversationMessage,
    ConversationPage,
    ConversationSummary,
    Transition,
)
from gateway.web.api.procedures import (
    LARGEST_ID,
    LARGEST_PAGE,
    PAGE,
    ById,
    Call,
    Id,
    Listed,
    Paged,
    PagedById,
    page_of,
    procedure,
)
from gateway.web.api.webhook_shapes import Text

LONGEST_PAUSE_MINUTES: Final = 30 * 24 * 60
_PLACES: Final = re.compile(r"([1-9]\d{0,18})\.([1-9]\d{0,18})", re.ASCII)


def _places(value: str) -> str:
    found = _PLACES.fullmatch(value)
    if found is None or max(map(int, found.groups())) > LARGEST_ID:
        raise ValueError("give the nextCursor of the page before, as it is")
    return value


class ListConversations(Paged):
    """Which conversations."""

    status: ConversationStatus | None = Field(None, description="Only those of one status.")
    webhook_id: Id | None = Field(None, description="Only those on one webhook.")
    participant: Text | None = Field(
        None, max_length=320, description="Only those with one participant, written exactly so."
    )


class MessagesOfConversation(ById):
    """A page of what was said in a conversation."""

    limit: int = Field(PAGE, ge=1, le=LARGEST_PAGE, description="Entries on a page.")
    cursor: Annotated[str, AfterValidator(_places)] | None = Field(
        None, description="`nextCursor` of the page before."
    )


class MoveConversation(ById):
    """Which conversation, and why."""

    reason: Text = Field(
        "", max_length=200, description="Why, for the history: up to 200 characters."
    )


class PauseConversation(MoveConversation):
    """Which conversation, why, and for how long."""

    minutes: int | None = Field(
        None,
        ge=1,
        le=LONGEST_PAUSE_MINUTES,
        description="After how many minutes it goes on by itself; never, if left out.",
    )


@procedure("conversations.list", "GET /conversations", scope="messages:read")
async def list_(call: Call, asked: ListConversations) -> Listed[ConversationSummary]:
    """The account's conversations, the one that began last first.

    `status` is `active`, `paused`, `resolved` or `archived`:
    [pause a conversation](../how-to/pause-a-conversation.md) says what that means.
    """
    wanted = ConversationPage(
        limit=asked.limit,
        before_id=asked.cursor,
        webhook_id=asked.webhook_id,
        status=asked.status,
        participant=asked.participant,
    )
    found = await store.list_conversations(call.gw.db, wanted, user_id=call.user_id)
    return page_of(found, asked, lambda conversation: conversation.id)


@procedure(
    "webhooks.getConversations",
    "GET /webhooks/{id}/conversations",
    scope="messages:read",
    raises=(WebhookNotFound,),
)
async def list_of_webhook(call: Call, asked: PagedById) -> Listed[ConversationSummary]:
    """The conversations on a webhook, the one that began last first."""
    await store.get_webhook(call.gw.db, user_id=call.user_id, webhook_id=asked.id)
    wanted = ConversationPage(limit=asked.limit, before_id=asked.cursor, webhook_id=asked.id)
    found = await store.list_conversations(call.gw.db, wanted, user_id=call.user_id)
    return page_of(found, asked, lambda conversation: conversation.id)


@procedure("conversations.get", "GET /conversations/{id}", scope="messages:read")
async def get(call: Call, asked: ById) -> ConversationDetail:
    """One conversation with what it remembers; `possibleActions` can be done with it now."""
    return await store.get_conversation(call.gw.db, user_id=call.user_id, conversation_id=asked.id)


@procedure("conversations.getMessages", "GET /conversations/{id}/messages", scope="messages:read")
async def messages(call: Call, asked: MessagesOfConversation) -> Listed[ConversationMessage]:
    """What was said in a conversation by both sides, newest first.

    `direction` is `inbound` for what the participant wrote, `outbound` for what was answered:
    `author` is then `assistant`, or `person` for somebody of yours. `status` is the
    `processingStatus` of the one, and the delivery's status of the other.
    `inReplyTo` is the last message that a reply answers.
    """
    await store.get_conversation(call.gw.db, user_id=call.user_id, conversation_id=asked.id)
    before = _before(asked.cursor)
    found = await store.list_said(
        call.gw.db,
        user_id=call.user_id,
        conversation_id=asked.id,
        before=before,
        limit=asked.limit,
    )
    is_full = len(found) == asked.limit
    return Listed(items=found, next_cursor=_cursor(found, before) if is_full else None)


@procedure("conversations.getHistory", "GET /conversations/{id}/history", scope="messages:read")
async def history(call: Call, asked: PagedById) -> Listed[Transition]:
    """The changes of a conversation's status, newest first: who made each, and why (AC-17).

    `actor` is `participant` for the first message, `system` for what the channel's policy does, and
    a token else. `fromStatus` is null for the first one.
    """
    await store.get_conversation(call.gw.db, user_id=call.user_id, conversation_id=asked.id)
    found = await store.list_transitions(
        call.gw.db,
        user_id=call.user_id,
        conversation_id=asked.id,
        before_id=asked.cursor,
        limit=asked.limit,
    )
    return page_of(found, asked, lambda transition: transition.id)


@procedure(
    "conversations.pause",
    "POST /conversations/{id}/pause",
    scope="conversations:write",
    raises=(Conflict,),
)
async def pause(call: Call, asked: PauseConversation) -> ConversationSummary:
    """Pauses an active conversation: messages are stored and reported, and wait.

    An answer that is being made is dropped unseen; one that is on its way still arrives.
    """
    until = call.at + timedelta(minutes=asked.minutes) if asked.minutes else None
    return await _move(call, asked, "pause", until=until)


@procedure(
    "conversations.resume",
    "POST /conversations/{id}/resume",
    scope="conversations:write",
    raises=(Conflict,),
)
async def resume(call: Call, asked: MoveConversation) -> ConversationSummary:
    """Makes a paused conversation active; what waited is answered now, in order and together."""
    return await _move(call, asked, "resume")


@procedure(
    "conversations.resolve",
    "POST /conversations/{id}/resolve",
    scope="conversations:write",
    raises=(Conflict,),
)
async def resolve(call: Call, asked: MoveConversation) -> ConversationSummary:
    """Marks an active conversation as completed.

    The channel's `aiConfig.whenResolved` says what the next message does.
    """
    return await _move(call, asked, "resolve")


@procedure(
    "conversations.reopen",
    "POST /conversations/{id}/reopen",
    scope="conversations:write",
    raises=(Conflict,),
)
async def reopen(call: Call, asked: MoveConversation) -> ConversationSummary:
    """Makes a resolved conversation active again; what was left unanswered is answered now."""
    return await _move(call, asked, "reopen")


@procedure(
    "conversations.archive",
    "POST /conversations/{id}/archive",
    scope="conversations:write",
    raises=(Conflict,),
)
async def archive(call: Call, asked: MoveConversation) -> ConversationSummary:
    """Archives a conversation for good; the next message starts a new one.

    Messages that wait are not answered any more: their `processingStatus` becomes `archived`.
    """
    return await _move(call, asked, "archive")


async def _move(
    call: Call,
    asked: MoveConversation,
    action: ConversationAction,
    *,
    until: datetime | None = None,
) -> ConversationSummary:
    move = store.Move(
        action=action,
        actor=call.principal.actor,
        reason=asked.reason,
        at=call.at,
        listeners=await call.gw.channels.listeners(call.user_id, CONVERSATION_UPDATED),
        until=until,
    )
    moved = await store.move_conversation(
        call.gw.db, move, user_id=call.user_id, conversation_id=asked.id
    )
    call.gw.wakeups.wake("converse")
    call.gw.wakeups.wake("deliver")
    return moved


def _before(cursor: str | None) -> tuple[int, int]:
    if cursor is None:
        return LARGEST_ID, LARGEST_ID
    message, _, reply = cursor.partition(".")
    return int(message), int(reply)


def _cursor(found: Sequence[ConversationMessage], before: tuple[int, int]) -> str:
    """Where the next page begins: at one place among the messages, and one among the replies."""
    places = [
        min((said.id for said in found if said.direction == direction), default=place)
        for direction, place in zip(("inbound", "outbound"), before, strict=True)
    ]
    return ".".join(map(str, places))


PROCEDURES: Final = (
    list_,
    list_of_webhook,
    get,
    messages,
    history,
    pause,
    resume,
    resolve,
    reopen,
    archive,
)
