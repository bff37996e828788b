"""Whether Vonage sent a request, and lately; neither of its SDKs looks at the age or the body."""

import hashlib
import hmac
from datetime import datetime

from gateway.plugin import InboundRequest, InvalidPayload, InvalidSignature
from gateway_sms_vonage.fields import fields_of
from gateway_sms_vonage.settings import VonageSettings
from gateway_sms_vonage.signatures import ISSUER, claims_of, fields_signature


def verify(settings: VonageSettings, request: InboundRequest, *, now: datetime) -> None:
    """Returns for a request that Vonage signed. Raises `InvalidSignature` for any other."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        _verify_token(settings, request.body, token.strip(), now)
    else:
        _verify_fields(settings, request, now)


def _verify_token(settings: VonageSettings, body: bytes, token: str, now: datetime) -> None:
    try:
        claims = claims_of(token, settings.vonage_signature_secret.get_secret_value())
    except ValueError as error:
        raise InvalidSignature(str(error)) from None
    digest = hashlib.sha256(body).hexdigest()
    if not hmac.compare_digest(str(claims.get("payload_hash", "")).encode(), digest.encode()):
        raise InvalidSignature("payload_hash is not the hash of the body: it was changed")
    if claims.get("iss") != ISSUER:
        raise InvalidSignature("the token was not issued by Vonage")
    if claims.get("api_key") != settings.vonage_api_key:
        raise InvalidSignature("the token is of another account: check vonageApiKey")
    _check_age(settings, claims.get("iat"), now)


def _verify_fields(settings: VonageSettings, request: InboundRequest, now: datetime) -> None:
    try:
        fields = fields_of(request)
    except InvalidPayload as error:
        raise InvalidSignature(f"the request is not signed, and {error.message}") from None
    given = fields.get("sig", "")
    if not given:
        raise InvalidSignature(
            "neither a token nor `sig`: switch signed webhooks on in the Vonage dashboard"
        )
    secret = settings.vonage_signature_secret.get_secret_value()
    expected = fields_signature(fields, secret, settings.vonage_signature_method)
    if not hmac.compare_digest(given.lower().encode("utf-8", "replace"), expected.encode()):
        raise InvalidSignature(
            f"sig does not match with {settings.vonage_signature_method}: check "
            "vonageSignatureSecret and vonageSignatureMethod against API settings"
        )
    _check_age(settings, fields.get("timestamp"), now)


def _check_age(settings: VonageSettings, signed: object, now: datetime) -> None:
    try:
        age = now.timestamp() - float(str(signed))
    except ValueError:
        raise InvalidSignature("the signature does not say when it was made") from None
    if not abs(age) <= settings.vonage_max_age_seconds:
        raise InvalidSignature(
            f"the signature is {age:.0f} seconds old; "
            f"at most {settings.vonage_max_age_seconds} count (vonageMaxAgeSeconds)"
        )
