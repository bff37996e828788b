"""What a token of the management API may do."""

from typing import Final

SCOPES: Final = (
    "admin",
    "audit:read",
    "conversations:write",
    "deliveries:replay",
    "messages:read",
    "messages:replay",
    "messages:send",
    "senders:erase",
    "tasks:read",
    "tasks:write",
    "tokens:write",
    "webhooks:read",
    "webhooks:write",
)
"""`admin` includes all others, and is of the whole gateway: it manages accounts and acts for them.
"""
OF_AN_ACCOUNT: Final = tuple(scope for scope in SCOPES if scope != "admin")
