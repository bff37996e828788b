"""Why a signature does not match, pure: what was signed instead, and with what."""

import base64
import binascii
import hashlib
import hmac
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import product
from typing import Final

from gateway.plugin.signatures import TOLERANCE_SECONDS
from gateway.rules.signature_forms import Form, body_forms, prd_keys, standard_keys

PRD: Final = "X-Webhook-Signature"
STANDARD: Final = "webhook-signature"
MOST_DEVIATIONS: Final = 2
"""As many mistakes at once are found; each further one multiplies the search."""
LONGEST_BODY_BYTES: Final = 256 * 1024

_DIGESTS: Final = {20: "sha1", 32: "sha256", 48: "sha384", 64: "sha512"}
_LABEL: Final = re.compile(r"(?:sha-?\d{1,3}=|v\d[a-z]?[=,])", re.IGNORECASE)
_CONTENTS: Final = (
    b"{body}",
    b"{timestamp}.{body}",
    b"{id}.{timestamp}.{body}",
    b"{id}.{body}",
    b"{timestamp}{body}",
    b"v0:{timestamp}:{body}",
    b"{body}{timestamp}",
)
_MILLISECONDS: Final = 100_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownSecret:
    """A secret that may have been used; `code` is empty for the one that is to be used."""

    code: str = ""
    name: str
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedRequest:
    """A request as its receiver has it; header names in any case."""

    headers: Mapping[str, str]
    body: bytes
    received_at: datetime

    def header(self, name: str) -> str:
        """The value of a header, empty if it is not there."""
        found = (v for n, v in self.headers.items() if n.lower() == name.lower())
        return next(found, "").strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing about one header: a code for programs, and a sentence that says what to do."""

    code: str
    header: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """Whether a request's signatures hold, and what is to be said about each."""

    matches: bool
    findings: tuple[Finding, ...]


def diagnose(
    request: SignedRequest, secrets: Sequence[KnownSecret], *, sent: bytes | None = None
) -> Diagnosis:
    """What is wrong with the signatures of a request, as far as up to two mistakes explain it.

    `secrets` begin with the one that counts. `sent` are the bytes that the gateway signed, if it
    knows them.
    """
    findings: list[Finding] = []
    bodies = _bodies(request.body, sent)
    if request.header(PRD):
        findings += _prd_findings(request, secrets, bodies)
    if request.header(STANDARD):
        findings += _standard_findings(request, secrets, bodies)
        findings += _clock_findings(request)
    if not findings:
        message = (
            f"the request carries neither {PRD} nor {STANDARD}: look whether a proxy or the "
            "framework drops or renames headers"
        )
        findings = [Finding(code="unsigned", header=PRD, message=message)]
    return Diagnosis(
        matches=all(finding.code == "matches" for finding in findings),
        findings=tuple(findings),
    )


def _bodies(body: bytes, sent: bytes | None) -> list[Form]:
    forms = body_forms(body)
    if sent is None or sent == body:
        return forms
    at = next((i for i, (a, b) in enumerate(zip(body, sent, strict=False)) if a != b), None)
    code = "body_changed"
    place = f"from byte {min(len(body), len(sent)) if at is None else at}"
    message = (
        f"it matches what the gateway sent, {len(sent)} bytes; yours has {len(body)} and differs "
        f"{place}: compute over the raw body, before anything parses or changes it"
    )
    if _same_json(body, sent):
        code, message = "body_reserialised", f"{message}. It is the same JSON, written otherwise"
    # A form that leads to the same bytes says how they were changed, and that is more.
    is_explained = any(form.value == sent for form in forms)
    return forms if is_explained else [*forms, Form(code=code, message=message, value=sent)]


def _same_json(body: bytes, sent: bytes) -> bool:
    try:
        return bool(json.loads(body) == json.loads(sent))
    except (ValueError, RecursionError):
        return False


def _prd_findings(
    request: SignedRequest, secrets: Sequence[KnownSecret], bodies: Sequence[Form]
) -> list[Finding]:
    value = request.header(PRD)
    digest, faults = _digest(value, wanted="hex")
    if digest is None:
        return [_malformed(PRD, "`sha256=` and the 64 hexadecimal digits of the signature")]
    if not value.lower().startswith("sha256="):
        faults.append(Finding(code="label_missing", header=PRD, message="put `sha256=` before it"))
    keys = [(secret, form) for secret in secrets for form in prd_keys(secret.value)]
    found = _search([digest], keys, _contents(request, right=b"{body}"), bodies)
    return [*faults, *_told(PRD, found, faults)]


def _standard_findings(
    request: SignedRequest, secrets: Sequence[KnownSecret], bodies: Sequence[Form]
) -> list[Finding]:
    digests, faults = [], []
    entries = request.header(STANDARD).split()
    labelled = [entry for entry in entries if entry.startswith("v1,")]
    if entries and not labelled:
        message = "put `v1,` before each entry"
        faults.append(Finding(code="label_missing", header=STANDARD, message=message))
    for entry in labelled or entries:
        digest, problems = _digest(entry, wanted="base64")
        if digest is not None:
            digests.append(digest)
            faults += problems
    if not digests:
        return [_malformed(STANDARD, "entries of `v1,` and the base64 of 32 bytes")]
    keys = [(secret, form) for secret in secrets for form in standard_keys(secret.value)]
    contents = _contents(request, right=b"{id}.{timestamp}.{body}")
    found = _search(digests, keys, contents, bodies)
    return [*dict.fromkeys(faults), *_told(STANDARD, found, faults)]


def _contents(request: SignedRequest, *, right: bytes) -> list[Form]:
    """What is to be signed, and then other ways to compose it."""
    forms = [Form(value=_filled(right, request))]
    for template in _CONTENTS:
        message = (
            f"`{template.decode()}` was signed in place of `{right.decode()}`: "
            "the two headers sign different things"
        )
        if template != right:
            value = _filled(template, request)
            forms.append(Form(code="content_other", message=message, value=value))
    return forms


def _filled(template: bytes, request: SignedRequest) -> bytes:
    id_ = request.header("webhook-id") or request.header("X-Webhook-Id")
    at = request.header("webhook-timestamp") or request.header("X-Webhook-Timestamp")
    named = {b"{id}": id_.encode("utf-8", "replace"), b"{timestamp}": at.encode("utf-8", "replace")}
    for name, value in named.items():
        template = template.replace(name, value)
    return template


def _search(
    digests: Sequence[bytes],
    keys: Sequence[tuple[KnownSecret, Form]],
    contents: Sequence[Form],
    bodies: Sequence[Form],
) -> list[str] | None:
    """The mistakes that together explain one of the digests, fewest first; None if none do.

    Each mistake is `code: sentence`; an empty list means that there is none.
    """
    ways = []
    for (secret, key), content, body in product(keys, contents, bodies):
        mistakes = [
            f"{code}: {message}"
            for code, message in (
                (secret.code, f"wrong secret: it matches {secret.name}"),
                (key.code, key.message),
                (content.code, content.message),
                (body.code, body.message),
            )
            if code
        ]
        if len(mistakes) <= MOST_DEVIATIONS:
            ways.append((len(mistakes), mistakes, key.value, content.value, body.value))
    for _, mistakes, key_bytes, template, body_bytes in sorted(ways, key=lambda way: way[0]):
        before, _, after = template.partition(b"{body}")
        signed = before + body_bytes + after
        for digest in digests:
            name = _DIGESTS[len(digest)]
            made = hmac.new(key_bytes, signed, name).digest()
            if hmac.compare_digest(made, digest):
                return mistakes
    return None


def _digest(value: str, *, wanted: str) -> tuple[bytes | None, list[Finding]]:
    """The bytes of a signature however they are written, and what is wrong with the writing."""
    header = PRD if wanted == "hex" else STANDARD
    bare = _LABEL.sub("", value, count=1) if _LABEL.match(value) else value
    for encoding, decoded in (("hex", _unhex(bare)), ("base64", _unbase64(bare))):
        if len(decoded) not in _DIGESTS:
            continue
        faults = []
        if encoding != wanted:
            message = f"it is written in {encoding}: write it in {wanted}"
            faults.append(Finding(code="encoding_other", header=header, message=message))
        if len(decoded) != hashlib.sha256().digest_size:
            name = _DIGESTS[len(decoded)]
            message = f"it was made with HMAC-{name.upper()}: use HMAC-SHA256"
            faults.append(Finding(code="digest_other", header=header, message=message))
        return decoded, faults
    return None, []


def _told(header: str, found: list[str] | None, faults: Sequence[Finding]) -> list[Finding]:
    if found is None:
        message = (
            "no secret of this webhook, in any form that is known, makes this signature of this "
            "body: give the body byte for byte as it arrived, all headers, and the delivery's id"
        )
        return [Finding(code="unexplained", header=header, message=message)]
    if not found:
        message = "the signature matches" if not faults else "apart from that the signature matches"
        return [Finding(code="matches", header=header, message=message)]
    pairs = [mistake.partition(": ") for mistake in found]
    return [Finding(code=code, header=header, message=message) for code, _, message in pairs]


def _clock_findings(request: SignedRequest) -> list[Finding]:
    text = request.header("webhook-timestamp")
    if not request.header("webhook-id"):
        message = "it is missing, and it is signed: let it through"
        return [Finding(code="id_missing", header="webhook-id", message=message)]
    if not text.isascii() or not text.isdecimal() or len(text) > len("9999999999999"):
        return [_malformed("webhook-timestamp", "whole Unix seconds")]
    stamp = int(text)
    if stamp > _MILLISECONDS:
        message = "it is in milliseconds: it must be whole Unix seconds"
        return [Finding(code="clock_unit", header="webhook-timestamp", message=message)]
    away = stamp - int(request.received_at.timestamp())
    if abs(away) <= TOLERANCE_SECONDS:
        return []
    where = "ahead of" if away > 0 else "behind"
    message = (
        f"clock off {abs(away)} s: the request is {where} the clock that it is held against, and "
        f"{TOLERANCE_SECONDS} s are allowed: set the clock, sign each attempt anew, and if you "
        "look at a request of before, say when it came"
    )
    return [Finding(code="clock_off", header="webhook-timestamp", message=message)]


def _malformed(header: str, wanted: str) -> Finding:
    return Finding(
        code="malformed", header=header, message=f"it cannot be read: it must be {wanted}"
    )


def _unhex(text: str) -> bytes:
    try:
        return bytes.fromhex(text) if " " not in text else b""
    except ValueError:
        return b""


def _unbase64(text: str) -> bytes:
    standard = text.replace("-", "+").replace("_", "/").rstrip("=")
    try:
        return base64.b64decode(standard + "=" * (-len(standard) % 4), validate=True)
    except (binascii.Error, ValueError):
        return b""
