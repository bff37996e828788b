"""The settings of a Twilio channel; the same ones serve its parser, its verifier and transport."""

import re
from typing import Annotated, Final, Self

from pydantic import Field, SecretStr, field_validator, model_validator

from gateway.plugin import OutboundUrl, PartSettings
from gateway.plugin.sms import is_number

API_URL: Final = "https://api.twilio.com"
_SHORT_CODE: Final = re.compile(r"[0-9]{3,8}")
_NAME: Final = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 &+_-]{1,11}")
_HOST: Final = r"^[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?$"
_TEXT: Final = re.compile(r"[\x21-\x7e]{1,512}")


class TwilioSettings(PartSettings):
    """Whose account it is, what it sends from, and how texts are written."""

    twilio_account_sid: str = Field(
        pattern=r"^AC[0-9a-fA-F]{32}$",
        title="Account SID",
        description="AC and 32 digits, from the front page of the Twilio Console.",
    )
    twilio_auth_token: SecretStr = Field(
        title="Auth token",
        description="The account's primary token: it signs what Twilio sends here.",
    )
    twilio_secondary_auth_token: SecretStr | None = Field(
        None,
        title="Secondary auth token",
        description="Counts for signatures as well while the account's token is being rotated.",
    )
    twilio_api_key_sid: str | None = Field(
        None,
        pattern=r"^SK[0-9a-fA-F]{32}$",
        title="API key SID",
        description="Sends with an API key in place of the auth token.",
    )
    twilio_api_key_secret: SecretStr | None = Field(
        None, title="API key secret", description="Belongs to the API key SID."
    )
    twilio_shared_key_sid: str | None = Field(
        None,
        pattern=r"^webhooks_sharedkey_[0-9A-Za-z]{1,64}$",
        title="Shared key SID",
        description="For accounts whose webhook rules sign with a shared key (HMAC-SHA256).",
    )
    twilio_shared_key_secret: SecretStr | None = Field(
        None, title="Shared key secret", description="Belongs to the shared key SID."
    )
    twilio_phone_number: str | None = Field(
        None,
        title="Sender",
        description="What messages are sent from: a number such as +15005550006, a short code, or "
        "a name of up to 11 letters, which nobody can answer.",
        json_schema_extra={"x-ask-first": True},
    )
    twilio_messaging_service_sid: str | None = Field(
        None,
        pattern=r"^MG[0-9a-fA-F]{32}$",
        title="Messaging Service SID",
        description="Sends through a Messaging Service; with a sender as well, from that one of "
        "its pool.",
    )
    twilio_base_url: OutboundUrl = Field(
        API_URL,
        title="Base URL",
        description="Where Twilio's API is: another one for a region, a proxy or a stand-in.",
    )
    twilio_media_hosts: tuple[Annotated[str, Field(pattern=_HOST)], ...] = Field(
        ("media.twiliocdn.com", "s3-external-1.amazonaws.com"),
        max_length=10,
        title="Hosts of pictures",
        description="Where Twilio's API may send on to for a picture; these hosts get no login.",
    )
    twilio_validity_seconds: int = Field(
        36_000,
        ge=1,
        le=36_000,
        title="Validity",
        description="How long Twilio tries to hand a message on, in seconds.",
    )
    twilio_answers_stop: bool = Field(
        True,
        title="Twilio answers STOP",
        description="Whether Twilio itself confirms STOP, START and HELP, as it does unless that "
        "was switched off for the account or service; else the gateway does.",
    )
    sms_plain_text: bool = Field(
        True,
        title="Plain punctuation",
        description="Writes ’, “, – and … as ', \", - and ... where the whole text then fits the "
        "7-bit alphabet: one such character more than doubles the price.",
    )
    sms_segment_price: float | None = Field(
        None,
        ge=0,
        le=10,
        title="Price of a segment",
        description="US dollars that one segment costs you, for the estimate that is kept with "
        "each message.",
    )

    @field_validator(
        "twilio_auth_token",
        "twilio_secondary_auth_token",
        "twilio_api_key_secret",
        "twilio_shared_key_secret",
    )
    @classmethod
    def _is_sendable(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret is not None and not _TEXT.fullmatch(secret.get_secret_value()):
            raise ValueError("a token or secret is 1 to 512 visible ASCII characters")
        return secret

    @field_validator("twilio_phone_number")
    @classmethod
    def _is_sender(cls, sender: str | None) -> str | None:
        if sender is None:
            return None
        if is_number(sender) or _SHORT_CODE.fullmatch(sender) or _NAME.fullmatch(sender):
            return sender
        raise ValueError(
            "a sender is a number with its country such as +15005550006, a short code of 3 to 8 "
            "digits, or a name of up to 11 letters and digits"
        )

    @model_validator(mode="after")
    def _pairs_are_whole(self) -> Self:
        for sid, secret, what in (
            (self.twilio_api_key_sid, self.twilio_api_key_secret, "twilioApiKey"),
            (self.twilio_shared_key_sid, self.twilio_shared_key_secret, "twilioSharedKey"),
        ):
            if (sid is None) != (secret is None):
                raise ValueError(f"set {what}Sid and {what}Secret together, or neither")
        return self

    @property
    def tokens(self) -> tuple[str, ...]:
        """The auth tokens that sign now: during a rotation there are two."""
        both = (self.twilio_auth_token, self.twilio_secondary_auth_token)
        return tuple(token.get_secret_value() for token in both if token is not None)

    @property
    def login(self) -> tuple[str, str]:
        """User and password of Twilio's API."""
        if self.twilio_api_key_sid and self.twilio_api_key_secret:
            return self.twilio_api_key_sid, self.twilio_api_key_secret.get_secret_value()
        return self.twilio_account_sid, self.twilio_auth_token.get_secret_value()
