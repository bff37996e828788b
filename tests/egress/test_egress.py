"""The way out against real servers that redirect, dawdle, break off, inflate and lie."""

import asyncio
import gzip
import resource
import socket
import ssl
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.abc import ResolveResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from gateway.egress import Egress
from gateway.plugin.errors import PermanentFailure, TemporaryFailure
from gateway.plugin.parts import BODY_LIMIT_BYTES
from tests.egress.conftest import (
    LOOPBACK,
    SECONDS,
    Names,
    http_server,
    post,
    raw_server,
    temporary_failure,
)


async def test_a_request_arrives_as_it_was_given(egress: Egress) -> None:
    seen: list[tuple[str, str, bytes, dict[str, str]]] = []

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        headers = {name.lower(): value for name, value in request.headers.items()}
        seen.append((request.method, request.raw_path, await request.read(), headers))
        return web.Response(status=202, body=b"thanks", headers={"X-Request-Id": "r1"})

    async with http_server(answer) as url:
        response = await egress.request(
            "PUT",
            f"{url}/a%2Cb//c?token=%2B1&e",
            headers={"Content-Type": "application/json", "X-Own": "1"},
            body=b'{"a":  1}',
            timeout_seconds=SECONDS,
        )

    assert (response.status, response.body) == (202, b"thanks")
    assert response.headers["x-request-id"] == "r1"
    [(method, path, body, headers)] = seen
    assert (method, path, body) == ("PUT", "/a%2Cb//c?token=%2B1&e", b'{"a":  1}')
    assert headers["content-type"] == "application/json"
    assert headers["x-own"] == "1"
    assert headers["accept-encoding"] == "identity"
    assert headers["user-agent"].startswith("integration-gateway/")


@pytest.mark.parametrize("status", [204, 301, 307, 404, 410, 429, 500, 503])
async def test_an_answer_of_any_status_is_returned(egress: Egress, status: int) -> None:
    async def answer(_: web.BaseRequest) -> web.StreamResponse:
        return web.Response(status=status)

    async with http_server(answer) as url:
        assert (await post(egress, url)).status == status


async def test_a_redirect_is_returned_and_not_followed(egress: Egress) -> None:
    paths: list[str] = []

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        paths.append(request.path)
        return web.Response(status=302, headers={"Location": "/elsewhere"})

    async with http_server(answer) as url:
        response = await post(egress, f"{url}/first")

    assert response.headers["location"] == "/elsewhere"
    assert paths == ["/first"]


async def test_cookies_are_neither_kept_nor_sent(egress: Egress) -> None:
    cookies: list[str | None] = []

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        cookies.append(request.headers.get("Cookie"))
        return web.Response(headers={"Set-Cookie": "session=1"})

    async with http_server(answer) as url:
        await post(egress, url)
        await post(egress, url)

    assert cookies == [None, None]


async def test_a_proxy_in_the_environment_is_ignored(
    egress: Egress, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def answer(_: web.BaseRequest) -> web.StreamResponse:
        return web.Response(text="direct")

    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    async with http_server(answer) as url:
        assert (await post(egress, url)).body == b"direct"


async def test_connections_are_used_again(egress: Egress) -> None:
    peers: set[object] = set()

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        assert request.transport is not None
        peers.add(request.transport.get_extra_info("peername"))
        return web.Response(text="ok")

    async with http_server(answer) as url:
        for _ in range(20):
            await post(egress, url)

    assert len(peers) == 1


async def test_two_hundred_requests_to_one_host_run_at_once(egress: Egress) -> None:
    together = asyncio.Barrier(200)

    async def answer(_: web.BaseRequest) -> web.StreamResponse:
        await together.wait()
        return web.Response()

    async with http_server(answer) as url:
        answers = await asyncio.gather(*(post(egress, url) for _ in range(200)))

    assert {response.status for response in answers} == {200}


async def test_a_large_body_is_cut_and_its_connection_closed(egress: Egress) -> None:
    async def answer(_: web.BaseRequest) -> web.StreamResponse:
        return web.Response(body=b"x" * 5_000_000)

    async with http_server(answer) as url:
        response = await post(egress, url)
        assert response.body == b"x" * BODY_LIMIT_BYTES
        assert (await post(egress, url)).status == 200


@pytest.mark.parametrize("encoding", ["gzip", "GZIP", "x-gzip"])
async def test_a_gzip_bomb_is_cut_after_decoding(egress: Egress, encoding: str) -> None:
    bomb = gzip.compress(b"\0" * 60_000_000)

    async def answer(_: web.BaseRequest) -> web.StreamResponse:
        return web.Response(body=bomb, headers={"Content-Encoding": encoding})

    async with http_server(answer) as url:
        assert (await post(egress, url)).body == b"\0" * BODY_LIMIT_BYTES


async def test_a_gigabyte_in_a_megabyte_of_gzip_is_cut_unread(egress: Egress) -> None:
    # A block that ends in a full flush says the same wherever it stands, so it can be repeated.
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    start = packer.compress(b"\0" * 2**20) + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(b"\0" * 2**20) + packer.flush(zlib.Z_FULL_FLUSH)
    bomb = start + block * 1023

    async def answer(_: web.BaseRequest) -> web.StreamResponse:
        return web.Response(body=bomb, headers={"Content-Encoding": "gzip"})

    async with http_server(answer) as url:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        assert (await post(egress, url)).body == b"\0" * BODY_LIMIT_BYTES
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before

    assert grown < 50_000  # KiB


@pytest.mark.parametrize(
    ("encoding", "sent", "read"),
    [
        ("gzip", gzip.compress(b"thanks", mtime=0), b"thanks"),
        ("deflate", zlib.compress(b"thanks"), b"thanks"),
        ("gzip", b"not gzip", b"not gzip"),
        ("br", b"\x0b\x02\x80", b"\x0b\x02\x80"),
    ],
)
async def test_a_body_compressed_unasked_is_read_if_it_can_be(
    egress: Egress, encoding: str, sent: bytes, read: bytes
) -> None:
    async def answer(_: web.BaseRequest) -> web.StreamResponse:
        return web.Response(body=sent, headers={"Content-Encoding": encoding})

    async with http_server(answer) as url:
        assert (await post(egress, url)).body == read


async def test_a_body_that_dribbles_runs_into_the_total_timeout(egress: Egress) -> None:
    async def dribble(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nx")
        await writer.drain()

    async with raw_server(dribble) as url:
        message = await temporary_failure(egress, url, timeout_seconds=0.2)

    assert message.startswith("timeout: 127.0.0.1:")
    assert message.endswith("did not answer within 0.2 seconds")


async def test_a_server_that_never_answers_runs_into_the_timeout(egress: Egress) -> None:
    async def silence(_: asyncio.StreamReader, __: asyncio.StreamWriter) -> None:
        return None

    async with raw_server(silence) as url:
        message = await temporary_failure(egress, url, timeout_seconds=0.2)
    assert message.startswith("timeout: ")


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nbroken of",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000 + b"\r\n\r\n",
    ],
)
async def test_an_answer_that_breaks_off_or_is_not_http_may_be_tried_again(
    egress: Egress, said: bytes
) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(said)
        await writer.drain()
        writer.close()

    async with raw_server(talk) as url:
        assert (await temporary_failure(egress, url)).startswith("network: 127.0.0.1:")


async def test_a_refused_connection_may_be_tried_again(egress: Egress) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    message = await temporary_failure(egress, f"http://127.0.0.1:{port}/secret")

    assert message.startswith(f"connect: no connection to 127.0.0.1:{port}: ECONNREFUSED")
    assert "secret" not in message


async def test_a_name_that_is_not_known_may_be_tried_again() -> None:
    egress = Egress(LOOPBACK, resolver=Names(()))
    message = await temporary_failure(egress, "http://nowhere.example/")
    assert message.startswith("dns: the name of nowhere.example cannot be resolved")
    await egress.aclose()


class Silent(Names):
    """A name server that never answers."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Nothing."""
        await asyncio.Event().wait()
        return await super().resolve(host, port, family)


async def test_a_timeout_before_the_connection_stands_proves_that_nothing_was_sent() -> None:
    egress = Egress(LOOPBACK, resolver=Silent())

    with pytest.raises(TemporaryFailure, match="timeout: nowhere") as failed:
        await post(egress, "http://nowhere.example/", timeout_seconds=0.2)

    assert failed.value.not_accepted
    await egress.aclose()


async def test_a_certificate_that_nobody_vouches_for_may_be_tried_again(
    egress: Egress, tmp_path: Path
) -> None:
    async def answer(_: web.BaseRequest) -> web.StreamResponse:
        return web.Response()

    runner = web.ServerRunner(web.Server(answer), shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=self_signed(tmp_path)).start()
    try:
        url = f"https://127.0.0.1:{runner.addresses[0][1]}/"
        assert (await temporary_failure(egress, url)).startswith("tls: no secure connection to 127")
    finally:
        await runner.cleanup()


async def test_a_header_with_a_line_break_is_not_sent(egress: Egress) -> None:
    async def answer(_: web.BaseRequest) -> web.StreamResponse:
        raise AssertionError("the request was sent")

    headers = {"X-Own": "a\r\nX-Evil: b"}
    async with http_server(answer) as url:
        with pytest.raises(PermanentFailure, match="cannot be sent"):
            await egress.request("POST", url, headers=headers, body=b"", timeout_seconds=SECONDS)


async def test_a_process_without_a_file_left_does_not_blame_the_receiver(egress: Egress) -> None:
    async def answer(_: web.BaseRequest) -> web.StreamResponse:
        return web.Response()

    async with http_server(answer) as url:
        before = resource.getrlimit(resource.RLIMIT_NOFILE)
        with socket.socket() as next_file:
            resource.setrlimit(resource.RLIMIT_NOFILE, (next_file.fileno(), before[1]))
        try:
            said = await temporary_failure(egress, url)
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, before)

    assert said.startswith("ours: no connection to 127.0.0.1")


async def test_a_closed_way_out_opens_again(egress: Egress) -> None:
    async def answer(_: web.BaseRequest) -> web.StreamResponse:
        return web.Response()

    async with http_server(answer) as url:
        await post(egress, url)
        await egress.aclose()
        await egress.aclose()
        assert (await post(egress, url)).status == 200


def self_signed(folder: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    start = datetime(2026, 1, 1, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=36500))
        .sign(key, hashes.SHA256())
    )
    pem = folder / "self-signed.pem"
    pem.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context
