"""`gateway simulate email`: it plays people and their providers to a running gateway."""

import pytest

from gateway.builtin import BuiltinResponder
from gateway.doors import OpenDoors
from gateway.registry import Registry, load_plugins
from gateway_email_smtp import simulate
from gateway_email_smtp.fake import posts
from gateway_email_smtp.fake.apis import POSTMARK_TOKEN
from gateway_email_smtp.listening import SmtpListener, mail_server
from gateway_email_smtp.reception import SmtpSettings
from tests.parts import EchoResponder
from tests.servers import free_port
from tests.stories.house import House, Json
from tests.stories.mailbox import Mailbox


@pytest.fixture
def registry() -> Registry:
    """The real plugins, and a responder that says what it was told."""
    return load_plugins(["custom_http", "email_smtp"], extra=(BuiltinResponder, EchoResponder))


def by_postmark(port: int) -> Json:
    return {
        "mailOutbound": "postmark",
        "postmarkServerToken": POSTMARK_TOKEN,
        "postmarkBaseUrl": f"http://127.0.0.1:{port}/postmark",
    }


async def test_the_simulator_writes_and_shows_the_answer(
    house: House,
    origin: str,
    running: None,  # noqa: ARG001 # the worker
    capsys: pytest.CaptureFixture[str],
) -> None:
    port = free_port()
    mailbox = await Mailbox.connected(
        house,
        "postmark",
        mailOutbound="postmark",
        postmarkServerToken=POSTMARK_TOKEN,
        postmarkBaseUrl=f"http://127.0.0.1:{port}/postmark",
    )
    told = ["--url", mailbox.record["webhookUrl"], "--gateway", origin, "--port", str(port)]
    told += ["--quiet", "0.1"]
    for style in ("plain", "gmail", "outlook", "apple"):
        asked = [*told, "--as", "postmark", "--style", style, f"Call Dana ({style})"]
        assert await simulate.main([*asked, "And Carl"]) == 0
    forward = [*told, "--as", "postmark-raw", "--forward", "Carl <carl@client.example>"]
    assert await simulate.main([*forward, "Please see to it"]) == 0
    assert await simulate.main([*told, "--as", "mailgun", "--wait", "0.1", "Hello"]) == 1
    assert await simulate.main(["--secrets", "--port", str(port)]) == 0
    assert await simulate.main([*told[:2], "--port", str(port), "Hello"]) == 1

    shown = capsys.readouterr().out
    assert "> Ann: A question: Call Dana (outlook)" in shown
    assert "< assistant@example.com: Re: A question" in shown
    assert "> Ann: Fwd: Contract: Please see to it" in shown
    assert "the gateway answered 401" in shown
    assert "the gateway cannot be reached" in shown
    assert posts.PUBLIC_KEY in shown


async def test_the_simulator_hands_mail_to_the_mail_server(
    house: House,
    running: None,  # noqa: ARG001 # the worker
    capsys: pytest.CaptureFixture[str],
) -> None:
    port = free_port()
    await Mailbox.connected(house, "smtp", **by_postmark(port))
    doors = OpenDoors(house.gw, SmtpListener)
    await doors.look()
    async with mail_server(SmtpSettings(port=0, hostname="gw.example.org"), doors) as server:
        told = ["--as", "smtp", "--server", f"127.0.0.1:{server}", "--port", str(port)]
        told += ["--quiet", "0.1"]
        assert await simulate.main([*told, "Call Dana", "And Carl"]) == 0
        assert await simulate.main([*told, "--to", "nobody@example.net", "Hello"]) == 1

    shown = capsys.readouterr().out
    assert shown.count("< assistant@example.com: Re: A question") == 2
    assert "the gateway cannot be reached" in shown


async def test_the_simulator_wants_to_know_where_the_channel_is(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        await simulate.main(["Hello"])
    assert "--url is missing" in capsys.readouterr().err
