"""Proof that a channel works both ways: a code that went out and is entered, or comes in.

A code is valid once, for a while, and for a few attempts; only its hash is kept, with the webhook.
"""

from dataclasses import replace
from datetime import datetime
from typing import Final, Literal

from gateway.plugin import GatewayError
from gateway.records import Webhook
from gateway.rules.codes import code_hash, fits
from gateway.store import Change

Method = Literal["outbound", "inbound"]

VERIFIED: Final = "webhook.verified"
NOTHING_PENDING: Final = "no code is pending; ask for one by the same call without `code`"


class VerificationFailed(GatewayError):
    """The code is wrong, or none is pending; the message says how many attempts are left."""

    code = "VERIFICATION_FAILED"
    status = 400


def begun(  # noqa: PLR0913 # what is kept of a code
    webhook: Webhook, code: str, *, key: str, method: Method, attempts: int, until: datetime
) -> Change:
    """The webhook with a new pending code; one that was pending before counts no more."""
    after = replace(
        webhook,
        verification_method=method,
        verification_hash=code_hash(code, key=key, webhook_id=webhook.id),
        verification_expires_at=until,
        verification_attempts=attempts,
    )
    return Change(webhook=after, event="webhook.verification_started", detail={"method": method})


def entered(webhook: Webhook, text: str, *, key: str, now: datetime) -> Change:
    """The webhook verified, or with an attempt less.

    Raises `VerificationFailed` when no code waits to be entered.
    """
    kept = _pending(webhook, "outbound", now)
    if kept is None:
        raise VerificationFailed(NOTHING_PENDING)
    if fits(text, kept, key=key, webhook_id=webhook.id):
        return _verified(webhook, "outbound")
    left = webhook.verification_attempts - 1
    after = replace(webhook, verification_attempts=left) if left else without_code(webhook)
    return Change(webhook=after, event="webhook.verification_failed", detail={"attemptsLeft": left})


def arrives(webhook: Webhook, text: str, *, key: str, now: datetime) -> bool:
    """Whether an authentic message is the code that this webhook waits for."""
    kept = _pending(webhook, "inbound", now)
    return kept is not None and fits(text, kept, key=key, webhook_id=webhook.id)


def arrived(webhook: Webhook, text: str, *, key: str, now: datetime) -> Change | None:
    """The webhook verified by a message; None when its code is pending no more."""
    return _verified(webhook, "inbound") if arrives(webhook, text, key=key, now=now) else None


def without_code(webhook: Webhook) -> Webhook:
    """The webhook without a pending code."""
    return replace(
        webhook,
        verification_method=None,
        verification_hash=None,
        verification_expires_at=None,
        verification_attempts=0,
    )


def _pending(webhook: Webhook, method: Method, now: datetime) -> bytes | None:
    if webhook.verification_method != method:
        return None
    ends_at = webhook.verification_expires_at
    return webhook.verification_hash if ends_at is not None and now < ends_at else None


def _verified(webhook: Webhook, method: Method) -> Change:
    after = replace(without_code(webhook), is_verified=True)
    return Change(webhook=after, event=VERIFIED, detail={"method": method})
