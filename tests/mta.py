"""A Postfix of its own for tests: on loopback, in a folder of its own, in front of the gateway."""

import contextlib
import grp
import os
import pwd
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.servers import answers, free_port, wait_until

SERVICES: Final = """
127.0.0.1:{port} inet n - n - - smtpd
pickup    unix  n - n 60 1 pickup
cleanup   unix  n - n - 0 cleanup
qmgr      unix  n - n 300 1 qmgr
rewrite   unix  - - n - - trivial-rewrite
bounce    unix  - - n - 0 bounce
defer     unix  - - n - 0 bounce
trace     unix  - - n - 0 bounce
verify    unix  - - n - 1 verify
flush     unix  n - n 1000? 0 flush
smtp      unix  - - n - - smtp
showq     unix  n - n - - showq
error     unix  - - n - - error
retry     unix  - - n - - error
discard   unix  - - n - - discard
anvil     unix  - - n - 1 anvil
scache    unix  - - n - 1 scache
postlog   unix-dgram n - n - 1 postlogd
"""
SETTINGS: Final = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
daemon_directory = /usr/lib/postfix/sbin
command_directory = /usr/sbin
maillog_file_prefixes = {folder}
maillog_file = {folder}/postfix.log
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mta.example.org
mydestination =
local_recipient_maps =
mynetworks = 127.0.0.0/8
relay_domains = gateway.example
relay_transport = smtp:[127.0.0.1]:{gateway_port}
relay_recipient_maps =
default_transport = discard:
transport_maps = inline:{{ people.example=smtp:[127.0.0.1]:{people_port} }}
smtpd_relay_restrictions = permit_mynetworks, reject
smtputf8_autodetect_classes = all
disable_dns_lookups = yes
smtp_connect_timeout = 2s
minimal_backoff_time = 1s
maximal_backoff_time = 1s
queue_run_delay = 1s
transport_retry_time = 1s
destination_concurrency_failed_cohort_limit = 0
default_destination_concurrency_failed_cohort_limit = 0
relay_destination_concurrency_failed_cohort_limit = 0
bounce_queue_lifetime = 1h
alias_maps =
alias_database =
"""


PRIVATE: Final = (
    *("active", "bounce", "corrupt", "defer", "deferred", "flush"),
    *("hold", "incoming", "private", "saved", "trace"),
)
MASTER: Final = "/usr/lib/postfix/sbin/master"


@dataclass(frozen=True)
class Mta:
    """Where it listens, and where it delivers mail for gateway.example and for people.example.

    All other mail is discarded.
    """

    port: int
    gateway_port: int
    people_port: int
    folder: Path

    def flush(self) -> None:
        """Has it try again at once what it could not deliver."""
        subprocess.run(["postqueue", "-c", str(self.folder / "etc"), "-f"], check=True)

    def log(self) -> str:
        """What it has said so far."""
        return (self.folder / "postfix.log").read_text(encoding="utf-8")

    def queued(self) -> int:
        """How many mails wait."""
        places = ("incoming", "active", "deferred", "maildrop", "hold")
        return sum(
            1
            for place in places
            for path in (self.folder / "queue" / place).rglob("*")
            if path.is_file()
        )


@contextlib.contextmanager
def postfix(folder: Path) -> Iterator[Mta]:
    """A Postfix that relays for the loopback until the block ends; only root can start one."""
    mta = Mta(free_port(), free_port(), free_port(), folder)
    _make_folders(folder)
    values = {
        "folder": folder,
        "port": mta.port,
        "gateway_port": mta.gateway_port,
        "people_port": mta.people_port,
    }
    settings = folder / "etc"
    (settings / "main.cf").write_text(SETTINGS.format(**values))
    (settings / "master.cf").write_text(SERVICES.format(**values))
    master = subprocess.Popen([MASTER, "-c", str(settings), "-d"])
    try:
        wait_until(lambda: answers(mta.port))
        yield mta
    finally:
        master.terminate()
        master.wait()


def _make_folders(folder: Path) -> None:
    """What `postfix start` makes, which takes longer and leaves the test's session."""
    owner, group = pwd.getpwnam("postfix").pw_uid, grp.getgrnam("postdrop").gr_gid
    queue = folder / "queue"
    for place in (folder / "etc", folder / "data", queue, queue / "pid"):
        place.mkdir(parents=True)
    os.chown(folder / "data", owner, group)
    for name in PRIVATE:
        (queue / name).mkdir(mode=0o700)
        os.chown(queue / name, owner, 0)
    for name, mode in (("maildrop", 0o730), ("public", 0o710)):
        (queue / name).mkdir()
        os.chown(queue / name, owner, group)
        (queue / name).chmod(mode)
