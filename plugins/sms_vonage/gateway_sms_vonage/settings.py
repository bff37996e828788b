"""What a channel of Vonage is set up with."""

import re
from typing import Literal

from pydantic import Field, SecretStr, field_validator

from gateway.plugin import OutboundUrl, PartSettings

Method = Literal["md5hash", "md5", "sha1", "sha256", "sha512"]


class VonageSettings(PartSettings):
    """Keys as they stand in the Vonage dashboard, under API settings."""

    vonage_api_key: str = Field(
        pattern=r"^[0-9A-Za-z]{6,16}$",
        title="API key",
        description="The account's key, from the front page of the dashboard.",
    )
    vonage_api_secret: SecretStr = Field(
        title="API secret", description="The secret beside the key; it sends."
    )
    vonage_signature_secret: SecretStr = Field(
        title="Signature secret",
        description="What Vonage signs webhooks with, from API settings; 32 letters at least for "
        "the Messages API.",
    )
    vonage_signature_method: Method = Field(
        "sha256",
        title="Signature method",
        description="How webhooks of the SMS API are signed, as chosen in API settings.",
    )
    vonage_number: str = Field(
        max_length=16,
        title="Sender",
        description="A number such as +447700900000, or a name of up to 11 letters.",
    )
    vonage_api: Literal["messages", "sms"] = Field(
        "messages",
        title="API",
        description="Which API texts are sent with; the account's webhooks may use either.",
    )
    vonage_sends_opt_out_replies: bool = Field(
        False,
        title="Vonage answers STOP",
        description="True where Vonage itself answers STOP, START and HELP, as for US short codes.",
    )
    vonage_max_age_seconds: int = Field(
        300,
        ge=30,
        le=86_400,
        title="Greatest age",
        description="How old a signature may be; an older one is refused.",
    )
    vonage_messages_url: OutboundUrl = Field(
        "https://api.nexmo.com",
        title="Address of the Messages API",
        description="Another one for a region, a proxy or the fake.",
    )
    vonage_sms_url: OutboundUrl = Field(
        "https://rest.nexmo.com",
        title="Address of the SMS API",
        description="Another one for a proxy or the fake.",
    )
    sms_plain_text: bool = Field(
        True,
        title="Plain characters",
        description="Writes typographic quotes and dashes plainly where that saves segments.",
    )
    sms_segment_price: float | None = Field(
        None,
        ge=0,
        title="Price of a segment",
        description="US dollars that a segment costs you, for the estimate kept with a message.",
    )
    vonage_dollars_per_euro: float | None = Field(
        None,
        gt=0,
        le=100,
        title="Dollars for a euro",
        description="Vonage's SMS API says in euros what a text costs: with this rate that price "
        "is kept with a message, in place of the estimate.",
    )

    @field_validator("vonage_number")
    @classmethod
    def _sender_fits(cls, value: str) -> str:
        if not re.fullmatch(r"\+?[0-9]{3,15}|[A-Za-z0-9 ]{1,11}", value):
            raise ValueError("give a number such as +447700900000, or up to 11 letters and digits")
        return value
