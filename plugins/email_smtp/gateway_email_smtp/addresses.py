"""Addresses as the settings of a channel have them. Pure."""

import re
from typing import Final

_ADDRESS: Final = re.compile(
    r"[^\s@<>()\[\]\\,;:\"\x00-\x1f\x7f]{1,64}@([^\s@<>()\[\],;:\"]{1,253})"
)


def own_address(text: str) -> str:
    """An address with its domain in lower case. Raises `ValueError`."""
    found = _ADDRESS.fullmatch(text.strip())
    if found is None:
        raise ValueError("an address is one such as assistant@example.org, without a name")
    local, _, domain = found[0].rpartition("@")
    return f"{local}@{domain.lower()}"
