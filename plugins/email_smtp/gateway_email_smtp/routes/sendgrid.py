"""Through SendGrid's Mail Send API v3."""

import json
from http import HTTPStatus
from typing import Final

from gateway.plugin import (
    HttpResponse,
    JsonValue,
    PartContext,
    PartFailure,
    PermanentFailure,
    Sent,
    TemporaryFailure,
)
from gateway_email_smtp.composing import Outgoing
from gateway_email_smtp.routes.calls import OUTBOUND, call, excerpt_of, object_of
from gateway_email_smtp.settings import EmailSettings

_ADVICE: Final = {
    HTTPStatus.UNAUTHORIZED: "the API key counts no more: set sendgridApiKey anew",
    HTTPStatus.FORBIDDEN: "the API key may not send, or the sender is not verified: allow Mail "
    "Send, and verify the sender or its domain, or set fromAddress",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "SendGrid takes 30 MB at most",
}


class SendGridRoute:
    """Sends mails of one channel through SendGrid."""

    def __init__(self, settings: EmailSettings, context: PartContext) -> None:
        self._settings = settings
        self._context = context

    async def send(self, outgoing: Outgoing) -> Sent:
        """One attempt; SendGrid knows no idempotency key."""
        key = self._settings.sendgrid_api_key
        headers = {"Authorization": f"Bearer {key.get_secret_value() if key else ''}"}
        url = f"{self._settings.sendgrid_base_url.rstrip('/')}/v3/mail/send"
        response = await call(self._context.http, url, headers, _body(outgoing), who="SendGrid")
        if not 200 <= response.status < 300:  # noqa: PLR2004 # RFC 9110 section 15.3
            raise self._failure(response)
        return Sent(
            provider_id=response.headers.get("x-message-id") or outgoing.message_id,
            response_status=response.status,
            response_excerpt=excerpt_of(response),
        )

    async def aclose(self) -> None:
        """Holds nothing."""

    def _failure(self, response: HttpResponse) -> PartFailure:
        said = _said(response)
        if response.status == HTTPStatus.TOO_MANY_REQUESTS:
            return TemporaryFailure(
                f"SendGrid takes no more for now: {said}",
                retry_after_seconds=self._wait_seconds(response),
                response_status=response.status,
                response_excerpt=excerpt_of(response),
                not_accepted=True,
            )
        if response.status >= 500:  # noqa: PLR2004 # RFC 9110 section 15.6
            return TemporaryFailure(
                f"SendGrid had a fault of its own ({response.status}): {said}",
                response_status=response.status,
                response_excerpt=excerpt_of(response),
            )
        advice = _ADVICE.get(HTTPStatus(response.status), "") if _is_known(response.status) else ""
        return PermanentFailure(
            f"SendGrid refused it ({response.status}): {advice or said}",
            response_status=response.status,
            response_excerpt=excerpt_of(response),
            not_accepted=True,
        )

    def _wait_seconds(self, response: HttpResponse) -> float | None:
        """Until the moment that X-RateLimit-Reset names, in Unix seconds."""
        reset = response.headers.get("x-ratelimit-reset", "")
        if not (reset.isascii() and reset.isdecimal() and len(reset) <= 12):  # noqa: PLR2004 # till 33658
            return None
        return max(0.0, int(reset) - self._context.now().timestamp())


def _body(outgoing: Outgoing) -> JsonValue:
    sender: dict[str, JsonValue] = {"email": outgoing.sender.address}
    if outgoing.sender.name:
        sender["name"] = outgoing.sender.name
    body: dict[str, JsonValue] = {
        "from": sender,
        "reply_to": {"email": outgoing.reply_to},
        "subject": outgoing.subject,
        "personalizations": [{"to": [{"email": outgoing.recipient}]}],
        "content": [
            {"type": "text/plain", "value": outgoing.text},
            {"type": "text/html", "value": outgoing.html},
        ],
        "headers": {"Message-ID": outgoing.message_id, **dict(outgoing.headers)},
        "tracking_settings": {
            "click_tracking": {"enable": False, "enable_text": False},
            "open_tracking": {"enable": False},
        },
    }
    if outgoing.outbound_id:
        body["custom_args"] = {OUTBOUND: str(outgoing.outbound_id)}
    return body


def _said(response: HttpResponse) -> str:
    """The first error of an answer, and the field at fault."""
    errors = object_of(response).get("errors")
    first = errors[0] if isinstance(errors, list) and errors else None
    if not isinstance(first, dict):
        return excerpt_of(response) or "no reason given"
    field = f" ({first['field']})" if first.get("field") else ""
    return f"{first.get('message') or json.dumps(first)}{field}"[:300]


def _is_known(status: int) -> bool:
    return status in {int(known) for known in _ADVICE}
