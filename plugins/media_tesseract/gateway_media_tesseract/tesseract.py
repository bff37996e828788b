"""Tesseract, a program of the system, as a reader of pictures."""

import asyncio
import os
import re
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from pathlib import Path
from typing import Final

from pydantic import Field

from gateway.plugin import MediaReader, PartSettings, PermanentFailure, TemporaryFailure
from gateway_media_tesseract import limited

PICTURES: Final = frozenset(
    {"image/png", "image/jpeg", "image/tiff", "image/bmp", "image/gif", "image/webp"}
)
MEMORY_BYTES: Final = 1024**3
"""A picture of a few kilobytes may unfold to billions of points."""
_BLANK: Final = re.compile(r"[ \t]*\n\s*\n\s*")
_SPACES: Final = re.compile(r"[ \t]+")


class TesseractSettings(PartSettings):
    """In which languages pictures are read, and for how long."""

    tesseract_languages: str = Field(
        "eng",
        pattern=r"^[a-z]{3}(_[a-z]{1,8})?(\+[a-z]{3}(_[a-z]{1,8})?){0,7}$",
        title="Languages",
        description="Languages of the pictures as Tesseract calls them, such as eng+deu; each one "
        "has to be installed.",
    )
    tesseract_seconds: int = Field(
        20,
        ge=1,
        le=40,
        title="Longest reading",
        description="Seconds after which a picture is left unread.",
    )


class Tesseract(MediaReader[TesseractSettings]):
    """Reads what is written in pictures: a note, a screenshot, a letter that was photographed."""

    name = "tesseract"
    title = "Tesseract (words in pictures)"
    Settings = TesseractSettings

    def reads(self, content_type: str) -> bool:
        """Whether it is a picture of a kind that Tesseract opens."""
        return content_type in PICTURES

    async def read(self, content: bytes, content_type: str) -> str:  # noqa: ARG002 # it sees for itself
        """The words in a picture, line by line; empty where there are none."""
        seconds = self.settings.tesseract_seconds
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", str(Path(limited.__file__)), str(seconds), str(MEMORY_BYTES)),
            *("tesseract", "stdin", "stdout", "-l", self.settings.tesseract_languages),
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            env={"PATH": os.defpath, "OMP_THREAD_LIMIT": "1"},
        )
        try:
            async with asyncio.timeout(seconds):
                found, _ = await process.communicate(content)
        except TimeoutError:
            raise TemporaryFailure(f"Tesseract was not done within {seconds} s") from None
        finally:
            await _ended(process)
        if process.returncode == limited.NOT_FOUND:
            raise PermanentFailure("Tesseract is not installed: apt-get install tesseract-ocr")
        if process.returncode != 0:
            raise PermanentFailure(
                f"Tesseract could not read the picture (status {process.returncode}): is each of "
                f"the languages {self.settings.tesseract_languages} installed?"
            )
        return _tidy(found.decode("utf-8", "replace"))


async def _ended(process: Process) -> None:
    if process.returncode is None:
        process.kill()
        await process.wait()


def _tidy(text: str) -> str:
    lines = _BLANK.sub("\n\n", text.replace("\f", "\n"))
    return _SPACES.sub(" ", lines).strip()
