"""New URL tokens and signing secrets, the old ones good for a while (NFR-15)."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final
from uuid import uuid4

from pydantic import Field

from gateway import store
from gateway.channel_settings import rotated, seal_settings
from gateway.plugin.errors import PluginUnavailable, WebhookNotFound
from gateway.records import Webhook
from gateway.runtime import Gateway
from gateway.store import Change, LogEntry
from gateway.web.api.changes import change
from gateway.web.api.procedures import ById, Call, procedure
from gateway.web.api.webhook_shapes import WebhookView, opened, shown
from gateway.web.failures import PreconditionFailed

DAY_SECONDS: Final = 86_400


class Rotate(ById):
    """How long the old value counts beside the new one."""

    overlap_seconds: int = Field(
        DAY_SECONDS,
        ge=0,
        le=7 * DAY_SECONDS,
        description="Time that the old one counts as well; 0 cuts it off at once.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretKey:
    """The secret that a webhook's messages and deliveries are signed with."""

    secret_key: str


@procedure(
    "webhooks.regenerateToken",
    "POST /webhooks/{id}/regenerate-token",
    scope="webhooks:write",
    raises=(WebhookNotFound, PreconditionFailed),
)
async def regenerate_token(call: Call, asked: Rotate) -> WebhookView:
    """Gives a webhook a new URL.

    The URL of before leads here for `overlapSeconds` more; 0 cuts it off, other web processes
    follow within a second. A second call ends the older URL: two at most lead here.
    `previousTokenExpiresAt` says until when. See [rotate a secret](../how-to/rotate-a-secret.md).
    """
    overlap = timedelta(seconds=asked.overlap_seconds)
    decide = partial(_with_new_token, overlap=overlap, at=call.at)
    return shown(call.gw, await change(call, decide, asked.id))


@procedure(
    "webhooks.regenerateSecretKey",
    "POST /webhooks/{id}/regenerate-secret",
    scope="webhooks:write",
    raises=(WebhookNotFound, PluginUnavailable, PreconditionFailed),
)
async def regenerate_secret(call: Call, asked: Rotate) -> SecretKey:
    """Gives a webhook a new signing secret.

    During the overlap requests may be signed with the old or the new one, and deliveries carry a
    `webhook-signature` by each; `X-Webhook-Signature` is by the new one. No older secret outlives
    the overlap of the last call, 0 ends all of them at once, and at most five are kept.
    """
    fresh = secrets.token_hex(32)
    overlap = timedelta(seconds=asked.overlap_seconds)
    decide = partial(_with_new_secret, call.gw, overlap=overlap, at=call.at, fresh=fresh)
    await change(call, decide, asked.id)
    return SecretKey(secret_key=fresh)


@procedure(
    "webhooks.endOverlap",
    "POST /webhooks/{id}/end-overlap",
    scope="webhooks:write",
    raises=(WebhookNotFound, PluginUnavailable, PreconditionFailed),
)
async def end_overlap(call: Call, asked: ById) -> WebhookView:
    """Ends the overlap of a rotation at once: only the newest URL and signing secret count.

    Nothing new is made. Other web processes follow within a second. Without an overlap under way
    nothing changes.
    """
    decide = partial(_without_overlap, call.gw, at=call.at)
    return shown(call.gw, await change(call, decide, asked.id))


@procedure(
    "webhooks.getSecretKey",
    "GET /webhooks/{id}/secret",
    scope="webhooks:write",
    raises=(WebhookNotFound, PluginUnavailable),
)
async def get_secret(call: Call, asked: ById) -> SecretKey:
    """The signing secret of a webhook, the newest one.

    Each look is noted in the webhook's log, with the token that looked.
    """
    gw = call.gw
    webhook = await store.get_webhook(gw.db, user_id=call.user_id, webhook_id=asked.id)
    secret_key = opened(gw, webhook).secrets[0].value
    entry = LogEntry(webhook_id=asked.id, event="webhook.secret_read", detail={})
    await store.log_operation(gw.db, call.operation, entry)
    return SecretKey(secret_key=secret_key)


def _with_new_token(webhook: Webhook, *, overlap: timedelta, at: datetime) -> Change:
    after = replace(
        webhook,
        webhook_token=uuid4(),
        previous_token=webhook.webhook_token if overlap else None,
        previous_token_expires_at=at + overlap if overlap else None,
    )
    return Change(
        webhook=after,
        event="webhook.token_regenerated",
        detail={"overlapSeconds": overlap.total_seconds()},
    )


def _with_new_secret(
    gw: Gateway, webhook: Webhook, *, overlap: timedelta, at: datetime, fresh: str
) -> Change:
    before = opened(gw, webhook)
    renewed = rotated(before.secrets, fresh, now=at, ends_at=at + overlap)
    _, _, signing = seal_settings(gw.vault, webhook.id, replace(before, secrets=renewed))
    return Change(
        webhook=replace(webhook, signing_secrets=signing),
        event="webhook.secret_regenerated",
        detail={"overlapSeconds": overlap.total_seconds()},
    )


def _without_overlap(gw: Gateway, webhook: Webhook, *, at: datetime) -> Change | None:
    before = opened(gw, webhook)
    ends_at = webhook.previous_token_expires_at
    ended = {
        "url": ends_at is not None and ends_at > at,
        "secrets": any(s.expires_at is None or s.expires_at > at for s in before.secrets[1:]),
    }
    if not any(ended.values()):
        return None
    _, _, signing = seal_settings(gw.vault, webhook.id, replace(before, secrets=before.secrets[:1]))
    after = replace(
        webhook, signing_secrets=signing, previous_token=None, previous_token_expires_at=None
    )
    return Change(
        webhook=after,
        event="webhook.overlap_ended",
        detail={"ended": [name for name, is_ended in ended.items() if is_ended]},
    )


PROCEDURES: Final = (regenerate_token, regenerate_secret, end_overlap, get_secret)
