"""What reaches a channel's URL and is no message: a sender's challenge, a verification code."""

from collections.abc import Sequence
from functools import partial
from typing import Final

import structlog

from gateway import store
from gateway.channels import Channel, report_bug
from gateway.plugin import HttpAnswer, InboundMessage, InboundRequest
from gateway.rules.challenges import plain_challenge
from gateway.runtime import Gateway
from gateway.store import Operation
from gateway.verification import arrived, arrives

log: Final = structlog.stdlib.get_logger()


async def greet(gw: Gateway, token: str, request: InboundRequest) -> HttpAnswer | None:
    """The answer to a request that carries no message but a challenge; None when it has none.

    Raises a `GatewayError` as `pipeline.receive` does.
    """
    channel = await gw.channels.by_token(token)
    return answer_challenge(channel, request) or plain_challenge(request)


def answer_challenge(channel: Channel, request: InboundRequest) -> HttpAnswer | None:
    """What the channel's parser answers to a challenge; None when the request is none."""
    try:
        return channel.parser.challenge(request)
    except Exception as bug:  # noqa: BLE001 # a plugin's bug: the request goes the usual way
        report_bug(bug, channel)
        return None


async def without_code(
    gw: Gateway, channel: Channel, messages: Sequence[InboundMessage], request_id: str
) -> Sequence[InboundMessage]:
    """The messages without the code that this channel waits for, which verifies it."""
    webhook = channel.webhook
    if webhook.verification_method != "inbound":
        return messages
    key, now = channel.parser.context.secrets[0].value, gw.now()
    codes = [m for m in messages if arrives(webhook, m.text, key=key, now=now)]
    if not codes:
        return messages
    operation = Operation(user_id=webhook.user_id, actor="channel", request_id=request_id, at=now)
    await store.change_webhook(
        gw.db,
        operation,
        partial(arrived, text=codes[0].text, key=key, now=now),
        webhook_id=webhook.id,
        limit=gw.config.limits.webhooks_per_user,
    )
    gw.channels.forget(webhook.user_id)
    log.info("webhook.verified", webhook_id=webhook.id)
    return [message for message in messages if message not in codes]
