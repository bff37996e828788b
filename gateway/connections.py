"""`gateway channels`: how channels are set up at their providers, looked at and set right."""

import argparse
from dataclasses import replace

from gateway import setups
from gateway.config import Config
from gateway.plugin import Checkup
from gateway.runtime import open_gateway
from gateway.store import Operation
from gateway.up import attach


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
