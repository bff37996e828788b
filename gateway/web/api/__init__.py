"""The management API: every call, and the ways to make it."""

from typing import Final

from gateway.web.api import (
    analytics,
    audit,
    consent,
    conversations,
    deliveries,
    endpoints,
    hooks,
    media,
    memory,
    messages,
    notifications,
    people,
    plugins,
    previews,
    proposals,
    replays,
    rotation,
    senders,
    setups,
    signatures,
    takeovers,
    tasks,
    tokens,
    traces,
    users,
    verification,
    webhooks,
)
from gateway.web.api.procedures import Procedure

_BY_MODULE: Final[tuple[Procedure, ...]] = (
    *webhooks.PROCEDURES,
    *rotation.PROCEDURES,
    *signatures.PROCEDURES,
    *messages.PROCEDURES,
    *traces.PROCEDURES,
    *media.PROCEDURES,
    *conversations.PROCEDURES,
    *takeovers.PROCEDURES,
    *memory.PROCEDURES,
    *verification.PROCEDURES,
    *setups.PROCEDURES,
    *previews.PROCEDURES,
    *deliveries.PROCEDURES,
    *hooks.PROCEDURES,
    *endpoints.PROCEDURES,
    *replays.PROCEDURES,
    *tasks.PROCEDURES,
    *proposals.PROCEDURES,
    *notifications.PROCEDURES,
    *senders.PROCEDURES,
    *consent.PROCEDURES,
    *people.PROCEDURES,
    *analytics.PROCEDURES,
    *audit.PROCEDURES,
    *plugins.PROCEDURES,
    *tokens.PROCEDURES,
    *users.PROCEDURES,
)
_RESOURCES: Final = list(dict.fromkeys(procedure.resource for procedure in _BY_MODULE))

PROCEDURES: Final = tuple(sorted(_BY_MODULE, key=lambda one: _RESOURCES.index(one.resource)))
"""All calls, in the order in which the reference lists them: those of a resource together."""

__all__ = ["PROCEDURES"]
