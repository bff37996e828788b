"""The private key of DKIM signatures, and the record in DNS that belongs to it."""

import base64
import re
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

SMALLEST_BITS: Final = 1024
"""RFC 8301 section 3.2: what verifiers still accept; 2048 is what to use."""
LARGEST_BITS: Final = 4096
_ONE_LINE: Final = re.compile(r"-----BEGIN ([A-Z ]{1,40})-----([^-]+)-----END \1-----")
_WANTED: Final = (
    "a DKIM key is an RSA private key of 1024 to 4096 bits as PEM, without a passphrase: "
    "openssl genrsa 2048"
)


def read_private_key(pem: str) -> RSAPrivateKey:
    """The key in a PEM block, with or without its line feeds. Raises `ValueError`."""
    try:
        key = load_pem_private_key(_with_lines(pem).encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise ValueError(_WANTED) from None
    if isinstance(key, RSAPrivateKey) and SMALLEST_BITS <= key.key_size <= LARGEST_BITS:
        return key
    raise ValueError(_WANTED)


def traditional_pem(key: RSAPrivateKey) -> bytes:
    """The key as dkimpy reads it (RFC 8017 RSAPrivateKey)."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())


def dns_record(key: RSAPrivateKey) -> str:
    """The TXT record at `<selector>._domainkey.<domain>` by which its signatures are checked."""
    der = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return f"v=DKIM1; k=rsa; p={base64.b64encode(der).decode()}"


def _with_lines(pem: str) -> str:
    """A form field of one line makes spaces of the line feeds."""
    found = _ONE_LINE.fullmatch(pem.strip())
    if found is None:
        return pem
    lines = "\n".join(found[2].split())
    return f"-----BEGIN {found[1]}-----\n{lines}\n-----END {found[1]}-----\n"
