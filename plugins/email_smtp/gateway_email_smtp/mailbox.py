"""A mailbox by IMAP: what waits in it, each mail, and what becomes of one that was taken."""

import asyncio
import imaplib
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final, TypeVar

from imapclient import DELETED, SEEN, IMAPClient
from imapclient.exceptions import IMAPClientError, LoginError

from gateway.plugin import Dialler, GatewayError, PermanentFailure, TemporaryFailure
from gateway_email_smtp.settings import EmailSettings

SECONDS: Final = 30.0
"""How long a server may be silent in the middle of a command."""
FAREWELL_SECONDS: Final = 1.0
LONGEST_REASON: Final = 300
PORTS: Final = {"tls": 993, "starttls": 143, "none": 143}
FAILURES: Final = (OSError, IMAPClientError, ValueError, LookupError, AssertionError)
"""What a server that is away, breaks off or talks nonsense surfaces as."""

NOT_THE_PASSWORD: Final = ("UNAVAILABLE", "EOF", "socket error")
"""Words of a login that failed for another reason (RFC 5530), or did not end."""
FIRST_NAP_SECONDS: Final = 1.0

R = TypeVar("R")


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What the server knows of a mail without reading it."""

    size: int
    came_at: datetime


class _Wire(imaplib.IMAP4):
    """imaplib on a connection that stands already."""

    def __init__(self, connection: socket.socket, host: str) -> None:
        self._connection = connection
        super().__init__(host)

    def _create_socket(self, timeout: float | None) -> socket.socket:  # noqa: ARG002 # its own
        return self._connection


class _Client(IMAPClient):  # type: ignore[misc] # IMAPClient is not typed
    """IMAPClient on a connection that stands already."""

    def __init__(self, connection: socket.socket, host: str) -> None:
        self._connection = connection
        super().__init__(host, ssl=False, timeout=SECONDS)

    def _create_IMAP4(self) -> _Wire:  # noqa: N802 # IMAPClient calls it so
        return _Wire(self._connection, self.host)


class Mailbox:
    """One open mailbox; its commands run one after the other in a thread of its own."""

    def __init__(
        self, client: _Client, settings: EmailSettings, thread: ThreadPoolExecutor
    ) -> None:
        self._client = client
        self._settings = settings
        self._thread = thread
        self.can_idle = False
        self._is_idle = False
        self._naps = 0

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: EmailSettings, dial: Dialler) -> AsyncIterator["Mailbox"]:
        """The folder of a channel, until the block ends.

        Raises `PermanentFailure` for what a person has to mend, and `TemporaryFailure`.
        """
        host, port = str(settings.imap_host), settings.imap_port or PORTS[settings.imap_security]
        connection = await dial(host, port, timeout_seconds=SECONDS)
        # It ends the connection whatever the thread waits for, and whoever holds the socket then.
        handle = connection.dup()
        thread = ThreadPoolExecutor(1, thread_name_prefix="imap")
        try:
            client = await _run(thread, partial(_connected, connection, settings, host))
            box = cls(client, settings, thread)
            try:
                await box._select()
                yield box
            finally:
                await box._leave()
                thread.submit(_closed, client)
        finally:
            with suppress(OSError):
                handle.shutdown(socket.SHUT_RDWR)
            handle.close()
            thread.shutdown(wait=False)

    async def waiting(self, since: datetime) -> Sequence[int]:
        """The UIDs of the mails that came since then and wait to be taken, oldest first."""
        criteria = ["UNSEEN"] if self._settings.imap_after == "seen" else []
        # Servers go by days, each in a time zone of its own.
        day = since.date() - timedelta(days=1)
        command = partial(self._client.search, [*criteria, "UNDELETED", "SINCE", day])
        return sorted(int(uid) for uid in await self._do(command))

    async def head(self, uid: int) -> Head | None:
        """What the server knows of a mail; None when it is not there any more."""
        wanted = ["RFC822.SIZE", "INTERNALDATE"]
        found = (await self._do(partial(self._client.fetch, [uid], wanted))).get(uid)
        if found is None:
            return None
        return Head(size=int(found[b"RFC822.SIZE"]), came_at=found[b"INTERNALDATE"])

    async def read(self, uid: int) -> bytes | None:
        """A mail, still unread; None when it is not there any more."""
        found = await self._do(partial(self._client.fetch, [uid], ["BODY.PEEK[]"]))
        raw = found.get(uid, {}).get(b"BODY[]")
        return bytes(raw) if raw is not None else None

    async def settle(self, uid: int) -> None:
        """Does with a mail that was taken what the settings say."""
        await self._do(partial(self._settled, uid))

    async def rest(self, *, idle_seconds: float, poll_seconds: float) -> None:
        """Waits for news: at most one time where the server tells them, else the other."""
        if not self.can_idle:
            await asyncio.sleep(poll_seconds)
            await self._do(self._client.noop)
            return
        await self._do(self._client.idle)
        self._is_idle = True
        # News that came with the answer to IDLE stand in a buffer that nobody can look into: they
        # are found by looking again soon.
        seconds = min(idle_seconds, FIRST_NAP_SECONDS * 2.0 ** min(self._naps, 30))
        self._naps += 1
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await _readable(self._client.socket())
                self._naps = 0
        await self._wake()

    async def _select(self) -> None:
        folder = self._settings.imap_folder
        try:
            await self._do(partial(self._client.select_folder, folder))
            if self._settings.imap_after == "move":
                await self._do(self._make_folder)
        except TemporaryFailure as refused:
            cause = refused.__cause__
            if isinstance(cause, IMAPClientError) and not isinstance(cause, imaplib.IMAP4.abort):
                reason = f"the folder {folder!r} cannot be opened: {_reason(cause)}"
                raise PermanentFailure(reason) from refused
            raise
        self.can_idle = await self._do(partial(self._client.has_capability, "IDLE"))

    def _make_folder(self) -> None:
        target = self._settings.imap_move_to
        if not self._client.folder_exists(target):
            self._client.create_folder(target)

    def _settled(self, uid: int) -> None:
        client, after = self._client, self._settings.imap_after
        if after == "seen":
            client.add_flags([uid], [SEEN], silent=True)
        elif after == "move" and client.has_capability("MOVE"):
            client.move([uid], self._settings.imap_move_to)
        else:
            if after == "move":
                client.copy([uid], self._settings.imap_move_to)
            client.add_flags([uid], [SEEN, DELETED], silent=True)
            if client.has_capability("UIDPLUS"):
                client.uid_expunge([uid])

    async def _do(self, command: Callable[[], R]) -> R:
        try:
            return await _run(self._thread, command)
        except FAILURES as error:
            raise _named(error, str(self._settings.imap_host)) from error

    async def _wake(self) -> None:
        self._is_idle = False
        await self._do(self._client.idle_done)

    async def _leave(self) -> None:
        with suppress(TemporaryFailure, TimeoutError):
            async with asyncio.timeout(FAREWELL_SECONDS):
                if self._is_idle:
                    await self._wake()
                await self._do(self._client.logout)


async def look_into(settings: EmailSettings, dial: Dialler) -> int:
    """How many mails wait in the mailbox of a channel.

    Raises `PermanentFailure` for what a person has to mend, and `TemporaryFailure`.
    """
    async with Mailbox.open(settings, dial) as box:
        return len(await box.waiting(datetime(1970, 1, 2, tzinfo=UTC)))


def _connected(connection: socket.socket, settings: EmailSettings, host: str) -> _Client:
    try:
        connection.settimeout(SECONDS)
        context = ssl.create_default_context(cadata=settings.imap_ca or None)
        if settings.imap_security == "tls":
            connection = context.wrap_socket(connection, server_hostname=host)
        client = _Client(connection, host)
    except FAILURES as error:
        connection.close()
        raise _named(error, host) from error
    try:
        if settings.imap_security == "starttls":
            client.starttls(context)
        _log_in(client, settings, host)
    except FAILURES as error:
        _closed(client)
        raise _named(error, host) from error
    except GatewayError:
        _closed(client)
        raise
    client.normalise_times = False
    return client


def _closed(client: _Client) -> None:
    with suppress(*FAILURES):
        client.shutdown()


def _log_in(client: _Client, settings: EmailSettings, host: str) -> None:
    user, password = settings.imap_user or settings.inbound_email_address, settings.imap_password
    try:
        client.login(user, password.get_secret_value() if password else "")
    except LoginError as error:
        said = _reason(error)
        if any(word in said for word in NOT_THE_PASSWORD):
            raise
        raise PermanentFailure(
            f"imap: {host} does not take user {user!r} with this password: {said}"
        ) from error


def _named(error: BaseException, host: str) -> GatewayError:
    if isinstance(error, ssl.SSLCertVerificationError):
        return PermanentFailure(f"tls: {host} cannot be trusted: {error.verify_message}")
    return TemporaryFailure(f"imap: {host}: {_reason(error)}")


def _reason(error: BaseException) -> str:
    words = str(error).encode("ascii", "replace").decode() or type(error).__name__
    return words.removeprefix("b'").removesuffix("'")[:LONGEST_REASON]


async def _run(thread: ThreadPoolExecutor, command: Callable[[], R]) -> R:
    return await asyncio.get_running_loop().run_in_executor(thread, command)


async def _readable(connection: socket.socket) -> None:
    """Returns once the server has said something."""
    loop = asyncio.get_running_loop()
    has_news = asyncio.Event()
    loop.add_reader(connection.fileno(), has_news.set)
    try:
        await has_news.wait()
    finally:
        loop.remove_reader(connection.fileno())
