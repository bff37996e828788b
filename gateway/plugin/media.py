"""The ability of a part to fetch the files that its provider keeps for a message."""

from abc import ABC, abstractmethod

from gateway.plugin.messages import Attachment


class MediaSource(ABC):
    """A parser with this ability fetches files that come as a reference to its provider.

    The gateway fetches them after the message was acknowledged, keeps them, and hands on a
    reference of its own. It checks size and type by the content.
    """

    @abstractmethod
    def keeps(self, attachment: Attachment) -> bool:
        """Whether the provider keeps this file, and lets this channel have it; pure, no I/O.

        True for URLs of the provider alone: credentials go there.
        """

    @abstractmethod
    async def fetch(self, attachment: Attachment, *, limit_bytes: int) -> bytes:
        """Makes one attempt; of a file that is larger than the limit, one byte more is enough.

        Raises `TemporaryFailure` to be called again, also for what is not there yet, and
        `PermanentFailure` never to be.
        """
