"""Signatures and tokens against Vonage's own library, and PyJWT, as judges."""

import hashlib
import json
from datetime import timedelta

import jwt
import pytest
from hypothesis import given, settings as limits, strategies as st
from vonage_http_client.auth import Auth
from vonage_jwt.verify_jwt import verify_signature

from gateway.plugin.testing import NOW
from gateway_sms_vonage.fake.server import API_KEY
from gateway_sms_vonage.settings import Method
from gateway_sms_vonage.signatures import claims_of, fields_signature, signed_token

SECRET = "sig-secret-0123456789-abcdefghijkl-XYZ"  # of tests alone
LIBRARY: tuple[Method, ...] = ("md5", "sha1", "sha256", "sha512")
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
FIELDS = st.dictionaries(TEXT.filter(bool), TEXT, max_size=8)
CLAIMS = st.dictionaries(
    TEXT.filter(lambda name: name not in {"aud", "exp", "iat", "iss", "jti", "nbf", "sub"}),
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXT | st.lists(TEXT, max_size=3),
    max_size=6,
)


def library(method: Method, secret: str = SECRET) -> Auth:
    return Auth(api_key=API_KEY, signature_secret=secret, signature_method=method)


@pytest.mark.parametrize("method", LIBRARY)
@limits(max_examples=100, deadline=None)
@given(fields=FIELDS)
def test_the_library_signs_fields_the_same(method: Method, fields: dict[str, str]) -> None:
    fields = {**fields, "timestamp": "1767323045"}
    fields.pop("sig", None)

    assert fields_signature(fields, SECRET, method) == library(method).sign_params(dict(fields))


@pytest.mark.parametrize("method", LIBRARY)
def test_the_library_takes_what_the_fake_signs(method: Method) -> None:
    fields = {"msisdn": "447700900001", "text": "a&b=c é ✅", "timestamp": "1767323045"}
    signed = {**fields, "sig": fields_signature(fields, SECRET, method)}

    assert library(method).check_signature(dict(signed))
    assert not library(method, "other").check_signature(dict(signed))
    assert not library(method).check_signature({**signed, "text": "a"})


@limits(max_examples=200, deadline=None)
@given(claims=CLAIMS)
def test_a_token_of_pyjwt_says_here_what_it_says_there(claims: dict[str, object]) -> None:
    assert claims_of(jwt.encode(claims, SECRET, algorithm="HS256"), SECRET) == claims


@limits(max_examples=200, deadline=None)
@given(claims=CLAIMS)
def test_a_token_of_ours_says_there_what_it_says_here(claims: dict[str, object]) -> None:
    token = signed_token(claims, SECRET)

    assert jwt.decode(token, SECRET, algorithms=["HS256"]) == claims
    assert verify_signature(token, SECRET)
    assert not verify_signature(token, "another secret that is long enough for it")


@pytest.mark.parametrize("algorithm", ["HS384", "HS512"])
def test_another_algorithm_is_refused_however_well_it_is_signed(algorithm: str) -> None:
    token = jwt.encode({"iss": "Vonage"}, SECRET * 2, algorithm=algorithm)

    with pytest.raises(ValueError, match="HS256"):
        claims_of(token, SECRET * 2)


def test_what_the_library_lets_pass_is_looked_at_here() -> None:
    """It asks neither who issued a token nor for which body."""
    body = json.dumps({"text": "Hello"}).encode()
    claims = {
        "iat": int((NOW - timedelta(days=30)).timestamp()),
        "payload_hash": hashlib.sha256(b"another body").hexdigest(),
        "iss": "Somebody",
    }

    assert verify_signature(signed_token(claims, SECRET), SECRET)
    assert claims["payload_hash"] != hashlib.sha256(body).hexdigest()
