"""How a text goes out through Vonage, by either API."""

import base64
import json
import math
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode

from gateway.plugin import (
    HttpResponse,
    OutboundMessage,
    PartContext,
    PartFailure,
    PermanentFailure,
    Sent,
    TemporaryFailure,
    UncertainFailure,
)
from gateway.plugin.sms import is_gsm, is_number, plain, segments, split
from gateway_sms_vonage.settings import VonageSettings

TIMEOUT_SECONDS: Final = 15.0
LONGEST: Final = 3200
EXCERPT: Final = 500
REFUSED_ACCOUNT: Final = frozenset({401, 402, 403})
"""Nothing was taken: the account itself is refused, or has no credit."""
THROTTLED: Final = frozenset({"1", "10"})
ACCOUNT: Final = frozenset({"4", "8", "9", "11", "14", "33"})
UNSURE: Final = frozenset({"5", "22"})
"""Vonage's own or the network's trouble, in the middle of it."""


class Sender:
    """Sends the texts of one channel."""

    def __init__(self, settings: VonageSettings, context: PartContext) -> None:
        self._settings = settings
        self._http = context.http

    async def send(self, message: OutboundMessage) -> Sent:
        """One attempt; a long text goes in pieces, and the first one that fails ends it."""
        if not is_number(message.recipient):
            raise PermanentFailure(
                f"{message.recipient[:40]!r} is no number that can be sent to: it takes the form "
                "+447700900001"
            )
        text = plain(message.text) if self._settings.sms_plain_text else message.text
        pieces = split(text, LONGEST)
        if not pieces:
            raise PermanentFailure("the message has no text")
        by_messages = self._settings.vonage_api == "messages"
        call = self._by_messages if by_messages else self._by_sms
        ids: list[str | None] = []
        responses: list[HttpResponse] = []
        for piece in pieces:
            try:
                sent_id, response = await call(message, piece)
            except PartFailure as failure:
                if not ids:
                    raise
                gone = f"{len(ids)} of {len(pieces)} pieces went"
                raise UncertainFailure(f"{gone}: {failure.message}") from failure
            ids.append(sent_id)
            responses.append(response)
        count = sum(map(segments, pieces))
        return Sent(
            provider_id=ids[0],
            response_status=response.status,
            response_excerpt=_excerpt(response),
            segments=count,
            cost_usd=self._cost(responses, count),
            pieces=tuple(filter(None, ids)) if len(ids) > 1 else (),
        )

    def _cost(self, responses: Sequence[HttpResponse], count: int) -> float | None:
        """What Vonage says that it charges, where that is known; else what a segment costs."""
        rate, price = self._settings.vonage_dollars_per_euro, self._settings.sms_segment_price
        told = [_price(response) for response in responses]
        euros = [each for each in told if each is not None]
        if rate is not None and len(euros) == len(told):
            return round(sum(euros) * rate, 6)
        return None if price is None else round(price * count, 6)

    async def _by_messages(
        self, message: OutboundMessage, text: str
    ) -> tuple[str | None, HttpResponse]:
        settings = self._settings
        pair = f"{settings.vonage_api_key}:{settings.vonage_api_secret.get_secret_value()}"
        body = {
            "message_type": "text",
            "channel": "sms",
            "to": message.recipient.removeprefix("+"),
            "from": settings.vonage_number.removeprefix("+"),
            "text": text,
            "client_ref": str(message.id),
        }
        response = await self._post(
            f"{settings.vonage_messages_url.rstrip('/')}/v1/messages",
            json.dumps(body).encode(),
            {
                "Content-Type": "application/json",
                "Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}",
            },
        )
        _check_status(response)
        return _json(response).get("message_uuid"), response

    async def _by_sms(self, message: OutboundMessage, text: str) -> tuple[str | None, HttpResponse]:
        settings = self._settings
        form = {
            "api_key": settings.vonage_api_key,
            "api_secret": settings.vonage_api_secret.get_secret_value(),
            "from": settings.vonage_number.removeprefix("+"),
            "to": message.recipient.removeprefix("+"),
            "text": text,
            "type": "text" if is_gsm(text) else "unicode",
            "status-report-req": "1",
            "client-ref": str(message.id),
        }
        response = await self._post(
            f"{settings.vonage_sms_url.rstrip('/')}/sms/json",
            urlencode(form).encode(),
            {"Content-Type": "application/x-www-form-urlencoded"},
        )
        _check_status(response)
        return _check_messages(response), response

    async def _post(self, url: str, body: bytes, headers: dict[str, str]) -> HttpResponse:
        try:
            return await self._http.request(
                "POST", url, headers=headers, body=body, timeout_seconds=TIMEOUT_SECONDS
            )
        except TemporaryFailure as failure:
            if failure.not_accepted:
                raise
            raise UncertainFailure(
                f"whether Vonage took it is not known: {failure.message}"
            ) from failure


def _check_status(response: HttpResponse) -> None:
    """Returns for a request that was accepted as a request."""
    status = response.status
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return
    told = _json(response)
    title, detail = str(told.get("title", "")), str(told.get("detail", ""))
    reason = ": ".join(filter(None, (f"Vonage answered {status}", title, detail)))[:EXCERPT]
    excerpt = _excerpt(response)
    if status in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}:
        raise TemporaryFailure(
            reason,
            retry_after_seconds=_seconds(response.headers.get("retry-after", "")),
            response_status=status,
            response_excerpt=excerpt,
            not_accepted=True,
        )
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise UncertainFailure(reason, response_status=status, response_excerpt=excerpt)
    raise PermanentFailure(
        reason,
        response_status=status,
        response_excerpt=excerpt,
        not_accepted=status in REFUSED_ACCOUNT,
    )


def _check_messages(response: HttpResponse) -> str | None:
    """The id of a text that the SMS API took; it answers 200 also when it did not."""
    found = _json(response).get("messages")
    first = found[0] if isinstance(found, list) and found and isinstance(found[0], dict) else None
    if first is None:
        return None
    code = str(first.get("status", ""))
    if code == "0":
        return str(first.get("message-id", "")) or None
    reason = f"Vonage answered status {code}: {str(first.get('error-text', ''))[:EXCERPT]}"
    excerpt = _excerpt(response)
    if code in THROTTLED:
        raise TemporaryFailure(reason, response_excerpt=excerpt, not_accepted=True)
    if code in UNSURE:
        raise UncertainFailure(reason, response_excerpt=excerpt)
    raise PermanentFailure(reason, response_excerpt=excerpt, not_accepted=code in ACCOUNT)


def _price(response: HttpResponse) -> float | None:
    """The sum of what the SMS API says its messages cost, in euros."""
    found = _json(response).get("messages")
    parts = found if isinstance(found, list) else []
    try:
        prices = [float(part["message-price"]) for part in parts]
    except (KeyError, TypeError, ValueError):
        return None
    is_sound = bool(prices) and all(math.isfinite(each) and each >= 0 for each in prices)
    return sum(prices) if is_sound else None


def _json(response: HttpResponse) -> dict[str, Any]:
    try:
        found = json.loads(response.body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _excerpt(response: HttpResponse) -> str:
    return response.body[:EXCERPT].decode("utf-8", "replace").replace("\x00", "")


def _seconds(told: str) -> float | None:
    return float(told) if told.isascii() and told.isdecimal() else None
