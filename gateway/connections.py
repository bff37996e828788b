"""`gateway channels`: how channels are set up at their providers, looked at and set right."""

import argparse
from dataclasses import replace
from pathlib import Path

from gateway import setups
from gateway.config import Config
from gateway.plugin import Checkup
from gateway.runtime import open_gateway
from gateway.store import Operation
from gateway.up import attach


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The commands of `gateway channels`."""
    channels = commands.add_parser(
        "channels", help="how channels are set up at their providers"
    ).add_subparsers(required=True, metavar="action")
    check = channels.add_parser("check", help="ask the provider, and change nothing")
    check.add_argument(
        "--round-trip",
        action="store_true",
        help="also send a message to the channel's own address, and wait for it to come back",
    )
    check.set_defaults(command=channels_check)
    connect = channels.add_parser("connect", help="have the provider call the channel's URL")
    connect.set_defaults(command=channels_connect)
    for parser in (check, connect):
        parser.add_argument("webhook", type=int, help="id of the webhook")
        parser.add_argument("--user", type=int, required=True, help="id of the account it is of")
        parser.add_argument("--data", type=Path, help="data directory of the embedded servers")


async def channels_check(options: argparse.Namespace, config: Config) -> int:
    """What the provider has; exit code 1 when something is wrong."""
    async with open_gateway(attach(config, options.data)) as gw:
        asked = {"user_id": options.user, "webhook_id": options.webhook}
        found = await setups.check_setup(gw, **asked)
        if options.round_trip:
            trip = await setups.round_trip(gw, **asked)
            found = replace(found, findings=[*found.findings, *trip.findings])
    return _shown(found)


async def channels_connect(options: argparse.Namespace, config: Config) -> int:
    """What the provider has afterwards; exit code 1 when something is still wrong."""
    async with open_gateway(attach(config, options.data)) as gw:
        operation = Operation(user_id=options.user, actor="cli", request_id="", at=gw.now())
        found = await setups.connect(gw, operation, webhook_id=options.webhook)
    return _shown(found)


def _shown(found: Checkup) -> int:
    for finding in found.findings:
        helps = " (`gateway channels connect` mends it)" if finding.is_mended_by_connect else ""
        print(f"{finding.status:8}{finding.name}: {finding.message}{helps}")
    for choice in found.choices:
        print(f"choice  {choice.setting} = {choice.value}  {choice.label}")
    return 1 if any(finding.status == "problem" for finding in found.findings) else 0
