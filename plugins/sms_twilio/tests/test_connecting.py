"""How a channel is set up at Twilio: looked at, explained, and set right."""

from collections.abc import Callable

import pytest

from gateway.plugin import (
    Choice,
    HttpResponse,
    PermanentFailure,
    SetupFinding,
    TemporaryFailure,
)
from gateway.plugin.testing import INBOUND_URL, MemoryHttp
from gateway_sms_twilio.fake import NUMBER, SERVICE_SID, FakeTwilio
from gateway_sms_twilio.fake.stage import part
from gateway_sms_twilio.twilio import TwilioSms

Made = Callable[..., TwilioSms]
IN_SERVICE = {"twilio_messaging_service_sid": SERVICE_SID}


async def found(twilio: TwilioSms) -> dict[str, SetupFinding]:
    return {finding.name: finding for finding in (await twilio.check()).findings}


async def test_a_number_that_posts_to_the_channel_is_all_right(
    twilio: Made, fake: FakeTwilio
) -> None:
    fake.ledger.number(NUMBER)["sms_url"] = INBOUND_URL

    checkup = await twilio().check()

    assert [finding.status for finding in checkup.findings] == ["ok", "ok", "ok"]
    assert [finding.name for finding in checkup.findings] == [
        "credentials",
        "sender",
        "inbound_url",
    ]
    assert checkup.choices == [
        Choice(setting="twilioPhoneNumber", value=NUMBER, label="(500) 555-0006 (sms, mms, voice)")
    ]


@pytest.mark.parametrize(
    ("drift", "words"),
    [
        ({"sms_url": ""}, "go nowhere"),
        ({"sms_url": "https://old.example.org/x"}, "go to another URL, at https://old.example.org"),
        ({"sms_url": INBOUND_URL, "sms_method": "GET"}, "come by HTTP GET"),
        ({"sms_url": INBOUND_URL, "sms_application_sid": "AP1"}, "go to the application AP1"),
    ],
)
async def test_a_number_that_has_drifted_is_found_out_and_set_right(
    twilio: Made, fake: FakeTwilio, drift: dict[str, str], words: str
) -> None:
    fake.ledger.number(NUMBER).update(drift)
    before = (await found(twilio()))["inbound_url"]

    await twilio().connect()

    assert (before.status, before.is_mended_by_connect) == ("problem", True)
    assert words in before.message
    assert "00000000-0000" not in before.message
    assert (await found(twilio()))["inbound_url"].status == "ok"
    number = fake.ledger.number(NUMBER)
    assert number["sms_url"] == f"{INBOUND_URL}#rc=3&rp=ct,rt,5xx"
    assert (number["sms_method"], number["sms_application_sid"]) == ("POST", "")


@pytest.mark.parametrize(
    ("drift", "words"),
    [
        ({}, "go nowhere"),
        ({"inbound_request_url": "https://old.example.org/"}, "go to another URL"),
        ({"inbound_request_url": INBOUND_URL, "inbound_method": "GET"}, "come by HTTP GET"),
        (
            {"inbound_request_url": INBOUND_URL, "use_inbound_webhook_on_number": True},
            "go to the URLs of its numbers",
        ),
    ],
)
async def test_a_messaging_service_that_has_drifted_is_set_right(
    twilio: Made, fake: FakeTwilio, drift: dict[str, object], words: str
) -> None:
    fake.ledger.service.update(drift)
    before = (await found(twilio(**IN_SERVICE)))["inbound_url"]

    after = {f.name: f for f in (await twilio(**IN_SERVICE).connect()).findings}

    assert words in before.message
    assert after["inbound_url"].status == "ok"
    assert fake.ledger.number(NUMBER)["sms_url"] == ""


async def test_wrong_credentials_are_the_only_thing_that_is_told(
    twilio: Made, fake: FakeTwilio
) -> None:
    checkup = await twilio(twilio_auth_token="other").check()
    assert [finding.name for finding in checkup.findings] == ["credentials"]
    assert "401 20003: Authenticate" in checkup.findings[0].message
    assert fake.requests == []


async def test_a_key_of_restricted_rights_counts_where_it_may_read_numbers() -> None:
    key = {"twilio_api_key_sid": "SK" + "1" * 32, "twilio_api_key_secret": "secret"}
    refused = HttpResponse(status=403, headers={}, body=b'{"code": 20003}')
    numbers = HttpResponse(status=200, headers={}, body=b'{"incoming_phone_numbers": []}')

    allowed = await found(part(MemoryHttp([refused, numbers]), **key))
    assert allowed["credentials"].status == "ok"
    forbidden = await found(part(MemoryHttp([refused]), **key))
    assert "must be allowed to read numbers" in forbidden["credentials"].message


@pytest.mark.parametrize(
    ("ledger", "status", "words"),
    [("suspended", "problem", "is suspended"), ("closed", "problem", "is closed")],
)
async def test_an_account_that_does_not_work_is_told(
    twilio: Made, fake: FakeTwilio, ledger: str, status: str, words: str
) -> None:
    fake.ledger.status = ledger
    told = (await found(twilio()))["credentials"]
    assert (told.status, words in told.message) == (status, True)


async def test_a_trial_account_is_warned_of() -> None:
    trial = b'{"status": "active", "type": "Trial", "incoming_phone_numbers": []}'
    http = MemoryHttp([HttpResponse(status=200, headers={}, body=trial)])
    told = await found(part(http))
    assert told["credentials"].status == "warning"


@pytest.mark.parametrize(
    ("given", "status", "words"),
    [
        ({"twilio_phone_number": None}, "problem", "set twilioPhoneNumber to one of the choices"),
        ({"twilio_phone_number": "+15005550999"}, "problem", "is no number of this account"),
        ({"twilio_phone_number": "ACME"}, "warning", "'ACME'"),
        ({"twilio_phone_number": "12345"}, "warning", "'12345'"),
        (
            {"twilio_messaging_service_sid": "MG" + "9" * 32},
            "problem",
            "has no Messaging Service MG999",
        ),
    ],
)
async def test_a_sender_that_cannot_be_right_is_told(
    twilio: Made, given: dict[str, str], status: str, words: str
) -> None:
    told = (await found(twilio(**given)))["sender"]
    assert (told.status, told.is_mended_by_connect) == (status, False)
    assert words in told.message
    # Connecting what is not there does no harm.
    again = await twilio(**given).connect()
    assert "problem" in {finding.status for finding in again.findings} or status == "warning"


async def test_a_number_without_texts_is_told(twilio: Made, fake: FakeTwilio) -> None:
    fake.ledger.number(NUMBER)["capabilities"] = {"voice": True, "sms": False}
    checkup = await twilio().check()
    assert checkup.findings[1].message == f"{NUMBER} carries no texts"
    assert checkup.choices == []


async def test_a_gateway_that_twilio_cannot_reach_is_told() -> None:
    active = b'{"status": "active", "incoming_phone_numbers": []}'
    http = MemoryHttp([HttpResponse(status=200, headers={}, body=active)])
    reached = part(http)
    assert "public_url" not in await found(reached)
    for url in ("http://gw.example.org/x", "https://localhost/x", ""):
        reached._connector._url = url
        assert "set public_url to the https address" in (await found(reached))["public_url"].message


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (500, b"", TemporaryFailure),
        (429, b"", TemporaryFailure),
        (418, b"", PermanentFailure),
        (200, b"<html>", PermanentFailure),
        (200, b"[]", PermanentFailure),
    ],
)
async def test_a_provider_that_cannot_be_asked_is_a_failure(
    status: int, body: bytes, kind: type[Exception]
) -> None:
    with pytest.raises(kind):
        await part(MemoryHttp([HttpResponse(status=status, headers={}, body=body)])).check()


async def test_services_of_a_region_are_asked_at_its_own_host() -> None:
    active = b'{"status": "active", "incoming_phone_numbers": []}'
    http = MemoryHttp([HttpResponse(status=200, headers={}, body=active)])
    base = "https://api.dublin.ie1.twilio.com"
    await part(http, twilio_base_url=base, **IN_SERVICE).check()
    assert (
        http.calls[-1].url == f"https://messaging.dublin.ie1.twilio.com/v1/Services/{SERVICE_SID}"
    )
