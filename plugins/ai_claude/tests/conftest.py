"""A plain way out to this machine, and conversations to answer."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

import aiohttp
import pytest

from gateway.plugin import (
    Analysis,
    Attachment,
    Conversation,
    DateMention,
    Entities,
    HttpResponse,
    Policy,
    TemporaryFailure,
    Turn,
)
from gateway.plugin.testing import NOW


@dataclass(slots=True)
class LoopbackHttp:
    """The gateway's client without its guard: fakes listen on this machine."""

    session: aiohttp.ClientSession

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: bytes,
        timeout_seconds: float,
    ) -> HttpResponse:
        """One request; an answer that breaks off is a temporary failure, as in the gateway."""
        try:
            async with (
                asyncio.timeout(timeout_seconds),
                self.session.request(method, url, headers=headers, data=body) as response,
            ):
                return HttpResponse(
                    status=response.status,
                    headers={name.lower(): value for name, value in response.headers.items()},
                    body=await response.read(),
                )
        except aiohttp.ClientError as error:
            raise TemporaryFailure(f"network: {error}") from error


@pytest.fixture
async def http() -> AsyncIterator[LoopbackHttp]:
    """The way out."""
    async with aiohttp.ClientSession() as session:
        yield LoopbackHttp(session)


@pytest.fixture
def talk() -> Conversation:
    """A person asks for something by Friday, and sends a picture."""
    date = DateMention(span="by Friday", at=NOW)
    turn = Turn(
        role="user",
        text="Please fix this by Friday",
        at=NOW,
        message_id=7,
        analysis=Analysis(intent="task", entities=Entities(dates=(date,))),
        attachments=(Attachment(type="image/png", url="https://a.example/shot.png"),),
    )
    return Conversation(
        id=1,
        webhook_id=1,
        participant="dana",
        participant_name="Dana",
        turns=(),
        pending=(turn,),
        open_tasks=(),
        summary="",
        memory=(),
        policy=Policy(time_zone="Europe/Madrid"),
        now=NOW,
    )
