"""The way out where it is not HTTP that is spoken: the same addresses are refused."""

import asyncio
import ipaddress
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from aiohttp import web

from gateway.egress import Egress, witnessed
from gateway.plugin.errors import PermanentFailure, TemporaryFailure
from tests.egress.conftest import Names, http_server, post

LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"),)


async def greet(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"220 hello\r\n")
    writer.close()


async def test_a_socket_is_connected_and_ready_for_the_loop() -> None:
    async with await asyncio.start_server(greet, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]

        connection = await Egress(LOOPBACK).dial("127.0.0.1", port, timeout_seconds=5)

        reader, writer = await asyncio.open_connection(sock=connection)
        assert await reader.readline() == b"220 hello\r\n"
        writer.close()


INSIDE = ("127.0.0.1", "localhost", "10.0.0.1", "169.254.169.254", "::1")


@pytest.mark.parametrize("host", INSIDE)
async def test_a_host_that_leads_inside_is_refused(host: str) -> None:
    with pytest.raises(PermanentFailure, match="not on the public internet") as refused:
        await Egress().dial(host, 25, timeout_seconds=5)

    assert refused.value.not_accepted


async def test_a_closed_port_may_be_tried_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]

    with pytest.raises(TemporaryFailure, match=f"^connect: no connection to 127.0.0.1:{port}"):
        await Egress(LOOPBACK).dial("127.0.0.1", port, timeout_seconds=5)


@pytest.mark.parametrize("host", ["no-such-host.invalid", "a" * 64 + ".example", "a..b"])
async def test_a_name_that_cannot_be_resolved_may_be_tried_again(host: str) -> None:
    with pytest.raises(TemporaryFailure, match=r"^dns: the name of") as failed:
        await Egress().dial(host, 25, timeout_seconds=5)

    assert failed.value.not_accepted


@contextmanager
def silent(host: str, port: int = 0) -> Iterator[int]:
    """A port where nothing answers, as behind a dead route: its queue is full."""
    listener = socket.socket()
    listener.bind((host, port))
    listener.listen(0)
    port = listener.getsockname()[1]
    waiting = []
    for _ in range(4):  # Linux holds backlog + 1 connections that nobody has accepted
        one = socket.socket()
        one.setblocking(False)
        one.connect_ex((host, port))
        waiting.append(one)
    try:
        yield port
    finally:
        for one in (*waiting, listener):
            one.close()


async def test_a_server_that_takes_no_connection_runs_into_the_timeout() -> None:
    late = pytest.raises(TemporaryFailure, match=r"^timeout: .* did not answer within")
    with silent("127.0.0.1") as port, late:
        await Egress(LOOPBACK).dial("127.0.0.1", port, timeout_seconds=0.2)


async def test_a_host_whose_first_addresses_are_dead_is_reached_through_the_next() -> None:
    names = Names(("127.0.0.3", "127.0.0.4", "127.0.0.1"))
    async with await asyncio.start_server(greet, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with silent("127.0.0.3", port), silent("127.0.0.4", port):
            dial = Egress(LOOPBACK, resolver=names).dial
            connection = await dial("mx.example.org", port, timeout_seconds=20)

        assert connection.getpeername() == ("127.0.0.1", port)
        connection.close()


async def test_a_url_whose_first_address_is_dead_is_reached_through_the_next() -> None:
    async def noted(_request: web.BaseRequest) -> web.Response:
        return web.Response(text="noted")

    egress = Egress(LOOPBACK, resolver=Names(("127.0.0.3", "127.0.0.1")))
    async with http_server(noted) as url:
        port = int(url.rpartition(":")[2])
        with silent("127.0.0.3", port), witnessed() as calls:
            answer = await post(egress, f"http://hooks.example.org:{port}/", timeout_seconds=20)
    await egress.aclose()

    assert answer.body == b"noted"
    assert [call.address for call in calls] == ["127.0.0.1"]


async def test_addresses_that_lead_inside_take_no_part_in_the_race() -> None:
    names = Names(("10.0.0.1", "127.0.0.1", "::1"), ("10.0.0.1", "::1"))
    egress = Egress(LOOPBACK, resolver=names)
    async with await asyncio.start_server(greet, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        connection = await egress.dial("mx.example.org", port, timeout_seconds=20)
        assert connection.getpeername() == ("127.0.0.1", port)
        connection.close()

    with pytest.raises(PermanentFailure, match="not on the public internet"):
        await egress.dial("mx.example.org", port, timeout_seconds=20)


async def test_addresses_that_all_refuse_are_told_together() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    egress = Egress(LOOPBACK, resolver=Names(("127.0.0.1", "127.0.0.3")))

    with pytest.raises(TemporaryFailure, match=r"^connect: .*127\.0\.0\.1.*127\.0\.0\.3"):
        await egress.dial("mx.example.org", port, timeout_seconds=20)
