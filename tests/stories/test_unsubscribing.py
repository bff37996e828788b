"""Notifications by mail end with one click, as RFC 8058 has it; answers go on."""

from collections.abc import AsyncIterator
from email.message import EmailMessage

import pytest

from gateway import pipeline
from gateway.builtin import BuiltinResponder
from gateway.registry import Registry, load_plugins
from gateway_email_smtp.fake.mailserver import FakeMailServer
from gateway_email_smtp.fake.stage import ANN, letter
from tests.conftest import Clock
from tests.parts import EchoResponder
from tests.stories.house import House, claim_deliveries
from tests.stories.mailbox import Mailbox
from tests.stories.test_mail_sent import connected, read

ONE_CLICK = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture
def registry() -> Registry:
    """The real plugin, and a responder that says what it was told."""
    return load_plugins(["custom_http", "email_smtp"], extra=(BuiltinResponder, EchoResponder))


@pytest.fixture
async def server() -> AsyncIterator[FakeMailServer]:
    """The mail server that takes what goes out."""
    async with FakeMailServer.open() as opened:
        yield opened


@pytest.fixture(autouse=True)
async def mailbox(house: House, server: FakeMailServer) -> Mailbox:
    """A channel that tells Ann by mail how tasks end."""
    opened = await connected(house, server)
    chosen = [{"webhookId": opened.record["id"], "recipient": ANN}]
    await house.api("PATCH", "/notifications/settings", {"channels": chosen})
    return opened


async def end_a_task(house: House, title: str) -> None:
    """A task is done; its notification waits to be sent."""
    task = await house.api("POST", "/tasks", {"title": title}, status=201)
    await house.api("POST", f"/tasks/{task['id']}/complete", {})
    await pipeline.recover(house.gw)


async def told(house: House, server: FakeMailServer) -> EmailMessage:
    """The mail that says how a task ended."""
    await end_a_task(house, "Order paper")
    await house.drain()
    return read(server.taken[-1].raw)


def path_of(house: House, mail: EmailMessage) -> str:
    url = str(mail["List-Unsubscribe"]).replace("\n", "").replace(" ", "").strip("<>")
    assert url.startswith(f"{house.gw.config.public_url}/api/unsubscribe/")
    return url.removeprefix(house.gw.config.public_url)


async def click(house: House, path: str) -> int:
    """What a mail program posts by itself; the status of the answer."""
    response = await house.client.post(path, data=b"List-Unsubscribe=One-Click", headers=ONE_CLICK)
    return response.status_code


async def test_one_click_ends_notifications_and_no_answers(
    house: House, server: FakeMailServer, mailbox: Mailbox
) -> None:
    mail = await told(house, server)
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = path_of(house, mail)

    assert await click(house, path) == 200
    assert await click(house, path) == 200
    await end_a_task(house, "Call Dana")
    await house.drain()
    assert len(server.taken) == 1

    await mailbox.gets(letter("Hello there"))
    await house.drain()
    assert len(server.taken) == 2
    assert read(server.taken[-1].raw)["List-Unsubscribe"] is None


async def test_what_waits_is_not_sent_any_more(
    house: House, server: FakeMailServer, mailbox: Mailbox
) -> None:
    path = path_of(house, await told(house, server))
    await end_a_task(house, "Call Dana")

    await click(house, path)
    await house.drain()

    assert len(server.taken) == 1
    kept = await house.api("GET", f"/webhooks/{mailbox.record['id']}/deliveries?status=withheld")
    assert "recipient_unsubscribed" in kept["items"][0]["lastError"]


async def test_what_is_under_way_at_the_click_is_not_tried_again(
    house: House, server: FakeMailServer, mailbox: Mailbox, clock: Clock
) -> None:
    path = path_of(house, await told(house, server))
    await end_a_task(house, "Call Dana")
    server.script = ["greylisted"]
    [under_way] = await claim_deliveries(house.gw)

    await click(house, path)
    await pipeline.deliver(house.gw, under_way)
    clock.advance(3600)
    await house.drain()

    assert len(server.taken) == 1
    kept = await house.api("GET", f"/webhooks/{mailbox.record['id']}/deliveries?status=withheld")
    assert "recipient_unsubscribed" in kept["items"][0]["lastError"]
    ledger = (await house.api("GET", "/senders/ann%40example.org/consent"))["ledger"]
    assert [one["state"] for one in ledger] == ["unsubscribed"]


async def test_opening_the_link_changes_nothing(house: House, server: FakeMailServer) -> None:
    path = path_of(house, await told(house, server))

    response = await house.client.get(path)
    page = await response.get_data(as_text=True)
    await end_a_task(house, "Call Dana")
    await house.drain()

    assert response.status_code == 200
    assert '<form method="post">' in page
    assert response.headers["Cache-Control"] == "no-store"
    assert len(server.taken) == 2


async def test_the_ledger_has_it_and_the_owner_can_take_it_back(
    house: House, server: FakeMailServer
) -> None:
    await click(house, path_of(house, await told(house, server)))

    ledger = (await house.api("GET", "/senders/ann%40example.org/consent"))["ledger"]
    assert [(one["state"], one["source"]) for one in ledger] == [("unsubscribed", "link")]

    again = {"senderIdentifier": ANN, "state": "opted_in", "reason": "asked for it by phone"}
    await house.api("POST", "/consents", again)
    await told(house, server)
    assert len(server.taken) == 2


@pytest.mark.parametrize("token", ["x", "v1.k1.AAAA", "v1.k9.AAAA", "v1." + "A" * 5000])
async def test_a_link_that_is_not_ours_does_nothing(house: House, token: str) -> None:
    assert await click(house, f"/api/unsubscribe/{token}") == 404
