"""Analytics of an account: volume, response times, conversion, errors (FR-17, KPIs of 3.3)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from pydantic import Field

from gateway import store
from gateway.plugin import FieldError, InvalidPayload
from gateway.plugin.errors import WebhookNotFound
from gateway.rules.figures import Tally, share
from gateway.store import Figures, Span
from gateway.web.api.moments import Day
from gateway.web.api.procedures import Call, Id, procedure
from gateway.web.wire import Body

DEFAULT_DAYS: Final = 30
LONGEST_DAYS: Final = 366


class AskAnalytics(Body):
    """Which days, of which channel."""

    from_: Day | None = Field(
        None, alias="from", description="First day; null is 29 days before the last one."
    )
    to: Day | None = Field(None, description="Last day; null is today in the account's time zone.")
    webhook_id: Id | None = Field(None, description="Only this channel; null is all of them.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How long something took, in milliseconds; null when it did not happen."""

    count: int
    mean_ms: float | None
    p50_ms: float | None
    p95_ms: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What happened in the time asked for.

    `response` is the time from a message to the delivery of its reply; percentiles are within 7 %.
    Shares run from 0 to 1 and are null when there is nothing to share. `ignored` are not part of
    `received`: no person wrote them.
    """

    received: int
    ignored: int
    answered: int
    unanswered: int
    replies_sent: int
    events_sent: int
    notifications_sent: int
    dead: int
    tasks: int
    response: Timing
    mean_ms_to_task: float | None
    task_conversion: float | None
    delivery_error_rate: float | None
    message_error_rate: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelTotals:
    """The totals of one channel."""

    webhook_id: int
    channel_name: str
    totals: Totals


@dataclass(frozen=True, slots=True, kw_only=True)
class DayVolume:
    """What one channel received and sent on one day."""

    day: str
    webhook_id: int
    received: int
    sent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DayActivity:
    """How many channels received or sent anything on one day."""

    day: str
    active_webhooks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Analytics:
    """The figures of an account; `to_day` belongs to them."""

    from_day: str
    to_day: str
    time_zone: str
    totals: Totals
    conversations_started: int
    messages_per_conversation: float | None
    channels: Sequence[ChannelTotals]
    volume: Sequence[DayVolume]
    activity: Sequence[DayActivity]


@procedure("analytics.get", "GET /analytics", scope="messages:read", raises=(WebhookNotFound,))
async def get_analytics(call: Call, asked: AskAnalytics) -> Analytics:
    """Volume, response times, conversion to tasks and errors, by channel and day.

    Days are those of the account's time zone at that time. What happened is counted where and when
    it happened: a message when it was received and again when it was answered, a delivery when it
    ended; one that was dead and sent again counts as both. Erasing messages leaves the counts.
    Mail that no person wrote, such as absence notes and lists, is told apart as `ignored`: it is no
    message received, none that was left unanswered, and no sign that a channel was in use.
    `messagesPerConversation` is about conversations that began in the time asked for;
    `activity` tells how many channels were in use each day.
    """
    gw = call.gw
    user = await store.get_user(call.user_id)
    webhooks = await store.list_webhooks(gw.db, user_id=call.user_id, include_inactive=True)
    names = {webhook.id: webhook.channel_name for webhook in webhooks}
    if asked.webhook_id is not None and asked.webhook_id not in names:
        raise WebhookNotFound(f"no webhook {asked.webhook_id}; GET /api/v1/webhooks lists yours")
    first, last = _days(asked, call.at.astimezone(ZoneInfo(user.time_zone)).date())
    span = Span(
        user_id=call.user_id,
        webhook_id=asked.webhook_id,
        time_zone=user.time_zone,
        first=first,
        last=last,
    )
    return _shown(await store.read_figures(gw.db, span), span, names)


def _shown(found: Figures, span: Span, names: Mapping[int, str]) -> Analytics:
    channels = sorted({webhook_id for webhook_id, _, _ in found.tallies})
    return Analytics(
        from_day=span.first.isoformat(),
        to_day=span.last.isoformat(),
        time_zone=span.time_zone,
        totals=_totals(found, channels),
        conversations_started=found.conversations,
        messages_per_conversation=_depth(found),
        channels=[
            ChannelTotals(
                webhook_id=webhook_id,
                channel_name=names.get(webhook_id, ""),
                totals=_totals(found, [webhook_id]),
            )
            for webhook_id in channels
        ],
        volume=_volume(found),
        activity=_activity(found),
    )


def _days(asked: AskAnalytics, today: date) -> tuple[date, date]:
    last = asked.to or today
    first = asked.from_ or last - timedelta(days=DEFAULT_DAYS - 1)
    if first > last:
        raise _wrong("?from", "give a day that is not after `to`")
    if (last - first).days >= LONGEST_DAYS:
        raise _wrong("?from", f"ask for at most {LONGEST_DAYS} days")
    return first, last


def _wrong(pointer: str, message: str) -> InvalidPayload:
    return InvalidPayload(message, fields=[FieldError(pointer=pointer, message=message)])


def _tally(found: Figures, channels: Iterable[int], kind: str) -> Tally:
    wanted = set(channels)
    parts = [t for (own, _, name), t in found.tallies.items() if own in wanted and name == kind]
    buckets: dict[int, int] = {}
    for part in parts:
        for bucket, count in (part.buckets or {}).items():
            buckets[bucket] = buckets.get(bucket, 0) + count
    return Tally(
        count=sum(part.count for part in parts),
        total=sum(part.total for part in parts),
        buckets=buckets,
    )


def _totals(found: Figures, channels: Sequence[int]) -> Totals:
    kinds = {kind: _tally(found, channels, kind) for kind in KINDS}
    count = {kind: tally.count for kind, tally in kinds.items()}
    sent = count["reply_sent"] + count["event_sent"] + count["notification_sent"]
    dead = count["reply_dead"] + count["event_dead"] + count["notification_dead"]
    response, converted = kinds["reply_sent"], kinds["converted"]
    return Totals(
        received=count["received"] - count["ignored"],
        ignored=count["ignored"],
        answered=count["answered"],
        unanswered=count["unanswered"],
        replies_sent=count["reply_sent"],
        events_sent=count["event_sent"],
        notifications_sent=count["notification_sent"],
        dead=dead,
        tasks=count["converted"] + count["task"],
        response=Timing(
            count=response.count,
            mean_ms=_rounded(response.mean),
            p50_ms=_rounded(response.percentile(0.5)),
            p95_ms=_rounded(response.percentile(0.95)),
        ),
        mean_ms_to_task=_rounded(converted.mean),
        task_conversion=share(converted.count, count["answered"]),
        delivery_error_rate=share(dead, sent + dead),
        message_error_rate=share(count["unanswered"], count["answered"] + count["unanswered"]),
    )


def _volume(found: Figures) -> list[DayVolume]:
    places = sorted({(day, webhook_id) for webhook_id, day, _ in found.tallies})
    return [
        DayVolume(
            day=day.isoformat(),
            webhook_id=webhook_id,
            received=_received(found, webhook_id, day),
            sent=_count(found, webhook_id, day, SENT),
        )
        for day, webhook_id in places
    ]


def _activity(found: Figures) -> list[DayActivity]:
    active: dict[date, set[int]] = {}
    for webhook_id, day in {(webhook_id, day) for webhook_id, day, _ in found.tallies}:
        if _received(found, webhook_id, day) or _count(found, webhook_id, day, SENT):
            active.setdefault(day, set()).add(webhook_id)
    return [
        DayActivity(day=day.isoformat(), active_webhooks=len(webhooks))
        for day, webhooks in sorted(active.items())
    ]


def _received(found: Figures, webhook_id: int, day: date) -> int:
    """What people wrote; what machines did is counted with it, and by itself."""
    ignored = _count(found, webhook_id, day, ("ignored",))
    return _count(found, webhook_id, day, ("received",)) - ignored


def _count(found: Figures, webhook_id: int, day: date, kinds: Sequence[str]) -> int:
    keys = [(webhook_id, day, kind) for kind in kinds]
    return sum(found.tallies[key].count for key in keys if key in found.tallies)


def _depth(found: Figures) -> float | None:
    if not found.conversations:
        return None
    return round(found.messages_in_conversations / found.conversations, 2)


def _rounded(milliseconds: float | None) -> float | None:
    return None if milliseconds is None else round(milliseconds, 1)


SENT: Final = ("reply_sent", "event_sent", "notification_sent")
DEAD: Final = ("reply_dead", "event_dead", "notification_dead")
KINDS: Final = ("received", "ignored", "answered", "unanswered", "converted", "task", *SENT, *DEAD)
PROCEDURES: Final = (get_analytics,)
