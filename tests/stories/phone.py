"""A telephone on the fake provider: it texts, and the provider says what became of its replies."""

import base64
import itertools
from dataclasses import dataclass, field

from tests.parts import FakeProvider
from tests.stories.house import House, Json

HEADERS = {"X-Token": "t", "Content-Type": "text/plain"}


@dataclass
class Phone:
    """A channel of type `sms` and the people who text to it."""

    house: House
    id: int
    path: str
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    @classmethod
    async def connected(cls, house: House, **fields: object) -> "Phone":
        """A new channel; nothing was sent on it yet."""
        body = {
            "channelType": "sms",
            "channelName": "Phone",
            "providerConfig": {"authToken": "t"},
            "rateLimitPerMinute": 100,
            "aiConfig": {"responder": "echo"},
            **fields,
        }
        record = await house.api("POST", "/webhooks", body, status=201)
        path = record["webhookUrl"].removeprefix(house.gw.config.public_url)
        return cls(house, record["id"], path)

    async def texts(self, text: str, sender: str = "+15550101234") -> None:
        """A text that must be accepted."""
        assert await self.post(f"{next(self.numbers)}|{sender}|{text}") == 200

    async def sends(
        self,
        content: bytes,
        kind: str = "image/png",
        *,
        name: str = "plan.png",
        text: str = "",
        sender: str = "+15550101234",
    ) -> None:
        """A text with a file, which must be accepted."""
        encoded = base64.b64encode(content).decode()
        body = f"file|{next(self.numbers)}|{sender}|{text}|{name}|{kind}|{encoded}"
        assert await self.post(body) == 200

    async def says(  # noqa: PLR0913 # the fields of a receipt
        self,
        state: str,
        *,
        of: str = "",
        message_id: int | None = None,
        code: str = "",
        reason: str = "",
        opted_out: bool = False,
        is_unreachable: bool = False,
        passing: bool = False,
    ) -> None:
        """What the provider says of a message."""
        marks = f"{opted_out or ''}|{is_unreachable or ''}|{passing or ''}"
        body = f"receipt|{of}|{state}|{message_id or ''}|{code}|{reason}|{marks}"
        assert await self.post(body) == 204

    async def post(self, body: str) -> int:
        """One request of the provider; its status."""
        response = await self.house.client.post(self.path, data=body.encode(), headers=HEADERS)
        return response.status_code

    async def delivery(self, id_: int) -> Json:
        """A delivery with all that is known of it."""
        return await self.house.api("GET", f"/deliveries/{id_}")

    @property
    def got(self) -> list[str]:
        """What was sent to people, in order."""
        return [message.text for message in FakeProvider.sent]
