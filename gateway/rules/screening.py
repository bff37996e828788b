"""Reason codes of messages that are kept and not answered, pure."""

import re
from typing import Final

_CODE: Final = re.compile(r"[a-z0-9_]{1,64}", re.ASCII)
UNNAMED: Final = "unnamed"
"""What stands for a code that is none: a figure and a log line have room for codes alone."""


def reason_code(given: str) -> str:
    """The code that a parser gave, as it is kept."""
    return given if _CODE.fullmatch(given) else UNNAMED


def is_code(reason: str | None) -> bool:
    """Whether a reason is the code of a message that was read, not a sentence about one."""
    return reason is not None and _CODE.fullmatch(reason) is not None
