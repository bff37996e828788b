"""Gateway processes that are forked from one which has imported the house.

Nine tenths of a start are imports. What is forked is a process of its own: it runs the same `main`
with the environment, the folder and the output that it is given, and can be killed by itself.
"""

import contextlib
import functools
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final, Protocol

from gateway.loading import load
from tests.house.tree import ROOT

HOUSE: Final = (
    "gateway.cli:main",
    "gateway.commands:run",
    "gateway.keys:keys_rotate",
    "gateway.listening:run_listeners",
    "gateway.programs:program_command",
    "gateway.web.app:serve",
    "gateway.worker:run_worker",
    "gateway_email_smtp:register_parsers",
    "gateway_sms_twilio:register_parsers",
)
GATEWAY: Final = "gateway.cli:main"
LARGEST_REQUEST: Final = 100_000
MEASURED: Final = "COVERAGE_PROCESS_CONFIG"
"""What coverage tells the processes that a measured one starts."""


class Running(Protocol):
    """What tests ask of a process, whether it is a `subprocess.Popen` or was forked."""

    @property
    def pid(self) -> int: ...
    def poll(self) -> int | None: ...
    def wait(self, timeout: float | None = None) -> int: ...
    def send_signal(self, sig: int) -> None: ...
    def terminate(self) -> None: ...
    def kill(self) -> None: ...


def start_gateway(
    words: Sequence[str],
    *,
    env: Mapping[str, str],
    cwd: Path,
    output: IO[bytes],
    errors: IO[bytes] | None = None,
) -> Running:
    """`gateway` with these words; its errors go to the output unless they have a file."""
    return fork_program(GATEWAY, words, env=env, cwd=cwd, outputs=(output, errors or output))


def fork_program(
    main: str,
    words: Sequence[str],
    *,
    env: Mapping[str, str],
    cwd: Path,
    outputs: tuple[IO[bytes], IO[bytes]],
) -> Running:
    """A program: `main` names what takes the words and returns the exit code."""
    here, there = socket.socketpair()
    wanted = {"main": main, "words": list(words), "env": dict(env), "cwd": str(cwd)}
    request = json.dumps(wanted).encode()
    with there, Path(os.devnull).open("rb") as nothing:
        numbers = [file.fileno() for file in (nothing, *outputs)]
        socket.send_fds(zygote().asked, [request], [*numbers, there.fileno()])
    return Forked(here)


def run_gateway(
    words: Sequence[str], *, env: Mapping[str, str], cwd: Path
) -> subprocess.CompletedProcess[str]:
    """The same to its end, with what it printed."""
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        code = start_gateway(words, env=env, cwd=cwd, output=output, errors=errors).wait()
        output.seek(0)
        errors.seek(0)
        printed, complained = output.read().decode(), errors.read().decode()
    return subprocess.CompletedProcess(list(words), code, printed, complained)


class Forked:
    """A process that the zygote started, and tells of: its number, and at its end its code."""

    def __init__(self, told: socket.socket) -> None:
        with told:
            self._told = told.makefile("r")
        self._code: int | None = None
        self.pid = int(self._told.readline())

    def poll(self) -> int | None:
        """The exit code, or None as long as it runs."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self.wait(0)
        return None

    def wait(self, timeout: float | None = None) -> int:
        """The exit code, once there is one; a signal's number is negative."""
        if self._code is None:
            ready, _, _ = select.select([self._told], [], [], timeout)
            if not ready:
                raise subprocess.TimeoutExpired("gateway", timeout or 0.0)
            self._code = int(self._told.readline())
            self._told.close()
        return self._code

    def send_signal(self, sig: int) -> None:
        """Nothing for one that has ended."""
        if self.poll() is None:
            os.kill(self.pid, sig)

    def terminate(self) -> None:
        """SIGTERM."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """SIGKILL."""
        self.send_signal(signal.SIGKILL)


class Zygote:
    """The process that has imported the house, as the tests see it."""

    def __init__(self) -> None:
        self.asked, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with there:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.zygote", str(there.fileno())],
                cwd=ROOT,
                pass_fds=[there.fileno()],
            )

    def end(self) -> None:
        """Ends it; what it has started goes on."""
        self.asked.close()
        self._process.wait()


@functools.cache
def zygote() -> Zygote:
    """The one of this process, started when it is first needed."""
    return Zygote()


def end_zygote() -> None:
    """Ends it, if one was needed."""
    if zygote.cache_info().currsize:
        zygote().end()
        zygote.cache_clear()


@dataclass(frozen=True)
class _Request:
    """What a child is to be."""

    main: str
    words: Sequence[str]
    env: Mapping[str, str]
    cwd: str
    outputs: Sequence[int]


class _Parent:
    """The zygote as it sees itself: no thread, no loop, and no connection but to who asks it."""

    def __init__(self, asked: socket.socket) -> None:
        self._asked = asked
        self._children: dict[int, socket.socket] = {}
        self._woken, self._waking = socket.socketpair()
        self._waking.setblocking(False)  # the standard library's

    def serve(self) -> _Request | None:
        """Returns in each child with what it is to be, and in the parent at the end with None."""
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._waking.fileno(), warn_on_full_buffer=False)
        while True:
            ready, _, _ = select.select([self._asked, self._woken], [], [])
            if self._woken in ready:
                self._woken.recv(1_000)
                self._bury()
            if self._asked in ready:
                text, descriptors, _, _ = socket.recv_fds(self._asked, LARGEST_REQUEST, 4)
                if not text:
                    return None
                *outputs, telling = descriptors
                if self._fork(socket.socket(fileno=telling)):
                    return _Request(outputs=outputs, **json.loads(text))
                for descriptor in outputs:
                    os.close(descriptor)

    def _fork(self, told: socket.socket) -> bool:
        """Whether this is the child."""
        pid = os.fork()
        if pid:
            self._children[pid] = told
            told.sendall(f"{pid}\n".encode())
            return False
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for inherited in (self._asked, self._woken, self._waking, told, *self._children.values()):
            inherited.close()
        return True

    def _bury(self) -> None:
        while self._children:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            with self._children.pop(pid) as told, contextlib.suppress(BrokenPipeError):
                told.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())


def _become(request: _Request) -> int:
    for number, output in enumerate(request.outputs):
        os.dup2(output, number)
        os.close(output)
    os.chdir(request.cwd)
    os.environ.clear()
    os.environ.update(request.env)
    sys.argv = ["gateway", *request.words]
    if MEASURED in os.environ:
        # The zygote keeps what was measured until now; the rest is this process's own.
        load("coverage:Coverage").current().stop()
        load("coverage:process_startup")(force=True)
    code: int = load(request.main)(request.words)
    return code


def _run(descriptor: int) -> int:
    for place in HOUSE:
        load(place)
    assert threading.active_count() == 1, "a child has no threads but the one that forks"
    request = None
    with contextlib.suppress(KeyboardInterrupt):
        request = _Parent(socket.socket(fileno=descriptor)).serve()
    return _become(request) if request else 0


if __name__ == "__main__":
    sys.exit(_run(int(sys.argv[1])))
