"""A custom webhook's events on a real wire, judged by the official library as a receiver would."""

import asyncio
import json
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from aiohttp import web
from standardwebhooks.webhooks import Webhook

from gateway.egress import Egress, witnessed
from gateway.plugin import (
    HttpClient,
    HttpResponse,
    PartFailure,
    PermanentFailure,
    TemporaryFailure,
)
from gateway.plugin.parts import BODY_LIMIT_BYTES
from gateway.plugin.signatures import verify_prd, whsec
from gateway.plugin.testing import outbound_message, part_context
from gateway.rules.exchanges import calls_text
from gateway_custom_http.custom_http import CustomHttpTransport, OutboundSettings
from tests.egress.conftest import Talk, http_server, raw_server

SECRET = "0123456789abcdef" * 4
EVENT = outbound_message(event="task.created", body='{"data": {"title": "Héllo"}}'.encode())


def transport(http: HttpClient, url: str) -> CustomHttpTransport:
    now = datetime.now(UTC)  # the library has no clock of its own to set
    settings = OutboundSettings.model_validate({"outboundWebhookUrl": url})
    return CustomHttpTransport(settings, part_context(http, secrets=[SECRET], now=now))


async def test_a_receiver_can_verify_what_arrives(egress: Egress) -> None:
    verified: list[object] = []

    async def receive(request: web.BaseRequest) -> web.StreamResponse:
        body = await request.read()
        verify_prd([SECRET], request.headers["X-Webhook-Signature"], body=body)
        verified.append(Webhook(whsec(SECRET)).verify(body, dict(request.headers)))
        return web.Response(status=202, text="thanks")

    async with http_server(receive) as url:
        sent = await transport(egress, url).send(EVENT)

    assert (sent.response_status, sent.response_excerpt) == (202, "thanks")
    assert verified == [{"data": {"title": "Héllo"}}]


@pytest.mark.parametrize("raw", [b"Z\xfcrich", "Zürich".encode()])
async def test_an_answer_with_a_header_that_is_no_ascii_can_be_kept(
    egress: Egress, raw: bytes
) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nX-Note: " + raw + b"\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    with witnessed() as calls:
        async with raw_server(talk) as url:
            await transport(egress, url).send(EVENT)

    [kept] = json.loads(calls_text(calls) or "")
    assert kept["responseHeaders"]["x-note"] == "Zürich"


async def test_a_receiver_in_trouble_is_repeated_and_a_redirect_is_not(egress: Egress) -> None:
    async def receive(request: web.BaseRequest) -> web.StreamResponse:
        if request.path == "/busy":
            return web.Response(status=503, headers={"Retry-After": "7"})
        return web.Response(status=308, headers={"Location": "/busy"})

    async with http_server(receive) as url:
        with pytest.raises(TemporaryFailure) as later:
            await transport(egress, f"{url}/busy").send(EVENT)
        with pytest.raises(PermanentFailure, match="redirects are not followed"):
            await transport(egress, f"{url}/moved").send(EVENT)

    assert later.value.retry_after_seconds == 7.0


async def fails(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 500 Oops\r\nContent-Length: 4\r\n\r\noops")


async def hangs(_: asyncio.StreamReader, __: asyncio.StreamWriter) -> None:
    return None


async def dribbles(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n.")


async def redirects(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 302 Found\r\nLocation: http://10.0.0.1/\r\nContent-Length: 0\r\n\r\n")


async def drops_after_headers(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n")
    await writer.drain()
    writer.close()


async def drops_at_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.close()


async def is_gone(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n")


async def is_no_web_server(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"220 smtp.example.org ESMTP\r\n")


@pytest.mark.parametrize(
    ("receiver", "verdict", "said"),
    [
        (fails, TemporaryFailure, "answered 500 Internal Server Error: the delivery is repeated"),
        (hangs, TemporaryFailure, "timeout: "),
        (dribbles, TemporaryFailure, "timeout: "),
        (drops_at_once, TemporaryFailure, "network: "),
        (drops_after_headers, TemporaryFailure, "network: "),
        (is_no_web_server, TemporaryFailure, "network: "),
        (redirects, PermanentFailure, "redirects are not followed; set outboundWebhookUrl to"),
        (is_gone, PermanentFailure, "the receiver wants no more deliveries"),
    ],
)
async def test_a_receiver_that_misbehaves_gets_the_verdict_it_deserves(
    egress: Egress, receiver: Talk, verdict: type[PartFailure], said: str
) -> None:
    async with raw_server(receiver) as url:
        with pytest.raises(verdict) as failed:
            await transport(Hurried(egress), url).send(EVENT)

    assert said in failed.value.message


class Hurried:
    """The way out, with a fifth of a second where a transport has half a minute."""

    def __init__(self, egress: Egress) -> None:
        self._egress = egress

    async def request(  # noqa: PLR0913 # as `HttpClient` has it
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: bytes,
        timeout_seconds: float,
        limit_bytes: int = BODY_LIMIT_BYTES,
    ) -> HttpResponse:
        """One request."""
        return await self._egress.request(
            method,
            url,
            headers=headers,
            body=body,
            timeout_seconds=timeout_seconds / 150,
            limit_bytes=limit_bytes,
        )


async def test_an_internal_receiver_is_refused_for_good() -> None:
    async def receive(_: web.BaseRequest) -> web.StreamResponse:
        raise AssertionError("an internal server was reached")

    egress = Egress()
    async with http_server(receive) as url:
        with pytest.raises(PermanentFailure, match=r"an operator adds its range to \[egress\]"):
            await transport(egress, url).send(EVENT)
    await egress.aclose()
