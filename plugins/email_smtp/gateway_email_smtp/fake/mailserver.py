"""A mail server on a port of this machine, with its bad moments; it needs aiosmtpd."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final, cast

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER: Final = "assistant"
PASSWORD: Final = "fake-password"  # noqa: S105 # the fake's own
REPLIES: Final = {
    "busy": ("MAIL", "421 4.3.2 Come back later"),
    "sender_refused": (
        "MAIL",
        "550 5.7.60 Client does not have permissions to send as this sender",
    ),
    "no_relay": ("RCPT", "554 5.7.1 <{to}>: Relay access denied"),
    "greylisted": ("RCPT", "450 4.2.0 <{to}>: Recipient address rejected: Greylisted"),
    "no_mailbox": ("RCPT", "550 5.1.1 <{to}>: Recipient address rejected: User unknown"),
    "full": ("RCPT", "552 5.2.2 <{to}>: Mailbox full"),
    "spam": ("DATA", "554 5.7.1 Message refused as spam"),
    "unsigned": ("DATA", "550 5.7.26 This mail has been blocked: the sender is unauthenticated"),
    "later": ("DATA", "451 4.3.0 Try again later"),
}
"""Scenes with one reply: the command that it answers."""
SCENES: Final = frozenset({"normal", "hang", "cut", "cut_early", *REPLIES})


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenMail:
    """One mail that the server took."""

    mail_from: str
    recipients: tuple[str, ...]
    raw: bytes
    is_encrypted: bool
    user: str


@dataclass(slots=True)
class FakeMailServer:
    """Takes mail; each transaction takes the next scene of `script`, then `normal`."""

    script: list[str] = field(default_factory=list)
    taken: list[TakenMail] = field(default_factory=list)
    connections: int = 0
    port: int = 0
    scene: str = "normal"
    greeting: bytes = b""
    """What is said in place of SMTP."""
    open_: list[asyncio.BaseTransport] = field(default_factory=list)
    closing: asyncio.Event = field(default_factory=asyncio.Event)

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        *script: str,
        tls: ssl.SSLContext | None = None,
        is_implicit: bool = False,
        wants_login: bool = False,
    ) -> "AsyncIterator[FakeMailServer]":
        """A server on a free port: with `tls` it offers STARTTLS, or speaks TLS from the start."""
        fake = cls(script=list(script))

        def answer() -> SMTP:
            fake.connections += 1
            talk = _Talk(
                _Answers(fake),
                hostname="mx.fake.example",
                ident="fake mail server",
                tls_context=None if is_implicit else tls,
                require_starttls=False,
                auth_required=wants_login,
                auth_exclude_mechanism=() if wants_login else ("LOGIN", "PLAIN"),
                auth_require_tls=tls is not None and not is_implicit,
                authenticator=_authenticated if wants_login else None,
                loop=asyncio.get_running_loop(),
            )
            talk.fake = fake
            return talk

        server = await asyncio.get_running_loop().create_server(
            answer, "127.0.0.1", 0, ssl=tls if is_implicit else None
        )
        fake.port = server.sockets[0].getsockname()[1]
        try:
            yield fake
        finally:
            fake.closing.set()
            server.close()
            await fake.drop()
            await server.wait_closed()

    async def drop(self) -> None:
        """Ends the connections without a word."""
        while self.open_:
            cast(asyncio.Transport, self.open_.pop()).abort()
        # An aborted transport lets go of its socket in the next round of the loop.
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    def reply(self, command: str, recipient: str = "") -> str | None:
        """What the scene has the server say to a command; None for what it says normally."""
        if command == "MAIL":
            self.scene = self.script.pop(0) if self.script else "normal"
            if self.scene not in SCENES:
                raise ValueError(f"no scene {self.scene!r}; there are {sorted(SCENES)}")
        wanted, said = REPLIES.get(self.scene, ("", ""))
        return said.format(to=recipient) if wanted == command else None


class _Talk(SMTP):
    """One connection, whose transport is closed with the server."""

    fake: FakeMailServer

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.fake.open_.append(transport)
        if self.fake.greeting:
            cast(asyncio.Transport, transport).write(self.fake.greeting)
            transport.close()
            return
        super().connection_made(transport)


class _Answers:
    """What aiosmtpd asks at each command."""

    def __init__(self, fake: FakeMailServer) -> None:
        self._fake = fake

    async def handle_MAIL(  # noqa: N802 # aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        said = self._fake.reply("MAIL")
        if said is None:
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return said or "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802 # aiosmtpd's
        self,
        server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        if self._fake.scene == "cut_early":
            _cut(server)
        said = self._fake.reply("RCPT", address)
        if said is None:
            envelope.rcpt_tos.append(address)
        return said or "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802 # aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if self._fake.scene == "hang":
            await self._fake.closing.wait()
        said = self._fake.reply("DATA")
        if said is not None:
            return said
        login = cast(LoginPassword | None, session.auth_data if session.authenticated else None)
        self._fake.taken.append(
            TakenMail(
                mail_from=envelope.mail_from or "",
                recipients=tuple(envelope.rcpt_tos),
                raw=envelope.original_content or b"",
                is_encrypted=session.ssl is not None,
                user=login.login.decode() if login else "",
            )
        )
        if self._fake.scene == "cut":
            _cut(server)
        return f"250 2.0.0 queued as {len(self._fake.taken):08X}"


def _cut(server: SMTP) -> None:
    """Ends the connection without a word."""
    cast(asyncio.Transport, server.transport).abort()


def _authenticated(
    _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: object
) -> AuthResult:
    given = data if isinstance(data, LoginPassword) else None
    is_right = given == LoginPassword(USER.encode(), PASSWORD.encode())
    return AuthResult(success=is_right, handled=False, auth_data=data)
