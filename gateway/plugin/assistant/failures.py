"""What a provider's failure means: whether to ask again, and what a person has to do about it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

from gateway.plugin.errors import PartFailure, PermanentFailure, TemporaryFailure

DETAIL_CHARACTERS: Final = 300
OVERLOADED: Final = 529

# What the providers call their failures. It counts where the HTTP status does not tell: in an
# answer that began with 200, and for a used-up account, which OpenAI answers with 429.
STATUS_OF_KIND: Final[Mapping[str, int]] = {
    "invalid_request_error": 400,
    "authentication_error": 401,
    "invalid_api_key": 401,
    "billing_error": 402,
    "insufficient_quota": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "model_not_found": 404,
    "request_too_large": 413,
    "rate_limit_error": 429,
    "rate_limit_exceeded": 429,
    "api_error": 500,
    "server_error": 500,
    "timeout_error": 504,
    "overloaded_error": OVERLOADED,
}
NAMED_KINDS: Final = frozenset({"billing_error", "insufficient_quota"})

REPEATABLE: Final = frozenset({408, 409, 425, 429})
WHY: Final[Mapping[int, str]] = {
    408: "did not get the request in time",
    409: "has the request under way already",
    429: "allows no more requests for now; ask it for a higher limit if this happens often",
    OVERLOADED: "is overloaded",
}
REMEDIES: Final[Mapping[int, str]] = {
    401: "refuses the key: set {setting}ApiKey anew",
    402: "has no credit left on this account: top it up there",
    403: "does not allow this key to use the model: give it access, or change {setting}Model",
    404: "does not know the model or the address: check {setting}Model and {setting}BaseUrl",
    413: "finds the conversation too large: choose a model that reads more",
}
REFUSED: Final = "refuses the request: check {setting}Model and what is set for it"


class QuestionRefused(PermanentFailure):
    """The provider cannot make anything of the question itself, perhaps of an image in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderError:
    """What a provider said instead of an answer: its own name for it and its own words.

    `status` is None when there was no HTTP answer, and may be 200: a stream can fail midway.
    """

    status: int | None
    kind: str = ""
    detail: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


def provider_failure(error: ProviderError, *, provider: str, setting: str) -> PartFailure:
    """The failure that an error of `provider` means, with a sentence that says what to do.

    The settings that the sentence names begin with `setting`.
    """
    meant = _meant(error.status, error.kind)
    is_about_the_key = meant == HTTPStatus.UNAUTHORIZED
    # A provider repeats part of a key that it refuses.
    words = "" if is_about_the_key else _printable(error.detail)
    tail = f"[{error.kind or meant}]" + (f" ({words})" if words else "")
    if meant in REPEATABLE or meant >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return TemporaryFailure(
            f"{provider} {WHY.get(meant, 'failed')}: it is asked again {tail}",
            retry_after_seconds=_retry_after(error.headers),
            response_status=error.status,
            response_excerpt=words,
        )
    failure = PermanentFailure if meant in REMEDIES else QuestionRefused
    remedy = REMEDIES.get(meant, REFUSED).format(setting=setting)
    return failure(
        f"{provider} {remedy} {tail}", response_status=error.status, response_excerpt=words
    )


def _meant(status: int | None, kind: str) -> int:
    if kind in NAMED_KINDS or status is None or status < HTTPStatus.MULTIPLE_CHOICES:
        return STATUS_OF_KIND.get(kind, HTTPStatus.INTERNAL_SERVER_ERROR)
    return status


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """The wait in seconds that a provider asks for; None if it names none."""
    try:
        seconds = float(headers.get("retry-after", ""))
    except ValueError:
        return None
    return max(0.0, seconds) if math.isfinite(seconds) else None


def _printable(text: str) -> str:
    # PostgreSQL does not store NUL in text, and a sentence has one line.
    return " ".join(text.replace("\x00", "\ufffd").split())[:DETAIL_CHARACTERS]
