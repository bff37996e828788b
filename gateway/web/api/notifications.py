"""Notifications of people (US-05, US-12): how they are wanted, and what became of each."""

from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import Field

from gateway import store
from gateway.plugin import FieldError, InvalidPayload
from gateway.plugin.errors import WebhookNotFound
from gateway.store import ChosenChannel, Notification, NotificationSettings
from gateway.web.api.procedures import Call, Id, Listed, Nothing, Paged, page_of, procedure
from gateway.web.api.webhook_shapes import Text, Zone
from gateway.web.wire import Body

LONGEST_LIST: Final = 20
TimeOfDay = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class WantedOn(Body):
    """A channel, and to whom its words go there."""

    webhook_id: Id = Field(description="The channel.")
    recipient: Text = Field(
        "",
        max_length=320,
        description="The number or address that is written to. Empty: who asked for the task, if "
        "that was on this channel. A custom webhook needs none.",
    )


class WantedQuiet(Body):
    """When nobody is to be disturbed."""

    begins: TimeOfDay = Field(description="When it begins, such as 22:00.")
    ends: TimeOfDay = Field(description="When it ends, such as 07:00, perhaps on the next day.")
    time_zone: Zone = Field(description="Where, as an IANA name such as Europe/Madrid.")


class ChangeSettings(Body):
    """What is to change: only the fields that are given count."""

    enabled: bool = Field(True, description="Whether people are notified at all.")
    channels: list[WantedOn] = Field(
        [],
        max_length=LONGEST_LIST,
        description="Channels in the order in which they are tried. Empty: the primary one, then "
        "the other verified ones.",
    )
    quiet_hours: WantedQuiet | None = Field(
        None, description="When notifications wait, or null for never."
    )
    critical_at_once: bool = Field(
        True, description="Whether those of tasks with the priority `critical` come all the same."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietView:
    """When nobody is disturbed."""

    begins: str
    ends: str
    time_zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsView:
    """How an account is told."""

    enabled: bool
    channels: list[ChosenChannel]
    quiet_hours: QuietView | None
    critical_at_once: bool


@procedure("notifications.list", "GET /notifications", scope="tasks:read")
async def list_(call: Call, asked: Paged) -> Listed[Notification]:
    """What people were or are to be told of the ends of tasks, newest first.

    `state` is `waiting` until `dueAt`, `sending` on `webhookId` as the delivery `outboundId`,
    `delivered`, `undeliverable`, or `off`. `tried` are the channels that did not take it.
    """
    found = await store.list_notifications(
        call.gw.db, user_id=call.user_id, before_id=asked.cursor, limit=asked.limit
    )
    return page_of(found, asked, lambda notification: notification.id)


@procedure("notifications.getSettings", "GET /notifications/settings", scope="webhooks:read")
async def get_settings(call: Call, _asked: Nothing) -> SettingsView:
    """How the account is told of the ends of tasks."""
    return _view(await store.read_notification_settings(call.gw.db, user_id=call.user_id))


@procedure(
    "notifications.changeSettings",
    "PATCH /notifications/settings",
    scope="webhooks:write",
    raises=(WebhookNotFound,),
)
async def change_settings(call: Call, asked: ChangeSettings) -> SettingsView:
    """Changes what is named, and nothing else.

    What waits already is decided by the new settings when it is due.
    """
    now = await store.read_notification_settings(call.gw.db, user_id=call.user_id)
    quiet = asked.quiet_hours
    if quiet is not None and quiet.begins == quiet.ends:
        fault = FieldError(pointer="/quietHours/ends", message="must differ from begins")
        raise InvalidPayload("some fields are not valid", fields=[fault])
    for channel in asked.channels:
        await store.get_webhook(call.gw.db, user_id=call.user_id, webhook_id=channel.webhook_id)
    given = asked.model_fields_set
    is_quiet_given = "quiet_hours" in given
    wanted = NotificationSettings(
        is_on=asked.enabled if "enabled" in given else now.is_on,
        channels=tuple(ChosenChannel(**one.model_dump()) for one in asked.channels)
        if "channels" in given
        else now.channels,
        quiet_from=(quiet.begins if quiet else None) if is_quiet_given else now.quiet_from,
        quiet_until=(quiet.ends if quiet else None) if is_quiet_given else now.quiet_until,
        quiet_zone=(quiet.time_zone if quiet else None) if is_quiet_given else now.quiet_zone,
        critical_at_once=asked.critical_at_once
        if "critical_at_once" in given
        else now.critical_at_once,
    )
    await store.change_notification_settings(call.gw.db, call.operation, wanted)
    return _view(wanted)


def _view(settings: NotificationSettings) -> SettingsView:
    quiet = None
    if settings.quiet_from and settings.quiet_until and settings.quiet_zone:
        quiet = QuietView(
            begins=settings.quiet_from, ends=settings.quiet_until, time_zone=settings.quiet_zone
        )
    return SettingsView(
        enabled=settings.is_on,
        channels=list(settings.channels),
        quiet_hours=quiet,
        critical_at_once=settings.critical_at_once,
    )


PROCEDURES: Final = (list_, get_settings, change_settings)
