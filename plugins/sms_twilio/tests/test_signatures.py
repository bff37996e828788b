"""Which requests are Twilio's: the vectors, Twilio's own SDK as the judge, and what is forged."""

import hashlib
from dataclasses import replace
from urllib.parse import urlencode

import pytest
from hypothesis import given, strategies as st
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from gateway.plugin import InboundRequest, InvalidSignature
from gateway.plugin.testing import INBOUND_URL, check_verifier, inbound_request
from gateway_sms_twilio.fake import AUTH_TOKEN
from gateway_sms_twilio.fake.stage import part, posted
from gateway_sms_twilio.signatures import SHA256, Key, Pairs, is_signed, signature, spellings
from gateway_sms_twilio.twilio import TwilioSms

KEY = Key(secret="12345")
T1_URL = "https://gw.example.com/v1/channels/twilio/sms?tenant=acme&x=1"
T1: Pairs = (
    ("MessageSid", "SM00000000000000000000000000000001"),
    ("AccountSid", "AC00000000000000000000000000000001"),
    ("From", "+15005550006"),
    ("To", "+15005550001"),
    ("Body", "Héllo & +plus ✅"),
    ("NumMedia", "0"),
    ("EmptyOne", ""),
)
T2_BODY = '{"a":1,"b":"é"}'.encode()
T2_HASH = "09ad9fd2fb648cb2f62141215828ea00a62c299db05d20aa9ade2f527a301cc6"
T2_URL = f"https://gw.example.com/v1/x?bodySHA256={T2_HASH}"
T3: Pairs = (
    ("CallSid", "CA1234567890ABCDE"),
    ("Caller", ""),
    ("From", "+14158675309"),
    ("Digits", "1234"),
    ("To", "+18005551212"),
)
TEXT: Pairs = (("MessageSid", "SM1"), ("From", "+15005550100"), ("Body", "Hi"), ("Empty", ""))
SCHEME = "x-twilio-webhooks-signature-settings"
SHARED_SID = "webhooks_sharedkey_1"
SHARED = {"twilio_shared_key_sid": SHARED_SID, "twilio_shared_key_secret": "sharedsecret"}


async def refusal(twilio: TwilioSms, request: InboundRequest) -> str:
    with pytest.raises(InvalidSignature) as refused:
        await twilio.verify(request)
    return refused.value.message


@pytest.mark.parametrize(
    ("key", "url", "fields", "expected"),
    [
        (KEY, T1_URL, T1, "8etEZQ4mptR/Z1+9L0BagSBSw0Q="),
        (KEY, T1_URL.replace(".com", ".com:443"), T1, "A764O7FY60lziV/8c80HFpBq8p8="),
        (
            Key(secret="12345", algorithm=SHA256),
            T1_URL,
            T1,
            "AR0P4571an1D3I1/WhUNCCX1Ih75DSEhbK7hW79pnzI=",
        ),
        (KEY, T2_URL, (), "PS6MFRf/XAJjgTt28+JsxEiGXA4="),
        (
            KEY,
            "https://h/p",
            (("A", "2"), ("A", "1"), ("A", "1"), ("B", "x")),
            "UdVRyKfbDjfQwiASVrmrxpV/VCU=",
        ),
    ],
)
def test_each_vector_has_its_signature(key: Key, url: str, fields: Pairs, expected: str) -> None:
    assert signature(key, url, fields) == expected


def test_the_example_of_twilios_documentation_has_its_signature() -> None:
    fields = tuple((name, value or "+14158675309") for name, value in T3)
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    assert signature(KEY, url, fields) == "RSOYDt4T1cUTdK1PDd93/VVr8B8="


@pytest.mark.parametrize("signed", ["8etEZQ4mptR/Z1+9L0BagSBSw0Q=", "A764O7FY60lziV/8c80HFpBq8p8="])
@pytest.mark.parametrize("port", ["", ":443"])
def test_the_port_that_goes_without_saying_makes_no_difference(signed: str, port: str) -> None:
    url = T1_URL.replace(".com", f".com{port}")
    assert is_signed(signed, [KEY], spellings(url), T1)


@pytest.mark.parametrize(
    ("signed", "seen"),
    [
        ("https://h/a", "https://h:8443/a"),
        ("https://h:443/a", "https://h/a"),
        ("http://h:80/a", "http://h/a"),
        ("http://h/a", "http://h:80/a"),
        ("https://[::1]/a", "https://[::1]:8443/a"),
        ("https://[::1]:443/a", "https://[::1]/a"),
        ("https://u:p@h/a", "https://u:p@h:8443/a"),
        ("https://h/a?b=%2C%20c", "https://h/a?b=,%20c"),
        ("https://h/a?b=,%20c", "https://h/a?b=%2C%20c"),
        ("https://h/%61bc", "https://h/%61bc"),
        ("https://h/abc", "https://h/%61bc"),
        ("https://h/a%2Cb", "https://h/a,b"),
        ("https://h/a?b=%C3%A9", "https://h/a?b=%c3%a9"),
        ("https://h/a?b=%C3%A9", "https://h/a?b=Ã©"),
        ("https://h?b=1", "https://h?b=1"),
        ("https://h", "https://h:8443"),
    ],
)
def test_another_spelling_of_the_same_url_counts(signed: str, seen: str) -> None:
    assert signed in spellings(seen)


@pytest.mark.parametrize(
    ("signed", "seen"),
    [
        ("http://h/a", "https://h/a"),
        ("https://h:8443/a", "https://h/a"),
        ("https://h/a/", "https://h/a"),
        ("https://h/a?", "https://h/a"),
        ("https://h/a?b=1", "https://h/a"),
        ("https://h/a?b=1&c=2", "https://h/a?c=2&b=1"),
        ("https://other/a", "https://h/a"),
        ("https://h/A", "https://h/a"),
    ],
)
def test_another_url_does_not(signed: str, seen: str) -> None:
    assert signed not in spellings(seen)


names = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=8)
values = st.text(st.characters(codec="utf-8"), max_size=12)
urls = st.from_regex(
    r"\Ahttps?://[a-z]{1,8}(:[1-9][0-9]{1,3})?/[a-z/]{0,8}(\?[a-z]=[a-z0-9]{0,4})?\Z"
)


@given(url=urls, fields=st.dictionaries(names, st.one_of(values, st.lists(values, min_size=1))))
def test_twilios_sdk_accepts_what_is_signed_here_and_the_other_way_round(
    url: str, fields: dict[str, str | list[str]]
) -> None:
    pairs = tuple(
        (name, value)
        for name, found in fields.items()
        for value in (found if isinstance(found, list) else [found])
    )
    judge, params = RequestValidator("12345"), MultiDict(pairs)

    assert judge.validate(url, params, signature(KEY, url, pairs))
    theirs = judge.compute_signature(url, params)
    assert is_signed(theirs, [KEY], spellings(url), pairs)
    assert not is_signed(theirs, [Key(secret="other")], spellings(url), pairs)


@pytest.mark.parametrize("body", [T2_BODY, b"{}", b'"text"', b"\xc3\xa9", b"[1, 2]"])
async def test_a_body_that_is_no_form_is_covered_by_its_hash(body: bytes) -> None:
    digest = hashlib.sha256(body).hexdigest()
    query = f"bodySHA256={digest}".encode()
    judge = RequestValidator(AUTH_TOKEN)
    url = f"{INBOUND_URL}?{query.decode()}"
    headers = {
        "content-type": "application/json",
        "x-twilio-signature": judge.compute_signature(url, {}),
    }
    request = inbound_request(body, query=query, headers=headers)

    await part().verify(request)
    assert judge.validate(url, body.decode(), headers["x-twilio-signature"])
    assert "bodySHA256" in await refusal(part(), replace(request, body=body + b" "))
    assert "bodySHA256" in await refusal(
        part(), inbound_request(body, headers={**headers, "x-twilio-signature": "x"})
    )


async def test_a_hash_in_upper_case_is_none() -> None:
    digest = hashlib.sha256(T2_BODY).hexdigest().upper()
    url = f"{INBOUND_URL}?bodySHA256={digest}"
    headers = {"content-type": "application/json", "x-twilio-signature": signature(KEY, url)}
    request = inbound_request(T2_BODY, query=url.partition("?")[2].encode(), headers=headers)
    assert "is not its hash" in await refusal(part(twilio_auth_token="12345"), request)


async def test_the_verifier_keeps_the_contract() -> None:
    authentic = posted(TEXT)
    await check_verifier(
        part(),
        authentic,
        replace(authentic, headers={"content-type": "text/plain"}),
        replace(authentic, body=authentic.body + b"&A=1"),
        replace(authentic, body=authentic.body + b"%20"),
        replace(authentic, body=urlencode([*TEXT, ("A", "")] * 400).encode()),
        posted(TEXT, key=Key(secret="other")),
        posted(TEXT, url="https://gw.example.org/other"),
    )


async def test_a_form_counts_by_its_fields_and_not_by_their_order() -> None:
    request = posted(TEXT)
    await part().verify(replace(request, body=urlencode(TEXT[::-1]).encode()))


async def test_a_changed_content_type_hides_no_field() -> None:
    request = posted(())
    headers = {**request.headers, "content-type": "multipart/form-data; boundary=x"}
    forged = replace(request, headers=headers, body=b"--x\r\n\r\nBody=Hi\r\n--x--")
    assert "the body is no form" in await refusal(part(), forged)


async def test_during_a_rotation_both_tokens_count() -> None:
    rotating = part(twilio_secondary_auth_token="second")

    await rotating.verify(posted(TEXT))
    await rotating.verify(posted(TEXT, key=Key(secret="second")))
    await refusal(part(), posted(TEXT, key=Key(secret="second")))


async def test_a_shared_key_counts_where_it_is_set_and_for_its_own_scheme_alone() -> None:
    scheme = {SCHEME: f"key={SHARED_SID},algorithm=HMAC_SHA256"}
    key = Key(secret="sharedsecret", algorithm=SHA256)
    twilio = part(**SHARED)

    await twilio.verify(posted(TEXT, key=key, headers=scheme))
    await twilio.verify(posted(TEXT))
    assert "set twilioSharedKeySid" in await refusal(part(), posted(TEXT, key=key, headers=scheme))
    # Neither may the header choose an algorithm for the token, nor the key go without its header.
    with_token = Key(secret=AUTH_TOKEN, algorithm=SHA256)
    await refusal(twilio, posted(TEXT, key=with_token, headers=scheme))
    await refusal(twilio, posted(TEXT, key=key))
    other = {SCHEME: f"key={SHARED_SID},algorithm=HMAC_SHA1"}
    assert "HMAC_SHA256 is the only" in await refusal(twilio, posted(TEXT, headers=other))


@pytest.mark.parametrize("settings", ["", " ", "junk", "key=,algorithm=", "=" * 5000, "key=é"])
async def test_a_scheme_that_cannot_be_read_is_refused(settings: str) -> None:
    request = posted(TEXT, headers={SCHEME: settings})
    if settings:
        assert "shared key" in await refusal(part(**SHARED), request)


async def test_a_missing_signature_says_how_to_try_a_channel() -> None:
    request = replace(posted(TEXT), headers={"content-type": "application/x-www-form-urlencoded"})
    assert "gateway simulate sms" in await refusal(part(), request)


@pytest.mark.parametrize(
    ("signed", "headers", "origin"),
    [
        ("http://gw.example.org", {}, "http://gw.example.org"),
        ("https://inside:8080", {"host": "inside:8080"}, "https://inside:8080"),
        ("https://outside", {"x-forwarded-host": "outside, other"}, "https://outside"),
    ],
)
async def test_a_mismatch_names_the_url_that_twilio_was_given(
    signed: str, headers: dict[str, str], origin: str
) -> None:
    url = INBOUND_URL.replace("https://gw.example.org", signed)

    message = await refusal(part(), posted(TEXT, url=url, headers=headers))

    assert f"was given a URL below {origin}" in message
    assert f"set public_url to {origin}" in message
    assert "this gateway is at https://gw.example.org" in message


async def test_a_mismatch_that_nobody_can_explain_says_what_to_check() -> None:
    message = await refusal(part(), posted(TEXT, key=Key(secret="wrong")))

    assert f"does not match {INBOUND_URL}" in message
    assert "twilioAuthToken is not the account's token" in message


@pytest.mark.parametrize("host", ["", "[::1", "a b", "é", "x" * 3000, "h:99999", "\udc80"])
async def test_no_host_breaks_the_explanation(host: str) -> None:
    await refusal(
        part(),
        posted(TEXT, key=Key(secret="wrong"), headers={"host": host, "x-forwarded-host": host}),
    )
