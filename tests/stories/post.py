"""A mailbox on the fake provider of mail: people write to it in threads, and read the answers."""

import itertools
import json
from dataclasses import dataclass, field
from typing import Any

from tests.parts import FakeMail
from tests.stories.house import House, Json

ANN = "ann@example.org"
HEADERS = {"X-Token": "t", "Content-Type": "application/json"}


@dataclass
class Post:
    """A channel of type `mail` and the people who write to it."""

    house: House
    id: int
    path: str
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    @classmethod
    async def connected(cls, house: House, **fields: object) -> "Post":
        """A new channel; nothing was sent on it yet."""
        body = {
            "channelType": "mail",
            "channelName": "Desk",
            "providerConfig": {"authToken": "t"},
            "rateLimitPerMinute": 100,
            "rateLimitPerHour": 1000,
            **fields,
        }
        record = await house.api("POST", "/webhooks", body, status=201)
        path = record["webhookUrl"].removeprefix(house.gw.config.public_url)
        return cls(house, record["id"], path)

    async def gets(self, text: str, *, sender: str = ANN, **fields: Any) -> None:
        """A mail that must be accepted."""
        mail = {"sender": sender, "text": text, "external_id": f"<{next(self.numbers)}@x>"}
        assert await self.post({**mail, **fields}) == 202

    async def post(self, mail: Json) -> int:
        """One request of the provider; its status."""
        data = json.dumps(mail).encode()
        response = await self.house.client.post(self.path, data=data, headers=HEADERS)
        return response.status_code

    async def says(self, text: str, *, sender: str = ANN, **fields: Any) -> str:
        """A mail that is answered at once, and its answer; empty when there is none."""
        before = len(FakeMail.sent)
        await self.gets(text, sender=sender, **fields)
        await self.house.drain()
        return "\n".join(message.text for message in FakeMail.sent[before:])

    @property
    def got(self) -> list[str]:
        """What was sent to people, in order."""
        return [message.text for message in FakeMail.sent]
