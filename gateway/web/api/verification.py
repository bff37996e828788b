"""Verification of a channel by a code that travels through it (US-06)."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final, Literal

from pydantic import Field

from gateway.plugin import Sent
from gateway.plugin.errors import PluginUnavailable, WebhookNotFound
from gateway.records import Webhook
from gateway.rules.codes import new_code
from gateway.rules.events import WEBHOOK_VERIFICATION
from gateway.runtime import Gateway
from gateway.sending import attempt_at_once
from gateway.store import Change
from gateway.verification import (
    NOTHING_PENDING,
    VERIFIED,
    Method,
    VerificationFailed,
    begun,
    entered,
)
from gateway.web.api.changes import change
from gateway.web.api.procedures import ById, Call, procedure
from gateway.web.api.trials import Notice, notice_message
from gateway.web.api.webhook_shapes import Text, opened


class Verify(ById):
    """A code that was received, or what kind of code to begin with."""

    code: Text | None = Field(
        None, max_length=32, description="The code that came out of the channel; null begins anew."
    )
    method: Method = Field(
        "outbound",
        description="`outbound`: a code is sent through the channel, and entered by this call. "
        "`inbound`: the answer has a code, which is to be sent to the channel.",
    )
    recipient: Text = Field(
        "",
        max_length=320,
        description="Who gets the code, on a channel that writes to people, such as a telephone "
        "number.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """How far a verification is; `code` is shown when it is to be sent to the channel."""

    status: Literal["verified", "sent", "failed", "waiting"]
    is_verified: bool
    code: str | None
    expires_at: datetime | None
    attempts_left: int
    detail: str


@procedure(
    "webhooks.verify",
    "POST /webhooks/{id}/verify",
    scope="webhooks:write",
    raises=(WebhookNotFound, PluginUnavailable, VerificationFailed),
)
async def verify(call: Call, asked: Verify) -> Verification:
    """Proves a channel by a code that travels through it.

    Without `code` it begins: `status` is `sent` or `failed` for an `outbound` code, with the
    reason in `detail`; `waiting` for an `inbound` one. With `code` it ends: `verified`, or 400
    `VERIFICATION_FAILED` that says how many attempts are left. A code counts for
    `verification.code_seconds`, once, and a new one ends the one before. A message that is an
    inbound code, and nothing else, verifies the channel and is not answered. A webhook is verified
    until its outbound address changes. See [verify a channel](../how-to/verify-a-channel.md).
    """
    if asked.code is not None:
        return await _end(call, asked.id, asked.code)
    code = new_code(secrets.choice)
    webhook = await change(call, partial(_begun, call, code=code, method=asked.method), asked.id)
    if asked.method == "inbound":
        detail = "send a message to the channel whose whole text is the code"
        return _shown(webhook, status="waiting", detail=detail, code=code)
    outcome = await _send(call.gw, webhook, code, recipient=asked.recipient)
    if isinstance(outcome, str):
        return _shown(webhook, status="failed", detail=outcome)
    return _shown(webhook, status="sent", detail="enter the code by the same call")


async def _end(call: Call, webhook_id: int, code: str) -> Verification:
    decided: list[Change] = []

    def decide(webhook: Webhook) -> Change:
        decided.append(entered(webhook, code, key=_key(call.gw, webhook), now=call.at))
        return decided[-1]

    webhook = await change(call, decide, webhook_id)
    # An attempt less is kept, so it is refused only afterwards.
    if decided[-1].event != VERIFIED:
        left = webhook.verification_attempts
        advice = "" if left else f"; {NOTHING_PENDING}"
        raise VerificationFailed(
            f"this is not the code that was sent; attempts left: {left}{advice}"
        )
    return _shown(webhook, status="verified", detail="the channel is verified")


def _begun(call: Call, webhook: Webhook, *, code: str, method: Method) -> Change:
    settings = call.gw.config.verification
    return begun(
        webhook,
        code,
        key=_key(call.gw, webhook),
        method=method,
        attempts=settings.attempts,
        until=call.at + timedelta(seconds=settings.code_seconds),
    )


def _key(gw: Gateway, webhook: Webhook) -> str:
    return opened(gw, webhook).secrets[0].value


async def _send(gw: Gateway, webhook: Webhook, code: str, *, recipient: str) -> Sent | str:
    """One attempt at sending the code; what is wrong when it failed."""
    channel = await gw.channels.by_id(user_id=webhook.user_id, webhook_id=webhook.id)
    expires_at = webhook.verification_expires_at
    assert expires_at is not None
    notice = Notice(
        event=WEBHOOK_VERIFICATION,
        recipient=recipient,
        text=f"Your verification code is {code}.",
        data={"code": code, "expiresAt": expires_at.isoformat().replace("+00:00", "Z")},
    )
    message = notice_message(webhook, notice, at=gw.now())
    outcome = await attempt_at_once(gw, channel, message)
    return outcome if isinstance(outcome, Sent) else outcome.message


def _shown(
    webhook: Webhook,
    *,
    status: Literal["verified", "sent", "failed", "waiting"],
    detail: str,
    code: str | None = None,
) -> Verification:
    return Verification(
        status=status,
        is_verified=webhook.is_verified,
        code=code,
        expires_at=webhook.verification_expires_at,
        attempts_left=webhook.verification_attempts,
        detail=detail,
    )


PROCEDURES: Final = (verify,)
