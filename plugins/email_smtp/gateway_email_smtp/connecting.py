"""How a channel's address is set up: at its providers, its mail server, and in the DNS."""

from urllib.parse import urlsplit

from gateway.plugin import Checkup, PartContext, PartFailure, SetupFinding
from gateway_email_smtp.accounts import records
from gateway_email_smtp.accounts.apis import finding, host_of
from gateway_email_smtp.accounts.mailgun import MailgunRoutes
from gateway_email_smtp.accounts.postmark import PostmarkServer
from gateway_email_smtp.accounts.sendgrid import SendGridAccount
from gateway_email_smtp.mailbox import look_into
from gateway_email_smtp.names import Names
from gateway_email_smtp.routes.smtp import SmtpRoute
from gateway_email_smtp.settings import EmailSettings

Account = SendGridAccount | PostmarkServer | MailgunRoutes
LOCAL: frozenset[str] = frozenset({"localhost", "127.0.0.1", "::1", ""})


class Connector:
    """Looks after the address of one channel."""

    def __init__(self, settings: EmailSettings, context: PartContext, names: Names) -> None:
        self._settings = settings
        self._context = context
        self._names = names

    async def check(self) -> Checkup:
        """What there is, against what there should be."""
        found = self._of_url()
        for account in self._accounts():
            try:
                found += await account.check()
            except PartFailure as failure:
                found.append(finding("provider", "problem", failure.message))
        found += await self._of_mailbox()
        found += await self._of_server()
        found += await records.report(self._settings, self._names)
        return Checkup(findings=found)

    async def connect(self) -> Checkup:
        """Has the providers post to the channel."""
        for account in self._accounts():
            await account.connect()
        return await self.check()

    def _accounts(self) -> list[Account]:
        settings, context = self._settings, self._context
        ways = {settings.email_provider, settings.way_out}
        found: list[Account] = []
        if "sendgrid" in ways:
            found.append(SendGridAccount(settings, context))
        if "postmark" in ways:
            found.append(PostmarkServer(settings, context))
        if "mailgun" in ways:
            found.append(MailgunRoutes(settings, context))
        return found

    async def _of_mailbox(self) -> list[SetupFinding]:
        """Whether mail can be fetched, where it waits in a mailbox."""
        settings = self._settings
        if settings.email_provider != "imap":
            return []
        try:
            waiting = await look_into(settings, self._context.dial)
        except PartFailure as failure:
            return [finding("mailbox", "problem", failure.message)]
        return [finding("mailbox", "ok", f"{waiting} mails wait in {settings.imap_folder}")]

    async def _of_server(self) -> list[SetupFinding]:
        """Whether mail can go out, where it goes through a mail server or not at all."""
        if self._settings.way_out is None:
            return [
                finding("outbound", "warning", "nothing is sent: choose a way with mailOutbound")
            ]
        if self._settings.way_out != "smtp":
            return []
        route = SmtpRoute(self._settings, self._context)
        try:
            greeting = await route.probe()
        except PartFailure as failure:
            return [finding("outbound", "problem", failure.message)]
        finally:
            await route.aclose()
        return [finding("outbound", "ok", f"the mail server takes mail: {greeting[:100]}")]

    def _of_url(self) -> list[SetupFinding]:
        """Whether a provider can reach the gateway, where one is to."""
        url = self._context.inbound_url
        place = urlsplit(url)
        bases = (
            ("sendgrid", self._settings.sendgrid_base_url),
            ("postmark", self._settings.postmark_base_url),
            ("mailgun", self._settings.mailgun_base_url),
        )
        base = dict(bases).get(self._settings.email_provider, "")
        if urlsplit(base).scheme != "https":  # a stand-in on this machine
            return []
        if place.scheme == "https" and place.hostname not in LOCAL:
            return []
        return [
            finding(
                "public_url",
                "problem",
                f"the provider is to call {host_of(url)}: set public_url to the https address by "
                "which the internet reaches this gateway",
            )
        ]
