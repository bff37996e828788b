"""The desk of the mail server: who may come, who is meant, and what became of a mail."""

import asyncio
import ipaddress
import re
import socket
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import ClassVar, Final, Protocol, Self

import structlog
from aiosmtpd.smtp import SMTP, Envelope, Session
from pydantic import Field, IPvAnyNetwork, model_validator

from gateway.plugin import Door, Doors, GatewayError, PartSettings
from gateway_email_smtp.handover import Delivery, evidence_of, handed_over
from gateway_email_smtp.names import Names
from gateway_email_smtp.settings import EmailSettings

log: Final = structlog.stdlib.get_logger()

SMTP_DOOR: Final = "smtp"
SIZE_LIMIT: Final = 26_214_400
MOST_RECIPIENTS: Final = 100
MOST_RECEIVED: Final = 50
"""Mail servers that a mail may have come through (RFC 5321 section 6.3)."""
FAREWELL_SECONDS: Final = 8.0
OK: Final = "250 2.6.0 taken"
TRY_AGAIN: Final = "451 4.3.0 something went wrong here; try again later"
UNKNOWN: Final = "550 5.1.1 no such mailbox here"
NOT_FOUND_NOW: Final = "451 4.3.5 not every mailbox can be looked up now; try again later"
TOO_MANY: Final = "452 4.5.3 too many recipients at once"
TOO_LARGE: Final = 413
NOT_NOW: Final = (408, 429)
OUR_FAULT: Final = 500


class Guest(Protocol):
    """A session, as the desk sees it."""

    def leave(self) -> None:
        """Closes the connection."""


class SmtpSettings(PartSettings):
    """The table `[listen.smtp]`."""

    host: str = Field(
        "127.0.0.1", title="Host", description="Address to listen on; empty: all of them."
    )
    port: int = Field(
        2525, ge=0, le=65_535, title="Port", description="Port to listen on; 0: any that is free."
    )
    hostname: str = Field(
        "",
        pattern=r"^[0-9A-Za-z.:_-]{0,253}$",
        title="Name",
        description="What the server calls itself, such as mx.example.org; empty: the machine's "
        "name.",
    )
    allow_from: tuple[IPvAnyNetwork, ...] = Field(
        (ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("::1/128")),
        title="Peers",
        description="Address ranges of the mail servers that may connect, such as your own "
        "relay's. 0.0.0.0/0 and ::/0 open it to the world.",
    )
    size_limit_bytes: int = Field(
        SIZE_LIMIT, ge=65_536, title="Largest mail", description="A larger mail is refused."
    )
    connections: int = Field(
        100, ge=1, title="Connections", description="Connections at a time, of all peers."
    )
    connections_per_address: int = Field(
        50, ge=1, title="Connections of one peer", description="Connections at a time, of one peer."
    )
    at_once: int = Field(
        16, ge=1, title="Mails at a time", description="Mails that are read and stored at a time."
    )
    patience_seconds: float = Field(
        5.0,
        ge=0,
        title="Patience",
        description="Time that a mail waits for its turn before it is asked to come again.",
    )
    idle_seconds: float = Field(
        60.0, gt=0, title="Idle time", description="Time after which a silent peer is left."
    )
    data_seconds: float = Field(
        300.0, gt=0, title="Time for a mail", description="Time in which a mail has to be complete."
    )
    tls_certificate: str = Field(
        "",
        title="Certificate",
        description="File with the certificate and its chain; with it, STARTTLS is offered. A "
        "renewed one is taken up by itself.",
    )
    tls_key: str = Field("", title="Private key", description="File with the certificate's key.")
    tls_required: bool = Field(
        False, title="Only by TLS", description="Mail is taken only after STARTTLS."
    )

    @model_validator(mode="after")
    def _has_both_files(self) -> Self:
        if bool(self.tls_certificate) != bool(self.tls_key):
            raise ValueError("tls_certificate and tls_key belong together: give both or none")
        if self.tls_required and not self.tls_certificate:
            raise ValueError("tls_required needs tls_certificate and tls_key")
        return self


class Desk:
    """What all sessions share: who may connect, who is meant, and what became of a mail."""

    names: ClassVar[Names] = Names()
    """Where the DNS is asked."""

    def __init__(self, settings: SmtpSettings, doors: Doors) -> None:
        self.settings = settings
        self.hostname = settings.hostname or socket.gethostname()
        self._doors = doors
        self._room = asyncio.Semaphore(settings.at_once)
        self._sessions: dict[Guest, str] = {}
        self._seen: tuple[Door, ...] | None = None
        self._book: Mapping[str, Door] = {}
        self._is_closing = False

    def admit(self, session: Guest, peer: str) -> str | None:
        """Why a peer may not connect, as it is told; None when it may."""
        is_allowed = any(_address(peer) in network for network in self.settings.allow_from)
        if not is_allowed or self._doors.blocks(peer):
            return "554 5.7.1 this server takes no mail from your address"
        of_peer = Counter(self._sessions.values())[peer]
        is_full = len(self._sessions) >= self.settings.connections
        if is_full or of_peer >= self.settings.connections_per_address or self._is_closing:
            return "421 4.7.0 too many connections; try again later"
        self._sessions[session] = peer
        return None

    def leave(self, session: Guest) -> None:
        """The session is over."""
        self._sessions.pop(session, None)

    @asynccontextmanager
    async def room(self) -> AsyncIterator[bool]:
        """Room for one mail until the block ends; False when there is none for now."""
        try:
            async with asyncio.timeout(self.settings.patience_seconds):
                await self._room.acquire()
        except TimeoutError:
            yield False
            return
        try:
            yield not self._is_closing
        finally:
            self._room.release()

    async def close(self) -> None:
        """Lets mails end that are on their way, and leaves all peers."""
        self._is_closing = True
        with suppress(TimeoutError):
            async with asyncio.timeout(FAREWELL_SECONDS):
                for _ in range(self.settings.at_once):
                    await self._room.acquire()
        for session in list(self._sessions):
            session.leave()

    def find(self, address: str) -> Door | None:
        """The channel of a recipient, or of its address without the plus part."""
        doors = self._doors.open()
        if doors is not self._seen:
            self._seen, self._book = doors, _book(doors)
        local, at, domain = address.lower().rpartition("@")
        return self._book.get(address.lower()) or self._book.get(
            f"{local.partition('+')[0]}{at}{domain}"
        )

    async def handle_MAIL(  # noqa: N802 # aiosmtpd calls it so
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """The sender of a mail, `<>` for none."""
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """One recipient: there must be a channel."""
        if self.find(address) is None:
            unknown = self._unknown()
            report_refusal(session, "no such address" if unknown == UNKNOWN else unknown)
            return unknown
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            report_refusal(session, TOO_MANY)
            return TOO_MANY
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802
        self, _server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """The mail: 250 once every channel that it is for has stored it."""
        raw = envelope.original_content or b""
        assert isinstance(raw, bytes)
        problem = _problem(raw)
        if problem is None:
            problem = await self._taken(raw, session, envelope)
        if problem is not None:
            report_refusal(session, problem)
        return problem or OK

    async def handle_exception(self, error: Exception) -> str:
        """What is said when something was not foreseen: nothing was taken, come again."""
        log.error("mail.crashed", exc_info=error)
        return TRY_AGAIN

    async def _taken(self, raw: bytes, session: Session, envelope: Envelope) -> str | None:
        """Why a mail was not taken, or None: it is repeated unless all took it or refused it."""
        recipients: dict[int, tuple[Door, list[str]]] = {}
        for address in envelope.rcpt_tos:
            door = self.find(address)
            if door is None:  # the channel has gone since RCPT
                continue
            recipients.setdefault(door.webhook_id, (door, []))[1].append(address)
        refusals = []
        evidence = await evidence_of(raw, self.names)
        for door, addresses in recipients.values():
            delivery = Delivery(
                mail_from=_sender(envelope),
                recipients=tuple(addresses),
                client_ip=peer_of(session),
                helo=session.host_name or "",
                by=self.hostname,
                protocol=_protocol(session, envelope),
                at=self._doors.now(),
            )
            body, headers = handed_over(raw, delivery)
            try:
                await self._doors.take(
                    door, body, headers={**headers, **evidence}, client_ip=peer_of(session)
                )
            except GatewayError as refusal:
                refusals.append(refusal)
        if not recipients:
            return self._unknown()
        return _answer(refusals, taken=len(recipients) - len(refusals))

    def _unknown(self) -> str:
        """What is said of an address that no open channel has: one that is not may have it."""
        return UNKNOWN if self._doors.is_whole else NOT_FOUND_NOW


def _book(doors: Sequence[Door]) -> Mapping[str, Door]:
    """Each address with its channel; where two channels name the same one, the older has it."""
    book: dict[str, Door] = {}
    for door in sorted(doors, key=lambda door: door.webhook_id):
        settings = door.settings
        if not isinstance(settings, EmailSettings) or settings.email_provider != SMTP_DOOR:
            continue
        for address in dict.fromkeys(one.lower() for one in settings.own_addresses):
            holder = book.setdefault(address, door)
            if holder is not door:
                log.warning("address.taken", webhook_id=door.webhook_id, held_by=holder.webhook_id)
    return book


def _problem(raw: bytes) -> str | None:
    """Why a mail is taken for nobody."""
    lines = raw.count(b"\r\n")
    if raw.count(b"\n") != lines or raw.count(b"\r") != lines:
        return "550 5.6.0 a line ends without CRLF (RFC 5321 section 2.3.8)"
    head = raw.partition(b"\r\n\r\n")[0]
    if len(re.findall(rb"^received:", head, re.IGNORECASE | re.MULTILINE)) > MOST_RECEIVED:
        return "554 5.4.6 it has come through too many mail servers: this is a loop"
    return None


def _answer(refusals: Sequence[GatewayError], *, taken: int) -> str | None:
    """What the peer is told; it repeats for all recipients, and who has the mail knows it then."""
    if not refusals:
        return None
    worst = max(refusals, key=lambda refusal: (_may_pass(refusal), refusal.status))
    said = worst.message.encode("ascii", "replace").decode()
    said = re.sub(r"[\x00-\x1f\x7f]+", " ", said)[:400]
    if _may_pass(worst):
        return f"451 4.3.0 {said}"
    if taken:
        return None
    return f"552 5.3.4 {said}" if worst.status == TOO_LARGE else f"550 5.7.1 {said}"


def _may_pass(refusal: GatewayError) -> bool:
    return refusal.status in NOT_NOW or refusal.status >= OUR_FAULT


def _sender(envelope: Envelope) -> str:
    return "" if envelope.mail_from in (None, "<>") else str(envelope.mail_from)


def _protocol(session: Session, envelope: Envelope) -> str:
    """How a mail has come (RFC 3848, RFC 6531)."""
    name = ("UTF8SMTP" if envelope.smtp_utf8 else "ESMTP") if session.extended_smtp else "SMTP"
    return f"{name}S" if session.ssl is not None and session.extended_smtp else name


def report_refusal(session: Session, reason: str) -> None:
    """The line that a refused mail, recipient or peer leaves in the log: from which address."""
    log.info("mail.refused", client_ip=peer_of(session), reason=reason)


def peer_of(session: Session) -> str:
    """The address of the peer of a session."""
    return str(session.peer[0]) if session.peer else ""


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    address = ipaddress.ip_address(text.partition("%")[0])
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address
