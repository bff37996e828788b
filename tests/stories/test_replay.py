"""What a bug held or left unread gets its turn again, once, when the bug is mended."""

import asyncio

import pytest

from gateway import pipeline, store
from gateway.cli import build_parser
from gateway.config import Config
from gateway.plugin import Conversation, InvalidPayload
from gateway.plugin.errors import Conflict, NotFound
from gateway.records import Stored
from gateway.store import Operation
from gateway.waiting import messages_replay, replay_waiting
from tests.parts import EchoResponder, FakeProvider
from tests.store import value
from tests.stories.house import House
from tests.stories.phone import Phone


def _bug(_conversation: Conversation) -> None:
    raise ZeroDivisionError


async def _phone(house: House) -> str:
    return (await Phone.connected(house)).path


async def _texts(house: House, path: str, body: bytes) -> None:
    response = await house.client.post(path, data=body, headers={"X-Token": "t"})
    assert response.status_code == 200


async def _hold(house: House, *bodies: bytes) -> None:
    EchoResponder.outcome = _bug
    path = await _phone(house)
    for body in bodies:
        await _texts(house, path, body)
        await house.drain()
    EchoResponder.outcome = None


async def _replay(house: House, message_id: int) -> list[Stored]:
    gw = house.gw
    waiting = await store.waiting_message(gw.db, user_id=house.user_id, message_id=message_id)
    operation = Operation(user_id=house.user_id, actor="cli", request_id="r9", at=gw.now())
    return list(await pipeline.replay(gw, waiting, operation))


async def _command(house: House, line: list[str]) -> int:
    return await replay_waiting(house.gw, build_parser().parse_args(line))


async def _statuses(house: House) -> list[str]:
    messages = (await house.api("GET", "/webhooks/1/messages"))["items"]
    return [message["processingStatus"] for message in reversed(messages)]


async def test_a_message_that_a_responders_bug_held_is_answered_when_it_is_replayed(
    house: House,
) -> None:
    await _hold(house, b"SM1|+15550101|Hello")
    assert await _statuses(house) == ["failed"]

    stored = await _replay(house, 1)
    await house.drain()

    assert stored == [Stored(message_id=1, duplicate=False)]
    assert await _statuses(house) == ["processed"]
    assert [message.text for message in FakeProvider.sent] == ["echo Hello"]


async def test_a_request_that_a_parsers_bug_left_unread_is_read_when_it_is_replayed(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = await _phone(house)
    with monkeypatch.context() as broken:
        broken.setattr(FakeProvider, "parse", lambda *_: 1 / 0)
        await _texts(house, path, b"SM1|+15550101|Hello")
    assert await _statuses(house) == ["quarantined"]

    stored = await _replay(house, 1)
    await house.drain()

    assert await _statuses(house) == ["replayed", "processed"]
    assert [message.text for message in FakeProvider.sent] == ["echo Hello"]
    reason = await value(house.gw, "SELECT reason FROM inbound_messages WHERE id = 1")
    assert reason == f"replayed as {stored[0].message_id}"
    kept = "SELECT array_agg(raw_payload ORDER BY id) FROM inbound_messages"
    assert await value(house.gw, kept) == [None, b"SM1|+15550101|Hello"]


async def test_a_request_that_the_provider_repeated_meanwhile_is_not_answered_twice(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = await _phone(house)
    with monkeypatch.context() as broken:
        broken.setattr(FakeProvider, "parse", lambda *_: 1 / 0)
        await _texts(house, path, b"SM1|+15550101|Hello")
    await _texts(house, path, b"SM1|+15550101|Hello")

    stored = await _replay(house, 1)
    await house.drain()

    assert [one.duplicate for one in stored] == [True]
    assert [message.text for message in FakeProvider.sent] == ["echo Hello"]


async def test_a_request_that_still_cannot_be_read_stays_where_it_is(house: House) -> None:
    await _texts(house, await _phone(house), b"bug")

    with pytest.raises(InvalidPayload, match="the parser failed"):
        await _replay(house, 1)

    assert await _statuses(house) == ["quarantined"]


async def test_of_two_who_replay_a_message_at_once_one_does(house: House) -> None:
    await _hold(house, b"SM1|+15550101|Hello")

    outcomes = await asyncio.gather(_replay(house, 1), _replay(house, 1), return_exceptions=True)
    await house.drain()

    assert [type(outcome) for outcome in outcomes if isinstance(outcome, Exception)] == [Conflict]
    assert [message.text for message in FakeProvider.sent] == ["echo Hello"]


async def test_what_was_answered_or_erased_or_is_anothers_is_not_replayed(house: House) -> None:
    await _texts(house, await _phone(house), b"SM1|+15550101|Hello")
    await house.drain()

    with pytest.raises(Conflict, match="message 1 is processed"):
        await _replay(house, 1)
    with pytest.raises(NotFound):
        await _replay(house, 2)
    other = (await store.create_user(name="Other")).id
    with pytest.raises(NotFound):
        await store.waiting_message(house.gw.db, user_id=other, message_id=1)


async def test_the_command_line_counts_and_then_replays_all_that_wait_on_a_webhook(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    await _hold(house, b"SM1|+15550101|Hello", b"SM2|+15550102|Good day", b"bug")
    line = ["messages", "replay", "--user", str(house.user_id), "--webhook", "1"]

    assert await _command(house, [*line, "--dry-run"]) == 0
    assert "3 would be replayed, 0 could not be" in capsys.readouterr().out
    assert await _statuses(house) == ["failed", "failed", "quarantined"]

    assert await _command(house, line) == 1
    assert "2 replayed, 1 could not be" in capsys.readouterr().out
    await house.drain()
    assert await _statuses(house) == ["processed", "processed", "quarantined"]
    assert {message.text for message in FakeProvider.sent} == {"echo Hello", "echo Good day"}


async def test_the_command_line_opens_what_it_needs_by_itself(
    config: Config, capsys: pytest.CaptureFixture[str]
) -> None:
    line = ["messages", "replay", "--user", "1", "--webhook", "1"]

    assert await messages_replay(build_parser().parse_args(line), config) == 0

    assert "0 replayed, 0 could not be" in capsys.readouterr().out
