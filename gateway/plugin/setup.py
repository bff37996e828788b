"""The ability of a part to look after how its channel is set up at the provider."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

ROUND_TRIP = "webhook.round_trip"
"""The event of a message that a channel sends to itself, to see whether it arrives."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupFinding:
    """One thing that was looked at; `message` says how it is, and what to do where it is wrong.

    `name` is for programs and stays the same. `is_mended_by_connect`: no person is needed.
    """

    name: str
    status: Literal["ok", "warning", "problem"]
    message: str
    is_mended_by_connect: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A value that a setting may be given, such as one of the account's numbers."""

    setting: str
    value: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkup:
    """How a channel is set up at its provider, and what its settings could be."""

    findings: Sequence[SetupFinding]
    choices: Sequence[Choice] = ()


class Setup(ABC):
    """A part with this ability checks what its provider has, and sets it right.

    The provider is asked with the part's own settings, and calls `PartContext.inbound_url`.
    """

    @abstractmethod
    async def check(self) -> Checkup:
        """Looks, and changes nothing.

        Raises `TemporaryFailure` or `PermanentFailure` when the provider cannot be asked.
        """

    @abstractmethod
    async def connect(self) -> Checkup:
        """Has the provider call the channel's URL, and looks again; repeating it does no harm.

        Raises as `check` does.
        """

    def own_address(self) -> str | None:
        """Where a `ROUND_TRIP` is sent to come back here, as `automatic`; None for nowhere."""
        return None
