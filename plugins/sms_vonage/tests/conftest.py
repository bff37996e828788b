"""The fake Vonage on a port of this machine, and parts that call it."""

from collections.abc import AsyncIterator, Callable

import pytest

from gateway.plugin.assistant.stage import LoopbackHttp
from gateway_sms_vonage.fake import FakeVonage
from gateway_sms_vonage.fake.stage import part
from gateway_sms_vonage.vonage import VonageSms


@pytest.fixture
async def fake() -> AsyncIterator[FakeVonage]:
    """Vonage."""
    async with FakeVonage.open() as opened:
        yield opened


@pytest.fixture
async def http() -> AsyncIterator[LoopbackHttp]:
    """The way out."""
    async with LoopbackHttp.open() as opened:
        yield opened


@pytest.fixture
def vonage(fake: FakeVonage, http: LoopbackHttp) -> Callable[..., VonageSms]:
    """Makes a part that calls the fake, with settings of the test's choice."""

    def make(**given: object) -> VonageSms:
        return part(http, vonage_messages_url=fake.url, vonage_sms_url=fake.url, **given)

    return make
