"""Why a signature does not match: asked with what arrived, answered in sentences."""

import asyncio
from typing import Annotated, Final, Literal

from pydantic import Field, SecretStr

from gateway import store
from gateway.channel_settings import OpenedSettings
from gateway.plugin.errors import PluginUnavailable, WebhookNotFound
from gateway.records import Webhook
from gateway.rules.diagnosis import Diagnosis, KnownSecret, SignedRequest, diagnose
from gateway.web.api.delivery_views import sent_body
from gateway.web.api.moments import Moment
from gateway.web.api.procedures import ById, Call, Id, procedure
from gateway.web.api.webhook_shapes import opened
from gateway.web.wire import body_bytes, refuse

LONGEST_BODY: Final = 200_000
HEADERS: Final = 100

HeaderText = Annotated[str, Field(max_length=8_192)]


class DiagnoseSignature(ById):
    """A request as whoever could not verify it has it."""

    headers: dict[str, HeaderText] = Field(
        max_length=HEADERS,
        description="The headers of the request, or those that your code computed.",
    )
    body: str = Field(
        "", max_length=LONGEST_BODY, description="The body as your code has it, as text."
    )
    body_base64: str | None = Field(
        None,
        max_length=LONGEST_BODY,
        description="The bytes of the body in base64, in place of `body`.",
    )
    direction: Literal["outbound", "inbound"] = Field(
        "outbound",
        description="`outbound`: the gateway signed it. `inbound`: somebody signed it for the "
        "gateway.",
    )
    delivery_id: Id | None = Field(
        None, description="The delivery that it was: its bytes are then compared as well."
    )
    received_at: Moment | None = Field(
        None, description="When it arrived, with a time zone; now, if left out."
    )
    secret: SecretStr | None = Field(
        None, max_length=500, description="The secret that your code uses. It is not kept."
    )


@procedure(
    "webhooks.diagnoseSignature",
    "POST /webhooks/{id}/diagnose-signature",
    scope="webhooks:read",
    raises=(WebhookNotFound, PluginUnavailable),
)
async def diagnose_signature(call: Call, asked: DiagnoseSignature) -> Diagnosis:
    """Says why a signature does not match, as far as up to two mistakes explain it.

    Each finding has a `code` for programs, the `header` that it is about and a `message` that says
    what to do; [the signatures' page](signatures.md#why-a-signature-does-not-match) lists the
    codes. `matches` is true when nothing is wrong. Nothing of it is kept, and no secret is shown.
    """
    gw, user_id = call.gw, call.user_id
    webhook = await store.get_webhook(gw.db, user_id=user_id, webhook_id=asked.id)
    others = await store.list_webhooks(gw.db, user_id=user_id, include_inactive=True)
    sent = None
    if asked.delivery_id is not None:
        whole = await store.get_delivery(gw.db, user_id=user_id, delivery_id=asked.delivery_id)
        sent = sent_body(whole)
    request = SignedRequest(
        headers=asked.headers, body=_body(asked), received_at=asked.received_at or call.at
    )
    known = [
        *_own_secrets(webhook, opened(gw, webhook), asked),
        *(_secret_of_other(other, opened(gw, other)) for other in others if other.id != webhook.id),
        *_given_secret(asked),
    ]
    # Hundreds of digests of a large body take a while, and other calls go on meanwhile.
    return await asyncio.to_thread(diagnose, request, _distinct(known), sent=sent)


def _body(asked: DiagnoseSignature) -> bytes:
    if asked.received_at is not None and asked.received_at.tzinfo is None:
        refuse("/receivedAt", "give a time zone, such as the Z of 2026-01-31T17:00:00Z")
    return body_bytes(asked.body, asked.body_base64)


def _own_secrets(
    webhook: Webhook, settings: OpenedSettings, asked: DiagnoseSignature
) -> list[KnownSecret]:
    """The webhook's secrets; the one that counts in this direction is the first."""
    own = settings.provider_config.get("hmacSecret")
    signing = [secret.value for secret in settings.secrets]
    found = [
        KnownSecret(
            code="secret_previous" if number else "",
            name="the previous one" if number else "the signing secret",
            value=value,
        )
        for number, value in enumerate(signing)
    ]
    if isinstance(own, str):
        is_right = asked.direction == "inbound"
        hmac = KnownSecret(
            code="" if is_right else "secret_of_other_direction",
            name="hmacSecret, which counts for requests to the gateway alone",
            value=own,
        )
        if not is_right:
            return [*found, hmac]
        name = "the signing secret, which counts for requests by the gateway alone"
        found = [
            KnownSecret(code="secret_of_other_direction", name=name, value=secret.value)
            for secret in found
        ]
        return [hmac, *found]
    token, name = str(webhook.webhook_token), "the token in the webhook's URL"
    return [*found, KnownSecret(code="secret_is_token", name=name, value=token)]


def _secret_of_other(other: Webhook, settings: OpenedSettings) -> KnownSecret:
    return KnownSecret(
        code="secret_of_other_webhook",
        name=f"that of your webhook {other.id}, {other.channel_name!r}",
        value=settings.secrets[0].value,
    )


def _given_secret(asked: DiagnoseSignature) -> list[KnownSecret]:
    if asked.secret is None or not asked.secret.get_secret_value():
        return []
    name = "the one that you gave, and that is not this webhook's"
    return [KnownSecret(code="secret_given", name=name, value=asked.secret.get_secret_value())]


def _distinct(known: list[KnownSecret]) -> list[KnownSecret]:
    """Each secret once, under the first of its names."""
    return list({secret.value: secret for secret in reversed(known)}.values())[::-1]


PROCEDURES: Final = (diagnose_signature,)
