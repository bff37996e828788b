"""Through a mail server: TLS from the start or by STARTTLS, a login, and one recipient a mail."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import aiosmtplib

from gateway.plugin import (
    PartContext,
    PartFailure,
    PermanentFailure,
    Sent,
    TemporaryFailure,
    UncertainFailure,
)
from gateway_email_smtp.composing import Outgoing, mail_of
from gateway_email_smtp.refusals import EXCERPT_CHARACTERS, Step, refusal
from gateway_email_smtp.settings import EmailSettings
from gateway_email_smtp.signing import Signer

SENDING_SECONDS: Final = 40.0
"""For all of one mail: the gateway gives a part 45 seconds."""
DIAL_SECONDS: Final = 15.0
IDLE_SECONDS: Final = 10.0
"""How long a connection waits for a next mail; servers close one after minutes."""
QUIT_SECONDS: Final = 2.0
IDLE_CONNECTIONS: Final = 4
MAILS_A_CONNECTION: Final = 50
"""Servers count these, and some close a connection after a hundred."""
_COMPLETED: Final = 250


@dataclass(slots=True)
class _Line:
    """A connection to the server, and how many mails went through it."""

    client: aiosmtplib.SMTP
    mails: int = 0
    expiry: asyncio.TimerHandle | None = None


class SmtpRoute:
    """Sends mails of one channel through its mail server; keeps idle connections for a moment."""

    def __init__(
        self,
        settings: EmailSettings,
        context: PartContext,
        *,
        sending_seconds: float = SENDING_SECONDS,
    ) -> None:
        self._settings = settings
        self._seconds = sending_seconds
        self._dial = context.dial
        self._signer = Signer(settings)
        self._idle: list[_Line] = []
        self._host = settings.smtp_host or ""
        self._port = settings.smtp_port or (465 if settings.smtp_security == "tls" else 587)

    async def send(self, outgoing: Outgoing) -> Sent:
        """One attempt at a mail. SMTP cannot be asked later what became of one."""
        raw = await self._signer.signed(mail_of(outgoing).as_bytes())
        steps = _Steps(server=f"{self._host}:{self._port}")
        try:
            async with (
                asyncio.timeout(self._seconds),
                steps.watched(),
                self._line(steps) as line,
            ):
                answer = await _transfer(line.client, outgoing, raw, steps)
        except TimeoutError as late:
            message = f"timeout: {steps.server} took longer than {self._seconds:g} seconds"
            raise steps.broken(message) from late
        excerpt = " ".join(answer.split())[:EXCERPT_CHARACTERS].replace("\x00", "")
        return Sent(
            provider_id=outgoing.message_id, response_status=_COMPLETED, response_excerpt=excerpt
        )

    async def probe(self) -> str:
        """Connects and logs in as for a mail, and answers how the server greeted it.

        Raises as `send` does.
        """
        steps = _Steps(server=f"{self._host}:{self._port}")
        try:
            async with (
                asyncio.timeout(self._seconds),
                steps.watched(),
                self._line(steps) as line,
            ):
                said = line.client.last_ehlo_response
                return said.message.partition("\n")[0] if said else ""
        except TimeoutError as late:
            message = f"timeout: {steps.server} took longer than {self._seconds:g} seconds"
            raise steps.broken(message) from late

    async def aclose(self) -> None:
        """Closes the connections that wait for a next mail."""
        while self._idle:
            line = self._idle.pop()
            if line.expiry is not None:
                line.expiry.cancel()
            try:
                await line.client.quit(timeout=QUIT_SECONDS)
            except (aiosmtplib.SMTPException, OSError):
                line.client.close()

    @asynccontextmanager
    async def _line(self, steps: "_Steps") -> AsyncIterator[_Line]:
        """A connection that is logged in; kept for the next mail when all went well."""
        line = await self._reused() or _Line(await self._connected(steps))
        try:
            yield line
        except BaseException:
            line.client.close()
            raise
        self._keep(line)

    async def _reused(self) -> _Line | None:
        """An idle connection that still answers; nothing of a mail has been said on it yet."""
        while self._idle:
            line = self._idle.pop()
            if line.expiry is not None:
                line.expiry.cancel()
            try:
                await line.client.rset()
            except (aiosmtplib.SMTPException, OSError):
                line.client.close()
                continue
            return line
        return None

    def _keep(self, line: _Line) -> None:
        line.mails += 1
        is_over = line.mails >= MAILS_A_CONNECTION or len(self._idle) >= IDLE_CONNECTIONS
        if is_over or not line.client.is_connected:
            line.client.close()
            return
        loop = asyncio.get_running_loop()
        line.expiry = loop.call_later(IDLE_SECONDS, self._expire, line)
        self._idle.append(line)

    def _expire(self, line: _Line) -> None:
        if line in self._idle:
            self._idle.remove(line)
        line.client.close()

    async def _connected(self, steps: "_Steps") -> aiosmtplib.SMTP:
        settings = self._settings
        context = None if settings.smtp_security == "none" else tls_context(settings.smtp_ca)
        client = aiosmtplib.SMTP(
            hostname=self._host,
            use_tls=settings.smtp_security == "tls",
            start_tls=False,
            tls_context=context,
            local_hostname=_ascii_domain(settings.domain),
            timeout=self._seconds,
        )
        made = await self._dial(self._host, self._port, timeout_seconds=DIAL_SECONDS)
        try:
            # From here on the socket is the transport's to close: its number may be another's.
            await client.connect(sock=made)
            await self._secured(client, steps)
            await self._logged_in(client, steps)
        except BaseException:
            client.close()
            raise
        return client

    async def _secured(self, client: aiosmtplib.SMTP, steps: "_Steps") -> None:
        await client.ehlo()
        security = self._settings.smtp_security
        if security in {"tls", "none"}:
            return
        if client.supports_extension("starttls"):
            steps.at = "tls"
            await client.starttls()
            await client.ehlo()
        elif security == "starttls":
            raise TemporaryFailure(
                f"tls: {steps.server} offers no STARTTLS, and smtpSecurity asks for it: set it to "
                "tls for a server that is encrypted from the start (port 465)",
                not_accepted=True,
            )

    async def _logged_in(self, client: aiosmtplib.SMTP, steps: "_Steps") -> None:
        settings = self._settings
        if settings.smtp_user is None:
            return
        steps.at = "login"
        if not client.supported_auth_methods:
            raise PermanentFailure(
                f"{steps.server} offers no login by password: set smtpSecurity to tls or starttls, "
                "or leave smtpUser empty",
                not_accepted=True,
            )
        password = settings.smtp_password.get_secret_value() if settings.smtp_password else ""
        await client.login(settings.smtp_user, password)


class _Steps:
    """How far an attempt has come, and so what its failure means."""

    def __init__(self, server: str) -> None:
        self.server = server
        self.at: Step = "greeting"

    @asynccontextmanager
    async def watched(self) -> AsyncIterator[None]:
        """Makes the failures of the block those of a part."""
        try:
            yield
        except aiosmtplib.SMTPResponseException as refused:
            raise self._refused(refused.code, refused.message) from refused
        except aiosmtplib.SMTPException as broken:
            is_tls = self.at == "tls" or isinstance(broken.__cause__, ssl.SSLError)
            kind = "tls" if is_tls else "network"
            raise self.broken(f"{kind}: {self.server}: {broken}") from broken
        except ssl.SSLError as untrusted:
            message = f"tls: no secure connection to {self.server}: {untrusted}"
            raise self.broken(message) from untrusted
        except (OSError, ValueError) as broken:
            if isinstance(broken, TimeoutError):
                raise
            raise self.broken(f"network: {self.server} broke off: {broken}") from broken

    def broken(self, message: str) -> PartFailure:
        """A talk that ended without an answer: what was under way with DATA may have arrived."""
        if self.at == "content":
            return UncertainFailure(f"whether {self.server} took it is not known: {message}")
        return TemporaryFailure(message, not_accepted=True)

    def _refused(self, code: int, message: str) -> PartFailure:
        if code < 400:  # noqa: PLR2004 # no refusal, and not what was to come either
            return self.broken(f"network: {self.server} does not speak SMTP: {message[:200]}")
        return refusal(self.at, code, message, server=self.server)


async def _transfer(client: aiosmtplib.SMTP, outgoing: Outgoing, raw: bytes, steps: _Steps) -> str:
    """One mail to one recipient; what the server said of it."""
    steps.at = "sender"
    options = [f"SIZE={len(raw)}"] if client.supports_extension("size") else []
    await client.mail(outgoing.envelope_from, options=options)
    steps.at = "recipient"
    await client.rcpt(outgoing.recipient)
    steps.at = "content"
    return (await client.data(raw)).message


@lru_cache(maxsize=64)
def tls_context(ca: str | None) -> ssl.SSLContext:
    """TLS as by default; a CA of one's own counts in place of the public ones."""
    return ssl.create_default_context(cadata=ca or None)


def _ascii_domain(domain: str) -> str:
    return domain.encode("idna").decode()
