"""An address whose mail providers post to a gateway."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from gateway_email_smtp.fake import posts
from gateway_email_smtp.fake.posts import Letter, Post
from gateway_email_smtp.fake.stage import ADDRESS, WAYS
from tests.stories.house import House, Json


@dataclass
class Mailbox:
    """A channel of type `email`, and the way by which its mail comes."""

    house: House
    way: str
    record: Json
    secret: str

    @classmethod
    async def connected(
        cls, house: House, way: str, ai: Json | None = None, **settings: object
    ) -> Self:
        """A new channel; nothing has come yet."""
        body = {
            "channelType": "email",
            "channelName": "Mail",
            "providerConfig": {
                "inboundEmailAddress": ADDRESS,
                "emailProvider": way.partition(" ")[0],
                **WAYS[way.partition(" ")[0]],
                **settings,
            },
            "rateLimitPerMinute": 100,
            "aiConfig": ai or {"responder": "echo"},
        }
        record = await house.api("POST", "/webhooks", body, status=201)
        secret = await house.api("GET", f"/webhooks/{record['id']}/secret")
        return cls(house, way, record, secret["secretKey"])

    def post_of(self, letter: Letter, *, token: str = "") -> Post:
        """A mail as the channel's provider posts it now."""
        now: datetime = self.house.gw.now()
        match self.way.split():
            case ["sendgrid", *form]:
                return posts.sendgrid(letter, now=now, raw="raw" in form)
            case ["postmark", *form]:
                return posts.postmark(letter, raw="raw" in form)
            case ["mailgun", *form]:
                return posts.mailgun(letter, now=now, mime="mime" in form, token=token)
        return posts.mime(letter, secret=self.secret)

    async def answers(self, post: Post) -> tuple[int, str]:
        """What a request of a provider is answered."""
        path = self.record["webhookUrl"].removeprefix(self.house.gw.config.public_url)
        response = await self.house.client.post(path, data=post.body, headers=dict(post.headers))
        return response.status_code, await response.get_data(as_text=True)

    async def gets(self, letter: Letter) -> None:
        """A mail that must be accepted as every provider wants it."""
        assert await self.answers(self.post_of(letter)) == (200, "")

    async def messages(self) -> list[Json]:
        """What the channel has got, newest first."""
        found: list[Json] = (
            await self.house.api("GET", f"/webhooks/{self.record['id']}/messages")
        )["items"]
        return found
