"""Replays of many deliveries, and the list of events that tells what was missed."""

from dataclasses import dataclass
from typing import Annotated, Final, Literal

from pydantic import Field

from gateway import store
from gateway.plugin.errors import Conflict, WebhookNotFound
from gateway.store import ListedEvent, Replay, ReplayFilter
from gateway.web.api.moments import Moment
from gateway.web.api.procedures import (
    LARGEST_ID,
    LARGEST_PAGE,
    PAGE,
    ById,
    Call,
    Id,
    Listed,
    Paged,
    page_of,
    procedure,
)
from gateway.web.api.webhook_shapes import Text
from gateway.web.wire import Body

PER_SECOND: Final = 20
MOST_PER_SECOND: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimated:
    """How many deliveries are meant."""

    total: int


class WantedDeliveries(Body):
    """Which deliveries are to be sent again; what is left out does not matter."""

    status: Literal["dead", "delivered"] = Field("dead", description="What became of them.")
    webhook_id: Id | None = Field(None, description="The webhook that they go to.")
    event: Annotated[Text, Field(max_length=64)] | None = Field(
        None, description="What they tell, such as `task.created`."
    )
    created_from: Moment | None = Field(None, description="Those made then or later.")
    created_until: Moment | None = Field(None, description="Those made before then.")


class CreateReplay(WantedDeliveries):
    """A replay to begin."""

    skip_succeeded: bool = Field(
        True, description="Leave out what has been delivered since the replay began."
    )
    per_second: int = Field(
        PER_SECOND, ge=1, le=MOST_PER_SECOND, description="Most deliveries a second."
    )


class ListEvents(Body):
    """Which events."""

    after: int = Field(0, ge=0, le=LARGEST_ID, description="`id` of the last one that is known.")
    webhook_id: Id | None = Field(None, description="Only those for the endpoint of one webhook.")
    limit: int = Field(PAGE, ge=1, le=LARGEST_PAGE, description="Entries on a page.")


@procedure(
    "replays.estimate",
    "POST /replays/estimate",
    scope="deliveries:replay",
    raises=(WebhookNotFound,),
)
async def estimate(call: Call, asked: WantedDeliveries) -> Estimated:
    """How many deliveries a replay would send again. It changes nothing."""
    meant = await _meant(call, asked)
    return Estimated(total=await store.count_meant(call.gw.db, meant, user_id=call.user_id))


@procedure(
    "replays.create",
    "POST /replays",
    scope="deliveries:replay",
    status=201,
    raises=(WebhookNotFound,),
)
async def create(call: Call, asked: CreateReplay) -> Replay:
    """Begins to send again what fits now, oldest first, at no more than `perSecond`.

    Each delivery gets a fresh schedule and keeps its id and body. A replay goes on after a restart
    where it was, and what was retried or delivered in the meantime is left out. `total` was
    counted at the beginning; `skipped` is what was left out of it, told at the end.
    """
    return await store.create_replay(
        call.gw.db,
        call.operation,
        await _meant(call, asked),
        skip_succeeded=asked.skip_succeeded,
        per_second=asked.per_second,
    )


@procedure("replays.list", "GET /replays", scope="deliveries:replay")
async def list_(call: Call, asked: Paged) -> Listed[Replay]:
    """The account's replays, newest first."""
    found = await store.list_replays(
        call.gw.db, user_id=call.user_id, before_id=asked.cursor, limit=asked.limit
    )
    return page_of(found, asked, lambda replay: replay.id)


@procedure("replays.get", "GET /replays/{id}", scope="deliveries:replay")
async def get(call: Call, asked: ById) -> Replay:
    """One replay: `state` is `running`, `paused`, `cancelled` or `done`."""
    return await store.get_replay(call.gw.db, user_id=call.user_id, replay_id=asked.id)


@procedure(
    "replays.pause", "POST /replays/{id}/pause", scope="deliveries:replay", raises=(Conflict,)
)
async def pause(call: Call, asked: ById) -> Replay:
    """Stops a replay for now; what it has made due is sent all the same."""
    return await store.move_replay(call.gw.db, call.operation, "paused", replay_id=asked.id)


@procedure(
    "replays.resume", "POST /replays/{id}/resume", scope="deliveries:replay", raises=(Conflict,)
)
async def resume(call: Call, asked: ById) -> Replay:
    """Lets a paused replay go on where it was."""
    return await store.move_replay(call.gw.db, call.operation, "running", replay_id=asked.id)


@procedure(
    "replays.cancel", "POST /replays/{id}/cancel", scope="deliveries:replay", raises=(Conflict,)
)
async def cancel(call: Call, asked: ById) -> Replay:
    """Ends a replay; what it has not come to stays as it is."""
    return await store.move_replay(call.gw.db, call.operation, "cancelled", replay_id=asked.id)


@procedure("events.list", "GET /events", scope="messages:read", raises=(WebhookNotFound,))
async def events(call: Call, asked: ListEvents) -> Listed[ListedEvent]:
    """What endpoints were or are to be told, oldest first: to see after an outage what was missed.

    Ask for what comes after the last `id` that you know, until the page is empty. Events of the
    last 20 seconds are not listed yet, so that none turns up later before one that you have seen.
    `eventId` is the `id` of the envelope, `endpointId` the webhook that is told, and `status` what
    became of it there.
    """
    await _check_webhook(call, asked.webhook_id)
    page = store.EventPage(webhook_id=asked.webhook_id, after_id=asked.after, limit=asked.limit)
    found = await store.list_events(call.gw.db, page, user_id=call.user_id, now=call.at)
    is_full = len(found) == asked.limit
    return Listed(items=found, next_cursor=str(found[-1].id) if is_full else None)


async def _meant(call: Call, asked: WantedDeliveries) -> ReplayFilter:
    await _check_webhook(call, asked.webhook_id)
    return ReplayFilter(
        status=asked.status,
        webhook_id=asked.webhook_id,
        event=asked.event,
        created_from=asked.created_from,
        created_until=asked.created_until,
    )


async def _check_webhook(call: Call, webhook_id: int | None) -> None:
    if webhook_id is not None:
        await store.get_webhook(call.gw.db, user_id=call.user_id, webhook_id=webhook_id)


PROCEDURES: Final = (estimate, create, list_, get, pause, resume, cancel, events)
