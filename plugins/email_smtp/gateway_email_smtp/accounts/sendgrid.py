"""SendGrid: what the key may do, and where mail to the domain is posted."""

from typing import Final

from gateway.plugin import PartContext, PermanentFailure, SetupFinding
from gateway_email_smtp.accounts.apis import (
    Api,
    Refused,
    finding,
    host_of,
    with_login,
    without_login,
)
from gateway_email_smtp.providers.incoming import Record, records_of, text_at
from gateway_email_smtp.settings import EmailSettings

PARSES: Final = "/v3/user/webhooks/parse/settings"
EVENTS: Final = "/v3/user/webhooks/event/settings/all"
EVENT_NAMES: Final = ("enabled", "delivered", "bounce", "dropped", "spam_report")
SEND: Final = "mail.send"


class SendGridAccount:
    """One SendGrid account, as a channel uses it."""

    def __init__(self, settings: EmailSettings, context: PartContext) -> None:
        key = settings.sendgrid_api_key.get_secret_value() if settings.sendgrid_api_key else ""
        headers = {"Authorization": f"Bearer {key}"}
        base = settings.sendgrid_base_url
        self._api = Api(context.http, base, headers=headers, name="SendGrid") if key else None
        self._settings = settings
        self._url = context.inbound_url

    async def check(self) -> list[SetupFinding]:
        """What SendGrid has, against what it should have."""
        if self._api is None:
            return [
                finding(
                    "provider",
                    "warning",
                    "SendGrid cannot be asked: set sendgridApiKey, or see to the Inbound Parse "
                    "setting by hand",
                )
            ]
        try:
            found = [await self._of_key(self._api)]
            if self._settings.email_provider == "sendgrid":
                found.append(await self._of_parse(self._api))
            if self._settings.way_out == "sendgrid":
                found.append(await self._of_events(self._api))
        except Refused as refused:
            return [finding("credentials", "problem", f"{refused}: set sendgridApiKey anew")]
        return found

    async def connect(self) -> None:
        """Has mail to the domain posted to the channel."""
        if self._api is None or self._settings.email_provider != "sendgrid":
            return
        # Raw mail is all that there is of it; taken apart, its structure is lost.
        wanted: dict[str, bool | str] = {"url": self._target(), "send_raw": True}
        try:
            parse = await self._parse(self._api)
            if parse is None:
                told = {"hostname": self._settings.domain, "spam_check": False, **wanted}
                await self._api.send("POST", PARSES, {**told})
            elif without_login(text_at(parse, "url")) != self._url:
                await self._api.send("PATCH", f"{PARSES}/{self._settings.domain}", {**wanted})
        except Refused:
            return  # the check that follows says so

    async def _of_key(self, api: Api) -> SetupFinding:
        scopes = (await api.get("/v3/scopes")).get("scopes")
        may_send = isinstance(scopes, list) and SEND in scopes
        if self._settings.way_out == "sendgrid" and not may_send:
            return finding("credentials", "problem", "the key may not send: give it Mail Send")
        return finding("credentials", "ok", "SendGrid takes the key")

    async def _of_events(self, api: Api) -> SetupFinding:
        """Whether bounces come back; its signature is a matter between people, so look alone."""
        try:
            hooks = records_of((await api.get(EVENTS)).get("webhooks"))
        except (Refused, PermanentFailure):
            return finding(
                "events",
                "warning",
                "the key may not read the Event Webhook: see by hand that it posts to the "
                "channel's URL",
            )
        own = (one for one in hooks if without_login(text_at(one, "url")) == self._url)
        told = [one for one in own if all(one.get(name) is True for name in EVENT_NAMES)]
        if told:
            return finding("events", "ok", "bounces and complaints are told to this channel")
        return finding(
            "events",
            "warning",
            "SendGrid does not tell this channel of deliveries, bounces and complaints, so that a "
            "mail that bounces looks delivered: make an Event Webhook for the channel's URL, "
            "signed, and set sendgridEventVerificationKey to its public key",
        )

    async def _of_parse(self, api: Api) -> SetupFinding:
        domain = self._settings.domain
        try:
            parse = await self._parse(api)
        except Refused:
            return finding(
                "inbound_url",
                "warning",
                "the key may not read the Inbound Parse setting: give it Inbound Parse, or see "
                "to it by hand",
            )
        if parse is None:
            return finding("inbound_url", "problem", f"mail to {domain} goes nowhere", mended=True)
        url = text_at(parse, "url")
        if without_login(url) != self._url:
            message = f"mail to {domain} goes to another URL, at {host_of(url)}"
            return finding("inbound_url", "problem", message, mended=True)
        return finding("inbound_url", "ok", f"mail to {domain} comes to this channel")

    async def _parse(self, api: Api) -> Record | None:
        parses = records_of((await api.get(PARSES)).get("result"))
        domain = self._settings.domain
        return next((one for one in parses if text_at(one, "hostname").lower() == domain), None)

    def _target(self) -> str:
        settings = self._settings
        if settings.sendgrid_verification_key or settings.mail_webhook_password is None:
            return self._url
        password = settings.mail_webhook_password.get_secret_value()
        return with_login(self._url, settings.mail_webhook_user, password)
