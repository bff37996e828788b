"""Mailgun: the key, and the route that forwards mail to the address."""

import base64
import re
from typing import Final

from gateway.plugin import PartContext, SetupFinding
from gateway_email_smtp.accounts.apis import Api, Refused, finding, host_of, without_login
from gateway_email_smtp.providers.incoming import Record, records_of, text_at
from gateway_email_smtp.settings import EmailSettings

ROUTES: Final = "/v3/routes"
MIME: Final = "?form=mime"
"""Mailgun posts the mail as it came to a URL that ends in `mime`."""
DESCRIPTION: Final = "Integration Gateway"
_FORWARD: Final = re.compile(r"forward\(\s*[\"'](https?://[^\"']{1,2000})[\"']\s*\)")


class MailgunRoutes:
    """The routes of a Mailgun account, as a channel uses them."""

    def __init__(self, settings: EmailSettings, context: PartContext) -> None:
        secret = settings.mailgun_api_key
        key = secret.get_secret_value() if secret else ""
        login = base64.b64encode(f"api:{key}".encode()).decode()
        headers = {"Authorization": f"Basic {login}"}
        base = settings.mailgun_base_url
        self._api = Api(context.http, base, headers=headers, name="Mailgun") if key else None
        self._address = settings.inbound_email_address
        self._url = context.inbound_url

    async def check(self) -> list[SetupFinding]:
        """What Mailgun has, against what it should have."""
        if self._api is None:
            return [
                finding(
                    "provider",
                    "warning",
                    "Mailgun cannot be asked: set mailgunApiKey, or see to the route by hand",
                )
            ]
        try:
            route = await self._route(self._api)
        except Refused as refused:
            return [finding("credentials", "problem", f"{refused}: set mailgunApiKey anew")]
        return [finding("credentials", "ok", "Mailgun takes the key"), self._of_route(route)]

    async def connect(self) -> None:
        """Has mail to the address forwarded to the channel."""
        if self._api is None:
            return
        action = f'forward("{self._url}{MIME}")'
        form = [
            ("description", f"{DESCRIPTION}: {self._address}"),
            ("expression", f'match_recipient("{_local_pattern(self._address)}")'),
            ("action", action),
        ]
        try:
            route = await self._route(self._api)
            if route is None:
                await self._api.send_form("POST", ROUTES, [("priority", "0"), *form])
            elif self._target(route) != self._url:
                await self._api.send_form("PUT", f"{ROUTES}/{text_at(route, 'id')}", form)
        except Refused:
            return  # the check that follows says so

    def _of_route(self, route: Record | None) -> SetupFinding:
        if route is None:
            message = f"no route takes mail to {self._address}"
            return finding("inbound_url", "problem", message, mended=True)
        target = self._target(route)
        if target != self._url:
            where = f"goes to another URL, at {host_of(target)}" if target else "is not forwarded"
            return finding(
                "inbound_url", "problem", f"mail to {self._address} {where}", mended=True
            )
        return finding("inbound_url", "ok", f"mail to {self._address} comes to this channel")

    async def _route(self, api: Api) -> Record | None:
        """The route that names the address, or the gateway's own of before."""
        routes = records_of((await api.get(f"{ROUTES}?limit=1000")).get("items"))
        named = (one for one in routes if self._is_for(one))
        return next(named, None)

    def _is_for(self, route: Record) -> bool:
        words = text_at(route, "expression").replace("\\", "")
        return self._address in words or _local_pattern(self._address) in text_at(
            route, "expression"
        )

    def _target(self, route: Record) -> str:
        actions = route.get("actions")
        text = " ".join(map(str, actions)) if isinstance(actions, list) else ""
        found = _FORWARD.search(text)
        return without_login(found[1]) if found else ""


def _local_pattern(address: str) -> str:
    """A pattern of Mailgun's for an address and those that are tagged with `+`."""
    local, _, domain = address.rpartition("@")
    return f"{re.escape(local)}(\\+.*)?@{re.escape(domain)}"
