"""Files that come with messages: fetched from their provider, and read."""

from abc import ABC, abstractmethod

from gateway.plugin.messages import Attachment
from gateway.plugin.parts import Part, S


class MediaSource(ABC):
    """A parser with this ability fetches files that come as a reference to its provider.

    The gateway fetches them after the message was acknowledged, keeps them, and hands on a
    reference of its own. It checks size and type by the content.
    """

    @abstractmethod
    def keeps(self, attachment: Attachment) -> bool:
        """Whether this file can be had for this channel; pure, no I/O.

        Where credentials go along, true for URLs of the provider alone.
        """

    @abstractmethod
    async def fetch(self, attachment: Attachment, *, limit_bytes: int) -> bytes:
        """Makes one attempt; of a file that is larger than the limit, one byte more is enough.

        Raises `TemporaryFailure` to be called again, also for what is not there yet, and
        `PermanentFailure` never to be.
        """


class MediaReader(Part[S]):
    """Reads words out of files: those in a picture, or those that are spoken in a recording."""

    @abstractmethod
    def reads(self, content_type: str) -> bool:
        """Whether it reads files of this type, which their content says; pure, no I/O."""

    @abstractmethod
    async def read(self, content: bytes, content_type: str) -> str:
        """The words in a file; empty where it has none.

        Raises `TemporaryFailure` or `PermanentFailure`: the file is then kept unread.
        """
