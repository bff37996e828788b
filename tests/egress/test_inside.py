"""Names and redirects that lead inside, against real servers that listen there."""

import ipaddress

import pytest
from aiohttp import web

from gateway.egress import Egress
from tests.egress.conftest import Names, http_server, permanent_failure, post
from tests.egress.vectors import ANSWERS


async def test_a_name_that_leads_inside_is_refused_where_it_is_dialled() -> None:
    egress = Egress(resolver=Names(("127.0.0.1",)))
    message = await permanent_failure(egress, "http://inside.example:8080/")
    assert message.startswith("inside.example:8080 is refused: 127.0.0.1 is not on the public")
    await egress.aclose()


@pytest.mark.parametrize(("answers", "reached"), ANSWERS)
async def test_whatever_a_name_server_says_only_a_vetted_address_is_dialled(
    answers: tuple[tuple[str, ...], ...], reached: str | None
) -> None:
    dialled: list[str] = []

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        assert request.transport is not None
        dialled.append(request.transport.get_extra_info("sockname")[0])
        return web.Response(headers={"Connection": "close"})

    public = (ipaddress.ip_network("127.0.0.5/32"),)
    # It listens on internal addresses as well: a call that slips through is seen.
    async with http_server(answer, host="0.0.0.0") as url:  # noqa: S104 - a test's server
        name = f"http://receiver.example:{url.rpartition(':')[2]}/"
        egress = Egress(public, resolver=Names(*answers), dns_seconds=0.0)
        for _ in answers[:-1]:
            assert (await post(egress, name)).status == 200
        if reached is None:
            assert (await permanent_failure(egress, name)).startswith("receiver.example:")
        else:
            assert (await post(egress, name)).status == 200
        await egress.aclose()

    assert dialled == ["127.0.0.5"] * (len(answers) - (reached is None))


async def test_a_redirect_to_an_internal_address_is_not_followed() -> None:
    reached: list[str] = []

    async def inside(request: web.BaseRequest) -> web.StreamResponse:
        reached.append(request.path)
        return web.Response()

    async with http_server(inside) as internal:

        async def outside(_: web.BaseRequest) -> web.StreamResponse:
            return web.Response(status=307, headers={"Location": f"{internal}/admin"})

        async with http_server(outside, host="127.0.0.5") as url:
            egress = Egress((ipaddress.ip_network("127.0.0.5/32"),))
            assert (await post(egress, url)).status == 307
            await egress.aclose()

    assert reached == []


async def test_a_literal_address_does_not_slip_past_the_resolver() -> None:
    async def answer(_: web.BaseRequest) -> web.StreamResponse:
        raise AssertionError("an internal server was reached")

    egress = Egress()
    async with http_server(answer) as url:
        port = url.rpartition(":")[2]
        for host in ("127.0.0.1", "[::ffff:127.0.0.1]", "0.0.0.0", "localhost", "127.1"):  # noqa: S104 - dialled, not bound
            assert await permanent_failure(egress, f"http://{host}:{port}/")
    await egress.aclose()
