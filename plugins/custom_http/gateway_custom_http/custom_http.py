"""The two parts of a custom webhook: what reads its requests, and what calls its owner back."""

import base64
import re
from dataclasses import replace
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    ConfigDict,
    Field,
    SecretStr,
    field_validator,
    model_validator,
)

from gateway.plugin import (
    HOPS_HEADER,
    REPLY,
    Attachment,
    HttpAnswer,
    InboundRequest,
    MediaSource,
    OutboundMessage,
    OutboundUrl,
    Parsed,
    Parser,
    PartContext,
    PartSettings,
    PermanentFailure,
    Sent,
    Transport,
)
from gateway.plugin.signatures import signed_headers
from gateway_custom_http.answers import settle
from gateway_custom_http.bodies import read_fields
from gateway_custom_http.challenges import Convention, answer_challenge
from gateway_custom_http.files import fetch_file
from gateway_custom_http.payload import external_id_of, read_message
from gateway_custom_http.verifiers import HEADER_NAME, visible_token

TIMEOUT_SECONDS = 30.0
HEADER_LIMIT = 30

# Hop-by-hop, or the gateway's own to say; so is the rest of these families, signatures above all.
REFUSED_HEADERS = frozenset(
    [
        "accept-encoding",
        "connection",
        "expect",
        "host",
        "http2-settings",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",  # codespell:ignore te
        "trailer",
        "transfer-encoding",
        "upgrade",
    ]
)
REFUSED_PREFIXES = ("content-", "webhook-", "x-gateway-", "x-webhook-")

_HEADER_NAME = re.compile(HEADER_NAME)
_HEADER_VALUE = re.compile(r"[!-~](?:[ -~\t]{0,4094}[!-~])?")
_LINE = re.compile(r"[^\x00-\x1f\x7f\ud800-\udfff]{0,1024}")
_EVENT = r"^[a-z][a-z_]{0,40}\.[a-z][a-z_]{0,40}$"


def _checked_header(name: str) -> str:
    if not _HEADER_NAME.fullmatch(name):
        raise ValueError(
            f"{name[:100]!r} cannot be set: a header name is 1 to 100 letters, digits and "
            "!#$%&'*+-.^_`|~, without spaces or line breaks"
        )
    if name.lower() in REFUSED_HEADERS or name.lower().startswith(REFUSED_PREFIXES):
        raise ValueError(f"{name!r} cannot be set: the gateway says it itself, in each delivery")
    return name


def _checked_value(value: SecretStr) -> SecretStr:
    if not _HEADER_VALUE.fullmatch(value.get_secret_value()):
        raise ValueError(
            "a header's value must be 1 to 4096 ASCII characters on one line, "
            "without spaces around it"
        )
    return value


HeaderName = Annotated[str, AfterValidator(_checked_header)]
HeaderValue = Annotated[SecretStr, AfterValidator(_checked_value)]
Headers = Annotated[dict[HeaderName, HeaderValue], Field(max_length=HEADER_LIMIT)]


class OutboundSettings(PartSettings):
    """Where replies and events go, and how."""

    model_config = ConfigDict(hide_input_in_errors=True)

    outbound_webhook_url: OutboundUrl | None = Field(
        None,
        title="Outbound URL",
        description="Where replies and events are sent; empty: nowhere.",
        json_schema_extra={"x-ask-first": True},
    )
    outbound_method: Literal["POST", "PUT"] = Field(
        "POST", title="Method", description="The HTTP method of each delivery."
    )
    outbound_headers: Headers = Field(
        {},
        title="Headers",
        description="Headers added to each delivery; their values are kept secret.",
    )
    outbound_auth_type: Literal["none", "basic", "bearer", "api_key", "hmac"] = Field(
        "hmac",
        title="Authentication",
        description="Credentials added to each delivery. Signatures are always sent: none and hmac "
        "add nothing to them.",
    )
    outbound_auth_user: Annotated[str, Field(max_length=255)] = Field(
        "", title="User name", description="The user name of the receiver's Basic authentication."
    )
    outbound_auth_password: SecretStr | None = Field(
        None, title="Password", description="The password of the receiver's Basic authentication."
    )
    outbound_auth_token: SecretStr | None = Field(
        None, title="Token", description="The bearer token or API key of the receiver."
    )
    outbound_auth_header: str = Field(
        "X-API-Key", title="API key header", description="Name of the header for the API key."
    )
    outbound_events: tuple[Annotated[str, Field(pattern=_EVENT)], ...] | None = Field(
        None,
        title="Events",
        description="Names of the events to send; unset: all. Replies are always sent.",
    )

    _token_fits = field_validator("outbound_auth_token")(visible_token)
    _header_fits = field_validator("outbound_auth_header")(_checked_header)

    @field_validator("outbound_webhook_url")
    @classmethod
    def _url_is_http(cls, value: str | None) -> str | None:
        if not value:
            return None
        parts = urlsplit(value)
        if (
            parts.scheme.lower() not in {"http", "https"}
            or not parts.hostname
            or "@" in parts.netloc
        ):
            raise ValueError("give an https:// or http:// URL without a user name or password")
        return value

    @field_validator("outbound_auth_user")
    @classmethod
    def _user_fits(cls, value: str) -> str:
        if ":" in value or not _LINE.fullmatch(value):
            raise ValueError("a user name has no colon and no control characters (RFC 7617)")
        return value

    @field_validator("outbound_auth_password")
    @classmethod
    def _password_fits(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not _LINE.fullmatch(value.get_secret_value()):
            raise ValueError("a password has up to 1024 characters, none of them control ones")
        return value

    @model_validator(mode="after")
    def _credentials_are_there(self) -> "OutboundSettings":
        if self.outbound_auth_type == "basic" and not (
            self.outbound_auth_user or self.outbound_auth_password
        ):
            raise ValueError("outboundAuthType basic needs outboundAuthUser, outboundAuthPassword")
        if self.outbound_auth_type in {"bearer", "api_key"} and self.outbound_auth_token is None:
            raise ValueError(f"outboundAuthType {self.outbound_auth_type} needs outboundAuthToken")
        return self


class InboundSettings(PartSettings):
    """How senders make sure of the webhook's URL, and whether their links are followed."""

    model_config = ConfigDict(hide_input_in_errors=True)

    challenges: tuple[Convention, ...] = Field(
        (),
        title="Handshakes",
        description="Senders whose handshake is answered; a GET with `challenge` always is.",
    )
    challenge_secret: SecretStr | None = Field(
        None,
        title="Handshake secret",
        description="The verify token of Meta, the secret token of Zoom, or the consumer secret "
        "of X.",
    )
    fetch_attachments: bool = Field(
        False,
        title="Fetch files",
        description="Whether the URLs of attachments are fetched and kept as files, and read where "
        "aiConfig names readers. They are called without any credentials.",
    )

    @model_validator(mode="after")
    def _secret_is_there(self) -> "InboundSettings":
        wanting = sorted({"meta", "zoom", "x"} & {*self.challenges})
        if wanting and not (self.challenge_secret and self.challenge_secret.get_secret_value()):
            raise ValueError(f"challenges {', '.join(wanting)} need challengeSecret")
        return self


class CustomHttpParser(Parser[InboundSettings], MediaSource):
    """Reads a message as JSON, form or plain text, whoever sends it."""

    name = "custom_http"
    title = "Custom webhook"
    channel_type = "custom_webhook"
    quarantines = False
    Settings = InboundSettings

    def challenge(self, request: InboundRequest) -> HttpAnswer | None:
        """The answer to the handshakes that the settings name."""
        settings = self.settings
        if settings.challenges:
            secret = settings.challenge_secret
            value = secret.get_secret_value() if secret else ""
            return answer_challenge(request, settings.challenges, value)
        return None

    def parse(self, request: InboundRequest) -> Parsed:
        """The one message of the request. Raises `InvalidPayload` that names each fault."""
        fields = read_fields(request)
        message = read_message(fields, external_id=external_id_of(request.headers))
        if self.settings.fetch_attachments and message.attachments:
            # The message gets references of the gateway's own in place of these.
            message = replace(
                message, facts={**message.facts, "attachments": fields["attachments"]}
            )
        return Parsed(messages=(message,))

    def keeps(self, attachment: Attachment) -> bool:  # noqa: ARG002 # whatever it is
        """Whether the owner wants files fetched: any URL then, the way out refuses bad ones."""
        return self.settings.fetch_attachments

    async def fetch(self, attachment: Attachment, *, limit_bytes: int) -> bytes:
        """One attempt at a file."""
        return await fetch_file(self.context, attachment.url, limit_bytes=limit_bytes)


class CustomHttpTransport(Transport[OutboundSettings]):
    """Calls the owner's URL with a signed request for each reply and event."""

    name = "custom_http"
    title = "Custom webhook"
    Settings = OutboundSettings
    addresses = frozenset({"outboundWebhookUrl"})

    def __init__(self, settings: OutboundSettings, context: PartContext) -> None:
        super().__init__(settings, context)
        self._headers = _own_headers(settings)
        self._place = urlsplit(settings.outbound_webhook_url or "").netloc

    def wants(self, event: str) -> bool:
        """Replies, and the events that the owner chose; nothing without a URL."""
        settings = self.settings
        if settings.outbound_webhook_url is None:
            return False
        chosen = settings.outbound_events
        return event == REPLY or chosen is None or event in chosen

    async def send(self, message: OutboundMessage) -> Sent:
        """Makes one attempt, signed at the time it is made with every secret that is live then."""
        url = self.settings.outbound_webhook_url
        if url is None:
            raise PermanentFailure("no outboundWebhookUrl is set: give the webhook one")
        now = self.context.now()
        signed = signed_headers(
            self.context.live_secrets(now),
            message.idempotency_key,
            now=now,
            body=message.body,
            event=message.event,
        )
        response = await self.context.http.request(
            self.settings.outbound_method,
            url,
            headers={
                **self._headers,
                **signed,
                HOPS_HEADER: str(message.hops),
                "Content-Type": "application/json",
            },
            body=message.body,
            timeout_seconds=TIMEOUT_SECONDS,
        )
        return settle(response, place=self._place, now=now)


def _own_headers(settings: OutboundSettings) -> dict[str, str]:
    """The owner's headers; the credentials win over a header of the same name."""
    headers = {name: value.get_secret_value() for name, value in settings.outbound_headers.items()}
    credential, value = _credential(settings)
    if not credential:
        return headers
    kept = {name: own for name, own in headers.items() if name.lower() != credential.lower()}
    return {**kept, credential: value}


def _credential(settings: OutboundSettings) -> tuple[str, str]:
    """The header that carries the receiver's credential and its value; empty for none."""
    if settings.outbound_auth_type == "basic":
        password = settings.outbound_auth_password
        pair = f"{settings.outbound_auth_user}:{password.get_secret_value() if password else ''}"
        return "Authorization", f"Basic {base64.b64encode(pair.encode()).decode()}"
    token = settings.outbound_auth_token
    if token is None or settings.outbound_auth_type in {"none", "hmac"}:
        return "", ""
    if settings.outbound_auth_type == "bearer":
        return "Authorization", f"Bearer {token.get_secret_value()}"
    return settings.outbound_auth_header, token.get_secret_value()
