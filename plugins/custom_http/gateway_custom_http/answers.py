"""What an answer to a delivery means: sent, to be repeated, or never to be repeated."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from gateway.plugin import HttpResponse, PermanentFailure, Sent, TemporaryFailure

EXCERPT_LIMIT = 1024

# Timeout, too early, too many requests: the receiver asks for another attempt.
REPEATABLE = frozenset(
    {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS}
)

_SECONDS = re.compile(r"[0-9]{1,9}")


def settle(response: HttpResponse, *, place: str, now: datetime) -> Sent:
    """What a 2xx answer proves; raises the failure that any other answer means.

    `place` names the receiver in the failure's sentence.
    """
    status, excerpt = response.status, _excerpt(response.body)
    if 200 <= status < 300:  # noqa: PLR2004 - RFC 9110 section 15.3
        return Sent(response_status=status, response_excerpt=excerpt)
    answered = f"{place} answered {phrase(status)}"
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in REPEATABLE:
        raise TemporaryFailure(
            f"{answered}: the delivery is repeated",
            retry_after_seconds=retry_after(response.headers.get("retry-after", ""), now),
            response_status=status,
            response_excerpt=excerpt,
        )
    raise PermanentFailure(
        f"{answered}: {_remedy(response)}", response_status=status, response_excerpt=excerpt
    )


def _remedy(response: HttpResponse) -> str:
    if response.status == HTTPStatus.GONE:
        return "the receiver wants no more deliveries; change or remove outboundWebhookUrl"
    if 300 <= response.status < 400:  # noqa: PLR2004 - RFC 9110 section 15.4
        location = _printable(response.headers.get("location", ""))[:300]
        target = (
            f"set outboundWebhookUrl to {location}" if location else "change outboundWebhookUrl"
        )
        return f"redirects are not followed; {target} if it is yours"
    return "the receiver refuses this delivery; see its answer, then retry by hand"


def retry_after(value: str, now: datetime) -> float | None:
    """The wait that the receiver asks for, in seconds from `now`; None if it names none."""
    if _SECONDS.fullmatch(value.strip()):
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
        # A date with the zone "-0000" comes back naive; HTTP dates are always UTC.
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return max(0.0, (moment - now).total_seconds())
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _excerpt(body: bytes) -> str:
    return _printable(body[: EXCERPT_LIMIT * 4].decode("utf-8", "replace"))[:EXCERPT_LIMIT]


def _printable(text: str) -> str:
    # PostgreSQL does not store NUL in text.
    return text.replace("\x00", "\ufffd")


def phrase(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)
