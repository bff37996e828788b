"""Twilio's signature, made by Twilio's own SDK, on requests that reach a real server by a proxy."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import quote, unquote_to_bytes, urlencode

import pytest
from twilio.request_validator import RequestValidator

from gateway.builtin import BuiltinResponder
from gateway.config import Config
from gateway.registry import Registry, load_plugins
from gateway_sms_twilio.fake import ACCOUNT_SID, AUTH_TOKEN
from tests.parts import EchoResponder
from tests.stories.house import House
from tests.web.raw import Answer, post, send, served

PUBLIC = "https://gw.example.org"
FORM = {
    "MessageSid": "SM1",
    "AccountSid": ACCOUNT_SID,
    "From": "+15005550100",
    "To": "+15005550006",
    "Body": "Héllo & +plus ✅",
    "NumMedia": "0",
    "EmptyOne": "",
}
Rewriting = Callable[[bytes], bytes]


@dataclass(frozen=True)
class Way:
    """Where Twilio was told to post, and what stands between it and the gateway."""

    signed: str
    rewriting: Rewriting


@pytest.fixture
def registry() -> Registry:
    """The real plugin."""
    return load_plugins(["sms_twilio"], extra=(BuiltinResponder, EchoResponder))


@pytest.fixture
def config(config: Config) -> Config:
    """A gateway that knows its public origin, and serves plain HTTP elsewhere."""
    server = config.server.model_copy(update={"public_url": PUBLIC})
    return config.model_copy(update={"server": server})


@pytest.fixture
async def path(house: House) -> str:
    """The path of a Twilio channel."""
    body = {
        "channelType": "sms",
        "channelName": "Twilio",
        "providerConfig": {"twilioAccountSid": ACCOUNT_SID, "twilioAuthToken": AUTH_TOKEN},
    }
    record = await house.api("POST", "/webhooks", body, status=201)
    return str(record["webhookUrl"]).removeprefix(PUBLIC)


@asynccontextmanager
async def proxy(port: int, rewriting: Rewriting) -> AsyncIterator[int]:
    """A proxy that rewrites the head of each request before it passes it on."""

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        found = re.search(rb"Content-Length: (\d+)", head)
        body = await reader.readexactly(int(found[1]) if found else 0)
        inner, outer = await asyncio.open_connection("127.0.0.1", port)
        outer.write(rewriting(head) + body)
        answer = await inner.readuntil(b"\r\n\r\n")
        found = re.search(rb"content-length: (\d+)", answer)
        writer.write(answer + await inner.readexactly(int(found[1]) if found else 0))
        await writer.drain()
        writer.close()
        outer.close()

    server = await asyncio.start_server(pass_on, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def asked(house: House, url: str, rewriting: Rewriting, body: bytes = b"") -> Answer:
    """One request of Twilio's to `url`, through a proxy, to the gateway."""
    body = body or urlencode(FORM).encode()
    signature = RequestValidator(AUTH_TOKEN).compute_signature(url, FORM)
    target = re.sub(r"^https?://[^/]*", "", url)
    kind = "Content-Type: application/x-www-form-urlencoded; charset=UTF-8"
    request = post(target, body, kind, f"X-Twilio-Signature: {signature}")
    async with served(house.gw) as port, proxy(port, rewriting) as outside:
        return await send(outside, request)


def with_headers(*lines: str, host: str = "gateway") -> Rewriting:
    """A proxy that ends TLS, and says what it likes about the request before."""
    extra = "".join(f"{line}\r\n" for line in lines).encode()

    def rewrite(head: bytes) -> bytes:
        return head.replace(b"Host: gateway\r\n", f"Host: {host}\r\n".encode() + extra)

    return rewrite


def with_target(respelt: Callable[[bytes], bytes]) -> Rewriting:
    """A proxy that spells the path and query of a request in its own way."""

    def rewrite(head: bytes) -> bytes:
        method, target, rest = head.split(b" ", 2)
        return b" ".join((method, respelt(target), rest))

    return rewrite


def decoded(target: bytes) -> bytes:
    """Escapes that need not be there, gone; the server takes no bare space or letter é."""
    return re.sub(rb"%2[1-9A-F]", lambda found: unquote_to_bytes(found[0]), target)


def in_lower_case(target: bytes) -> bytes:
    """Escapes in lower case."""
    return re.sub(rb"%[0-9A-F]{2}", lambda found: found[0].lower(), target)


def escaped(target: bytes) -> bytes:
    """Everything escaped that can be."""
    path, mark, query = target.decode().partition("?")
    return (path + mark + quote(query, safe="=&%-._~")).encode()


PLAIN = with_headers()
QUERY = "?tenant=acme&x=%2Ca%20b&e=%C3%A9"


@pytest.mark.parametrize(
    ("origin", "query", "rewriting"),
    [
        (PUBLIC, "", PLAIN),
        (PUBLIC, "", with_headers("X-Forwarded-Proto: https", host="gw.example.org")),
        (PUBLIC, "", with_headers("X-Forwarded-Proto: http", "X-Forwarded-Port: 8080")),
        (PUBLIC, "", with_headers(host="127.0.0.1:8080")),
        (f"{PUBLIC}:443", "", PLAIN),
        (PUBLIC, QUERY, PLAIN),
        (PUBLIC, QUERY, with_target(decoded)),
        (PUBLIC, QUERY, with_target(in_lower_case)),
        (PUBLIC, "?a=b,c:d/e", with_target(escaped)),
        (f"{PUBLIC}:443", QUERY, with_target(decoded)),
    ],
)
async def test_no_proxy_breaks_a_signature_as_long_as_the_url_is_the_same(
    house: House, path: str, origin: str, query: str, rewriting: Rewriting
) -> None:
    answer = await asked(house, f"{origin}{path}{query}", rewriting)

    assert (answer.status, answer.headers["content-type"]) == (200, "text/xml")
    assert answer.body == b'<?xml version="1.0" encoding="UTF-8"?><Response/>'


@pytest.mark.parametrize(
    ("origin", "rewriting", "named"),
    [
        ("http://gw.example.org", PLAIN, "http://gw.example.org"),
        (
            "https://other.example.org",
            with_headers("X-Forwarded-Host: other.example.org"),
            "https://other.example.org",
        ),
        (
            "https://other.example.org:8443",
            with_headers(host="other.example.org:8443"),
            "https://other.example.org:8443",
        ),
    ],
)
async def test_a_url_that_twilio_was_given_by_mistake_is_named(
    house: House, path: str, origin: str, rewriting: Rewriting, named: str
) -> None:
    answer = await asked(house, origin + path, rewriting)

    assert answer.status == 401
    assert f"was given a URL below {named}".encode() in answer.body
    assert f"this gateway is at {PUBLIC}".encode() in answer.body


async def test_a_proxy_that_drops_the_query_is_found_out(house: House, path: str) -> None:
    dropping = with_target(lambda target: target.partition(b"?")[0])

    answer = await asked(house, f"{PUBLIC}{path}?a=1", dropping)

    assert answer.status == 401
    assert f"does not match {PUBLIC}{path} ".encode() in answer.body


async def test_a_body_that_was_changed_on_the_way_is_refused(house: House, path: str) -> None:
    body = urlencode({**FORM, "Body": "Send me money"}).encode()

    answer = await asked(house, PUBLIC + path, PLAIN, body)

    assert answer.status == 401
