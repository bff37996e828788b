"""What tests of Vonage channels are made of: settings, and requests as Vonage posts them."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from gateway.plugin import HttpClient, InboundRequest, OutboundMessage
from gateway.plugin.testing import NOW, inbound_request, outbound_message, part_context
from gateway_sms_vonage.fake.server import API_KEY, API_SECRET, NUMBER
from gateway_sms_vonage.fields import FORM
from gateway_sms_vonage.settings import Method, VonageSettings
from gateway_sms_vonage.signatures import fields_signature, signed_token
from gateway_sms_vonage.vonage import VonageSms

SECRET: Final = "sig-secret-0123456789-abcdefghijkl-XYZ"  # noqa: S105 # the fake's own
PERSON: Final = "+447700900001"


def settings(**given: object) -> VonageSettings:
    """Settings of the fake's account, with others of a test's choice."""
    own = {
        "vonage_api_key": API_KEY,
        "vonage_api_secret": API_SECRET,
        "vonage_signature_secret": SECRET,
        "vonage_number": NUMBER,
    }
    return VonageSettings.model_validate({**own, **given})


def part(http: HttpClient | None = None, /, **given: object) -> VonageSms:
    """The part on its own."""
    return VonageSms(settings(**given), part_context(http))


def sms_posted(
    fields: Mapping[str, str],
    *,
    secret: str = SECRET,
    method: Method = "sha256",
    at: datetime = NOW,
    as_json: bool = False,
) -> InboundRequest:
    """A webhook of the SMS API, signed."""
    signed = {"api-key": API_KEY, "timestamp": str(int(at.timestamp())), "nonce": "n-1", **fields}
    signed["sig"] = fields_signature(signed, secret, method)
    if as_json:
        return inbound_request(json.dumps(signed).encode())
    return inbound_request(urlencode(signed).encode(), headers={"content-type": FORM})


def messages_posted(
    body: Mapping[str, object], *, secret: str = SECRET, at: datetime = NOW, **claims: object
) -> InboundRequest:
    """A webhook of the Messages API with its token; `claims` replace what it says."""
    raw = json.dumps(dict(body)).encode()
    said = {
        "iat": int(at.timestamp()),
        "jti": "c5ba8f24-1a14-4c10-bfdf-3fbe8ce511b5",
        "iss": "Vonage",
        "payload_hash": hashlib.sha256(raw).hexdigest(),
        "api_key": API_KEY,
        "application_id": "aaaaaaaa-bbbb-cccc-dddd-0123456789ab",
        **claims,
    }
    headers = {
        "content-type": "application/json",
        "authorization": f"Bearer {signed_token(said, secret)}",
    }
    return inbound_request(raw, headers=headers)


def text_message(text: str = "Hello", *, to: str = PERSON) -> OutboundMessage:
    """A first attempt at a reply to a person."""
    return replace(outbound_message(text, recipient=to), created_at=NOW)
