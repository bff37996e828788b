"""The way out where it is not HTTP that is spoken: the same addresses are refused."""

import asyncio
import ipaddress
import socket

import pytest

from gateway.egress import Egress
from gateway.plugin.errors import PermanentFailure, TemporaryFailure

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


async def test_a_server_that_takes_no_connection_runs_into_the_timeout() -> None:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(0)
    port = listener.getsockname()[1]
    waiting = []
    for _ in range(4):  # Linux holds backlog + 1 connections that nobody has accepted
        one = socket.socket()
        one.setblocking(False)
        one.connect_ex(("127.0.0.1", port))
        waiting.append(one)
    try:
        with pytest.raises(TemporaryFailure, match=r"^timeout: .* did not answer within"):
            await Egress(LOOPBACK).dial("127.0.0.1", port, timeout_seconds=0.2)
    finally:
        for one in (*waiting, listener):
            one.close()
