"""What comes by another way than HTTP: taken in the same way, tended by one process at a time."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, ClassVar

import pytest
from pydantic import Field
from structlog.testing import capture_logs

from gateway.doors import OpenDoors, Pace
from gateway.listeners import built_listeners, listener_faults, needs_listening
from gateway.listening import listen
from gateway.plugin import (
    Door,
    Doors,
    InboundMessage,
    InboundRequest,
    InvalidAuth,
    InvalidPayload,
    Listener,
    OutboundMessage,
    Parsed,
    Parser,
    PartSettings,
    PermanentFailure,
    Sent,
    TemporaryFailure,
    Transport,
    Verifier,
)
from gateway.plugin.errors import RateLimitMinute, WebhookNotFound
from gateway.registry import Registry, load_plugins
from gateway.runtime import Gateway
from gateway.up import UpError, _gateway_programs
from tests.conftest import wait_for
from tests.parts import EchoResponder
from tests.stories.house import House, Json

QUICK = Pace(look_seconds=0.02, first_wait_seconds=0.02, longest_wait_seconds=0.05)
Tend = Callable[[Door], Awaitable[None]]


class BoxSettings(PartSettings):
    """Settings of a channel that takes letters."""

    box: str = Field(title="Box", description="Where letters are put.")


class Letters(Parser[BoxSettings], Verifier[BoxSettings], Transport[BoxSettings]):
    """A channel that takes letters from its own listener alone; `sender|text` is one."""

    name = "letters"
    title = "Letters"
    channel_type = "letters"
    Settings = BoxSettings

    async def verify(self, request: InboundRequest) -> None:
        """Believes its own listener."""
        if request.door != "postbox":
            raise InvalidAuth("letters come by the postbox")

    def parse(self, request: InboundRequest) -> Parsed:
        """One letter; one that says `bug` makes it fail as a broken plugin would."""
        if request.body == b"bug":
            raise ZeroDivisionError
        sender, _, text = request.body.decode().partition("|")
        if not text:
            raise InvalidPayload("the body is not sender|text")
        number = request.headers.get("x-number")
        return Parsed(messages=(InboundMessage(sender=sender, text=text, external_id=number),))

    async def send(self, message: OutboundMessage) -> Sent:
        """Goes nowhere."""
        return Sent(provider_id=f"l{message.id}")


class PostboxSettings(PartSettings):
    """Settings of the listener."""

    slots: int = Field(1, ge=1, title="Slots", description="How many letters at a time.")


class Postbox(Listener[PostboxSettings]):
    """The way in for letters; `behaves` does what a test wants of it."""

    name = "postbox"
    title = "Postbox"
    parser = "letters"
    Settings = PostboxSettings
    behaves: ClassVar[Callable[[Doors], Awaitable[None]]]

    async def serve(self, doors: Doors) -> None:
        """Whatever the test wants."""
        await Postbox.behaves(doors)


@pytest.fixture
def registry() -> Registry:
    """The parts of this page beside the usual ones."""
    return load_plugins(["custom_http"], extra=(EchoResponder, Letters, Postbox))


async def _box(house: House, box: str = "blue", **fields: object) -> Json:
    body = {
        "channelType": "letters",
        "channelName": box,
        "providerConfig": {"box": box},
        "aiConfig": {"responder": "echo"},
        **fields,
    }
    return await house.api("POST", "/webhooks", body, status=201)


async def _opened(gw: Gateway) -> OpenDoors:
    doors = OpenDoors(gw, Postbox, pace=QUICK)
    await doors.look()
    return doors


def _boxes(doors: Doors) -> list[str]:
    return [door.settings.box for door in doors.open() if isinstance(door.settings, BoxSettings)]


async def test_a_letter_begins_a_trace_whatever_its_headers_say(house: House) -> None:
    await _box(house)
    doors = await _opened(house.gw)
    [door] = doors.open()
    theirs = "0af7651916cd43dd8448eb211c80319c"
    headers = {"traceparent": f"00-{theirs}-b7ad6b7169203331-01"}

    await doors.take(door, b"ann|Water the plants", headers=headers)

    assert (await house.api("GET", "/messages/1"))["traceId"] not in (None, theirs)


async def test_a_letter_is_taken_as_a_request_and_answered(house: House) -> None:
    await _box(house)
    doors = await _opened(house.gw)
    [door] = doors.open()

    with capture_logs() as logs:
        await doors.take(door, b"ann|Water the plants", headers={"x-number": "1"})
    await house.drain()

    [told] = [line for line in logs if line["event"] == "message.received"]
    assert told["duplicate"] is False
    message = await house.api("GET", f"/messages/{told['message_id']}")
    assert (message["senderIdentifier"], message["content"]) == ("ann", "Water the plants")
    assert message["processingStatus"] == "processed"


async def test_a_letter_that_comes_again_is_taken_once(house: House) -> None:
    await _box(house)
    doors = await _opened(house.gw)
    [door] = doors.open()

    with capture_logs() as logs:
        await doors.take(door, b"ann|Hello", headers={"x-number": "7"})
        await doors.take(door, b"ann|Hello", headers={"x-number": "7"})

    told = [line for line in logs if line["event"] == "message.received"]
    assert [line["duplicate"] for line in told] == [False, True]


async def test_nobody_comes_through_a_door_by_http(house: House) -> None:
    record = await _box(house)
    path = record["webhookUrl"].removeprefix(house.gw.config.public_url)

    response = await house.client.post(
        path, data=b"ann|Hello", headers={"door": "postbox", "x-gateway-door": "postbox"}
    )

    assert response.status_code == 401


async def test_the_doors_are_those_of_all_accounts_that_are_open(house: House) -> None:
    other = await house.api("POST", "/users", {"name": "Other", "externalId": "other"}, status=201)
    first = await _box(house, "blue")
    doors = await _opened(house.gw)
    before = doors.open()

    house.headers["X-Gateway-User"] = "other"
    await _box(house, "red")
    del house.headers["X-Gateway-User"]
    await doors.look()
    assert _boxes(doors) == ["blue", "red"]
    unchanged = doors.open()
    await doors.look()
    assert doors.open() is unchanged

    await house.api("PATCH", f"/webhooks/{first['id']}", {"providerConfig": {"box": "green"}})
    await doors.look()
    assert sorted(_boxes(doors)) == ["green", "red"]

    await house.api("DELETE", f"/webhooks/{first['id']}")
    await doors.look()
    assert (_boxes(doors), other["externalId"]) == (["red"], "other")
    assert len(before) == 1


async def test_what_is_not_taken_is_said(house: House) -> None:
    record = await _box(house, rateLimitPerMinute=1)
    doors = await _opened(house.gw)
    [door] = doors.open()

    await doors.take(door, b"ann|One", headers={})
    with pytest.raises(RateLimitMinute):
        await doors.take(door, b"ann|Two", headers={})
    await house.api("POST", f"/webhooks/{record['id']}/regenerate-token", {"overlapSeconds": 0})
    house.gw.channels.forget(house.user_id)
    with pytest.raises(WebhookNotFound):
        await doors.take(door, b"ann|Three", headers={})

    value = house.gw.metrics.registry.get_sample_value
    outcomes = {
        outcome: value("gateway_messages_total", {"outcome": outcome})
        for outcome in ("accepted", "rate_limit_minute", "webhook_not_found")
    }
    assert set(outcomes.values()) == {1.0}


async def test_an_unreadable_letter_is_kept_and_the_next_one_is_taken(house: House) -> None:
    record = await _box(house)
    doors = await _opened(house.gw)
    [door] = doors.open()

    for body in (b"bug", b"nothing", b"ann|Hello"):
        await doors.take(door, body, headers={})

    listed = await house.api("GET", f"/webhooks/{record['id']}/messages")
    statuses = sorted(item["processingStatus"] for item in listed["items"])
    assert statuses == ["quarantined", "quarantined", "received"]


@asynccontextmanager
async def _keeping(gw: Gateway, tend: Tend) -> AsyncIterator[OpenDoors]:
    doors = await _opened(gw)
    tasks = [
        asyncio.create_task(doors.look_forever()),
        asyncio.create_task(doors.keep(lambda _: True, tend)),
    ]
    try:
        yield doors
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class Tended:
    """Which doors are tended at the moment, and how often each was begun."""

    def __init__(self) -> None:
        self.now: list[str] = []
        self.begun: list[str] = []
        self.failures: list[Exception] = []

    async def __call__(self, door: Door) -> None:
        """Tends until it is cancelled."""
        assert isinstance(door.settings, BoxSettings)
        self.begun.append(door.settings.box)
        if self.failures:
            raise self.failures.pop(0)
        self.now.append(door.settings.box)
        try:
            await asyncio.Event().wait()
        finally:
            self.now.remove(door.settings.box)


async def test_a_door_is_tended_by_one_process_and_taken_over_by_the_next(house: House) -> None:
    await _box(house, "blue")
    first, second = Tended(), Tended()

    async with _keeping(house.gw, second):
        async with _keeping(house.gw, first):
            await wait_for(lambda: bool(first.now or second.now))
            await _box(house, "red")
            await wait_for(lambda: len(first.now + second.now) == 2)
            assert sorted(first.begun + second.begun) == ["blue", "red"]

        await wait_for(lambda: sorted(second.now) == ["blue", "red"])
        assert first.now == []


async def test_a_door_that_changes_is_tended_anew_and_one_that_goes_is_left(house: House) -> None:
    record = await _box(house, "blue")
    tended = Tended()

    async with _keeping(house.gw, tended):
        await wait_for(lambda: tended.now == ["blue"])
        await house.api("PATCH", f"/webhooks/{record['id']}", {"providerConfig": {"box": "green"}})
        await wait_for(lambda: tended.now == ["green"])
        await house.api("DELETE", f"/webhooks/{record['id']}")
        await wait_for(lambda: tended.now == [])

    assert tended.begun == ["blue", "green"]


async def test_tending_that_fails_is_begun_again_and_said_once_each_time(house: House) -> None:
    await _box(house)
    tended = Tended()
    tended.failures = [TemporaryFailure("away"), PermanentFailure("wrong"), ZeroDivisionError()]

    with capture_logs() as logs:
        async with _keeping(house.gw, tended):
            await wait_for(lambda: tended.now == ["blue"])

    failed = [line for line in logs if line["event"] == "door.failed"]
    assert [line["reason"].partition(",")[0] for line in failed] == [
        "away",
        "wrong",
        "ZeroDivisionError",
    ]
    assert [line["again_in_seconds"] for line in failed] == [0.02, 0.05, 0.05]
    assert sum(line["event"] == "plugin.failed" for line in logs) == 1


async def test_a_listener_that_fails_is_served_again_until_the_stop(house: House) -> None:
    await _box(house)
    failures: list[Exception] = [PermanentFailure("no port"), OSError("taken"), ZeroDivisionError()]
    served = asyncio.Event()
    ended = asyncio.Event()

    async def behave(doors: Doors) -> None:
        if failures:
            raise failures.pop(0)
        assert _boxes(doors) == ["blue"]
        served.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    Postbox.behaves = behave
    stop = asyncio.Event()
    with capture_logs() as logs:
        listening = asyncio.create_task(
            listen(house.gw, {"postbox": Postbox(PostboxSettings())}, stop, pace=QUICK)
        )
        await served.wait()
        stop.set()
        await listening

    assert ended.is_set()
    failed = [line["reason"] for line in logs if line["event"] == "listener.failed"]
    assert failed[:2] == ["no port", "taken"]
    assert failed[2].startswith("ZeroDivisionError, log reference")


def _config(gw: Gateway, listen: Json, *plugins: str) -> Any:
    dumped = gw.config.model_dump() | {"listen": listen, "plugins": {"enabled": plugins}}
    return type(gw.config).model_validate(dumped)


async def test_a_listener_runs_once_it_has_a_table(gw: Gateway) -> None:
    bare, with_table = _config(gw, {}), _config(gw, {"postbox": {"slots": "2"}})

    assert not needs_listening(gw.registry, bare)
    assert built_listeners(gw.registry, bare) == {}
    assert needs_listening(gw.registry, with_table)
    [postbox] = built_listeners(gw.registry, with_table).values()
    assert postbox.settings.slots == 2


async def test_gateway_up_starts_a_process_of_listeners_where_one_is_set_up(gw: Gateway) -> None:
    bare = _config(gw, {}, "custom_http")
    with_mail = _config(gw, {}, "email_smtp")
    with_table = _config(gw, {"smtp": {}}, "email_smtp")

    names = [
        [program.name for program in _gateway_programs(config, None)]
        for config in (bare, with_mail, with_table)
    ]

    assert names == [["web", "worker"], *2 * [["web", "worker", "listen"]]]
    with pytest.raises(UpError, match=r"\[listen\.smtp\] port: "):
        _gateway_programs(_config(gw, {"smtp": {"port": -1}}, "email_smtp"), None)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (
            {"postbx": {}},
            "[listen.postbx]: no enabled plugin has a listener 'postbx'; did you mean",
        ),
        ({"smoke": {}}, "see `gateway plugins`"),
        ({"postbox": {"slots": 0}}, "[listen.postbox] slots: "),
        ({"postbox": {"slot": 1}}, "[listen.postbox] slot: Extra inputs are not permitted"),
    ],
)
async def test_a_wrong_table_is_named(gw: Gateway, table: Json, said: str) -> None:
    [fault] = listener_faults(gw.registry, _config(gw, table))

    assert said in fault
