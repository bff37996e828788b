"""The figures of a process that serves nothing else by HTTP."""

from prometheus_client import CollectorRegistry, start_http_server

from gateway.ports import check_address


def serve_metrics(registry: CollectorRegistry, host: str, port: int, *, setting: str) -> None:
    """Serves a process's figures in a thread; port 0 turns them off. Raises `CannotStart`."""
    if port:
        check_address(host, port, setting=setting)
        start_http_server(port, addr=host, registry=registry)
