"""A plain way out to this machine, and a conversation to answer."""

from collections.abc import AsyncIterator

import pytest

from gateway.plugin import Analysis, Attachment, Conversation, DateMention, Entities, Turn
from gateway.plugin.assistant.rehearsal import conversation
from gateway.plugin.assistant.stage import LoopbackHttp
from gateway.plugin.testing import NOW


@pytest.fixture
async def http() -> AsyncIterator[LoopbackHttp]:
    """The way out."""
    async with LoopbackHttp.open() as opened:
        yield opened


@pytest.fixture
def talk() -> Conversation:
    """A person asks for something by Friday, and sends a picture."""
    date = DateMention(span="by Friday", at=NOW)
    return conversation(
        Turn(
            role="user",
            text="Please fix this by Friday",
            at=NOW,
            message_id=7,
            analysis=Analysis(intent="task", entities=Entities(dates=(date,))),
            attachments=(Attachment(type="image/png", url="https://a.example/shot.png"),),
        )
    )
