"""Words in pictures, read by Tesseract."""

from typing import Any

from gateway.plugin import MediaReader, hookimpl
from gateway_media_tesseract.tesseract import Tesseract


@hookimpl
def register_media_readers() -> list[type[MediaReader[Any]]]:
    return [Tesseract]
