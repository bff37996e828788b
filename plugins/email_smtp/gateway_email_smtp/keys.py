"""Verification keys: points of the curve P-256, as SendGrid's dashboard shows them."""

import base64
import binascii
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

_WANTED: Final = "a verification key is the base64 of a public key on the curve P-256"


def read_key(text: str) -> EllipticCurvePublicKey:
    """The key that one line of base64 or a PEM block holds. Raises `ValueError`."""
    joined = "".join(text.split()).removeprefix("-----BEGINPUBLICKEY-----")
    try:
        der = base64.b64decode(joined.removesuffix("-----ENDPUBLICKEY-----"), validate=True)
        key = load_der_public_key(der)
    except (binascii.Error, ValueError, UnsupportedAlgorithm):
        raise ValueError(_WANTED) from None
    if isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1):
        return key
    raise ValueError(_WANTED)
