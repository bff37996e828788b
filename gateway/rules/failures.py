"""What a failed attempt means: one class each, and for each class what follows from it."""

import errno
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
Signal = Literal["up", "down", "gone", "loop"]
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
_LOCAL_ERRNOS: Final = frozenset(
    {
        errno.EMFILE,
        errno.ENFILE,
        errno.ENOBUFS,
        errno.ENOMEM,
        errno.EADDRNOTAVAIL,
        errno.EADDRINUSE,
        errno.ENETDOWN,
    }
)
"""No file, memory, local port or network interface is left here: the other side was never asked."""
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
# 530 and the like are a mail server's word on the login (RFC 4954), and never come by HTTP.
_DENIED: Final = frozenset({401, 403, 404, 405, 407, 421, 451, 530, 534, 535, 538})
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


def is_local_fault(error: int | None, *, address: str | None) -> bool:
    """Whether a connection failed on our side of the wire, by its errno and what was dialled.

    Without any route for IPv4 our network is away; without one for IPv6 we may just have none.
    """
    if error == errno.ENETUNREACH:
        return address is None or ":" not in address
    return error in _LOCAL_ERRNOS


def treatment(failure: PartFailure | PluginUnavailable) -> Treatment:
    """What follows from a failed attempt."""
    return TREATMENTS[failure_class(failure)]


def _final_class(status: int) -> FailureClass:
    if status == _GONE:
        return "gone"
    if 300 <= status < 400:  # noqa: PLR2004 - RFC 9110 section 15.4
        return "redirect"
    return "denied" if status in _DENIED else "refused"
