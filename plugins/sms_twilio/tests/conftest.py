"""The fake Twilio on a port of this machine, and parts that call it."""

from collections.abc import AsyncIterator, Callable

import pytest

from gateway.plugin import HttpClient
from gateway.plugin.assistant.stage import LoopbackHttp
from gateway_sms_twilio.fake import FakeTwilio
from gateway_sms_twilio.fake.stage import part
from gateway_sms_twilio.twilio import TwilioSms


@pytest.fixture
async def fake() -> AsyncIterator[FakeTwilio]:
    """Twilio."""
    async with FakeTwilio.open() as opened:
        yield opened


@pytest.fixture
async def http() -> AsyncIterator[LoopbackHttp]:
    """The way out."""
    async with LoopbackHttp.open() as opened:
        yield opened


@pytest.fixture
def twilio(fake: FakeTwilio, http: HttpClient) -> Callable[..., TwilioSms]:
    """Makes a part that calls the fake, with settings of the test's choice."""

    def make(**given: object) -> TwilioSms:
        return part(http, twilio_base_url=fake.url, **given)

    return make
