"""How a custom webhook's sender proves itself: not at all, by token, by key, by HMAC."""

import hmac
import re
from typing import Annotated

from pydantic import ConfigDict, Field, SecretStr, field_validator

from gateway.plugin import InboundRequest, InvalidAuth, InvalidSignature, PartSettings, Verifier
from gateway.plugin.signatures import TOLERANCE_SECONDS, verify_prd, verify_standard

HEADER_NAME = r"^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,100}$"

_VISIBLE = re.compile(r"[!-~]{1,4096}")
_WHSEC = re.compile(r"whsec_[A-Za-z0-9+/]+={0,2}")


def visible_token(value: SecretStr | None) -> SecretStr | None:
    """Returns a secret that a header can carry; raises `ValueError` without repeating it."""
    if value is not None and not _VISIBLE.fullmatch(value.get_secret_value()):
        raise ValueError("must be 1 to 4096 visible ASCII characters, without spaces")
    return value


class TokenSettings(PartSettings):
    """One shared token."""

    model_config = ConfigDict(hide_input_in_errors=True)

    auth_token: SecretStr = Field(
        title="Token", description="The secret that the sender must present with each request."
    )

    _token_fits = field_validator("auth_token")(visible_token)


class ApiKeySettings(TokenSettings):
    """One shared key, and the header that carries it."""

    auth_header: Annotated[str, Field(pattern=HEADER_NAME)] = Field(
        "X-API-Key", title="Header", description="Name of the header that carries the key."
    )


class HmacSettings(PartSettings):
    """The key of the sender's signatures."""

    model_config = ConfigDict(hide_input_in_errors=True)

    hmac_secret: SecretStr | None = Field(
        None,
        title="HMAC secret",
        description="The sender's own secret. Empty: the channel's signing secrets count, the "
        "newest and, during a rotation, the one before.",
    )
    hmac_tolerance_seconds: int = Field(
        TOLERANCE_SECONDS,
        ge=1,
        le=86_400,
        title="Tolerance in seconds",
        description="How far webhook-timestamp may be from the gateway's clock.",
    )

    @field_validator("hmac_secret")
    @classmethod
    def _key_is_usable(cls, value: SecretStr | None) -> SecretStr | None:
        secret = value.get_secret_value() if value else ""
        if secret.startswith("whsec_") and not _WHSEC.fullmatch(secret):
            raise ValueError("whsec_ must be followed by base64")
        return value if secret else None


class OpenVerifier(Verifier[PartSettings]):
    """Takes every request: the webhook's URL is the only secret."""

    name = "none"
    title = "None"

    async def verify(self, request: InboundRequest) -> None:
        """Returns for any request."""


class BearerVerifier(Verifier[TokenSettings]):
    """Wants `Authorization: Bearer <token>`."""

    name = "bearer"
    title = "Bearer token"
    Settings = TokenSettings

    async def verify(self, request: InboundRequest) -> None:
        """Returns for the right token; raises `InvalidAuth` for any other header, or none."""
        scheme, _, token = request.headers.get("authorization", "").strip().partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise InvalidAuth(
                "Authorization is missing or not a bearer token: "
                "send `Authorization: Bearer <authToken>`"
            )
        if not _equal(token.strip(), self.settings.auth_token):
            raise InvalidAuth("the bearer token is wrong: send the authToken of this webhook")


class ApiKeyVerifier(Verifier[ApiKeySettings]):
    """Wants the key in a header of the owner's choice."""

    name = "api_key"
    title = "API key"
    Settings = ApiKeySettings

    async def verify(self, request: InboundRequest) -> None:
        """Returns for the right key; raises `InvalidAuth` for any other, or none."""
        header = self.settings.auth_header
        key = request.headers.get(header.lower(), "").strip()
        if not key:
            raise InvalidAuth(f"{header} is missing: send the authToken of this webhook in it")
        if not _equal(key, self.settings.auth_token):
            raise InvalidAuth(f"the key in {header} is wrong: send the authToken of this webhook")


class HmacVerifier(Verifier[HmacSettings]):
    """Wants `X-Webhook-Signature` or the headers of Standard Webhooks, over the exact body."""

    name = "hmac"
    title = "HMAC signature"
    Settings = HmacSettings

    async def verify(self, request: InboundRequest) -> None:
        """Returns for a signature by a live secret; raises `InvalidSignature` for anything else.

        `webhook-signature`, once present, must hold: it alone is protected against a replay.
        """
        headers = request.headers
        if "webhook-signature" in headers:
            verify_standard(
                self._secrets(request),
                headers,
                body=request.body,
                now=request.received_at,
                tolerance_seconds=self.settings.hmac_tolerance_seconds,
            )
        elif "x-webhook-signature" in headers:
            header = headers["x-webhook-signature"]
            verify_prd(self._secrets(request), header, body=request.body)
        else:
            raise InvalidSignature(
                "the request is not signed: send `X-Webhook-Signature: sha256=<hex>`, or the "
                "Standard Webhooks headers webhook-id, webhook-timestamp and webhook-signature"
            )

    def _secrets(self, request: InboundRequest) -> tuple[str, ...]:
        own = self.settings.hmac_secret
        if own is not None:
            return (own.get_secret_value(),)
        return self.context.live_secrets(request.received_at)


def _equal(given: str, secret: SecretStr) -> bool:
    expected = secret.get_secret_value().encode()
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected)
