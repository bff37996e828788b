"""An address that nobody can listen on is named, with its setting, before anything is started."""

import asyncio
import socket
from collections.abc import Iterator

import pytest

from gateway.config import Config
from gateway.metrics import Metrics
from gateway.ports import advice, check_address
from gateway.processes import CannotStart
from gateway.scraping import serve_metrics
from gateway.web.app import serve


@pytest.fixture
def taken() -> Iterator[int]:
    """A port at which another program listens."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other.getsockname()[1]


def test_a_port_that_is_taken_is_named_with_who_tells_by_whom(taken: int) -> None:
    with pytest.raises(CannotStart) as refused:
        check_address("127.0.0.1", taken, setting="[server] port")

    said = str(refused.value)
    assert said.startswith(f"[server] port: cannot listen on 127.0.0.1:{taken}: another program")
    assert f"ss -ltnp 'sport = :{taken}'" in said


@pytest.mark.parametrize("host", ["192.0.2.1", "no host", "x" * 300])
def test_a_host_that_is_not_here_is_told_which_are(host: str) -> None:
    with pytest.raises(CannotStart, match=r"no address of this machine; 127\.0\.0\.1 is"):
        check_address(host, 0, setting="[server] port")


def test_a_port_for_root_alone_is_told_what_it_takes() -> None:
    assert "takes root or CAP_NET_BIND_SERVICE" in advice(PermissionError(13, ""), "", 80)
    assert "Protocol not available" in advice(OSError(92, "Protocol not available"), "", 80)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "", "::1", "[::1]"])
def test_an_address_that_is_free_stays_free(host: str) -> None:
    check_address(host, 0, setting="[server] port")


def test_figures_are_refused_a_port_that_is_taken(taken: int) -> None:
    registry = Metrics().registry

    serve_metrics(registry, "127.0.0.1", 0, setting="[worker] metrics_port")
    with pytest.raises(CannotStart, match=r"\[worker\] metrics_port: cannot listen"):
        serve_metrics(registry, "127.0.0.1", taken, setting="[worker] metrics_port")


async def test_a_web_process_does_not_start_at_a_port_that_is_taken(
    config: Config, taken: int
) -> None:
    server = config.server.model_copy(update={"port": taken})

    with pytest.raises(CannotStart, match=r"\[server\] port"):
        await serve(config.model_copy(update={"server": server}), asyncio.Event())
