"""Mail that is fetched from a real Dovecot: once, in order, and settled after it was stored."""

import asyncio
import socket
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from imapclient import IMAPClient
from structlog.testing import capture_logs

from gateway.doors import OpenDoors
from gateway.plugin import Door, Doors, GatewayError, PermanentFailure, TemporaryFailure
from gateway.plugin.errors import PluginUnavailable, RateLimitMinute, StorageUnavailable
from gateway.plugin.testing import MemoryDoors, check_settings
from gateway.registry import Registry, load_plugins
from gateway_email_smtp.fake.certificates import Authority, make_authority
from gateway_email_smtp.mailbox import look_into
from gateway_email_smtp.polling import ImapListener, ImapSettings
from gateway_email_smtp.settings import EmailSettings
from tests.conftest import wait_for
from tests.mailstore import Store, dovecot
from tests.stories.house import House

NOW = datetime.now(UTC)


async def dial(host: str, port: int, *, timeout_seconds: float) -> socket.socket:
    """A way out that leads everywhere."""
    loop = asyncio.get_running_loop()
    connection = socket.socket()
    connection.setblocking(False)
    try:
        async with asyncio.timeout(timeout_seconds):
            await loop.sock_connect(connection, (host, port))
    except OSError as error:
        connection.close()
        raise TemporaryFailure(f"connect: {error}") from error
    return connection


class TendedDoors(MemoryDoors):
    """Doors that tell when something was taken."""

    def __init__(self, *doors: Door) -> None:
        super().__init__(doors=doors, dial=dial)
        self.has_taken = asyncio.Event()

    async def take(
        self, door: Door, body: bytes, *, headers: Mapping[str, str], client_ip: str = ""
    ) -> None:
        """Keeps it, or raises the next failure."""
        self.has_taken.set()
        await super().take(door, body, headers=headers, client_ip=client_ip)

    async def texts(self, count: int) -> list[str]:
        """What the first mails say, once so many were taken."""
        async with asyncio.timeout(10):
            while len(self.taken) < count:
                self.has_taken.clear()
                await self.has_taken.wait()
        return [taken.body.decode().split("\r\n\r\n")[1].strip() for taken in self.taken]


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Store, Authority]]:
    """One Dovecot for all tests of this page."""
    with tempfile.TemporaryDirectory(prefix="gateway-imap-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        authority = make_authority(folder)
        with dovecot(folder / "dovecot", folder / "server.pem", folder / "server.key") as store:
            yield store, authority


@pytest.fixture
def store(served: tuple[Store, Authority]) -> Store:
    """The Dovecot."""
    return served[0]


@pytest.fixture
def user() -> str:
    """Somebody with an empty mailbox."""
    return f"u{uuid4().hex}"


@pytest.fixture
def door(store: Store, user: str) -> Door:
    """A channel that fetches from the mailbox."""
    return a_door(store, user)


def a_door(store: Store, user: str, **settings: object) -> Door:
    values = {
        "inbound_email_address": "assistant@example.org",
        "email_provider": "imap",
        "imap_host": "127.0.0.1",
        "imap_port": store.port,
        "imap_security": "none",
        "imap_user": user,
        "imap_password": "secret",
        **settings,
    }
    return Door(
        webhook_id=1,
        settings=EmailSettings.model_validate(values),
        token="t",  # no secret
        created_at=NOW - timedelta(days=1),
    )


def put(store: Store, user: str, *texts: str, at: datetime | None = None) -> None:
    """Mails for a user, in this order."""
    with IMAPClient("127.0.0.1", port=store.port, ssl=False) as client:
        client.login(user, "secret")
        for text in texts:
            client.append("INBOX", f"Subject: a\r\n\r\n{text}\r\n".encode(), msg_time=at)


@asynccontextmanager
async def fetching(doors: Doors, **settings: object) -> AsyncIterator[asyncio.Task[None]]:
    """The listener at work."""
    listener = ImapListener(ImapSettings.model_validate({"poll_seconds": 0.05, **settings}))
    task = asyncio.create_task(listener.serve(doors))
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def fetched_all(doors: TendedDoors, **settings: object) -> list[str]:
    """What is taken until the mailbox rests for the first time."""
    with capture_logs() as logs:
        async with fetching(doors, **settings) as task:
            async with asyncio.timeout(10):
                while not any(line["event"] == "mailbox.read" for line in logs):
                    if task.done():
                        task.result()
                    await asyncio.wait([task], timeout=0.01)
    return await doors.texts(len(doors.taken))


def test_the_settings_keep_the_contract() -> None:
    check_settings(ImapListener)


async def test_what_waits_is_taken_in_order_and_seen_after_it_was_stored(
    store: Store, user: str, door: Door
) -> None:
    put(store, user, "one", "two")
    doors = TendedDoors(door)

    assert await fetched_all(doors) == ["one", "two"]

    assert [taken.headers for taken in doors.taken] == [{"content-type": "message/rfc822"}] * 2
    assert [name[-1] for name in store.mails(user)] == ["S", "S"]
    assert await fetched_all(TendedDoors(door)) == []


async def test_new_mail_is_fetched_as_soon_as_the_server_tells(
    store: Store, user: str, door: Door
) -> None:
    doors = TendedDoors(door)
    async with fetching(doors, idle_seconds=300):
        await asyncio.to_thread(put, store, user, "early")
        assert await doors.texts(1) == ["early"]
        await asyncio.to_thread(put, store, user, "news")
        assert await doors.texts(2) == ["early", "news"]


async def test_mail_that_was_there_before_the_channel_is_left(
    store: Store, user: str, door: Door
) -> None:
    put(store, user, "old", at=NOW - timedelta(days=30))
    put(store, user, "an hour too old", at=NOW - timedelta(days=1, hours=1))
    put(store, user, "new")

    assert await fetched_all(TendedDoors(door)) == ["new"]


@pytest.mark.parametrize("after", ["move", "delete"])
async def test_a_mail_that_was_taken_is_moved_or_deleted(
    store: Store, user: str, after: str
) -> None:
    put(store, user, "one", "two")
    doors = TendedDoors(a_door(store, user, imap_after=after, imap_move_to="Done"))

    assert await fetched_all(doors) == ["one", "two"]

    assert store.mails(user) == []
    assert len(store.mails(user, "Done")) == (2 if after == "move" else 0)


@pytest.mark.parametrize(
    "failure",
    [StorageUnavailable("the database is away"), RateLimitMinute("full", retry_after_seconds=0)],
)
async def test_a_mail_that_was_not_stored_is_left_and_taken_later(
    store: Store, user: str, door: Door, failure: GatewayError
) -> None:
    put(store, user, "one", "two")
    doors = TendedDoors(door)
    doors.failures = [failure]

    if isinstance(failure, StorageUnavailable):
        with pytest.raises(TemporaryFailure, match="the database is away"):
            await fetched_all(doors)
        assert [name[-1] for name in store.mails(user)] == [",", ","]

    async with fetching(doors):
        assert await doors.texts(2) == ["one", "two"]


async def test_a_mail_that_cannot_be_taken_does_not_stop_the_next(
    store: Store, user: str, door: Door
) -> None:
    put(store, user, "poison", "two", "three")
    doors = TendedDoors(door)
    doors.failures = [PluginUnavailable("a bug")]

    with capture_logs() as logs:
        async with fetching(doors):
            assert await doors.texts(2) == ["two", "three"]

    left = [line for line in logs if line["event"] == "mail.left"]
    assert [(line["uid"], line["reason"]) for line in left] == [(1, "a bug")]


async def test_a_mail_that_is_too_large_is_left(store: Store, user: str, door: Door) -> None:
    put(store, user, "x" * 70_000, "small")

    assert await fetched_all(TendedDoors(door), size_limit_bytes=65_536) == ["small"]


async def test_a_channel_whose_mail_comes_another_way_is_not_asked(store: Store, user: str) -> None:
    doors = TendedDoors(a_door(store, user, email_provider="smtp"))

    async with fetching(doors) as task:
        await task

    assert doors.taken == []


@pytest.mark.parametrize("security", ["tls", "starttls"])
async def test_the_session_is_encrypted_and_the_server_is_who_it_says(
    served: tuple[Store, Authority], user: str, security: str
) -> None:
    store, authority = served
    put(store, user, "one")
    port = store.tls_port if security == "tls" else store.port
    settings = {"imap_security": security, "imap_port": port}
    trusting = a_door(store, user, imap_ca=authority.pem, **settings)
    stranger = a_door(store, user, **settings)

    assert await fetched_all(TendedDoors(trusting)) == ["one"]
    with pytest.raises(PermanentFailure, match=r"^tls: 127\.0\.0\.1 cannot be trusted: "):
        await fetched_all(TendedDoors(stranger))


async def test_a_wrong_password_is_named(store: Store, user: str) -> None:
    doors = TendedDoors(a_door(store, user, imap_password="wrong"))  # no secret

    with pytest.raises(PermanentFailure, match=f"does not take user '{user}' with this password"):
        await fetched_all(doors)


async def test_a_folder_that_is_not_there_is_named(store: Store, user: str) -> None:
    doors = TendedDoors(a_door(store, user, imap_folder="Posteingang/Größe"))

    with pytest.raises(PermanentFailure, match="the folder 'Posteingang/Größe' cannot be opened"):
        await fetched_all(doors)


async def test_a_folder_of_any_name_is_read(store: Store, user: str) -> None:
    with IMAPClient("127.0.0.1", port=store.port, ssl=False) as client:
        client.login(user, "secret")
        client.create_folder("Größe & mehr")
        client.append("Größe & mehr", b"Subject: a\r\n\r\none\r\n")

    doors = TendedDoors(a_door(store, user, imap_folder="Größe & mehr"))
    assert await fetched_all(doors) == ["one"]


async def test_a_look_counts_what_waits(store: Store, user: str, door: Door) -> None:
    put(store, user, "one", "two")
    assert isinstance(door.settings, EmailSettings)

    assert await look_into(door.settings, dial) == 2
    assert [name[-1] for name in store.mails(user)] == [",", ","]


@asynccontextmanager
async def scripted(*answers: bytes) -> AsyncIterator[int]:
    """A server that says these lines, the first unasked, and then leaves."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for answer in answers[:-1]:
            writer.write(answer)
            await reader.readline()
        writer.write(answers[-1])
        writer.close()

    async with await asyncio.start_server(talk, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]


@pytest.mark.parametrize(
    "answers",
    [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n",),
        (b"* OK hi\r\n",),
        (b"* OK hi\r\n", b"\xff\xfe nonsense\r\n", b"* BYE\r\n"),
        (b"* BYE full\r\n",),
        (b"* OK hi\r\n", b"* CAPABILITY IMAP4rev1 {9999999}\r\nabc"),
    ],
)
async def test_a_server_that_breaks_off_or_talks_nonsense_is_tried_again(
    store: Store, user: str, answers: tuple[bytes, ...]
) -> None:
    async with scripted(*answers) as port:
        with pytest.raises(TemporaryFailure, match=r"^imap: "):
            await fetched_all(TendedDoors(a_door(store, user, imap_port=port)))


async def test_a_stop_leaves_a_mailbox_that_is_being_watched_at_once(
    store: Store, user: str, door: Door
) -> None:
    put(store, user, "one")
    doors = TendedDoors(door)
    async with fetching(doors, idle_seconds=300) as task:
        await doors.texts(1)
        task.cancel()
        async with asyncio.timeout(3):
            await asyncio.wait([task])


@pytest.fixture
def registry() -> Registry:
    """The real email plugin."""
    return load_plugins(["custom_http", "email_smtp"])


async def test_a_mail_that_is_in_a_mailbox_twice_is_stored_once(
    house: House, store: Store, user: str
) -> None:
    values = a_door(store, user).settings.model_dump(
        mode="json", by_alias=True, exclude_defaults=True
    )
    body = {
        "channelType": "email",
        "channelName": "Mailbox",
        "providerConfig": {**values, "imapPassword": "secret"},
    }
    record = await house.api("POST", "/webhooks", body, status=201)
    mail = b"From: ann@example.com\r\nMessage-ID: <1@example.com>\r\n\r\nHello\r\n"
    with IMAPClient("127.0.0.1", port=store.port, ssl=False) as client:
        client.login(user, "secret")
        client.append("INBOX", mail)
        client.append("INBOX", b"X-Again: yes\r\n" + mail)
    doors = OpenDoors(house.gw, ImapListener)
    await doors.look()

    async with fetching(doors):
        await wait_for(lambda: [name[-1] for name in store.mails(user)] == ["S", "S"])

    listed = await house.api("GET", f"/webhooks/{record['id']}/messages")
    assert [item["content"] for item in listed["items"]] == ["Hello"]
