"""Secrets at rest: AES-256-GCM under a ring of keys, each ciphertext bound to its row."""

import base64
import os
from collections.abc import Sequence
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES: Final = 12  # NIST SP 800-38D, section 8.2: 96 bits


class VaultError(Exception):
    """A ciphertext cannot be opened; the message names the missing key or the row at fault."""


class Vault:
    """Seals and opens text. The first key of the ring seals; every key opens what it sealed."""

    def __init__(self, ring: Sequence[tuple[str, bytes]]) -> None:
        if not ring:
            raise VaultError(
                "no encryption key: set GATEWAY_ENCRYPTION_KEYS to `k1:<base64 of 32 bytes>` "
                "(make one with: openssl rand -base64 32)"
            )
        self._sealing_id = ring[0][0]
        self._ciphers = {identifier: AESGCM(key) for identifier, key in ring}

    @property
    def sealing_id(self) -> str:
        """The name of the key that seals."""
        return self._sealing_id

    def seal(self, text: str, *, binding: str) -> str:
        """Ciphertext of `text` that opens only with the same `binding`.

        A binding names a table, a row and a column, such as `user_webhooks:7:secrets`.
        """
        nonce = os.urandom(NONCE_BYTES)
        sealed = self._ciphers[self._sealing_id].encrypt(nonce, text.encode(), binding.encode())
        return f"v1.{self._sealing_id}.{base64.b64encode(nonce + sealed).decode()}"

    def open(self, ciphertext: str, *, binding: str) -> str:
        """The text that was sealed. Raises `VaultError`."""
        _, _, rest = ciphertext.partition(".")
        identifier, _, encoded = rest.partition(".")
        cipher = self._ciphers.get(identifier)
        if cipher is None:
            raise VaultError(
                f"{binding}: sealed with key {identifier!r}, which is not in the key ring"
            )
        try:
            raw = base64.b64decode(encoded, validate=True)
            return cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], binding.encode()).decode()
        except (InvalidTag, ValueError):  # tampered with, or cut off
            raise VaultError(
                f"{binding}: does not open with key {identifier!r}; "
                "the row was changed or moved by hand"
            ) from None


def new_key_ring() -> str:
    """A key ring with one new random key, in the form of GATEWAY_ENCRYPTION_KEYS."""
    return new_key("k1")


def new_key(identifier: str) -> str:
    """A new random key, as an entry of GATEWAY_ENCRYPTION_KEYS."""
    return f"{identifier}:{base64.b64encode(os.urandom(32)).decode()}"
