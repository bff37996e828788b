"""Processes of the product on the database of a test, which are killed or ended with it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gateway.config import Config


@contextmanager
def gateway_process(
    command: str, config: Config, log: Path, *more: str, web_port: int = 0, smtp_port: int = 0
) -> Iterator[subprocess.Popen[bytes]]:
    """`gateway listen`, `worker` or `serve`, as in production; `log` is what it said."""
    environment = {
        **os.environ,
        "GATEWAY_DATABASE__URL": config.database.url.get_secret_value(),
        "GATEWAY_REDIS__URL": config.redis.url.get_secret_value(),
        "GATEWAY_REDIS__PREFIX": config.redis.prefix,
        "GATEWAY_ENCRYPTION_KEYS": config.encryption_keys.get_secret_value(),
        "GATEWAY_EGRESS__ALLOW": '["127.0.0.0/8"]',
        "GATEWAY_PLUGINS__ENABLED": '["custom_http", "email_smtp"]',
        "GATEWAY_LISTEN__SMTP__PORT": str(smtp_port),
        **({"GATEWAY_SERVER__PORT": str(web_port)} if web_port else {}),
    }
    words = [sys.executable, "-m", "gateway", command, *more]
    with log.open("ab") as output:
        started = subprocess.Popen(
            words, env=environment, cwd=log.parent, stdout=output, stderr=output
        )
    try:
        yield started
    finally:
        started.terminate()
        started.wait()
