"""Postmark: the token, where its server posts mail, and where it tells what became of others."""

from typing import Final

from gateway.plugin import JsonValue, PartContext, SetupFinding
from gateway_email_smtp.accounts.apis import (
    Api,
    Refused,
    finding,
    host_of,
    with_login,
    without_login,
)
from gateway_email_smtp.providers.incoming import Record, record_of, records_of, text_at
from gateway_email_smtp.settings import EmailSettings

TRIGGERS: Final = ("Delivery", "Bounce", "SpamComplaint")


class PostmarkServer:
    """One server of a Postmark account, as a channel uses it."""

    def __init__(self, settings: EmailSettings, context: PartContext) -> None:
        secret = settings.postmark_server_token
        token = secret.get_secret_value() if secret else ""
        headers = {"X-Postmark-Server-Token": token}
        base = settings.postmark_base_url
        self._api = Api(context.http, base, headers=headers, name="Postmark") if token else None
        self._settings = settings
        self._url = context.inbound_url

    async def check(self) -> list[SetupFinding]:
        """What Postmark has, against what it should have."""
        if self._api is None:
            return [
                finding(
                    "provider",
                    "warning",
                    "Postmark cannot be asked: set postmarkServerToken, or see to the inbound "
                    "webhook by hand",
                )
            ]
        try:
            server = await self._api.get("/server")
            name = text_at(server, "Name")[:100]
            found = [finding("credentials", "ok", f"the token is that of the server {name!r}")]
            if self._settings.email_provider == "postmark":
                found.append(self._of_hook(server))
            if self._settings.way_out == "postmark":
                found.append(self._of_events(await self._hook(self._api)))
        except Refused as refused:
            return [finding("credentials", "problem", f"{refused}: set postmarkServerToken anew")]
        return found

    async def connect(self) -> None:
        """Has mail, and what becomes of mail that is sent, posted to the channel."""
        if self._api is None:
            return
        try:
            if self._settings.email_provider == "postmark":
                # Raw mail is all that there is of it; taken apart, its structure is lost.
                told: JsonValue = {"InboundHookUrl": self._target(), "RawEmailEnabled": True}
                await self._api.send("PUT", "/server", told)
            if self._settings.way_out == "postmark":
                await self._connect_events(self._api)
        except Refused:
            return  # the check that follows says so

    async def _connect_events(self, api: Api) -> None:
        hook = await self._hook(api)
        triggers: dict[str, JsonValue] = {name: {"Enabled": True} for name in TRIGGERS}
        if hook is None:
            told: dict[str, JsonValue] = {"Url": self._target(), "MessageStream": "outbound"}
            await api.send("POST", "/webhooks", {**told, "Triggers": triggers})
        elif not _has_all(hook):
            await api.send("PUT", f"/webhooks/{hook.get('ID')}", {"Triggers": triggers})

    def _of_hook(self, server: Record) -> SetupFinding:
        url = text_at(server, "InboundHookUrl")
        address = text_at(server, "InboundAddress")
        if not url:
            message = f"mail to {address} goes nowhere"
            return finding("inbound_url", "problem", message, mended=True)
        if without_login(url) != self._url:
            message = f"mail to {address} goes to another URL, at {host_of(url)}"
            return finding("inbound_url", "problem", message, mended=True)
        if url != self._target():
            message = "the URL at Postmark has another user or password than the channel"
            return finding("inbound_url", "problem", message, mended=True)
        return finding("inbound_url", "ok", f"mail to {address} comes to this channel")

    def _of_events(self, hook: Record | None) -> SetupFinding:
        if hook is None or not _has_all(hook):
            return finding(
                "events",
                "warning",
                "Postmark does not tell this channel of deliveries, bounces and complaints: a "
                "mail that bounces looks delivered",
                mended=True,
            )
        return finding("events", "ok", "bounces and complaints are told to this channel")

    async def _hook(self, api: Api) -> Record | None:
        hooks = records_of((await api.get("/webhooks")).get("Webhooks"))
        return next((one for one in hooks if without_login(text_at(one, "Url")) == self._url), None)

    def _target(self) -> str:
        password = self._settings.mail_webhook_password
        if password is None:
            return self._url
        return with_login(self._url, self._settings.mail_webhook_user, password.get_secret_value())


def _has_all(hook: Record) -> bool:
    triggers = record_of(hook.get("Triggers"))
    return all(record_of(triggers.get(name)).get("Enabled") is True for name in TRIGGERS)
