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
    plugins,
    proposals,
    replays,
    rotation,
    senders,
    setups,
    signatures,
    tasks,
    tokens,
    users,
    verification,
    webhooks,
)
from gateway.web.api.procedures import Procedure

PROCEDURES: Final[tuple[Procedure, ...]] = (
    *webhooks.PROCEDURES,
    *rotation.PROCEDURES,
    *signatures.PROCEDURES,
    *messages.PROCEDURES,
    *media.PROCEDURES,
    *conversations.PROCEDURES,
    *memory.PROCEDURES,
    *verification.PROCEDURES,
    *setups.PROCEDURES,
    *deliveries.PROCEDURES,
    *hooks.PROCEDURES,
    *endpoints.PROCEDURES,
    *replays.PROCEDURES,
    *tasks.PROCEDURES,
    *proposals.PROCEDURES,
    *notifications.PROCEDURES,
    *senders.PROCEDURES,
    *consent.PROCEDURES,
    *analytics.PROCEDURES,
    *audit.PROCEDURES,
    *plugins.PROCEDURES,
    *tokens.PROCEDURES,
    *users.PROCEDURES,
)
"""All calls, in the order in which the reference lists them."""

__all__ = ["PROCEDURES"]
