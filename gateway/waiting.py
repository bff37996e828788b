"""`gateway messages`: what waits for a person, given its turn again."""

import argparse
import sys
from typing import Final

from gateway import pipeline, store
from gateway.config import Config
from gateway.plugin import InvalidPayload
from gateway.plugin.errors import Conflict
from gateway.records import WaitingMessage
from gateway.runtime import Gateway, open_gateway
from gateway.up import attach

PAGE: Final = 100


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
