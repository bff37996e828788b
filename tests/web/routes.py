"""The operations of the API on a webhook and its deliveries, each with the scope it needs."""

from typing import Final

OPERATIONS: Final = (
    ("PATCH", "/webhooks/1", "webhooks:write"),
    ("DELETE", "/webhooks/1", "webhooks:write"),
    ("POST", "/webhooks/1/regenerate-token", "webhooks:write"),
    ("POST", "/webhooks/1/regenerate-secret", "webhooks:write"),
    ("POST", "/webhooks/1/test", "webhooks:write"),
    ("GET", "/webhooks/1/deliveries", "webhooks:read"),
    ("GET", "/webhooks/1/conversations", "messages:read"),
    ("POST", "/deliveries/1/retry", "deliveries:replay"),
)
