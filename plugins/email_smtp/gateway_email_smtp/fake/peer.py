"""A peer of the mail server that speaks SMTP byte for byte, and doors for it to knock at."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from gateway.plugin import Door
from gateway.plugin.testing import NOW, MemoryDoors
from gateway_email_smtp.listening import mail_server
from gateway_email_smtp.reception import SmtpSettings
from gateway_email_smtp.settings import EmailSettings

MAIL: Final = b"From: ann@example.com\r\nSubject: Hi\r\n\r\nHello\r\n"
ENVELOPE: Final = (b"EHLO mail.example.com", b"MAIL FROM:<ann@example.com>")
TO: Final = b"RCPT TO:<assistant@example.org>"
SECONDS: Final = 10


class Talk:
    """One SMTP session, byte for byte."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def answer(self) -> str:
        """All lines of the next answer; empty when the server has left."""
        lines = []
        while line := await asyncio.wait_for(self.reader.readline(), timeout=SECONDS):
            lines.append(line.decode().rstrip())
            if line[3:4] != b"-":
                break
        return "\n".join(lines)

    async def say(self, *lines: bytes) -> str:
        """The answer to the last of some commands."""
        said = ""
        for line in lines:
            self.writer.write(line + b"\r\n")
            said = await self.answer()
        return said

    async def mail(self, raw: bytes = MAIL, *recipients: bytes) -> str:
        """The answer to a whole mail."""
        await self.say(*ENVELOPE, *(recipients or (TO,)))
        said = await self.say(b"DATA")
        return await self.say(raw + b".") if said.startswith("354") else said


@asynccontextmanager
async def server(doors: MemoryDoors, **settings: object) -> AsyncIterator[int]:
    """A mail server on a free port of the loopback."""
    values = {"port": 0, "hostname": "mx.example.org", **settings}
    async with mail_server(SmtpSettings.model_validate(values), doors) as port:
        yield port


@asynccontextmanager
async def talk(port: int) -> AsyncIterator[Talk]:
    """A session; the greeting is left to be read."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield Talk(reader, writer)
    finally:
        writer.close()


@asynccontextmanager
async def session(doors: MemoryDoors, **settings: object) -> AsyncIterator[Talk]:
    """A session with a listener of its own, after the greeting."""
    async with server(doors, **settings) as port, talk(port) as peer:
        await peer.answer()
        yield peer


def door(number: int = 1, address: str = "assistant@example.org", **settings: object) -> Door:
    """A channel whose mail comes by SMTP."""
    values = {"inbound_email_address": address, **settings}
    return Door(
        webhook_id=number,
        created_at=NOW,
        settings=EmailSettings.model_validate(values),
        token=f"t{number}",
    )
