"""What is sent to Vonage, and what each of its answers means."""

from collections.abc import Callable

import pytest

from gateway.plugin import (
    PermanentFailure,
    TemporaryFailure,
    UncertainFailure,
)
from gateway.plugin.testing import MemoryHttp, check_transport
from gateway_sms_vonage.fake import FakeVonage
from gateway_sms_vonage.fake.server import BARRED
from gateway_sms_vonage.fake.stage import part, text_message
from gateway_sms_vonage.vonage import VonageSms

Make = Callable[..., VonageSms]
BOTH = pytest.mark.parametrize("api", ["messages", "sms"])


async def test_the_transport_keeps_the_contract() -> None:
    http = MemoryHttp()
    await check_transport(part(http), http, text_message())


@BOTH
async def test_a_text_goes_out_with_our_reference(vonage: Make, fake: FakeVonage, api: str) -> None:
    transport = vonage(vonage_api=api, sms_segment_price=0.01)

    sent = await transport.send(text_message("Hello – Dana"))

    [posted] = fake.requests
    assert (posted["to"], posted["from"]) == ("447700900001", "447700900000")
    assert posted["text"] == "Hello - Dana"
    assert posted["client_ref" if api == "messages" else "client-ref"] == "1"
    assert sent.provider_id
    assert (sent.segments, sent.cost_usd) == (1, 0.01)


@BOTH
async def test_what_vonage_says_about_unicode(vonage: Make, fake: FakeVonage, api: str) -> None:
    sent = await vonage(vonage_api=api).send(text_message("😀" * 40))

    assert fake.requests[0].get("type", "unicode") == "unicode"
    assert sent.segments == 2


@BOTH
@pytest.mark.parametrize(
    ("scene", "failure", "not_accepted"),
    [
        ("throttled", TemporaryFailure, True),
        ("no_credit", PermanentFailure, True),
        ("invalid", PermanentFailure, False),
        ("internal", UncertainFailure, False),
        ("cut", UncertainFailure, False),
    ],
)
async def test_a_failure_says_whether_it_was_taken(  # noqa: PLR0913 # fixtures and a table
    vonage: Make,
    fake: FakeVonage,
    api: str,
    scene: str,
    failure: type[Exception],
    *,
    not_accepted: bool,
) -> None:
    fake.script = [scene]

    with pytest.raises(failure) as failed:
        await vonage(vonage_api=api).send(text_message())

    assert failed.value.not_accepted is not_accepted  # type: ignore[attr-defined] # a PartFailure


@BOTH
async def test_wrong_credentials_prove_that_nothing_was_sent(vonage: Make, api: str) -> None:
    with pytest.raises(PermanentFailure) as failed:
        await vonage(vonage_api=api, vonage_api_secret="wrong").send(text_message())

    assert failed.value.not_accepted


@BOTH
async def test_a_barred_number_goes_no_other_way(vonage: Make, api: str) -> None:
    with pytest.raises(PermanentFailure) as failed:
        await vonage(vonage_api=api).send(text_message(to=f"+{BARRED}"))

    assert not failed.value.not_accepted


async def test_nobody_is_home_proves_that_nothing_was_sent() -> None:
    http = MemoryHttp(answers=[TemporaryFailure("connect: ECONNREFUSED", not_accepted=True)])

    with pytest.raises(TemporaryFailure) as failed:
        await part(http).send(text_message())

    assert failed.value.not_accepted


async def test_a_long_text_goes_in_pieces_and_is_never_begun_again(
    vonage: Make, fake: FakeVonage
) -> None:
    transport = vonage()
    await transport.send(text_message("word " * 900))
    assert len(fake.requests) == 2

    fake.script = ["normal", "throttled"]
    with pytest.raises(UncertainFailure, match="1 of 2 pieces went"):
        await transport.send(text_message("word " * 900))


@pytest.mark.parametrize("to", ["", "Acme", "63331", "447700900001"])
async def test_what_is_no_number_is_refused(vonage: Make, to: str) -> None:
    with pytest.raises(PermanentFailure, match="takes the form"):
        await vonage().send(text_message(to=to))


async def test_a_message_in_doubt_is_never_repeated(vonage: Make) -> None:
    transport = vonage()

    assert transport.reconciles
    with pytest.raises(UncertainFailure):
        await transport.reconcile(text_message())
