"""A custom webhook's events on a real wire, judged by the official library as a receiver would."""

from datetime import UTC, datetime

import pytest
from aiohttp import web
from standardwebhooks.webhooks import Webhook

from gateway.egress import Egress
from gateway.plugin import PermanentFailure, TemporaryFailure
from gateway.plugin.signatures import verify_prd, whsec
from gateway.plugin.testing import outbound_message, part_context
from gateway_custom_http.custom_http import CustomHttpTransport, OutboundSettings
from tests.egress.conftest import http_server

SECRET = "0123456789abcdef" * 4
EVENT = outbound_message(event="task.created", body='{"data": {"title": "Héllo"}}'.encode())


def transport(egress: Egress, url: str) -> CustomHttpTransport:
    now = datetime.now(UTC)  # the library has no clock of its own to set
    settings = OutboundSettings.model_validate({"outboundWebhookUrl": url})
    return CustomHttpTransport(settings, part_context(egress, secrets=[SECRET], now=now))


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


async def test_an_internal_receiver_is_refused_for_good() -> None:
    async def receive(_: web.BaseRequest) -> web.StreamResponse:
        raise AssertionError("an internal server was reached")

    egress = Egress()
    async with http_server(receive) as url:
        with pytest.raises(PermanentFailure, match=r"an operator adds its range to \[egress\]"):
            await transport(egress, url).send(EVENT)
    await egress.aclose()
