"""Who may post: the vectors of Vonage's own SDK, and what that SDK lets pass."""

from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.plugin import InvalidSignature
from gateway.plugin.testing import NOW, check_verifier, inbound_request
from gateway_sms_vonage.fake.stage import SECRET, messages_posted, part, sms_posted
from gateway_sms_vonage.settings import Method
from gateway_sms_vonage.signatures import claims_of, fields_signature, signed_token

FIELDS = {
    "api-key": "abcd1234",
    "keyword": "HELLO",
    "message-timestamp": "2026-01-02 03:04:05",
    "messageId": "0A00000012345678",
    "msisdn": "447700900001",
    "nonce": "ec11dd3e-1e7f-4db5-9467-82b02cd223b9",
    "text": "Hello & = é",
    "timestamp": "1767323045",
    "to": "447700900000",
    "type": "text",
}
BODY = (
    b'{"channel":"sms","message_uuid":"aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab",'
    b'"to":"447700900000","from":"447700900001","timestamp":"2026-01-02T03:04:05Z",'
    b'"text":"Hello","message_type":"text","sms":{"num_messages":"1","keyword":"HELLO"},'
    b'"context_status":"none"}'
)
TOKEN = (
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpYXQiOjE3NjczMjMwNDUsImp0aSI6ImM1YmE4ZjI0LTFhMTQtNGMx"
    "MC1iZmRmLTNmYmU4Y2U1MTFiNSIsImlzcyI6IlZvbmFnZSIsInBheWxvYWRfaGFzaCI6ImYwMTc1YjI4ZGY2MGI1M2JjOW"
    "Y2ODYwYmU4ZjA5MzU2ODBkZmQyODVjN2ExOGZhOTI4MzQxZTQ5YjQxNzMzMWQiLCJhcGlfa2V5IjoiYWJjZDEyMzQiLCJh"
    "cHBsaWNhdGlvbl9pZCI6ImFhYWFhYWFhLWJiYmItY2NjYy1kZGRkLTAxMjM0NTY3ODlhYiJ9"
    ".u2pidMwhozvoLQ3-PVngxi7XNPw4bz4W9hT9KTqs1hQ"
)
TEXT = {"msisdn": "447700900001", "to": "447700900000", "messageId": "1", "text": "Hi"}
MESSAGE = {"message_uuid": "u-1", "from": "447700900001", "to": "447700900000", "text": "Hi"}


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("md5", "e87d6c18adae5fa09d3fda8137c6c9fc"),
        ("sha256", "0e5e19c65269f49f4e71bc716842eb95b4c08635f89a3492ac949e7d93a5d83f"),
    ],
)
def test_fields_are_signed_as_by_vonages_sdk(method: Method, expected: str) -> None:
    assert fields_signature(FIELDS, "my_secret", method) == expected


async def test_a_token_of_vonages_sdk_counts() -> None:
    headers = {"content-type": "application/json", "authorization": f"Bearer {TOKEN}"}

    await part().verify(inbound_request(BODY, headers=headers))

    assert claims_of(TOKEN, SECRET)["iss"] == "Vonage"


@pytest.mark.parametrize("method", ["md5hash", "md5", "sha1", "sha256", "sha512"])
@pytest.mark.parametrize("as_json", [True, False])
async def test_every_method_of_the_sms_api_counts(method: Method, *, as_json: bool) -> None:
    request = sms_posted({**TEXT, "text": "a&b=c é"}, method=method, as_json=as_json)

    await part(vonage_signature_method=method).verify(request)
    with pytest.raises(InvalidSignature, match="check vonageSignatureSecret"):
        await part(vonage_signature_method=method, vonage_signature_secret="x").verify(request)


async def test_forged_requests_are_refused() -> None:
    signed = sms_posted(TEXT)
    token = messages_posted(MESSAGE)

    await check_verifier(
        part(),
        signed,
        replace(signed, body=signed.body.replace(b"Hi", b"Ho")),
        sms_posted(TEXT, secret="other"),
        sms_posted(TEXT, method="md5"),
        inbound_request(b"{}"),
    )
    await check_verifier(
        part(),
        token,
        replace(token, body=token.body + b" "),
        messages_posted(MESSAGE, secret="other"),
        messages_posted(MESSAGE, iss="Somebody"),
        messages_posted(MESSAGE, api_key="ffff0000"),
        messages_posted(MESSAGE, payload_hash=""),
        messages_posted(MESSAGE, iat=None),
        messages_posted(MESSAGE, iat="nan"),
    )


@pytest.mark.parametrize("seconds", [-301, 301, 86_400])
async def test_an_old_signature_is_refused(seconds: int) -> None:
    at = NOW - timedelta(seconds=seconds)

    for request in (sms_posted(TEXT, at=at), messages_posted(MESSAGE, at=at)):
        with pytest.raises(InvalidSignature, match="seconds old"):
            await part().verify(request)


@pytest.mark.parametrize(
    "token",
    [
        "",
        "a.b",
        "a.b.c",
        "é.é.é",
        "eyJhbGciOiJub25lIn0.eyJpc3MiOiJWb25hZ2UifQ.",
        signed_token({"iss": "Vonage"}, "another secret"),
    ],
)
def test_a_token_that_is_none_is_refused(token: str) -> None:
    with pytest.raises(ValueError, match="token"):
        claims_of(token, SECRET)
