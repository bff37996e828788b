"""A Dovecot of its own for tests: on loopback, in a folder of its own, any user is `secret`."""

import contextlib
import os
import pwd
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.servers import answers, free_port, wait_until

SETTINGS: Final = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
default_login_user = dovenull
default_internal_user = dovecot
first_valid_uid = 1
disable_plaintext_auth = no
auth_failure_delay = 0s
mail_location = maildir:{folder}/mail/%u
mailbox_idle_check_interval = 1s
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{key}

passdb {{
  driver = static
  args = password=secret
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  unix_listener stats-writer {{
    mode = 0666
  }}
}}
"""


@dataclass(frozen=True)
class Store:
    """Where it listens, in the clear and by TLS."""

    port: int
    tls_port: int
    folder: Path

    def mails(self, user: str, folder: str = "INBOX") -> list[str]:
        """The names of a folder's files, whose ends are the flags."""
        place = self.folder / "mail" / user
        if folder != "INBOX":
            place /= f".{folder}"
        return sorted(path.name for part in ("new", "cur") for path in (place / part).glob("*"))


@contextlib.contextmanager
def dovecot(folder: Path, certificate: Path, key: Path) -> Iterator[Store]:
    """A Dovecot until the block ends; only root can start one."""
    owner = pwd.getpwnam("nobody")
    (folder / "mail").mkdir(parents=True)
    os.chown(folder / "mail", owner.pw_uid, owner.pw_gid)
    store = Store(free_port(), free_port(), folder)
    settings = folder / "dovecot.conf"
    settings.write_text(
        SETTINGS.format(
            folder=folder,
            certificate=certificate,
            key=key,
            uid=owner.pw_uid,
            gid=owner.pw_gid,
            port=store.port,
            tls_port=store.tls_port,
        )
    )
    server = subprocess.Popen(["dovecot", "-F", "-c", str(settings)])
    try:
        wait_until(lambda: answers(store.tls_port))
        yield store
    finally:
        server.terminate()
        server.wait()
