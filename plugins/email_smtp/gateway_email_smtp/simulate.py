"""`gateway simulate email`: people write to a channel of a running gateway; answers are shown.

It plays both sides of the providers: it posts signed requests to the channel, and takes what the
channel sends by SendGrid's or Postmark's API. Nothing of it leaves the machine.
"""

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parseaddr
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import aiohttp
import aiosmtplib
from aiohttp import web

from gateway_email_smtp.fake import posts
from gateway_email_smtp.fake.apis import (
    POSTMARK_TOKEN,
    SENDGRID_KEY,
    FakePostmark,
    FakeSendGrid,
)
from gateway_email_smtp.fake.clients import STYLES, Draft, Earlier, written
from gateway_email_smtp.fake.posts import Letter, Post
from gateway_email_smtp.fake.sent import SentMail, of_postmark, of_sendgrid

PORT: Final = 8003
PERSON: Final = "Ann <ann@example.org>"
ADDRESS: Final = "assistant@example.com"
SMTP: Final = "smtp"
SERVER: Final = "127.0.0.1:2525"
POLL_SECONDS: Final = 0.1
CALL_SECONDS: Final = 15.0
OK: Final = 200

Maker = Callable[[Letter, datetime, str], Post]
WAYS: Final[Mapping[str, Maker]] = {
    "sendgrid": lambda letter, now, _: posts.sendgrid(letter, now=now),
    "sendgrid-raw": lambda letter, now, _: posts.sendgrid(letter, now=now, raw=True),
    "postmark": lambda letter, _, __: posts.postmark(letter),
    "postmark-raw": lambda letter, _, __: posts.postmark(letter, raw=True),
    "mailgun": lambda letter, now, _: posts.mailgun(letter, now=now),
    "mailgun-mime": lambda letter, now, _: posts.mailgun(letter, now=now, mime=True),
    "mime": lambda letter, _, secret: posts.mime(letter, secret=secret),
}


async def main(arguments: Sequence[str]) -> int:
    """Sends each text, or each line that is typed, and prints what comes back; 1 if nothing did."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if not (options.url or options.secrets or options.way == SMTP):
        parser.error("--url is missing: the webhookUrl of the channel")
    worst = 0
    async with Stage.opened(options.port) as stage:
        last: SentMail | None = None
        async for text in _texts(options):
            answers = await _say(stage, text, options, last)
            worst = max(worst, 0 if answers else 1)
            last = answers[-1] if answers else last
    return worst


def _parser() -> argparse.ArgumentParser:
    here = f"http://127.0.0.1:{PORT}"
    parser = argparse.ArgumentParser(
        prog="gateway simulate email",
        description=f"Writes mails to a channel whose address is {ADDRESS}. Answers are shown "
        f"when it sends by postmark (postmarkBaseUrl {here}/postmark, postmarkServerToken "
        f"{POSTMARK_TOKEN}) or by sendgrid (sendgridBaseUrl {here}/sendgrid, sendgridApiKey "
        f"{SENDGRID_KEY}). Of the secrets of the way in, --secrets tells what they must be.",
    )
    parser.add_argument("texts", nargs="*", help="what is written (default: each line typed)")
    parser.add_argument("--url", help="webhookUrl of the channel")
    parser.add_argument("--gateway", help="where the gateway is dialled (default: as --url says)")
    ways = [*sorted(WAYS), SMTP]
    parser.add_argument("--as", dest="way", choices=ways, default="mime", help="who hands it over")
    parser.add_argument("--server", default=SERVER, help="host and port, for --as smtp")
    parser.add_argument("--secret", default="", help="the channel's secretKey, for --as mime")
    parser.add_argument("--secrets", action="store_true", help="print the fake secrets, and end")
    parser.add_argument("--from", dest="sender", default=PERSON, help="who writes")
    parser.add_argument("--to", default=ADDRESS, help="the channel's inboundEmailAddress")
    parser.add_argument("--subject", default="A question", help="of the first mail")
    parser.add_argument("--style", choices=sorted(STYLES), default="gmail", help="whose program")
    parser.add_argument("--file", type=Path, help="a whole mail that is posted as it is (.eml)")
    parser.add_argument("--forward", metavar="WHOM", help="forwards a mail of this sender instead")
    parser.add_argument("--unproven", action="store_true", help="no server vouches for the sender")
    parser.add_argument("--port", type=int, default=PORT, help="where the APIs are played")
    parser.add_argument("--wait", type=float, default=15.0, help="seconds to wait for an answer")
    parser.add_argument("--quiet", type=float, default=1.0, help="and then for a further one")
    return parser


@dataclass(slots=True)
class Stage:
    """The APIs that the channel sends by, on one port of this machine."""

    sendgrid: FakeSendGrid = field(default_factory=FakeSendGrid)
    postmark: FakePostmark = field(default_factory=FakePostmark)

    @classmethod
    @asynccontextmanager
    async def opened(cls, port: int) -> "AsyncIterator[Stage]":
        """Listens until the block ends."""
        stage = cls()
        app = web.Application()
        app.add_subapp("/sendgrid", stage.sendgrid.app())
        app.add_subapp("/postmark", stage.postmark.app())
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        try:
            yield stage
        finally:
            await runner.cleanup()

    def sent_to(self, address: str) -> list[SentMail]:
        """What was sent to somebody, by whichever API."""
        mails = [of_sendgrid(mail) for mail in self.sendgrid.requests]
        mails += [of_postmark(mail) for mail in self.postmark.requests]
        return [mail for mail in mails if parseaddr(mail.recipient)[1] == address]


async def _texts(options: argparse.Namespace) -> AsyncIterator[str]:
    if options.secrets:
        print(f"sendgridVerificationKey   {posts.PUBLIC_KEY}")
        print(f"mailWebhookUser           {posts.USER}")
        print(f"mailWebhookPassword       {posts.PASSWORD}")
        print(f"mailgunSigningSecret      {posts.SIGNING_SECRET}")
        return
    for text in options.texts or ([""] if options.file else []):
        yield text
    while not options.texts and not options.file and (line := await _typed()):
        yield line.rstrip("\n")


async def _typed() -> str:
    return await asyncio.to_thread(sys.stdin.readline)


async def _say(
    stage: Stage, text: str, options: argparse.Namespace, last: SentMail | None
) -> list[SentMail]:
    """Posts one mail, and prints the answers to it."""
    name, address = parseaddr(options.sender)
    before = len(stage.sent_to(address))
    letter = await asyncio.to_thread(_letter, text, options, last)
    print(f"> {name or address}: {letter.parsed['subject']}: {text or options.file}")
    try:
        status, body = await _hand_over(letter, options)
    except (aiohttp.ClientError, aiosmtplib.SMTPException, OSError) as error:
        print(f"  the gateway cannot be reached: {error}")
        return []
    if status != OK:
        print(f"  the gateway answered {status}: {body}")
        return []
    await _wait(stage, address, before, options)
    answers = stage.sent_to(address)[before:]
    for answer in answers:
        _show(answer)
    if not answers:
        print(f"  no answer within {options.wait:g} seconds; see the gateway's log")
    return answers


def _letter(text: str, options: argparse.Namespace, last: SentMail | None) -> Letter:
    _, address = parseaddr(options.sender)
    now = datetime.now(UTC)  # noqa: TID251 # it is the person's clock
    raw = options.file.read_bytes() if options.file else b""
    if not raw:
        draft = Draft(
            sender=options.sender,
            recipient=last.reply_to if last else options.to,
            subject=options.subject,
            text=text,
            at=now,
            answers=_earlier(last, now) if last else None,
            forwards=_client(options.forward, now) if options.forward else None,
        )
        raw = written(draft, options.style).as_bytes()
    is_proven = not options.unproven
    return Letter(
        raw=raw,
        mail_from=address,
        recipient=last.reply_to if last else options.to,
        spf="pass" if is_proven else "none",
        dkim=address.rpartition("@")[2] if is_proven else "",
    )


def _earlier(last: SentMail, now: datetime) -> Earlier:
    return Earlier(
        sender=last.sender,
        subject=last.subject,
        text=last.text,
        at=now,
        message_id=last.message_id,
        references=last.references,
    )


def _client(whom: str, now: datetime) -> Earlier:
    text = "Could you send us the signed contract by Friday?\n\nBest regards"
    return Earlier(sender=whom, subject="Contract", text=text, at=now, message_id="<c1@client>")


async def _hand_over(letter: Letter, options: argparse.Namespace) -> tuple[int, str]:
    """What a mail is answered: by HTTP, or by SMTP as one that says 200."""
    if options.way == SMTP:
        host, _, port = options.server.rpartition(":")
        client = aiosmtplib.SMTP(hostname=host, port=int(port), start_tls=False)
        async with client:
            refused, said = await client.sendmail(letter.mail_from, [letter.recipient], letter.raw)
        return OK, f"{said} {refused}"
    post = WAYS[options.way](letter, datetime.now(UTC), options.secret)  # noqa: TID251 # it is the provider's clock
    place, dialled = urlsplit(options.url), urlsplit(options.gateway or options.url)
    url = urlunsplit((dialled.scheme, dialled.netloc, place.path, place.query, ""))
    async with (
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=CALL_SECONDS)) as session,
        session.post(url, data=post.body, headers=post.headers, allow_redirects=False) as answered,
    ):
        return answered.status, (await answered.text())[:500]


async def _wait(stage: Stage, address: str, before: int, options: argparse.Namespace) -> None:
    """Returns when it has been quiet after an answer, or nothing has come for so long."""
    clock = asyncio.get_running_loop().time
    until, seen = clock() + options.wait, before
    while clock() < until:
        if len(stage.sent_to(address)) > seen:
            seen, until = len(stage.sent_to(address)), clock() + options.quiet
        await asyncio.sleep(POLL_SECONDS)


def _show(answer: SentMail) -> None:
    print(f"< {answer.sender}: {answer.subject}")
    print(f"  In-Reply-To {answer.in_reply_to or '(none)'}")
    for line in answer.text.splitlines():
        print(f"  {line}")
