"""The command line: `gateway up`, and what an operator needs beside it.

Each command names what runs it, which is imported once it is chosen.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from gateway.loading import load
from gateway.rules.scopes import SCOPES


class _Version(argparse.Action):
    """Tells the version; to look it up takes longer than all the rest, so only when asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version  # noqa: PLC0415 # see above

        sys.stdout.write(f"{version('integration-gateway')}\n")
        parser.exit()


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code: 0 done, 1 failed, 2 not understood."""
    options = build_parser().parse_args(arguments)
    code: int = load("gateway.commands:run")(options)
    return code


def build_parser() -> argparse.ArgumentParser:
    """Every command with its options; docs/reference/cli.md is checked against it."""
    parser = argparse.ArgumentParser(
        prog="gateway", description="Talk to an AI assistant by SMS, email and webhooks."
    )
    parser.add_argument("--config", type=Path, help="settings file (default: ./gateway.toml)")
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and exit")
    commands = parser.add_subparsers(required=True, metavar="command")
    _server_commands(commands)
    _account_commands(commands)
    _token_commands(commands)
    _message_commands(commands)
    _channel_commands(commands)
    _simulate_command(commands)
    _key_commands(commands)
    return parser


def _server_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    start = commands.add_parser(
        "up", help="start everything, with embedded servers if none are set"
    )
    start.set_defaults(command="gateway.up:up_command")
    serve = commands.add_parser("serve", help="start one web process")
    serve.set_defaults(program="gateway.web.app:serve")
    serve.add_argument(
        "--first-token",
        type=Path,
        metavar="FILE",
        help="keep a token that may do everything in this file, unless it is there",
    )
    for parser in (start, serve):
        parser.add_argument("--host", help="address to listen on")
        parser.add_argument("--port", type=int, help="port to listen on")
    worker = commands.add_parser("worker", help="start one worker process")
    worker.set_defaults(program="gateway.worker:run_worker")
    listen = commands.add_parser(
        "listen", help="start one process of listeners, the ways in beside HTTP"
    )
    listen.set_defaults(program="gateway.listening:run_listeners")
    for parser in (serve, worker, listen):
        parser.set_defaults(command="gateway.programs:program_command")
    migrate = commands.add_parser("migrate", help="bring the database up to date")
    migrate.set_defaults(command="gateway.programs:migrate_command")
    check = commands.add_parser(
        "check", help="say what needs a hand, and what to do; exit code 1 when something does"
    )
    check.add_argument("--json", action="store_true", help="print the findings as JSON")
    check.set_defaults(command="gateway.checks:check_command")
    plugins = commands.add_parser("plugins", help="list the enabled plugins and their parts")
    plugins.set_defaults(command="gateway.checks:plugins_command")
    _take_data(start, serve, worker, listen, migrate, check, plugins)


def _account_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    users = commands.add_parser("users", help="accounts").add_subparsers(
        required=True, metavar="action"
    )
    add = users.add_parser("add", help="create an account")
    add.add_argument("name", help="what people call it")
    add.add_argument("--external-id", help="its id in your own system")
    add.add_argument("--time-zone", default="UTC", help="IANA name, such as Europe/Madrid")
    add.set_defaults(command="gateway.accounts:users_add")
    listed = users.add_parser("list", help="list accounts")
    listed.set_defaults(command="gateway.accounts:users_list")
    _take_data(add, listed)


def _token_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    tokens = commands.add_parser("tokens", help="tokens of the management API").add_subparsers(
        required=True, metavar="action"
    )
    create = tokens.add_parser("create", help="create a token and print it, once")
    create.add_argument("--user", type=int, required=True, help="id of the account it acts for")
    create.add_argument("--name", required=True, help="what it is for")
    create.add_argument("--scope", action="append", choices=SCOPES, help="may be repeated")
    create.add_argument("--days", type=int, help="days until it expires (default: never)")
    create.set_defaults(command="gateway.accounts:tokens_create")
    shown = tokens.add_parser("list", help="list tokens without their secrets")
    shown.set_defaults(command="gateway.accounts:tokens_list")
    revoke = tokens.add_parser("revoke", help="end a token at once")
    revoke.add_argument("prefix", help="the part between gw_ and the next _")
    revoke.set_defaults(command="gateway.accounts:tokens_revoke")
    rotate = tokens.add_parser("rotate", help="print a successor; the old token counts for a while")
    rotate.add_argument("prefix", help="the part between gw_ and the next _")
    rotate.add_argument(
        "--overlap-hours", type=int, default=24, help="0 to 168, how long the old one counts"
    )
    rotate.set_defaults(command="gateway.accounts:tokens_rotate")
    _take_data(create, shown, revoke, rotate)


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
    replay.set_defaults(command="gateway.waiting:messages_replay")
    _take_data(replay)


def _channel_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    channels = commands.add_parser(
        "channels", help="how channels are set up at their providers"
    ).add_subparsers(required=True, metavar="action")
    check = channels.add_parser("check", help="ask the provider, and change nothing")
    check.add_argument(
        "--round-trip",
        action="store_true",
        help="also send a message to the channel's own address, and wait for it to come back",
    )
    check.set_defaults(command="gateway.connections:channels_check")
    connect = channels.add_parser("connect", help="have the provider call the channel's URL")
    connect.set_defaults(command="gateway.connections:channels_connect")
    for parser in (check, connect):
        parser.add_argument("webhook", type=int, help="id of the webhook")
        parser.add_argument("--user", type=int, required=True, help="id of the account it is of")
    _take_data(check, connect)


def _simulate_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    simulate = commands.add_parser(
        "simulate",
        help="play a provider to a running gateway",
        epilog="A simulator comes with a plugin, and is there once that is enabled: sms with "
        "sms_twilio, email with email_smtp.",
    )
    simulate.add_argument("name", help="which one, such as sms")
    simulate.add_argument(
        "arguments", nargs=argparse.REMAINDER, help="its own arguments; NAME --help lists them"
    )
    simulate.set_defaults(command="gateway.simulators:simulate_command")


def _key_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    keys = commands.add_parser("keys", help="encryption keys of stored secrets").add_subparsers(
        required=True, metavar="action"
    )
    listed = keys.add_parser("list", help="list the keys and how much each one still seals")
    listed.set_defaults(command="gateway.keys:keys_list")
    add = keys.add_parser("add", help="make a new key that is to seal")
    add.add_argument("--id", help="its name (default: k2, k3 ...)")
    add.set_defaults(command="gateway.keys:keys_add")
    again = keys.add_parser("rotate", help="re-encrypt every stored secret with the first key")
    again.set_defaults(command="gateway.keys:keys_rotate")
    remove = keys.add_parser("remove", help="take a key out of the ring that seals nothing")
    remove.add_argument("id", help="name of the key")
    remove.set_defaults(command="gateway.keys:keys_remove")
    _take_data(listed, add, again, remove)


def _take_data(*parsers: argparse.ArgumentParser) -> None:
    for parser in parsers:
        parser.add_argument("--data", type=Path, help="data directory of the embedded servers")
