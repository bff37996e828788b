"""The command line: `gateway up`, and what an operator needs beside it."""

import argparse
import sys
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import available_timezones

import uvloop

from gateway import connections, keys, pipeline, simulators, store
from gateway.config import Config, ConfigError, load_config
from gateway.listening import listener_faults, run_listeners
from gateway.log import configure_logging
from gateway.plugin import GatewayError, InvalidPayload
from gateway.plugin.errors import Conflict
from gateway.processes import CannotStart
from gateway.records import WaitingMessage
from gateway.registry import load_plugins
from gateway.runtime import Gateway, open_gateway, utc_now
from gateway.up import attach, check_servers, up
from gateway.vault import VaultError
from gateway.web.app import serve
from gateway.web.auth import SCOPES, issue_token, successor
from gateway.worker import run_worker, stop_on_signals

DATABASE_PATIENCE_SECONDS: Final = 30.0
PAGE: Final = 100
LONGEST_OVERLAP_HOURS: Final = 7 * 24

Command = Callable[[argparse.Namespace, Config], Coroutine[object, None, int]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code: 0 done, 1 failed, 2 not understood."""
    options = build_parser().parse_args(arguments)
    try:
        config = load_config(options.config, _overrides(options))
        configure_logging(config.log)
        command: Command = options.command
        return uvloop.run(command(options, config))
    except (ConfigError, CannotStart, VaultError) as problem:
        print(f"gateway: {problem}", file=sys.stderr)
    except GatewayError as problem:
        print(f"gateway: {problem.message}", file=sys.stderr)
    except KeyboardInterrupt:
        return 130
    return 1


def build_parser() -> argparse.ArgumentParser:
    """Every command with its options; docs/reference/cli.md is checked against it."""
    parser = argparse.ArgumentParser(
        prog="gateway", description="Talk to an AI assistant by SMS, email and webhooks."
    )
    parser.add_argument("--config", type=Path, help="settings file (default: ./gateway.toml)")
    commands = parser.add_subparsers(required=True, metavar="command")
    _server_commands(commands)
    _account_commands(commands)
    _token_commands(commands)
    _message_commands(commands)
    connections.add_commands(commands)
    simulators.add_commands(commands)
    keys.add_commands(commands)
    return parser


def _server_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    start = commands.add_parser(
        "up", help="start everything, with embedded servers if none are set"
    )
    start.set_defaults(command=up_command)
    for parser in (start, commands.add_parser("serve", help="start one web process")):
        parser.add_argument("--host", help="address to listen on")
        parser.add_argument("--port", type=int, help="port to listen on")
        parser.add_argument("--data", type=Path, help="data directory of the embedded servers")
    parser.set_defaults(command=serve_command)
    for name, text, command in (
        ("worker", "start one worker process", worker_command),
        ("listen", "start one process of listeners, the ways in beside HTTP", listen_command),
        ("migrate", "bring the database up to date", migrate_command),
        (
            "check",
            "check settings, plugins and servers; exit code 1 when one is wrong",
            check_command,
        ),
        ("plugins", "list the enabled plugins and their parts", plugins_command),
    ):
        parser = commands.add_parser(name, help=text)
        parser.add_argument("--data", type=Path, help="data directory of the embedded servers")
        parser.set_defaults(command=command)


def _account_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    users = commands.add_parser("users", help="accounts").add_subparsers(
        required=True, metavar="action"
    )
    add = users.add_parser("add", help="create an account")
    add.add_argument("name", help="what people call it")
    add.add_argument("--external-id", help="its id in your own system")
    add.add_argument("--time-zone", default="UTC", help="IANA name, such as Europe/Madrid")
    add.set_defaults(command=users_add)
    listed = users.add_parser("list", help="list accounts")
    listed.set_defaults(command=users_list)
    for parser in (add, listed):
        parser.add_argument("--data", type=Path, help="data directory of the embedded servers")


def _token_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    tokens = commands.add_parser("tokens", help="tokens of the management API").add_subparsers(
        required=True, metavar="action"
    )
    create = tokens.add_parser("create", help="create a token and print it, once")
    create.add_argument("--user", type=int, required=True, help="id of the account it acts for")
    create.add_argument("--name", required=True, help="what it is for")
    create.add_argument("--scope", action="append", choices=SCOPES, help="may be repeated")
    create.add_argument("--days", type=int, help="days until it expires (default: never)")
    create.set_defaults(command=tokens_create)
    shown = tokens.add_parser("list", help="list tokens without their secrets")
    shown.set_defaults(command=tokens_list)
    revoke = tokens.add_parser("revoke", help="end a token at once")
    revoke.add_argument("prefix", help="the part between gw_ and the next _")
    revoke.set_defaults(command=tokens_revoke)
    rotate = tokens.add_parser("rotate", help="print a successor; the old token counts for a while")
    rotate.add_argument("prefix", help="the part between gw_ and the next _")
    rotate.add_argument(
        "--overlap-hours", type=int, default=24, help="0 to 168, how long the old one counts"
    )
    rotate.set_defaults(command=tokens_rotate)
    for parser in (create, shown, revoke, rotate):
        parser.add_argument("--data", type=Path, help="data directory of the embedded servers")


def _message_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    messages = commands.add_parser("messages", help="received messages").add_subparsers(
        required=True, metavar="action"
    )
    replay = messages.add_parser(
        "replay", help="give held and quarantined messages their turn again"
    )
    replay.add_argument("--user", type=int, required=True, help="id of the account they belong to")
    which = replay.add_mutually_exclusive_group(required=True)
    which.add_argument("--message", type=int, help="id of one message")
    which.add_argument("--webhook", type=int, help="id of a webhook: all that wait there")
    replay.add_argument("--dry-run", action="store_true", help="only say what would be replayed")
    replay.set_defaults(command=messages_replay)
    replay.add_argument("--data", type=Path, help="data directory of the embedded servers")


def _overrides(options: argparse.Namespace) -> dict[str, object]:
    given = {
        "server.host": getattr(options, "host", None),
        "server.port": getattr(options, "port", None),
    }
    return {key: value for key, value in given.items() if value is not None}


async def up_command(options: argparse.Namespace, config: Config) -> int:
    """Starts everything and stays until it is told to stop."""
    return await up(config, options.data, config_file=options.config, stop=stop_on_signals())


async def serve_command(options: argparse.Namespace, config: Config) -> int:
    """One web process."""
    config = attach(config, options.data)
    stop = stop_on_signals()
    await store.wait_for_database(config, patience_seconds=DATABASE_PATIENCE_SECONDS)
    await store.migrate(config)
    await serve(config, stop)
    return 0


async def worker_command(options: argparse.Namespace, config: Config) -> int:
    """One worker process."""
    config = attach(config, options.data)
    stop = stop_on_signals()
    await store.wait_for_database(config, patience_seconds=DATABASE_PATIENCE_SECONDS)
    await store.migrate(config)
    await run_worker(config, stop=stop)
    return 0


async def listen_command(options: argparse.Namespace, config: Config) -> int:
    """One process of listeners."""
    config = attach(config, options.data)
    stop = stop_on_signals()
    await store.wait_for_database(config, patience_seconds=DATABASE_PATIENCE_SECONDS)
    await store.migrate(config)
    await run_listeners(config, stop=stop)
    return 0


async def migrate_command(options: argparse.Namespace, config: Config) -> int:
    """The schema, brought up to date."""
    config = attach(config, options.data)
    await store.wait_for_database(config, patience_seconds=DATABASE_PATIENCE_SECONDS)
    applied = await store.migrate(config)
    print("\n".join(f"applied {version}" for version in applied) or "the database is up to date")
    return 0


async def check_command(options: argparse.Namespace, config: Config) -> int:
    """What is wrong, each with what to do."""
    registry = load_plugins(config.plugins.enabled, config.plugins.blocked)
    problems = [info.problem for info in registry.refused if info.problem]
    problems += listener_faults(registry, config)
    problems += await check_servers(config, options.data)
    for problem in problems:
        print(f"problem: {problem}")
    if not problems:
        print("all good: settings, plugins, database, queue")
    return 1 if problems else 0


async def plugins_command(_options: argparse.Namespace, config: Config) -> int:
    """The enabled plugins."""
    registry = load_plugins(config.plugins.enabled, config.plugins.blocked)
    for info in registry.plugins:
        print(f"{info.name} {info.version or '-'}: {info.problem or ', '.join(info.parts)}")
    return 1 if registry.refused else 0


async def users_add(options: argparse.Namespace, config: Config) -> int:
    """A new account."""
    if options.time_zone not in available_timezones():
        raise ConfigError(f"{options.time_zone!r} is no IANA time zone, such as Europe/Madrid")

    async def add(_db: store.Database) -> None:
        user = await store.create_user(
            name=options.name, external_id=options.external_id, time_zone=options.time_zone
        )
        print(f"created user {user.id}; next: gateway tokens create --user {user.id} --name laptop")

    return await _with_database(options, config, add)


async def users_list(options: argparse.Namespace, config: Config) -> int:
    """All accounts."""

    async def show(_db: store.Database) -> None:
        for user in await store.list_users():
            print(f"{user.id}\t{user.name}\t{user.external_id or '-'}\t{user.time_zone}")

    return await _with_database(options, config, show)


async def tokens_create(options: argparse.Namespace, config: Config) -> int:
    """A new token, shown once."""
    days = options.days
    expires_at = utc_now() + timedelta(days=days) if days is not None else None
    scopes = options.scope or [scope for scope in SCOPES if scope != "admin"]

    if "admin" in scopes:
        print("this token manages the whole gateway and acts for every account", file=sys.stderr)

    async def create(_db: store.Database) -> None:
        await store.get_user(options.user)
        print(
            await issue_token(
                user_id=options.user, name=options.name, scopes=scopes, expires_at=expires_at
            )
        )

    return await _with_database(options, config, create)


async def tokens_list(options: argparse.Namespace, config: Config) -> int:
    """All tokens."""

    async def show(_db: store.Database) -> None:
        for token in await store.list_tokens():
            state = "revoked" if token.revoked_at else _until(token.expires_at)
            scopes = ",".join(token.scopes)
            print(f"{token.prefix}\tuser {token.user_id}\t{token.name}\t{scopes}\t{state}")

    return await _with_database(options, config, show)


async def tokens_revoke(options: argparse.Namespace, config: Config) -> int:
    """The end of a token."""

    async def revoke(_db: store.Database) -> None:
        await store.revoke_token(options.prefix, now=utc_now())
        print(f"revoked {options.prefix}")

    return await _with_database(options, config, revoke)


async def tokens_rotate(options: argparse.Namespace, config: Config) -> int:
    """A token's successor, shown once."""
    now = utc_now()
    if not 0 <= options.overlap_hours <= LONGEST_OVERLAP_HOURS:
        raise ConfigError(f"--overlap-hours runs from 0 to {LONGEST_OVERLAP_HOURS}")
    ends_at = now + timedelta(hours=options.overlap_hours)

    async def rotate(db: store.Database) -> None:
        old = await store.find_live_token(db, options.prefix, now=now)
        new, token = successor(old, now)
        operation = store.Operation(user_id=old.user_id, actor="cli", request_id="", at=now)
        await store.rotate_token(db, operation, new, token_id=old.id, ends_at=ends_at)
        print(token)

    return await _with_database(options, config, rotate)


async def messages_replay(options: argparse.Namespace, config: Config) -> int:
    """What waits for a person, given its turn again."""
    async with open_gateway(attach(config, options.data)) as gw:
        return await replay_waiting(gw, options)


async def replay_waiting(gw: Gateway, options: argparse.Namespace) -> int:
    """Replays what the options name, and returns 1 when some of it could not be."""
    failed = 0
    waiting = await _waiting(gw, options)
    for message in waiting:
        what = f"message {message.id} ({message.status})"
        if options.dry_run:
            print(f"{what}: {message.reason or 'no reason noted'}")
            continue
        operation = store.Operation(user_id=options.user, actor="cli", request_id="", at=gw.now())
        try:
            stored = await pipeline.replay(gw, message, operation)
        except (InvalidPayload, Conflict) as problem:
            failed += 1
            print(f"{what}: {problem.message}", file=sys.stderr)
        else:
            ids = ", ".join(str(one.message_id) for one in stored)
            print(f"{what}: replayed as {ids or 'no message'}")
    verb = "would be replayed" if options.dry_run else "replayed"
    print(f"{len(waiting) - failed} {verb}, {failed} could not be")
    return 1 if failed else 0


async def _waiting(gw: Gateway, options: argparse.Namespace) -> list[WaitingMessage]:
    if options.message is not None:
        return [
            await store.waiting_message(gw.db, user_id=options.user, message_id=options.message)
        ]
    found: list[WaitingMessage] = []
    while True:
        page = await store.waiting_messages(
            gw.db,
            user_id=options.user,
            webhook_id=options.webhook,
            after_id=found[-1].id if found else 0,
            limit=PAGE,
        )
        found += page
        if len(page) < PAGE:
            return found


async def _with_database(
    options: argparse.Namespace,
    config: Config,
    action: Callable[[store.Database], Awaitable[None]],
) -> int:
    db = await store.open_database(attach(config, options.data))
    try:
        await action(db)
    finally:
        await db.aclose()
    return 0


def _until(expires_at: datetime | None) -> str:
    return f"until {expires_at.astimezone(UTC):%Y-%m-%d}" if expires_at else "no expiry"
