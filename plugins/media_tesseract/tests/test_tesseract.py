"""Pictures are read by the real Tesseract, and none of them breaks more than its own process."""

import asyncio
import base64
import struct
import zlib
from pathlib import Path

import pluggy
import pytest

import gateway_media_tesseract
from gateway.plugin import ENTRY_POINT_GROUP, PermanentFailure, TemporaryFailure, hookspecs
from gateway.plugin.testing import check_settings, part_context
from gateway_media_tesseract import limited
from gateway_media_tesseract.tesseract import Tesseract, TesseractSettings

NOTE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAaQAAABgAQAAAAB6OTuOAAADXklEQVR42u3VvY7jNhAAYG0UhJfGTHnFIXNAXiBBml"
    "1gYZb3IHmCIM0Vh5MCF061bFNFryLDhzBFAL0CDRUqQ0JFKIDQZCjat9J5LXsvrW3A0N9nUDPDmQQ/55Nc1VVd1aVK"
    "TC41zejEf7yK3Vj1ybHSbKpydqzEsUrOqns4UrUWEyXDz1SJJ5SHs0oeK7xE6azMNBiBnmsxKF5mf3LH0WufKZT994"
    "2786zdBy6qXORQ0hcNK/mgZA4fmEnR5+8ySep1Y752qe3HagEPsCrWHHWjWFQPvNzaDfoXy0EtGv1rt+tGigtBNwos"
    "FD2OalBrlNsWLfrlUhSkoKl36JzPDmoJS1FhVSA0qBDrQSlUyqJDn4EAzBeioVM/UolYZqQkigarJxQ8Ku8fayO7T7"
    "hmqz5hFGKTRqWZsj4hVVA6ZS+ayvaJf/sYebxPWM7K90lKqoxqnZMypLD4Y68694nKkCvzrQjp3MYVyjWt0LigHg7K"
    "+P5uqkDhYlByr4BUHd6r+Dvbr9D6/oeRWmYoqABIVQfFPyr4EJWyrcMfx0qgWGNFtacOCkYK94pO05ES8A9QWuW/YW"
    "nbWPOwpscMZVnoqOpda6aKyQXjfKVw16zSuL++ohjqEv2rg9ptjKaSGamc528SKFmo3u/iXs7fUAxfUPVmu6ioer+c"
    "Ki02qswMYM/1T0GlWNJ7uZe0U6gYB0U75VWouAs7Wzs6lher+n+r4mKlRsdwqerZ47ETFys+Utl16p2benBcQ89Wxi"
    "egMwezyn6qNKmcpsY5Nf2U9DfPV3+Rohb9TPUb7diT6gZvhROqKznCSwHWQdszT9X3+4yiPv8aNI/qGyhaw1qXOupG"
    "t9TXTqrb7Au+YaoLMUy5rPWqNb/oLd2YUWHsSaWi4pWst3VrsbbYv51T1ESVrKMCVYXWTJOoQxogoffOqfaglKpsS+"
    "PP0TydUzlAU4yUtK3CMsFuTvUJiKawB9VUsovKujDNTygvJqqWg6IB3c6qbLJCUjYqk0B9WoVnKYY2KlsM0VDnVD+o"
    "5qAgRj70MZxR7yFkud5F1dEiQ5YHpU6rW2B8u95t3KCc2G1b0+qf51V/A6F6aajxqIbqNTdR5UzfPJllBmGnuLt+UJ"
    "4aRYvMs6DkaXXt2Fd1VVd1VZ+t/gOK5Qxl8r/wcgAAAABJRU5ErkJggg=="
)
"""A picture of 'Please call Dana by Friday / about invoice 4711'."""


def reader(**given: object) -> Tesseract:
    return Tesseract(TesseractSettings.model_validate(given), part_context())


def picture(width: int, height: int, rows: bytes) -> bytes:
    """A PNG of these rows, one bit for each point."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + check

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    body = chunk(b"IDAT", zlib.compress(rows, 9))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + body + chunk(b"IEND", b"")


def test_the_plugin_registers_a_reader_whose_settings_can_be_drawn() -> None:
    manager = pluggy.PluginManager(ENTRY_POINT_GROUP)
    manager.add_hookspecs(hookspecs)
    manager.register(gateway_media_tesseract)
    manager.check_pending()

    assert manager.hook.register_media_readers() == [[Tesseract]]
    check_settings(Tesseract)


async def test_the_words_in_a_picture_are_read() -> None:
    found = await reader().read(NOTE, "image/png")

    assert found == "Please call Dana by Friday\nabout invoice 4711"


async def test_a_picture_without_words_has_none() -> None:
    blank = picture(64, 64, (b"\x00" + b"\xff" * 8) * 64)

    assert await reader().read(blank, "image/png") == ""


def test_only_pictures_are_read() -> None:
    assert reader().reads("image/jpeg")
    assert not any(reader().reads(kind) for kind in ("audio/mpeg", "application/pdf", "image/heic"))


@pytest.mark.parametrize(
    "content", [b"", b"no picture", NOTE[:200], b"\x89PNG\r\n\x1a\n" + b"\xff" * 500], ids=repr
)
async def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(PermanentFailure, match="could not read"):
        await reader().read(content, "image/png")


async def test_a_picture_that_unfolds_to_gigabytes_breaks_its_own_process_alone() -> None:
    side = 60_000
    bomb = picture(side, side, (b"\x00" + b"\xff" * (side // 8)) * 2_000)

    with pytest.raises((PermanentFailure, TemporaryFailure)):
        await reader().read(bomb, "image/png")


async def test_a_language_that_is_not_installed_is_told() -> None:
    with pytest.raises(PermanentFailure, match="languages xxx"):
        await reader(tesseractLanguages="xxx").read(NOTE, "image/png")


@pytest.mark.parametrize("given", ["", "eng;rm", "../eng", "eng+", "ENG", "-l"])
def test_a_language_is_nothing_but_one(given: str) -> None:
    with pytest.raises(ValueError, match="tesseractLanguages"):
        TesseractSettings.model_validate({"tesseractLanguages": given})


async def test_several_pictures_are_read_side_by_side() -> None:
    found = await asyncio.gather(*(reader().read(NOTE, "image/png") for _ in range(3)))

    assert len(set(found)) == 1


async def test_a_program_that_is_not_there_is_told_by_its_status() -> None:
    process = await asyncio.create_subprocess_exec(
        "python3", "-I", str(Path(limited.__file__)), "5", str(1024**3), "no-such-program"
    )

    assert await process.wait() == limited.NOT_FOUND
