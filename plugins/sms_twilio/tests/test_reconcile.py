"""What may have gone is found again, and never sent blindly a second time."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from gateway.plugin import (
    HttpResponse,
    PartFailure,
    RecipientOptedOut,
    Sent,
    TemporaryFailure,
    UncertainFailure,
)
from gateway.plugin.testing import MemoryHttp, part_context
from gateway_sms_twilio.fake import NUMBER, FakeTwilio
from gateway_sms_twilio.fake.stage import PERSON, part, settings, text_message
from gateway_sms_twilio.twilio import TwilioSms

Made = Callable[..., TwilioSms]

LONG = " ".join(f"word{number}" for number in range(400))
UNREADABLE = (
    b"",
    b"null",
    b"[]",
    b"{}",
    b"\x00",
    b"<html>",
    b"[" * 100_000,
    b'{"messages": 5}',
    b'{"messages": [5]}',
)


def just_now() -> datetime:
    """The fake's clock is the wall's."""
    return datetime.now(UTC)


def answering(status: int, body: bytes = b"{}") -> TwilioSms:
    return part(MemoryHttp([HttpResponse(status=status, headers={}, body=body)]))


async def test_what_went_is_found_again(twilio: Made, fake: FakeTwilio) -> None:
    fake.script.append("lost")
    message = text_message("Hello Dana", created_at=just_now())
    part = twilio(sms_segment_price=0.01)
    with pytest.raises(UncertainFailure):
        await part.send(message)

    found = await part.reconcile(message)

    [gone] = fake.ledger.sent_to(PERSON)
    assert found == Sent(provider_id=gone["sid"], response_status=201, segments=1, cost_usd=0.01)
    assert len(fake.requests) == 1


async def test_what_did_not_go_is_not_found(twilio: Made, fake: FakeTwilio) -> None:
    fake.script.append("failed_before")
    message = text_message("Hello Dana", created_at=just_now())
    with pytest.raises(UncertainFailure):
        await twilio().send(message)

    assert await twilio().reconcile(message) is None


@pytest.mark.parametrize("status", ["undelivered", "failed", "canceled"])
async def test_what_was_lost_before_is_not_taken_for_what_is_sent_once_more(
    twilio: Made, fake: FakeTwilio, status: str
) -> None:
    message = text_message("Hello Dana", created_at=just_now())
    await twilio().send(message)
    fake.ledger.messages[0]["status"] = status

    assert await twilio().reconcile(message) is None


async def test_another_text_of_before_or_of_the_person_is_not_taken_for_it(
    twilio: Made, fake: FakeTwilio
) -> None:
    await twilio().send(text_message("Yes"))
    fake.ledger.messages[0]["date_created"] = "Mon, 16 Aug 2025 03:45:01 +0000"
    await twilio().send(text_message("No"))
    await twilio().send(text_message("Yes", to="+15005550101"))
    fake.ledger.arrive(PERSON, NUMBER, "Yes", [])

    assert await twilio().reconcile(text_message("Yes", created_at=just_now())) is None


async def test_it_is_found_behind_many_others(twilio: Made, fake: FakeTwilio) -> None:
    message = text_message("Hello Dana", created_at=just_now())
    await twilio().send(message)
    for number in range(23):
        await twilio().send(text_message(f"Another {number}"))

    found = await twilio().reconcile(message)

    assert found
    assert found.provider_id == fake.ledger.messages[0]["sid"]


async def test_more_than_can_be_looked_through_is_left_to_a_person(
    twilio: Made, fake: FakeTwilio
) -> None:
    for number in range(120):
        fake.ledger.take({"To": PERSON, "From": NUMBER, "Body": f"Another {number}"})

    with pytest.raises(UncertainFailure, match="more than 100 messages"):
        await twilio().reconcile(text_message(created_at=just_now()))


async def test_of_a_long_text_only_the_missing_pieces_are_sent(
    twilio: Made, fake: FakeTwilio
) -> None:
    fake.script.extend(["normal", "failed_before"])
    message = text_message(LONG, created_at=just_now())
    with pytest.raises(UncertainFailure, match="1 of 2 pieces went"):
        await twilio().send(message)

    sent = await twilio().reconcile(message)

    assert " ".join(m["body"] for m in fake.ledger.sent_to(PERSON)) == LONG
    assert sent
    assert sent.provider_id == fake.ledger.messages[0]["sid"]
    assert await twilio().reconcile(message) == sent


@pytest.mark.parametrize("scene", ["rate_limited", "failed_before"])
async def test_a_long_text_of_which_some_has_gone_is_never_begun_again(
    twilio: Made, fake: FakeTwilio, scene: str
) -> None:
    fake.script.extend(["normal", scene, scene])
    message = text_message(LONG, created_at=just_now())

    for attempt in (twilio().send, twilio().reconcile):
        with pytest.raises(UncertainFailure, match="1 of 2 pieces went") as failed:
            await attempt(message)
        assert not failed.value.not_accepted


async def test_who_opts_out_between_two_pieces_has_opted_out(
    twilio: Made, fake: FakeTwilio
) -> None:
    message = text_message(LONG, created_at=just_now())
    fake.script.extend(["normal", "failed_before"])
    with pytest.raises(UncertainFailure):
        await twilio().send(message)
    fake.ledger.arrive(PERSON, NUMBER, "stop", [])

    with pytest.raises(RecipientOptedOut, match="1 of 2 pieces went"):
        await twilio().reconcile(message)


async def test_a_long_text_that_takes_too_long_goes_on_later() -> None:
    moments = iter(datetime(2026, 1, 2, tzinfo=UTC) + timedelta(seconds=30 * n) for n in range(9))
    answer = HttpResponse(status=201, headers={}, body=b'{"sid": "SM1", "num_segments": "1"}')
    context = replace(part_context(MemoryHttp([answer])), now=lambda: next(moments))
    slow = TwilioSms(settings(), context)

    with pytest.raises(UncertainFailure, match="1 of 2 pieces went: Twilio took too long"):
        await slow.send(text_message(LONG))


@pytest.mark.parametrize(
    ("status", "kind"),
    [(500, TemporaryFailure), (429, TemporaryFailure), (401, UncertainFailure)],
)
async def test_a_list_that_cannot_be_had_decides_nothing(
    status: int, kind: type[PartFailure]
) -> None:
    with pytest.raises(kind):
        await answering(status).reconcile(text_message())


@pytest.mark.parametrize("body", UNREADABLE)
async def test_a_list_that_cannot_be_read_decides_nothing(body: bytes) -> None:
    with pytest.raises(UncertainFailure, match="cannot be read"):
        await answering(200, body).reconcile(text_message())
