"""Ann, who texts and mails: a person with two senders."""

from typing import Any

from tests.parts import FakeProvider
from tests.stories.house import House, Json
from tests.stories.phone import Phone
from tests.stories.post import ANN, Post

NUMBER = "+15550101234"
BUILTIN: Json = {"responder": "builtin"}


class Ann:
    """A person with a telephone and a mail address."""

    def __init__(self, house: House, phone: Phone, post: Post) -> None:
        self.house, self.phone, self.post = house, phone, post

    @classmethod
    async def known(cls, house: House, ai: Json = BUILTIN, *, is_linked: bool = True) -> "Ann":
        """Ann on two channels, which are told to be hers unless `is_linked` is false."""
        phone = await Phone.connected(house, aiConfig=ai)
        post = await Post.connected(house, aiConfig=ai)
        ann = cls(house, phone, post)
        if is_linked:
            await ann.is_linked()
        return ann

    @property
    def senders(self) -> list[Json]:
        """Her two senders, as the API is told of them."""
        return [
            {"webhookId": self.phone.id, "senderIdentifier": NUMBER},
            {"webhookId": self.post.id, "senderIdentifier": ANN},
        ]

    async def is_linked(self) -> Json:
        """The owner says that both are her."""
        return await self.house.api("POST", "/people", {"senders": self.senders})

    async def is_unlinked(self, address: str = NUMBER) -> Json:
        """The owner takes one of them out again."""
        [one] = [s for s in self.senders if s["senderIdentifier"] == address]
        query = f"webhookId={one['webhookId']}&senderIdentifier={address.replace('+', '%2B')}"
        return await self.house.api("DELETE", f"/people/senders?{query}")

    async def texts(self, text: str) -> str:
        """A text that is answered at once, and its answer."""
        before = len(FakeProvider.sent)
        await self.phone.texts(text)
        await self.house.drain()
        return "\n".join(message.text for message in FakeProvider.sent[before:])

    async def mails(self, text: str, **fields: Any) -> str:
        """A mail that is answered at once, and its answer."""
        return await self.post.says(text, thread_hint="t", **fields)
