"""Processes of the product on the database of a test, which are killed or ended with it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gateway.config import Config
from tests.zygote import Running, start_gateway


@contextmanager
def gateway_process(
    command: str, config: Config, log: Path, *more: str, web_port: int = 0, smtp_port: int = 0
) -> Iterator[Running]:
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
    with log.open("ab") as output:
        started = start_gateway([command, *more], env=environment, cwd=log.parent, output=output)
    try:
        yield started
    finally:
        started.terminate()
        started.wait()
