"""Secrets at rest: AES-256-GCM under a ring of keys, each ciphertext bound to its row."""

import base64
import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gateway.config import Config, ConfigError, decode_keys

NONCE_BYTES: Final = 12  # NIST SP 800-38D, section 8.2: 96 bits
FINGERPRINT_DIGITS: Final = 12

Ring = Sequence[tuple[str, bytes]]

log: Final = structlog.stdlib.get_logger()


class VaultError(Exception):
    """A ciphertext cannot be opened; the message names the missing key or the row at fault."""


class KeyFile:
    """A key ring in a file that may be written anew while processes run."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int, int] | None = None

    def changed(self) -> Ring | None:
        """The ring when the file is not as it was at the last look; None when nothing changed.

        A file that is gone or cannot be read changes nothing.
        """
        try:
            state = self._path.stat()
            seen = (state.st_ino, state.st_mtime_ns, state.st_size)
            if seen == self._seen:
                return None
            ring = decode_keys(self._path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, ConfigError) as problem:
            if self._seen is not None:
                log.warning("keys.unread", problem=str(problem))
            self._seen = None
            return None
        self._seen = seen
        return ring


class Vault:
    """Seals and opens text. The first key of the ring seals; every key opens what it sealed.

    With a file, it takes up what is written there: before it seals, and when it meets a key that it
    does not know.
    """

    def __init__(self, ring: Ring, file: KeyFile | None = None) -> None:
        self._file = file
        self._take(ring)

    def _take(self, ring: Ring) -> None:
        if not ring:
            raise VaultError(
                "no encryption key: set GATEWAY_ENCRYPTION_KEYS to `k1:<base64 of 32 bytes>` "
                "(make one with: openssl rand -base64 32)"
            )
        self._sealing_id = ring[0][0]
        self._ciphers = {identifier: AESGCM(key) for identifier, key in ring}
        self._fingerprints = tuple(fingerprint(identifier, key) for identifier, key in ring)

    @property
    def sealing_id(self) -> str:
        """The name of the key that seals."""
        return self._sealing_id

    @property
    def fingerprints(self) -> tuple[str, ...]:
        """Which keys the ring has, told without what they are; the sealing one first."""
        self._refresh()
        return self._fingerprints

    def _refresh(self) -> None:
        ring = self._file.changed() if self._file is not None else None
        if ring:
            self._take(ring)

    def seal(self, text: str, *, binding: str) -> str:
        """Ciphertext of `text` that opens only with the same `binding`.

        A binding names a table, a row and a column, such as `user_webhooks:7:secrets`.
        """
        self._refresh()
        nonce = os.urandom(NONCE_BYTES)
        sealed = self._ciphers[self._sealing_id].encrypt(nonce, text.encode(), binding.encode())
        return f"v1.{self._sealing_id}.{base64.b64encode(nonce + sealed).decode()}"

    def open(self, ciphertext: str, *, binding: str) -> str:
        """The text that was sealed. Raises `VaultError`."""
        _, _, rest = ciphertext.partition(".")
        identifier, _, encoded = rest.partition(".")
        if identifier not in self._ciphers:
            self._refresh()
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


def open_vault(config: Config) -> Vault:
    """The vault of the settings' keys. Raises `VaultError` and `ConfigError`."""
    file = KeyFile(Path(config.keys.file)) if config.keys.file else None
    return Vault(decode_keys(config.encryption_keys.get_secret_value()), file)


def fingerprint(identifier: str, key: bytes) -> str:
    """A key's name with enough of its hash to tell it from another key of that name."""
    return f"{identifier}:{hashlib.sha256(key).hexdigest()[:FINGERPRINT_DIGITS]}"


def new_key_ring() -> str:
    """A key ring with one new random key, in the form of GATEWAY_ENCRYPTION_KEYS."""
    return new_key("k1")


def new_key(identifier: str) -> str:
    """A new random key, as an entry of GATEWAY_ENCRYPTION_KEYS."""
    return f"{identifier}:{base64.b64encode(os.urandom(32)).decode()}"
