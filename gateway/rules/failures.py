"""What a failed attempt means: one class each, and for each class what follows from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from gateway.plugin import (
    PartFailure,
    RecipientOptedOut,
    TemporaryFailure,
    UncertainFailure,
)
from gateway.plugin.errors import PluginUnavailable

FailureClass = Literal[
    "dns",
    "tls",
    "connect",
    "network",
    "timeout",
    "server_error",
    "throttled",
    "redirect",
    "gone",
    "denied",
    "refused",
    "opted_out",
    "uncertain",
    "ours",
]
Signal = Literal["up", "down", "gone"]
"""What an attempt says of its endpoint as a whole."""

OUR_BUG: Final = "ours"
"""How the sentence of a failure begins that the endpoint has no part in."""
UNCERTAIN: Final = "send_uncertain"
"""How the sentence of a failure begins after which nobody can tell what became of a message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Treatment:
    """What follows from a class: whether to try again, on whose account, what it says of health."""

    is_repeated: bool
    is_charged: bool = True
    signal: Signal | None = None


_AGAIN: Final = Treatment(is_repeated=True, signal="down")
TREATMENTS: Final[Mapping[FailureClass, Treatment]] = {
    "dns": _AGAIN,
    "tls": _AGAIN,
    "connect": _AGAIN,
    "network": _AGAIN,
    "timeout": _AGAIN,
    "server_error": _AGAIN,
    "throttled": _AGAIN,
    "redirect": Treatment(is_repeated=False, signal="down"),
    "gone": Treatment(is_repeated=False, signal="gone"),
    "denied": Treatment(is_repeated=False, signal="down"),
    # This delivery is refused, others may be welcome.
    "refused": Treatment(is_repeated=False),
    "opted_out": Treatment(is_repeated=False),
    # A person never gets the same message twice because an answer was lost.
    "uncertain": Treatment(is_repeated=False, signal="down"),
    "ours": Treatment(is_repeated=True, is_charged=False),
}
_NAMED: Final[Mapping[str, FailureClass]] = {
    "dns": "dns",
    "tls": "tls",
    "connect": "connect",
    "network": "network",
    "timeout": "timeout",
    OUR_BUG: "ours",
}
"""How the sentences of failures without an answer begin."""

_THROTTLED: Final = frozenset({408, 425, 429})
# No such place, or nobody may enter: every other delivery would be answered the same.
_DENIED: Final = frozenset({401, 403, 404, 405, 407, 421, 451})
_GONE: Final = 410


def failure_class(failure: PartFailure | PluginUnavailable) -> FailureClass:
    """The class of a failed attempt, by what was answered, or by what kept it from being."""
    if isinstance(failure, PluginUnavailable):
        return "ours"
    if isinstance(failure, RecipientOptedOut):
        return "opted_out"
    if isinstance(failure, UncertainFailure):
        return "uncertain"
    status = failure.response_status
    if not isinstance(failure, TemporaryFailure):
        return "refused" if status is None else _final_class(status)
    if status is None:
        return _NAMED.get(failure.message.partition(":")[0], "network")
    return "throttled" if status in _THROTTLED else "server_error"


def treatment(failure: PartFailure | PluginUnavailable) -> Treatment:
    """What follows from a failed attempt."""
    return TREATMENTS[failure_class(failure)]


def _final_class(status: int) -> FailureClass:
    if status == _GONE:
        return "gone"
    if 300 <= status < 400:  # noqa: PLR2004 - RFC 9110 section 15.4
        return "redirect"
    return "denied" if status in _DENIED else "refused"
