"""What tests of Twilio channels are made of: the fake's settings, and requests as Twilio posts."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlencode

from gateway.plugin import HttpClient, InboundRequest, OutboundMessage
from gateway.plugin.testing import INBOUND_URL, NOW, inbound_request, outbound_message, part_context
from gateway_sms_twilio.fake.ledger import ACCOUNT_SID, AUTH_TOKEN, NUMBER
from gateway_sms_twilio.settings import TwilioSettings
from gateway_sms_twilio.signatures import FORM, Key, Pairs, signature
from gateway_sms_twilio.twilio import TwilioSms

PERSON = "+15005550100"
"""Somebody with a mobile phone."""


def settings(**given: object) -> TwilioSettings:
    """Settings of the fake's account, with others of a test's choice; None leaves one out."""
    own = {
        "twilio_account_sid": ACCOUNT_SID,
        "twilio_auth_token": AUTH_TOKEN,
        "twilio_phone_number": NUMBER,
    }
    return TwilioSettings.model_validate({k: v for k, v in {**own, **given}.items() if v})


def part(http: HttpClient | None = None, /, **given: object) -> TwilioSms:
    """The part on its own."""
    return TwilioSms(settings(**given), part_context(http))


def posted(
    fields: Pairs,
    *,
    url: str = INBOUND_URL,
    query: bytes = b"",
    key: Key | None = None,
    headers: Mapping[str, str] | None = None,
) -> InboundRequest:
    """A form as Twilio posts it to the channel; `url` is what it was signed for."""
    signed = url + (f"?{query.decode()}" if query and "?" not in url else "")
    return inbound_request(
        urlencode(fields).encode(),
        query=query,
        headers={
            "content-type": f"{FORM}; charset=UTF-8",
            "x-twilio-signature": signature(key or Key(secret=AUTH_TOKEN), signed, fields),
            "i-twilio-idempotency-token": "9c6e0c1d-7b3f-4f9e-8d0b-2f0a6e1c5b7a",
            "host": "gw.example.org",
            **(headers or {}),
        },
    )


def text_message(
    text: str = "Hello", *, to: str = PERSON, created_at: datetime = NOW
) -> OutboundMessage:
    """A first attempt at a reply to a person."""
    return replace(outbound_message(text, recipient=to), created_at=created_at)
