"""X-Twilio-Signature: the HMAC of a URL and a form, and what a wrong one was made of. Pure.

Twilio signs the URL that it was given. What arrives may be spelt differently: a port that goes
without saying, an escape that a proxy decoded. Those spellings are the same URL, and count.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, quote, unquote_to_bytes, urlsplit

FORM: Final = "application/x-www-form-urlencoded"
FIELD_LIMIT: Final = 1000
SHA1: Final = "sha1"
SHA256: Final = "sha256"
PORTS: Final = {"https": "443", "http": "80"}

Pairs = Sequence[tuple[str, str]]

_HEX_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_BODY_HASH: Final = re.compile(r"(?:^|&)bodySHA256=([^&]*)")
# Characters that some senders escape in a path or query and others do not (RFC 3986 section 2.2).
_DELIMITERS: Final = "!$&'()*+,;=:@/?-._~"
_BARE: Final = "-._~"


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A secret, and the one algorithm that it is good for."""

    secret: str
    algorithm: str = SHA1


def read_form(body: bytes) -> Pairs:
    """The fields of a form, in order. Raises `ValueError` for more than anybody sends."""
    text = body.decode("utf-8", "replace")
    return parse_qsl(text, keep_blank_values=True, max_num_fields=FIELD_LIMIT, errors="replace")


def signature(key: Key, url: str, fields: Pairs = ()) -> str:
    """What Twilio sends as X-Twilio-Signature for a request to `url`.

    >>> signature(Key(secret="12345"), "https://h/p", [("A", "2"), ("A", "1"), ("B", "x")])
    'UdVRyKfbDjfQwiASVrmrxpV/VCU='
    """
    # A name counts once with each of its values; both in the order of their code points.
    spelt = url + "".join(name + value for name, value in sorted(set(fields)))
    signed = spelt.encode("utf-8", "replace")
    digest = hmac.new(key.secret.encode(), signed, key.algorithm).digest()
    return base64.b64encode(digest).decode()


def is_signed(given: str, keys: Iterable[Key], urls: Iterable[str], fields: Pairs = ()) -> bool:
    """Whether one of the keys made `given` for one of the URLs; all are compared, always."""
    received = given.encode("utf-8", "replace")
    verdicts = [
        hmac.compare_digest(received, signature(key, url, fields).encode())
        for key in tuple(keys)
        for url in tuple(urls)
    ]
    return any(verdicts)


def body_hash(query: str) -> str:
    """The `bodySHA256` that Twilio put into a URL; empty when there is none."""
    found = _BODY_HASH.search(query)
    return found[1] if found else ""


def hashes_to(body: bytes, expected: str) -> bool:
    """Whether `expected` is the SHA-256 of a body in lower-case hexadecimal digits."""
    if not _HEX_SHA256.fullmatch(expected):
        return False
    return hmac.compare_digest(hashlib.sha256(body).hexdigest(), expected)


def spellings(url: str) -> list[str]:
    """The URL as it is, and as it may have been written where it was signed.

    >>> spellings("https://h:8443/a?b=%2C")
    ['https://h:8443/a?b=%2C', 'https://h/a?b=%2C', 'https://h:8443/a?b=,', 'https://h/a?b=,']
    """
    scheme, _, rest = url.partition("://")
    authority, slash, after = _parted(rest)
    path, mark, query = after.partition("?")
    found = {}
    for respelt in (_as_is, _escaped, _unescaped):
        place = respelt(path, "/") if slash else ""
        asked = mark + respelt(query, "&=") if mark else ""
        for host in _hosts(scheme, authority):
            found[f"{scheme}://{host}{slash}{place}{asked}"] = True
    return list(found)


def seen_origins(public_url: str, headers: Mapping[str, str]) -> Iterator[str]:
    """Other origins that a sender may have been given, as the request's headers tell of them."""
    hosts = [
        headers.get(name, "").partition(",")[0].strip() for name in ("x-forwarded-host", "host")
    ]
    known = urlsplit(public_url)
    for host in dict.fromkeys([*filter(None, hosts), known.netloc]):
        for scheme in PORTS:
            if (scheme, host) != (known.scheme, known.netloc):
                yield f"{scheme}://{host}"


def _parted(rest: str) -> tuple[str, str, str]:
    """Authority, slash, and what follows; a query may come without any path."""
    found = re.search(r"[/?]", rest)
    if found is None:
        return rest, "", ""
    at = found.start()
    return (rest[:at], "/", rest[at + 1 :]) if rest[at] == "/" else (rest[:at], "", rest[at:])


def _hosts(scheme: str, authority: str) -> list[str]:
    """The authority as it is, without its port, and with the one that goes without saying."""
    user, at, host = authority.rpartition("@")
    bare = host
    if (found := re.fullmatch(r"(\[[^\]]*\]|[^:]*):([0-9]*)", host)) is not None:
        bare = found[1]
    standard = f"{bare}:{PORTS[scheme]}" if scheme in PORTS and bare == host else bare
    return list(dict.fromkeys(f"{user}{at}{name}" for name in (host, bare, standard)))


def _as_is(text: str, _parts: str) -> str:
    return text


def _escaped(text: str, parts: str) -> str:
    return _respelt(text, parts, lambda raw: quote(raw, safe=_BARE))


def _unescaped(text: str, parts: str) -> str:
    return _respelt(text, parts, lambda raw: quote(raw, safe=_DELIMITERS))


def _respelt(text: str, parts: str, spell: Callable[[bytes], str]) -> str:
    """Each piece between `parts` written anew; what parts them stays."""
    # Bytes that a proxy left bare came in one by one (ASGI), as if they were Latin-1.
    return "".join(
        piece if piece in parts else spell(unquote_to_bytes(piece.encode("latin-1", "replace")))
        for piece in re.split(f"([{parts}])", text)
        if piece
    )
