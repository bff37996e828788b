"""The mail server: takes mail for the channels' addresses, and says 250 once it is stored."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Final

import structlog
from aiosmtpd.smtp import SMTP

from gateway.plugin import Doors, Listener, PermanentFailure
from gateway_email_smtp.reception import (
    SMTP_DOOR,
    Desk,
    SmtpSettings,
    peer_of,
    report_refusal,
)

log: Final = structlog.stdlib.get_logger()

LONGEST_LINE: Final = 131_072
COMMANDS: Final = 2000
BUSY: Final = "451 4.3.2 too many mails at once; try again later"


class SmtpListener(Listener[SmtpSettings]):
    """Takes mail by SMTP for all email channels whose mail comes that way."""

    name = SMTP_DOOR
    title = "Mail server (SMTP)"
    parser = "email_smtp"
    Settings = SmtpSettings

    async def serve(self, doors: Doors) -> None:
        """Serves until it is cancelled."""
        async with mail_server(self.settings, doors) as port:
            log.info("listener.opened", listener=self.name, host=self.settings.host, port=port)
            await asyncio.get_running_loop().create_future()


@asynccontextmanager
async def mail_server(settings: SmtpSettings, doors: Doors) -> AsyncIterator[int]:
    """A mail server until the block ends, and its port; mails under way get some seconds.

    Raises `PermanentFailure` when it cannot be opened.
    """
    desk = Desk(settings, doors)
    certificate = Certificate(settings) if settings.tls_certificate else None
    loop = asyncio.get_running_loop()
    connect = partial(_Session, desk, certificate, loop)
    try:
        server = await loop.create_server(connect, settings.host or None, settings.port)
    except OSError as error:
        place = f"{settings.host}:{settings.port}"
        reason = error.strerror or str(error)
        raise PermanentFailure(f"cannot listen on {place}: {reason}") from error
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await desk.close()


class Certificate:
    """The TLS context of the server, with a renewed certificate as soon as there is one."""

    def __init__(self, settings: SmtpSettings) -> None:
        self._files = (settings.tls_certificate, settings.tls_key)
        self._context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self._read: tuple[float, ...] = ()
        try:
            self._load()
        except OSError as error:  # ssl.SSLError is one
            raise PermanentFailure(f"[listen.smtp] tls_certificate: {error}") from error

    def context(self) -> ssl.SSLContext:
        """The context for a new connection."""
        try:
            self._load()
        except OSError as error:
            log.warning("certificate.unread", listener=SMTP_DOOR, reason=str(error))
        return self._context

    def _load(self) -> None:
        changed = tuple(Path(file).stat().st_mtime for file in self._files)
        if changed != self._read:
            self._context.load_cert_chain(*self._files)
            self._read = changed


class _Session(SMTP):
    """One connection."""

    line_length_limit = LONGEST_LINE

    def __init__(
        self, desk: Desk, certificate: Certificate | None, loop: asyncio.AbstractEventLoop
    ) -> None:
        settings = desk.settings
        super().__init__(
            desk,
            data_size_limit=settings.size_limit_bytes,
            enable_SMTPUTF8=True,
            hostname=desk.hostname,
            ident="ESMTP",
            tls_context=certificate.context() if certificate else None,
            require_starttls=settings.tls_required,
            timeout=settings.idle_seconds,
            command_call_limit=COMMANDS,
            auth_exclude_mechanism=("LOGIN", "PLAIN"),
            loop=loop,
        )
        self._desk = desk

    def connection_lost(self, error: Exception | None) -> None:
        """The connection is gone."""
        self._desk.leave(self)
        super().connection_lost(error)

    def leave(self) -> None:
        """Closes the connection."""
        if self.transport is not None:
            self.transport.close()

    async def _handle_client(self) -> None:
        assert self.session is not None
        refusal = self._desk.admit(self, peer_of(self.session))
        if refusal is None:
            await super()._handle_client()
            return
        report_refusal(self.session, refusal)
        await self.push(refusal)
        self.leave()

    async def smtp_DATA(self, arg: str | None) -> None:  # noqa: N802 # aiosmtpd calls it so
        """As aiosmtpd, with room for it: it keeps all of a mail in memory."""
        async with self._desk.room() as is_free:
            if not is_free:
                assert self.session is not None
                report_refusal(self.session, BUSY)
                await self.push(BUSY)
                return
            self._reset_timeout(self._desk.settings.data_seconds)
            await super().smtp_DATA(arg)
