"""How texts go out: one REST call each, what each answer means, and what is found again."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from gateway.plugin import (
    HttpResponse,
    PartFailure,
    PermanentFailure,
    RecipientOptedOut,
    Sent,
    TemporaryFailure,
    UncertainFailure,
)
from gateway.plugin.testing import INBOUND_URL, MemoryHttp
from gateway_sms_twilio.fake import ACCOUNT_SID, NUMBER, SERVICE_SID, FakeTwilio
from gateway_sms_twilio.fake.stage import PERSON, part, settings, text_message
from gateway_sms_twilio.twilio import TwilioSms

Made = Callable[..., TwilioSms]

LONG = " ".join(f"word{number}" for number in range(400))


def just_now() -> datetime:
    """The fake's clock is the wall's."""
    return datetime.now(UTC)


async def failure(twilio: TwilioSms, *, to: str = PERSON) -> PartFailure:
    with pytest.raises(PartFailure) as failed:
        await twilio.send(text_message(to=to))
    return failed.value


def answering(status: int, body: bytes = b"{}", **headers: str) -> TwilioSms:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return part(MemoryHttp([HttpResponse(status=status, headers=named, body=body)]))


async def test_a_text_goes_out_with_where_its_state_is_to_be_told(
    twilio: Made, fake: FakeTwilio
) -> None:
    sent = await twilio(sms_segment_price=0.008).send(text_message("Hello Dana"))

    [asked] = fake.requests
    assert asked == {
        "To": PERSON,
        "From": NUMBER,
        "Body": "Hello Dana",
        "ValidityPeriod": "36000",
        "StatusCallback": f"{INBOUND_URL}?outbound=1",
    }
    [message] = fake.ledger.sent_to(PERSON)
    assert sent == Sent(provider_id=message["sid"], response_status=201, segments=1, cost_usd=0.008)


async def test_a_service_chooses_the_sender_unless_there_is_one(
    twilio: Made, fake: FakeTwilio
) -> None:
    await twilio(twilio_messaging_service_sid=SERVICE_SID).send(text_message())
    await twilio(twilio_messaging_service_sid=SERVICE_SID, twilio_phone_number=None).send(
        text_message("ж" * 80)
    )

    both, alone = fake.requests
    assert (both["From"], both["MessagingServiceSid"]) == (NUMBER, SERVICE_SID)
    assert "From" not in alone
    assert alone["MessagingServiceSid"] == SERVICE_SID


async def test_segments_are_counted_here_while_twilio_has_not(twilio: Made) -> None:
    service = twilio(twilio_messaging_service_sid=SERVICE_SID, twilio_phone_number=None)
    sent = await service.send(text_message("ж" * 80))
    assert (sent.segments, sent.cost_usd) == (2, None)


async def test_typographic_characters_are_sent_plain_unless_the_owner_wants_them(
    twilio: Made, fake: FakeTwilio
) -> None:
    plain = await twilio().send(text_message("It’s “done” " + "a" * 100))
    curly = await twilio(sms_plain_text="no").send(text_message("It’s “done” " + "a" * 100))

    assert (plain.segments, curly.segments) == (1, 2)
    bodies = [asked["Body"][:12] for asked in fake.requests]
    assert bodies == ['It\'s "done" ', "It’s “done” "]


async def test_a_long_text_goes_in_pieces_in_order(twilio: Made, fake: FakeTwilio) -> None:
    sent = await twilio().send(text_message(LONG))

    bodies = [asked["Body"] for asked in fake.requests]
    assert len(bodies) == 2
    assert max(map(len, bodies)) <= 1600
    assert " ".join(bodies) == LONG
    assert sent.provider_id == fake.ledger.sent_to(PERSON)[0]["sid"]
    assert sent.segments == sum(int(m["num_segments"]) for m in fake.ledger.messages)


@pytest.mark.parametrize("recipient", ["", "12345", "ACME", "15005550100", "+0500555", "web"])
async def test_a_recipient_that_is_no_number_is_refused_before_it_is_asked(
    recipient: str,
) -> None:
    failed = await failure(part(MemoryHttp([TemporaryFailure("asked")])), to=recipient)
    assert isinstance(failed, PermanentFailure)
    assert "is no number" in failed.message
    assert not failed.not_accepted


async def test_a_channel_without_a_sender_says_so() -> None:
    failed = await failure(part(twilio_phone_number=None))
    assert isinstance(failed, PermanentFailure)
    assert "set twilioPhoneNumber or twilioMessagingServiceSid" in failed.message


@pytest.mark.parametrize(
    ("recipient", "code"),
    [("01", 21211), ("02", 21612), ("03", 21408), ("04", 21610), ("09", 21614)],
)
async def test_each_magic_recipient_is_refused_for_good(
    twilio: Made, recipient: str, code: int
) -> None:
    failed = await failure(twilio(), to=f"+150055500{recipient}")

    assert isinstance(failed, PermanentFailure)
    assert f"400 {code}: " in failed.message
    assert failed.response_status == 400
    assert isinstance(failed, RecipientOptedOut) == (code == 21610)
    # Only what this account alone may not do is left to another provider.
    assert failed.not_accepted == (code == 21408)


@pytest.mark.parametrize(
    ("sender", "code", "kind"),
    [
        ("+15005550001", 21212, PermanentFailure),
        ("+15005550007", 21606, PermanentFailure),
        ("+15005550008", 21611, TemporaryFailure),
        ("+15005550999", 21606, PermanentFailure),
    ],
)
async def test_each_magic_sender_is_refused_as_twilio_does(
    twilio: Made, sender: str, code: int, kind: type[PartFailure]
) -> None:
    failed = await failure(twilio(twilio_phone_number=sender))

    assert type(failed) is kind
    assert f"{code}: " in failed.message
    assert failed.not_accepted
    if isinstance(failed, TemporaryFailure):
        assert failed.retry_after_seconds == 60.0


async def test_wrong_credentials_are_named(twilio: Made) -> None:
    failed = await failure(twilio(twilio_auth_token="other"))
    assert isinstance(failed, PermanentFailure)
    assert "401 20003: Authenticate; set twilioAccountSid and twilioAuthToken" in failed.message
    assert failed.not_accepted


async def test_an_api_key_is_used_in_place_of_the_token(twilio: Made, fake: FakeTwilio) -> None:
    key = {"twilio_api_key_sid": "SK" + "1" * 32, "twilio_api_key_secret": "secret"}
    fake.login = ("SK" + "1" * 32, "secret")
    assert (await twilio(**key).send(text_message())).provider_id


async def test_an_error_in_the_form_of_rfc_9457_is_read_as_well(
    twilio: Made, fake: FakeTwilio
) -> None:
    fake.script.append("problem")
    failed = await failure(twilio(), to="+15005550004")
    assert isinstance(failed, RecipientOptedOut)


async def test_a_text_that_was_never_looked_at_may_be_repeated_or_go_another_way(
    twilio: Made, fake: FakeTwilio
) -> None:
    fake.script.append("rate_limited")

    failed = await failure(twilio())

    assert isinstance(failed, TemporaryFailure)
    assert (failed.retry_after_seconds, failed.not_accepted) == (2.0, True)
    assert fake.ledger.messages == []


@pytest.mark.parametrize("scene", ["failed_before", "failed_after", "lost", "web_page"])
async def test_a_text_that_may_have_gone_is_uncertain_and_sent_once(
    twilio: Made, fake: FakeTwilio, scene: str
) -> None:
    fake.script.append(scene)

    failed = await failure(twilio())

    assert type(failed) is UncertainFailure
    assert not failed.not_accepted
    assert len(fake.requests) == 1


async def test_a_connection_that_never_stood_proves_that_nothing_went() -> None:
    refused = TemporaryFailure("connect: no connection", not_accepted=True)
    failed = await failure(part(MemoryHttp([refused])))
    assert failed is refused


@pytest.mark.parametrize("status", [301, 302, 307])
async def test_a_redirect_is_not_followed_and_says_what_to_check(status: int) -> None:
    failed = await failure(answering(status, location="https://elsewhere.example"))
    assert isinstance(failed, PermanentFailure)
    assert "check twilioBaseUrl" in failed.message


@pytest.mark.parametrize("status", [402, 403, 404, 405, 418, 451])
async def test_a_refusal_that_nobody_knows_is_final(status: int) -> None:
    failed = await failure(answering(status, b'{"code": 99999, "message": "No"}'))
    assert type(failed) is PermanentFailure
    assert f"Twilio answered {status} 99999: No" in failed.message


@pytest.mark.parametrize("status", [408, 425, 500, 502, 503, 504, 599])
async def test_a_server_in_trouble_leaves_it_open(status: int) -> None:
    assert type(await failure(answering(status, b"\x00\xff"))) is UncertainFailure


@pytest.mark.parametrize(
    ("value", "seconds"), [("7", 7.0), ("", None), ("soon", None), ("-1", None), ("9" * 9, None)]
)
async def test_the_wait_that_twilio_asks_for_is_handed_on(
    value: str, seconds: float | None
) -> None:
    failed = await failure(answering(429, retry_after=value))
    assert isinstance(failed, TemporaryFailure)
    assert failed.retry_after_seconds == seconds


BROKEN = [b"", b"null", b"[]", b"{}", b"\x00", b"<html>", b'{"sid": 5}', b"[" * 100_000]


@pytest.mark.parametrize("body", BROKEN)
@pytest.mark.parametrize("status", [200, 201, 400, 429, 500])
async def test_whatever_answers_is_a_failure_and_never_a_bug(status: int, body: bytes) -> None:
    failed = await failure(answering(status, body))
    assert "\x00" not in failed.message + failed.response_excerpt


async def test_twilios_regions_have_hosts_of_their_own() -> None:
    http = MemoryHttp([HttpResponse(status=201, headers={}, body=b'{"sid": "SM1"}')])
    await part(http, twilio_base_url="https://api.dublin.ie1.twilio.com/").send(text_message())
    path = f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json"
    assert http.calls[0].url == f"https://api.dublin.ie1.twilio.com{path}"


@pytest.mark.parametrize(
    "given",
    [
        {"twilio_account_sid": "AC1"},
        {"twilio_auth_token": "two words"},
        {"twilio_auth_token": "line\nbreak"},
        {"twilio_phone_number": "15005550006"},
        {"twilio_phone_number": "+1 500 555 0006"},
        {"twilio_phone_number": "a name that is too long"},
        {"twilio_messaging_service_sid": "AC" + "1" * 32},
        {"twilio_api_key_sid": "SK" + "1" * 32},
        {"twilio_shared_key_secret": "x"},
        {"twilio_validity_seconds": 36_001},
        {"sms_segment_price": -1},
    ],
)
def test_settings_that_cannot_work_are_refused(given: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        settings(**given)


@pytest.mark.parametrize("sender", ["+15005550006", "12345", "ACME", "Acme Help"])
def test_a_sender_is_a_number_a_short_code_or_a_name(sender: str) -> None:
    assert settings(twilio_phone_number=sender).twilio_phone_number == sender


def test_secrets_are_never_shown() -> None:
    kept = settings(twilio_auth_token="t0ken", twilio_secondary_auth_token="t0ken")
    assert "t0ken" not in repr(kept)
