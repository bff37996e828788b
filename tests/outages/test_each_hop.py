"""An outage at any hop loses nothing: each hop, each fault possible there, before and after."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from gateway.config import Config
from gateway.plugin import OutboundMessage
from gateway.registry import Registry
from gateway.runtime import Gateway, open_gateway
from gateway.worker import work
from tests.conftest import Clock, wait_for
from tests.outages.faults import FAULTS, HOPS, FailingOnce
from tests.parts import FakeProvider
from tests.stories.house import House
from tests.stories.phone import Phone

CASES = [
    pytest.param(hop, fault, when, id=f"{hop}-{fault}-{when}")
    for hop, place in HOPS.items()
    for fault in place.can
    for when in ("before", "after")
]
ATTEMPTS = 10


@pytest.fixture
def sent() -> list[OutboundMessage]:
    """What the fake provider was given."""
    return FakeProvider.sent


@pytest.mark.parametrize(("hop", "fault", "when"), CASES)
async def test_an_outage_at_any_hop_loses_nothing(  # noqa: PLR0913, PLR0917 # fixtures, parameters
    config: Config,
    registry: Registry,
    clock: Clock,
    sent: list[OutboundMessage],
    monkeypatch: pytest.MonkeyPatch,
    hop: str,
    fault: str,
    when: str,
) -> None:
    failing = FailingOnce(fault, when, is_armed=False)
    failing.install(monkeypatch, hop)

    async with _opened(config, registry, clock) as house:
        path = await _create_sms_channel(house)
        failing.is_armed = True
        await _text_until_accepted(house, path, b"SM1|+15550101|Hello")
        # A worker is another process: it has not seen the channel that took the message.
        house.gw.channels.forget(house.user_id)
        async with _working(house.gw):
            await wait_for(lambda: _settled(house, clock))
            # Recovery may come after all is settled.
            await wait_for(lambda: bool(failing.failed))
        tasks = (await house.api("GET", "/tasks"))["items"]

    assert failing.failed == [hop]
    assert {message.text for message in sent} == {"echo Hello"}
    assert len({message.idempotency_key for message in sent}) == 1
    assert [task["title"] for task in tasks] == ["Hello"]


def test_no_pair_of_hop_and_fault_is_left_out_without_a_reason() -> None:
    for hop, place in HOPS.items():
        assert sorted([*place.can, *place.cannot]) == sorted(FAULTS), hop


async def test_a_parser_that_fails_keeps_the_request_and_says_so(
    config: Config, registry: Registry, clock: Clock, sent: list[OutboundMessage]
) -> None:
    async with _opened(config, registry, clock) as house:
        path = await _create_sms_channel(house)
        await _text_until_accepted(house, path, b"bug")
        await _text_until_accepted(house, path, b"SM2|+15550101|Hello")
        async with _working(house.gw):
            await wait_for(lambda: _settled(house, clock))
        messages = (await house.api("GET", "/webhooks/1/messages"))["items"]

    assert [m["processingStatus"] for m in messages] == ["processed", "quarantined"]
    assert "log reference" in messages[1]["reason"]
    # A slow machine may overstep a lease, as the clock is moved: the same reply goes out again.
    assert {message.text for message in sent} == {"echo Hello"}
    assert len({message.idempotency_key for message in sent}) == 1


async def test_a_responder_that_fails_holds_its_own_message_and_says_so(
    config: Config,
    registry: Registry,
    clock: Clock,
    sent: list[OutboundMessage],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    failing = FailingOnce("bug", "before")
    failing.install(monkeypatch, "respond")

    async with _opened(config, registry, clock) as house:
        path = await _create_sms_channel(house)
        await _text_until_accepted(house, path, b"SM1|+15550101|Hello")
        # The clock stays where it is: a lease that ran out would give the message a second try.
        async with _working(house.gw):
            await wait_for(lambda: _is_done_with(house, 1))
            await _text_until_accepted(house, path, b"SM2|+15550102|Good day")
            await _text_until_accepted(house, path, b"SM3|+15550101|Still there?")
            await wait_for(lambda: _is_done_with(house, 3))
            await wait_for(lambda: len(sent) == len(("SM2", "SM3")))
        messages = (await house.api("GET", "/webhooks/1/messages"))["items"]

    assert [m["processingStatus"] for m in messages] == ["processed", "processed", "failed"]
    assert "log reference" in messages[2]["reason"]
    assert {message.text for message in sent} == {"echo Good day", "echo Still there?"}


@asynccontextmanager
async def _opened(config: Config, registry: Registry, clock: Clock) -> AsyncIterator[House]:
    quick = config.model_copy(
        update={"worker": config.worker.model_copy(update={"recover_seconds": 0.02})}
    )
    async with open_gateway(quick, now=clock, registry=registry) as gw, House.open(gw) as house:
        yield house


@asynccontextmanager
async def _working(gw: Gateway) -> AsyncIterator[None]:
    stop = asyncio.Event()
    worker = asyncio.create_task(work(gw, stop))
    yield
    stop.set()
    await worker


async def _create_sms_channel(house: House) -> str:
    return (await Phone.connected(house)).path


async def _text_until_accepted(house: House, path: str, body: bytes) -> None:
    """Repeats as a provider does, which takes only a 2xx for an answer."""
    for _ in range(ATTEMPTS):
        response = await house.client.post(path, data=body, headers={"X-Token": "t"})
        if response.status_code == 200:
            return
        assert response.status_code == 503
        assert response.headers["Retry-After"]
    pytest.fail("it was never accepted")


async def _settled(house: House, clock: Clock) -> bool:
    """Whether nothing is left to do, now or later; moves the clock past every lease and wait."""
    clock.advance(11)
    return not await _left(house.gw)


async def _is_done_with(house: House, count: int) -> bool:
    messages = (await house.api("GET", "/webhooks/1/messages"))["items"]
    return len(messages) == count and all(m["processingStatus"] != "received" for m in messages)


async def _left(gw: Gateway) -> bool:
    async with gw.db.connection() as connection:
        left: bool = await connection.fetchval(
            "SELECT EXISTS (SELECT FROM bot_conversations WHERE due_at IS NOT NULL)"
            " OR EXISTS (SELECT FROM outbound_messages WHERE delivery_status = 'pending')"
            " OR EXISTS (SELECT FROM inbound_messages WHERE processing_status = 'received')"
        )
    return left
