"""The settings of an email channel; the same ones serve its parser, its verifier and transport."""

import re
import ssl
from typing import Final, Literal, Self

from pydantic import Field, SecretStr, ValidationInfo, field_validator, model_validator
from pydantic.alias_generators import to_camel

from gateway.plugin import OutboundUrl, PartSettings
from gateway_email_smtp.addresses import own_address
from gateway_email_smtp.dkim_keys import read_private_key
from gateway_email_smtp.keys import read_key

SENDGRID_URL: Final = "https://api.sendgrid.com"
POSTMARK_URL: Final = "https://api.postmarkapp.com"
MAILGUN_URL: Final = "https://api.mailgun.net"

Inbound = Literal["smtp", "imap", "sendgrid", "postmark", "mailgun", "mime"]
Outbound = Literal["smtp", "sendgrid", "postmark"]
Unproven = Literal["confirm", "quarantine", "trust"]
Security = Literal["tls", "starttls", "opportunistic", "none"]

_TOKEN: Final = re.compile(r"[\x21-\x7e]{1,4096}")
_ONE_LINE: Final = re.compile(r"[^\x00-\x1f\x7f]{1,200}")


class EmailSettings(PartSettings):
    """Which address it is, how its mail comes and goes, and whom it believes."""

    inbound_email_address: str = Field(
        title="Address",
        description="The assistant's address, such as assistant@example.org: people write to it, "
        "and answers come from it unless another sender is named.",
    )
    mail_name: str | None = Field(
        None, title="Name", description="What stands before the address in what is sent."
    )
    mail_own_addresses: tuple[str, ...] = Field(
        (),
        max_length=50,
        title="Further own addresses",
        description="Other addresses whose mail comes here. What they send is never answered.",
    )
    email_provider: Inbound = Field(
        "smtp",
        title="How mail comes",
        description="smtp: this gateway takes it as a mail server; imap: it is fetched from a "
        "mailbox; sendgrid, postmark, mailgun: the provider posts it; mime: a program posts it "
        "as message/rfc822.",
        json_schema_extra={"x-ask-first": True},
    )
    forwarding_enabled: bool = Field(
        True,
        title="Forwarded mail",
        description="Whether what a person forwards is taken up as the words of whoever wrote it. "
        "Switched off, a forwarded mail waits in quarantine.",
    )
    mail_outbound: Outbound | None = Field(
        None,
        title="How mail goes",
        description="smtp: through a mail server; sendgrid, postmark: through the provider's API. "
        "Empty: smtp where an SMTP server is set, else nothing is sent.",
        json_schema_extra={"x-ask-first": True},
    )
    from_address: str | None = Field(
        None,
        title="Sender",
        description="The address in From of what is sent. Empty: the address that people write "
        "to, where reports of what could not be delivered go in any case.",
    )
    reply_to_address: str | None = Field(
        None,
        title="Reply-To",
        description="Where people are to answer: an address whose mail comes to this channel. "
        "Empty: the address that people write to.",
    )
    mail_authserv_ids: tuple[str, ...] = Field(
        (),
        max_length=20,
        title="Believed mail servers",
        description="Names in Authentication-Results whose verdicts count, such as "
        "mx.example.org: those of your own mail servers. Anybody can write any other.",
    )
    mail_unproven: Unproven = Field(
        "confirm",
        title="Unproven senders",
        description="What becomes of mail whose sender nobody vouches for. confirm: no task "
        "exists before the sender's own address has confirmed it; quarantine: a person looks at "
        "it first; trust: it counts like any other.",
    )
    mail_webhook_user: str = Field(
        "gateway",
        min_length=1,
        max_length=200,
        title="Webhook user",
        description="User in the URL that the provider calls, https://user:password@….",
    )
    mail_webhook_password: SecretStr | None = Field(
        None,
        title="Webhook password",
        description="Password in the URL that the provider calls. Postmark signs nothing, so it "
        "needs one; so does SendGrid without a verification key.",
    )
    mail_mime_token: SecretStr | None = Field(
        None,
        title="Token for posted mail",
        description="For mime: a sender of `Authorization: Bearer <token>` is believed. Empty: "
        "it signs as for custom webhooks, with the channel's secret.",
    )
    sendgrid_verification_key: str | None = Field(
        None,
        title="SendGrid verification key",
        description="Public key of the signature policy of your Inbound Parse webhook.",
    )
    sendgrid_event_verification_key: str | None = Field(
        None,
        title="SendGrid verification key for events",
        description="Public key of the signed Event Webhook, where it is another one.",
    )
    sendgrid_api_key: SecretStr | None = Field(
        None,
        title="SendGrid API key",
        description="Sends, and looks after the Inbound Parse setting.",
    )
    sendgrid_base_url: OutboundUrl = Field(
        SENDGRID_URL,
        title="SendGrid base URL",
        description="Where SendGrid's API is: another one for the EU, a proxy or a stand-in.",
    )
    postmark_server_token: SecretStr | None = Field(
        None,
        title="Postmark server token",
        description="Sends, and looks after the server's inbound webhook.",
    )
    postmark_base_url: OutboundUrl = Field(
        POSTMARK_URL,
        title="Postmark base URL",
        description="Where Postmark's API is: a proxy or a stand-in.",
    )
    mailgun_signing_secret: SecretStr | None = Field(
        None,
        title="Mailgun signing key",
        description="The HTTP webhook signing key: it signs what Mailgun posts here.",
    )
    mailgun_api_key: SecretStr | None = Field(
        None, title="Mailgun API key", description="Looks after the route of the address."
    )
    mailgun_base_url: OutboundUrl = Field(
        MAILGUN_URL,
        title="Mailgun base URL",
        description="Where Mailgun's API is: https://api.eu.mailgun.net for the EU, a proxy or a "
        "stand-in.",
    )
    smtp_host: str | None = Field(
        None,
        pattern=r"^[0-9A-Za-z.:_-]{1,253}$",
        title="SMTP server",
        description="Name or address of the mail server that takes what is sent.",
    )
    smtp_port: int | None = Field(
        None,
        ge=1,
        le=65_535,
        title="SMTP port",
        description="Empty: 465 for tls, else 587.",
    )
    smtp_security: Security = Field(
        "starttls",
        title="SMTP security",
        description="tls: encrypted from the start; starttls: encrypted or nothing is sent; "
        "opportunistic: encrypted where the server can; none: in the clear.",
    )
    smtp_user: str | None = Field(
        None, title="SMTP user", description="Logs in at the mail server; empty: it does not."
    )
    smtp_password: SecretStr | None = Field(
        None, title="SMTP password", description="Belongs to the SMTP user."
    )
    mail_tagged: bool = Field(
        True,
        title="Tagged addresses",
        description="Whether mail to address+anything comes to this channel too, as it does at "
        "most providers: answers and bounces are then known by the address that they come to. "
        "Switch it off where such mail is refused.",
    )
    smtp_ca: str | None = Field(
        None,
        max_length=50_000,
        title="CA of the SMTP server",
        description="Certificate of the authority that vouches for the mail server, as PEM, in "
        "place of the public ones.",
    )
    postmark_message_stream: str = Field(
        "outbound",
        pattern=r"^[0-9A-Za-z_-]{1,100}$",
        title="Postmark message stream",
        description="The stream of the server that mails go through.",
    )
    dkim_selector: str | None = Field(
        None,
        pattern=r"^[0-9A-Za-z]([0-9A-Za-z._-]{0,61}[0-9A-Za-z])?$",
        title="DKIM selector",
        description="Signs what goes through the SMTP server, with the key that is published at "
        "<selector>._domainkey.<domain>. Leave it empty where the server signs.",
    )
    dkim_domain: str | None = Field(
        None,
        pattern=r"^[0-9A-Za-z]([0-9A-Za-z.-]{0,251}[0-9A-Za-z])?$",
        title="DKIM domain",
        description="The domain that signs; empty: that of the sender.",
    )
    dkim_private_key: SecretStr | None = Field(
        None,
        title="DKIM private key",
        description="RSA key as PEM, without a passphrase.",
    )
    imap_host: str | None = Field(
        None,
        pattern=r"^[0-9A-Za-z.:_-]{1,253}$",
        title="IMAP server",
        description="Name or address of the server that holds the mailbox.",
    )
    imap_port: int | None = Field(
        None,
        ge=1,
        le=65_535,
        title="IMAP port",
        description="Empty: 993 for tls, else 143.",
    )
    imap_security: Literal["tls", "starttls", "none"] = Field(
        "tls",
        title="IMAP security",
        description="tls: encrypted from the start; starttls: encrypted or nothing is fetched; "
        "none: in the clear.",
    )
    imap_ca: str | None = Field(
        None,
        max_length=50_000,
        title="CA of the IMAP server",
        description="Certificate of the authority that vouches for the server, as PEM, in place "
        "of the public ones.",
    )
    imap_user: str | None = Field(
        None,
        min_length=1,
        max_length=320,
        title="IMAP user",
        description="Whose mailbox it is; empty: the address.",
    )
    imap_password: SecretStr | None = Field(
        None,
        title="IMAP password",
        description="Belongs to the IMAP user; where it exists, one made for this program alone.",
    )
    imap_folder: str = Field(
        "INBOX",
        min_length=1,
        max_length=200,
        title="Folder",
        description="The folder whose mail is fetched.",
    )
    imap_after: Literal["seen", "move", "delete"] = Field(
        "seen",
        title="What becomes of fetched mail",
        description="seen: unseen mail is fetched, and is seen then; move and delete: all mail "
        "of the folder is fetched, and leaves it. Nothing is done to a mail before it is stored.",
    )
    imap_move_to: str = Field(
        "Processed",
        min_length=1,
        max_length=200,
        title="Folder for fetched mail",
        description="Where move puts it; it is made if it is not there.",
    )

    @field_validator("inbound_email_address", "from_address", "reply_to_address")
    @classmethod
    def _is_address(cls, given: str | None, field: ValidationInfo) -> str | None:
        needed = field.field_name == "inbound_email_address"
        return own_address(given or "") if given or needed else None

    @field_validator("mail_own_addresses")
    @classmethod
    def _are_addresses(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(map(own_address, given))

    @field_validator("email_provider", mode="before")
    @classmethod
    def _is_named_in_any_case(cls, given: object) -> object:
        return given.strip().lower() if isinstance(given, str) else given

    @field_validator("mail_name")
    @classmethod
    def _is_a_line(cls, name: str | None) -> str | None:
        if name and not _ONE_LINE.fullmatch(name):
            raise ValueError("a name is one line of at most 200 characters")
        return name or None

    @field_validator("mail_authserv_ids")
    @classmethod
    def _are_lower(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(name.strip().lower() for name in names if name.strip())

    @field_validator(
        "mail_webhook_password",
        "mail_mime_token",
        "sendgrid_api_key",
        "postmark_server_token",
        "mailgun_signing_secret",
        "mailgun_api_key",
    )
    @classmethod
    def _is_visible(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret is not None and not _TOKEN.fullmatch(secret.get_secret_value()):
            raise ValueError("a key, token or password is 1 to 4096 visible ASCII characters")
        return secret

    @field_validator("sendgrid_verification_key", "sendgrid_event_verification_key")
    @classmethod
    def _is_key(cls, text: str | None) -> str | None:
        if text:
            read_key(text)
        return text or None

    @field_validator("smtp_ca")
    @classmethod
    def _is_certificate(cls, pem: str | None) -> str | None:
        if pem:
            try:
                ssl.create_default_context(cadata=pem)
            except (ssl.SSLError, ValueError):
                raise ValueError("a CA is one or more certificates as PEM") from None
        return pem or None

    @field_validator("dkim_private_key")
    @classmethod
    def _is_private_key(cls, pem: SecretStr | None) -> SecretStr | None:
        if pem is not None:
            read_private_key(pem.get_secret_value())
        return pem

    @model_validator(mode="after")
    def _signs_or_not(self) -> Self:
        if (self.dkim_selector is None) != (self.dkim_private_key is None):
            raise ValueError("set dkimSelector and dkimPrivateKey together, or neither")
        return self

    @model_validator(mode="after")
    def _has_what_it_needs(self) -> Self:
        for way, wanted in _NEEDS.items():
            if way not in (f"emailProvider {self.email_provider}", f"mailOutbound {self.way_out}"):
                continue
            if not any(getattr(self, name) for name in wanted):
                names = " or ".join(to_camel(name) for name in wanted)
                setting, _, value = way.partition(" ")
                raise ValueError(f"{setting} {value!r} needs {names}")
        return self

    @property
    def way_out(self) -> Outbound | None:
        """How mail goes; None where nothing is sent."""
        return self.mail_outbound or ("smtp" if self.smtp_host else None)

    @property
    def sender_address(self) -> str:
        """The address in From of what is sent."""
        return self.from_address or self.inbound_email_address

    @property
    def answer_address(self) -> str:
        """The address at which answers arrive, before it is tagged."""
        return self.reply_to_address or self.inbound_email_address

    @property
    def own_addresses(self) -> tuple[str, ...]:
        """All addresses of this channel, the assistant's first."""
        named = (self.inbound_email_address, self.sender_address, self.answer_address)
        return tuple(dict.fromkeys((*named, *self.mail_own_addresses)))

    @property
    def domain(self) -> str:
        """What follows the @ of the assistant's address."""
        return self.inbound_email_address.rpartition("@")[2]

    @property
    def sender_domain(self) -> str:
        """What follows the @ of the address in From: the domain that is to vouch for it."""
        return self.sender_address.rpartition("@")[2]


_NEEDS: Final = {
    "emailProvider imap": ("imap_host",),
    "emailProvider sendgrid": ("sendgrid_verification_key", "mail_webhook_password"),
    "emailProvider postmark": ("mail_webhook_password",),
    "emailProvider mailgun": ("mailgun_signing_secret",),
    "mailOutbound smtp": ("smtp_host",),
    "mailOutbound sendgrid": ("sendgrid_api_key",),
    "mailOutbound postmark": ("postmark_server_token",),
}
