"""The folder of an embedded gateway: who may use it, and who runs the servers in it."""

import contextlib
import fcntl
import hashlib
import os
import pwd
import shutil
import stat
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gateway.processes import Account, CannotStart

ACCOUNT_NAME: Final = "integration-gateway"
SYSTEM_DATA_DIR: Final = Path("/var/lib/integration-gateway")
LOCK_NAME: Final = "lock"

LONGEST_SOCKET_NAME: Final = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH: Final = 103
"""Bytes; 107 on Linux, fewer on other systems."""

# Prints the first of its arguments that it may not enter, if a folder, or read.
FIND_BARRIER: Final = """
for path; do
    if [ -d "$path" ]; then [ -x "$path" ]; else [ -r "$path" ]; fi || { echo "$path"; exit; }
done
"""


class DataDirError(CannotStart):
    """The data directory cannot be used; the message names the folder and what to do."""


@dataclass(frozen=True, slots=True)
class DataDir:
    """A data directory that nobody else uses, and the account of its servers.

    `account` is None when they run under the user that this process runs under.
    """

    path: Path
    account: Account | None

    @property
    def sockets(self) -> Path:
        """The folder of the servers' sockets."""
        return sockets_folder(self.path)

    def own(self, folder: Path) -> Path:
        """The folder, made if it was missing, closed to all but the servers' account.

        Raises `DataDirError` when somebody else made it.
        """
        try:
            if not folder.exists():
                folder.mkdir(mode=0o700)
                if self.account is not None:
                    os.chown(folder, self.account.uid, self.account.gid)
            self._refuse_foreign(folder)
            folder.chmod(0o700)
        except OSError as error:
            raise DataDirError(f"{folder}: cannot be made: {error.strerror}") from error
        return folder

    def _refuse_foreign(self, folder: Path) -> None:
        found = folder.lstat()
        owner = os.geteuid() if self.account is None else self.account.uid
        if not stat.S_ISDIR(found.st_mode):
            raise DataDirError(f"{folder}: is no folder; remove it")
        if found.st_uid != owner:
            raise DataDirError(
                f"{folder}: belongs to user {_user(found.st_uid)}, the servers run as user "
                f"{_user(owner)}; start the gateway as the user that it was first started by, "
                f"or: chown -R {_user(owner)}: {folder}"
            )


def default_data_dir(user_data_root: Path | None) -> Path:
    """A system folder for root, whose home the servers may not enter; else one of the user's own.

    `user_data_root` is what XDG_DATA_HOME says.
    """
    if os.geteuid() == 0:
        return SYSTEM_DATA_DIR
    return (user_data_root or Path.home() / ".local" / "share") / SYSTEM_DATA_DIR.name


def sockets_folder(data_dir: Path) -> Path:
    """Inside the data directory; a short one in /tmp where the path cannot be a socket's address.

    It may be too long, or have a comma, at which asyncpg divides a URL into several hosts.
    """
    folder = data_dir.resolve()
    inside = folder / "run"
    length = len(os.fsencode(inside / LONGEST_SOCKET_NAME))
    if length <= LONGEST_SOCKET_PATH and "," not in str(inside):
        return inside
    digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    # A name that can be foreseen is safe here: `DataDir.own` refuses what another user made.
    return Path("/tmp") / f"{SYSTEM_DATA_DIR.name}-{digest}"  # noqa: S108


@contextlib.contextmanager
def claim_data_dir(path: Path) -> Iterator[DataDir]:
    """The data directory, made if it was missing; nobody else gets it while the block runs.

    The kernel gives it back when this process dies. Permissions of folders that were there before
    stay as they are. Raises `DataDirError`, also when a gateway is already running there.
    """
    folder = path.resolve()
    try:
        account = _account()
        _refuse_barrier(folder, account)
        _make(folder, mode=0o700 if account is None else 0o711)
        lock = _lock(folder)
    except OSError as error:
        raise DataDirError(
            f"{folder}: cannot be used as data directory: {error.strerror}; choose another: "
            f"--data {default_data_dir(None)}"
        ) from error
    try:
        yield DataDir(folder, account)
    finally:
        with contextlib.suppress(OSError):  # It stays as long as a socket is in it.
            sockets_folder(folder).rmdir()
        os.close(lock)


def barrier_for(account: Account | None, paths: Iterable[Path]) -> Path | None:
    """The first folder that the account may not enter, or file that it may not read."""
    if account is None:
        return None
    asked = subprocess.run(  # noqa: S603 (the paths are arguments, no words of the script)
        ["/bin/sh", "-c", FIND_BARRIER, "sh", *paths],
        check=True,
        capture_output=True,
        cwd="/",
        user=account.uid,
        group=account.gid,
        extra_groups=[],
    )
    return Path(os.fsdecode(asked.stdout.removesuffix(b"\n"))) if asked.stdout else None


def _refuse_barrier(folder: Path, account: Account | None) -> None:
    existing = [path for path in (*reversed(folder.parents), folder) if path.exists()]
    barrier = barrier_for(account, existing)
    if barrier is not None:
        raise DataDirError(
            f"{folder}: the servers run as user {ACCOUNT_NAME!r}, because PostgreSQL refuses "
            f"to run as root, and that user may not enter {barrier}; "
            f"choose another folder: gateway up --data {SYSTEM_DATA_DIR}, "
            f"or make up DATA={SYSTEM_DATA_DIR}"
        )


def _make(folder: Path, *, mode: int) -> None:
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    for path in reversed(missing):
        path.mkdir(exist_ok=True)
        path.chmod(mode)  # Whatever the umask, the servers have to get through.


def _lock(folder: Path) -> int:
    lock = os.open(folder / LOCK_NAME, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.read(lock, 32).decode(errors="replace").strip()
        os.close(lock)
        raise DataDirError(
            f"{folder}: a gateway is already running here, pid {holder}; "
            "stop it first, or choose another folder with --data"
        ) from None
    os.ftruncate(lock, 0)
    os.write(lock, f"{os.getpid()}\n".encode())
    return lock


def _account() -> Account | None:
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam(ACCOUNT_NAME)
    except KeyError:
        _create_account()
        entry = pwd.getpwnam(ACCOUNT_NAME)
    return Account(entry.pw_uid, entry.pw_gid)


def _create_account() -> None:
    program = shutil.which("useradd", path=f"{os.defpath}:/usr/sbin:/sbin")
    arguments = ["--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
    command = [program or "useradd", *arguments, "--shell", "/usr/sbin/nologin", ACCOUNT_NAME]
    problem = "useradd is not installed"
    if program is not None:
        done = subprocess.run(  # noqa: S603 (nothing in it comes from outside)
            command, check=False, capture_output=True, text=True
        )
        problem = done.stderr.strip()
        if done.returncode == 0 or _exists():
            return
    raise DataDirError(
        f"PostgreSQL refuses to run as root, and its user {ACCOUNT_NAME!r} cannot be made: "
        f"{problem}; make a system user of that name yourself, "
        "or start the gateway as a user other than root"
    )


def _exists() -> bool:
    with contextlib.suppress(KeyError):
        return bool(pwd.getpwnam(ACCOUNT_NAME))
    return False


def _user(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
