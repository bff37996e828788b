"""The frame of a text that is signed by PGP in itself (RFC 9580 section 7)."""

from collections.abc import Iterator, Sequence
from typing import Final

from gateway_email_smtp.lines import Line, Zone

BEGINS: Final = "-----BEGIN PGP SIGNED MESSAGE-----"
SEAL: Final = "-----BEGIN PGP SIGNATURE-----"
ENDS: Final = "-----END PGP SIGNATURE-----"
ESCAPE: Final = "- "
"""Before each line of the signed text that begins with a dash."""


def unframed(lines: Sequence[Line]) -> list[Line]:
    """The lines as their writer wrote them; the frame around them is part of the signature."""
    return list(_unframed(lines)) if any(line.text == BEGINS for line in lines) else list(lines)


def _unframed(lines: Sequence[Line]) -> Iterator[Line]:
    """`zone` is what a line of the frame is; empty in what was signed, and outside."""
    zone: Zone = ""
    is_signed = False
    for line in lines:
        if line.text in {BEGINS, SEAL}:
            zone, is_signed = "signature", line.text == BEGINS
        if is_signed and not zone:
            text = line.text.removeprefix(ESCAPE)
            yield line._replace(text=text)
        else:
            yield line._replace(zone=zone or line.zone)
        if (is_signed and zone and not line.text.strip()) or line.text == ENDS:
            zone = ""
            is_signed = is_signed and line.text != ENDS
