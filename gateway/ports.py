"""Addresses to listen on, tried before anything is started that would only fail at them."""

import errno
import socket
from typing import Final

from gateway.processes import CannotStart

LOWEST_FREE_FOR_ALL: Final = 1024


def check_address(host: str, port: int, *, setting: str) -> None:
    """Returns when a server can listen there. Raises `CannotStart`, which names the setting."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host.strip("[]"), port))
            trial.listen()
        except (OSError, UnicodeError) as refusal:
            said = advice(refusal, host, port)
            raise CannotStart(f"{setting}: cannot listen on {host}:{port}: {said}") from None


def advice(refusal: OSError | UnicodeError, host: str, port: int) -> str:
    """What to do about an address that was refused."""
    code = refusal.errno if isinstance(refusal, OSError) else None
    if code == errno.EADDRINUSE:
        return (
            "another program listens there; choose another port, or end that program "
            f"(ss -ltnp 'sport = :{port}' names it)"
        )
    if code == errno.EACCES:
        return (
            f"a port below {LOWEST_FREE_FOR_ALL} takes root or CAP_NET_BIND_SERVICE; choose "
            "another port, and let a proxy in front have this one"
        )
    if code == errno.EADDRNOTAVAIL or isinstance(refusal, socket.gaierror | UnicodeError):
        return f"{host!r} is no address of this machine; 127.0.0.1 is, and 0.0.0.0 is all of them"
    return str(refusal)
