"""`gateway simulate sms`: people text a channel of a running gateway, and its replies are shown.

It plays both sides of Twilio: it posts signed requests to the channel, and takes what the channel
sends. Nothing of it leaves the machine.
"""

import argparse
import asyncio
import mimetypes
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import aiohttp
from aiohttp import web

from gateway_sms_twilio.fake import ACCOUNT_SID, AUTH_TOKEN, NUMBER, FakeTwilio
from gateway_sms_twilio.fake.ledger import WORD_ANSWERS, word_of

PORT: Final = 8002
PERSON: Final = "+15005550100"
POLL_SECONDS: Final = 0.1
QUIET_SECONDS: Final = 1.0
"""After a reply, or Twilio's own answer to a word such as STOP, another one may follow at once."""
OK: Final = 200


async def main(arguments: Sequence[str]) -> int:
    """Sends each text, or each line that is typed, and prints what comes back; 1 if nothing did."""
    options = _parser().parse_args(arguments)
    async with _opened(options.port) as fake:
        fake.gateway, fake.token = options.gateway or "", options.token
        fake.ledger.number(NUMBER)["sms_url"] = options.url
        worst = 0
        async for text in _texts(options.texts):
            worst = max(worst, await _say(fake, text, options))
    return worst


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="gateway simulate sms",
        description=f"Texts to a channel whose twilioBaseUrl is http://127.0.0.1:{PORT}, whose "
        f"twilioAccountSid is {ACCOUNT_SID} and whose twilioPhoneNumber is {NUMBER}.",
    )
    parser.add_argument(
        "texts", nargs="*", help="what is texted (default: each line that is typed)"
    )
    parser.add_argument("--url", required=True, help="webhookUrl of the channel")
    parser.add_argument("--gateway", help="where the gateway is dialled (default: as --url says)")
    parser.add_argument("--from", dest="sender", default=PERSON, help="who texts")
    parser.add_argument(
        "--media", action="append", default=[], help="a file of yours, or a URL; repeatable"
    )
    parser.add_argument("--token", default=AUTH_TOKEN, help="auth token of the channel")
    parser.add_argument("--port", type=int, default=PORT, help="where Twilio's API is played")
    parser.add_argument("--wait", type=float, default=15.0, help="seconds to wait for a reply")
    return parser


@asynccontextmanager
async def _opened(port: int) -> AsyncIterator[FakeTwilio]:
    """Twilio on a port of this machine; it tells that each reply was delivered."""
    fake = FakeTwilio(tells=("sent", "delivered"), url=f"http://127.0.0.1:{port}")
    runner = web.AppRunner(fake.app(), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield fake
    finally:
        await runner.cleanup()


async def _texts(given: Sequence[str]) -> AsyncIterator[str]:
    for text in given:
        yield text
    while not given and (line := await asyncio.to_thread(sys.stdin.readline)):
        yield line.rstrip("\n")


async def _say(fake: FakeTwilio, text: str, options: argparse.Namespace) -> int:
    before = len(fake.ledger.sent_to(options.sender))
    print(f"> {options.sender}: {text}")
    try:
        media = [_picture(fake, place) for place in options.media]
        called = await fake.texts(options.sender, text, media=media)
    except aiohttp.ClientError as error:
        print(f"  the gateway cannot be reached: {error}")
        return 1
    if called.status != OK:
        print(f"  the gateway answered {called.status}: {called.body}")
        return 1
    word = word_of(text)
    if word:
        print(f"< {NUMBER}: {WORD_ANSWERS[word]}  (Twilio itself)")
    seconds = min(QUIET_SECONDS, options.wait) if word else options.wait
    shown = await _show_replies(fake, options.sender, before=before, seconds=seconds)
    if not shown and not word:
        print(f"  no reply within {options.wait:g} seconds; see the gateway's log")
    return 0 if shown or word else 1


def _picture(fake: FakeTwilio, place: str) -> str:
    """Where the gateway finds a file: at a URL of its own, or on the fake's shelf."""
    if place.startswith(("http://", "https://")):
        return place
    kind, _ = mimetypes.guess_type(place)
    return fake.offer(Path(place).read_bytes(), kind or "application/octet-stream")


async def _show_replies(fake: FakeTwilio, person: str, *, before: int, seconds: float) -> int:
    """Prints what is sent to the person until it is quiet; how many texts that were."""
    clock = asyncio.get_running_loop().time
    until, shown = clock() + seconds, before
    while clock() < until:
        for message in fake.ledger.sent_to(person)[shown:]:
            count = message["num_segments"]
            print(f"< {message['from']}: {message['body']}  ({count} segment(s))")
            shown, until = shown + 1, clock() + QUIET_SECONDS
        await asyncio.sleep(POLL_SECONDS)
    return shown - before
