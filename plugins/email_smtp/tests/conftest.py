"""Fakes of what mail goes out through, and senders that use them."""

from collections.abc import AsyncIterator

import pytest
from hypothesis import settings

from gateway.plugin.assistant.stage import LoopbackHttp
from gateway_email_smtp.fake.certificates import Authority, make_authority

settings.register_profile("hostile", max_examples=10_000, deadline=None)
"""For `--hypothesis-profile=hostile`: the suite itself is content with fewer hostile mails."""


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """A CA of our own, and a server's certificate that it vouches for."""
    return make_authority(tmp_path_factory.mktemp("tls"), "mx.fake.example")


@pytest.fixture
async def http() -> AsyncIterator[LoopbackHttp]:
    """The way out to web servers."""
    async with LoopbackHttp.open() as opened:
        yield opened
