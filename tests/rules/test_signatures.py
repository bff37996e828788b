"""Signatures against published vectors, the official library, and all a stranger may send."""

import base64
import doctest
import string
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, strategies as st
from standardwebhooks.webhooks import Webhook

from gateway.plugin import signatures
from gateway.plugin.errors import InvalidSignature
from gateway.plugin.signatures import (
    TOLERANCE_SECONDS,
    prd_signature,
    signed_headers,
    standard_signature,
    verify_prd,
    verify_standard,
    whsec,
)

# The published vector W1; docs/reference/signatures.md prints the same values.
SECRET = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
MESSAGE_ID = "evt_01JEXAMPLE"
NOW = datetime.fromtimestamp(1767323045, UTC)
BODY = (
    '{"type":"message.received","timestamp":"2026-01-02T03:04:05.678Z",'
    '"data":{"id":"m_1","text":"héllo"}}'
).encode()
STANDARD = "v1,Agr2Cj9emUNvNzIZHQWOAsMv1vd3rH1Q1u3lDCFCqZU="
PRD = "sha256=6416a9c0b2e9a70a2c62a1c184509ed71d924a76a9c5afb131b455e122596ca4"
HEX_SECRET = "0123456789abcdef" * 4

header_text = st.text(alphabet=st.characters(codec=None), max_size=200)
secret_text = st.text(alphabet=string.ascii_letters + string.digits, min_size=1, max_size=64)


def standard_headers(signature: str = STANDARD, **changes: str) -> dict[str, str]:
    headers = {
        "webhook-id": MESSAGE_ID,
        "webhook-timestamp": str(int(NOW.timestamp())),
        "webhook-signature": signature,
    }
    return headers | {name.replace("_", "-"): value for name, value in changes.items()}


def refuse_standard(headers: dict[str, str], *, body: bytes = BODY, now: datetime = NOW) -> str:
    with pytest.raises(InvalidSignature) as refused:
        verify_standard([SECRET], headers, body=body, now=now)
    return refused.value.message


def refuse_prd(header: str | None, *, body: bytes = BODY) -> str:
    with pytest.raises(InvalidSignature) as refused:
        verify_prd([SECRET], header, body=body)
    return refused.value.message


def test_the_examples_in_the_module_run() -> None:
    assert doctest.testmod(signatures).failed == 0


def test_the_published_vector_is_reproduced_and_accepted() -> None:
    assert prd_signature(SECRET, BODY) == PRD
    assert standard_signature(SECRET, MESSAGE_ID, timestamp=1767323045, body=BODY) == STANDARD

    verify_prd([SECRET], PRD, body=BODY)
    verify_standard([SECRET], standard_headers(), body=BODY, now=NOW)


def test_the_prd_header_is_read_in_either_case() -> None:
    verify_prd([SECRET], PRD.upper(), body=BODY)


@pytest.mark.parametrize("secret", [SECRET, HEX_SECRET, "pässword", "whsec_not base64"])
def test_the_official_library_and_the_gateway_accept_each_others_signatures(secret: str) -> None:
    oracle = Webhook(whsec(secret) if secret != "whsec_not base64" else secret.encode())
    theirs = oracle.sign(MESSAGE_ID, NOW, BODY.decode())

    ours = standard_signature(secret, MESSAGE_ID, timestamp=int(NOW.timestamp()), body=BODY)
    assert ours == theirs
    verify_standard([secret], standard_headers(theirs), body=BODY, now=NOW)


def test_the_official_library_verifies_our_headers_with_either_secret_of_a_rotation() -> None:
    now = datetime.now(UTC)  # the library has no clock of its own to set
    headers = signed_headers([HEX_SECRET, "old"], "evt_1", now=now, body=BODY, event="task.created")

    for secret in (HEX_SECRET, "old"):
        Webhook(whsec(secret)).verify(BODY, headers)


def test_a_secret_without_padding_gives_the_same_key() -> None:
    verify_standard([SECRET.rstrip("=")], standard_headers(), body=BODY, now=NOW)


def test_whsec_leaves_a_secret_of_that_form_alone() -> None:
    assert whsec(SECRET) == SECRET
    assert base64.b64decode(whsec(HEX_SECRET).removeprefix("whsec_")) == HEX_SECRET.encode()


def test_an_attempt_carries_both_schemes_and_one_entry_per_live_secret_newest_first() -> None:
    headers = signed_headers(
        [SECRET, "old"], MESSAGE_ID, now=NOW, body=BODY, event="message.received"
    )

    old = standard_signature("old", MESSAGE_ID, timestamp=1767323045, body=BODY)
    assert headers == {
        "X-Webhook-Event": "message.received",
        "X-Webhook-Id": MESSAGE_ID,
        "X-Webhook-Signature": PRD,
        "X-Webhook-Timestamp": "1767323045",
        "webhook-id": MESSAGE_ID,
        "webhook-signature": f"{STANDARD} {old}",
        "webhook-timestamp": "1767323045",
    }


def test_without_a_secret_nothing_is_signed_and_nothing_is_accepted() -> None:
    headers = signed_headers([], MESSAGE_ID, now=NOW, body=BODY, event="task.created")
    assert not [name for name in headers if "signature" in name.lower()]

    for secrets in ([], [""]):
        with pytest.raises(InvalidSignature, match="no signing secret"):
            verify_prd(secrets, prd_signature("", BODY), body=BODY)
        with pytest.raises(InvalidSignature, match="no signing secret"):
            verify_standard(secrets, standard_headers(), body=BODY, now=NOW)


def test_any_secret_of_a_rotation_and_any_entry_of_the_list_may_match() -> None:
    verify_prd(["newest", SECRET], PRD, body=BODY)
    listed = f"v1,AAAA v1a,{STANDARD[3:]} v2,x {STANDARD} v1,"
    verify_standard(["newest", SECRET], standard_headers(listed), body=BODY, now=NOW)


@pytest.mark.parametrize("drift", [-TOLERANCE_SECONDS, 0, TOLERANCE_SECONDS])
def test_a_clock_within_the_tolerance_is_accepted(drift: int) -> None:
    later = NOW + timedelta(seconds=drift)
    verify_standard([SECRET], standard_headers(), body=BODY, now=later)


@pytest.mark.parametrize("drift", [-TOLERANCE_SECONDS - 1, TOLERANCE_SECONDS + 1])
def test_a_clock_outside_the_tolerance_is_refused_with_the_distance(drift: int) -> None:
    message = refuse_standard(standard_headers(), now=NOW + timedelta(seconds=drift))
    assert message.startswith("webhook-timestamp is 301 seconds away")


def test_a_narrower_tolerance_is_obeyed() -> None:
    with pytest.raises(InvalidSignature, match="10 allowed"):
        verify_standard(
            [SECRET],
            standard_headers(),
            body=BODY,
            now=NOW + timedelta(seconds=11),
            tolerance_seconds=10,
        )


def test_what_was_signed_cannot_be_cut_elsewhere() -> None:
    signature = standard_signature(SECRET, "evt.1767323045", timestamp=1, body=b"")
    message = refuse_standard(
        standard_headers(signature, webhook_id="evt.1767323045", webhook_timestamp="1"), body=b""
    )
    assert message.startswith("webhook-id is malformed")


@pytest.mark.parametrize(
    ("changes", "start"),
    [
        ({"webhook_id": ""}, "webhook-id is missing"),
        ({"webhook_id": "ünïcode"}, "webhook-id is malformed"),
        ({"webhook_id": "a b"}, "webhook-id is malformed"),
        ({"webhook_timestamp": ""}, "webhook-timestamp is missing"),
        ({"webhook_timestamp": "nan"}, "webhook-timestamp is malformed"),
        ({"webhook_timestamp": "1767323045.5"}, "webhook-timestamp is malformed"),
        ({"webhook_timestamp": "-1"}, "webhook-timestamp is malformed"),
        ({"webhook_timestamp": "١٧٦٧٣٢٣٠٤٥"}, "webhook-timestamp is malformed"),
        ({"webhook_timestamp": "9" * 400}, "webhook-timestamp is malformed"),
        ({"webhook_signature": ""}, "webhook-signature is missing"),
        ({"webhook_signature": "v1a,AAAA"}, "webhook-signature is missing"),
        ({"webhook_signature": "v1,"}, "webhook-signature does not match"),
    ],
)
def test_a_refusal_names_the_header_and_what_is_wrong(changes: dict[str, str], start: str) -> None:
    assert refuse_standard(standard_headers(**changes)).startswith(start)


# Values that crash or fool other verifiers: the official Python library, and CVE-2024-21491.
MALFORMED = [
    "garbage",
    "v1,a",
    "v1,a,b",
    " ",
    "v1,",
    "v1,é",
    "v1",
    ",",
    "v1,=",
    "v1,\x00",
    "\udc80",
    "v1,\udc80",
    "v1," + "A" * 10_000,
    "sha256=",
    "sha256",
    "sha256=é" + "0" * 63,
    "sha1=" + "0" * 40,
    PRD.removeprefix("sha256="),
    f"{PRD}, {PRD}",
    f"{PRD}\n",
]


@pytest.mark.parametrize("value", MALFORMED)
def test_a_malformed_header_is_refused_and_nothing_else(value: str) -> None:
    refuse_prd(value)
    refuse_standard(standard_headers(value))
    for name in ("webhook-id", "webhook-timestamp"):
        refuse_standard(standard_headers() | {name: value})


def test_a_missing_header_is_said_to_be_missing() -> None:
    assert refuse_prd(None).startswith("X-Webhook-Signature is missing")
    assert refuse_standard({}).startswith("webhook-id is missing")


def test_no_refusal_gives_the_expected_signature_away() -> None:
    wrong = "sha256=" + "0" * 64
    assert PRD.removeprefix("sha256=") not in refuse_prd(wrong)
    assert STANDARD.removeprefix("v1,") not in refuse_standard(standard_headers("v1,AAAA"))


@pytest.mark.parametrize("length", range(len(PRD)))
def test_a_truncated_prd_signature_is_refused(length: int) -> None:
    refuse_prd(PRD[:length])


@pytest.mark.parametrize("length", range(len(STANDARD)))
def test_a_truncated_standard_signature_is_refused(length: int) -> None:
    refuse_standard(standard_headers(STANDARD[:length]))


@given(st.text(min_size=1, max_size=20).filter(lambda more: not more.isspace()))
def test_an_extended_signature_is_refused(more: str) -> None:
    refuse_prd(PRD + more)
    if not more[0].isspace():  # a space would begin the next entry of the list
        refuse_standard(standard_headers(STANDARD + more))


@given(st.integers(0, len(BODY) * 8 - 1))
def test_a_body_with_one_bit_flipped_is_refused(bit: int) -> None:
    flipped = bytearray(BODY)
    flipped[bit // 8] ^= 1 << bit % 8
    refuse_prd(PRD, body=bytes(flipped))
    refuse_standard(standard_headers(), body=bytes(flipped))


@given(st.integers(0, len(STANDARD) - 4), st.sampled_from(string.ascii_letters + string.digits))
def test_a_signature_with_one_character_changed_is_refused(position: int, character: str) -> None:
    position += 3
    if STANDARD[position] != character:
        changed = STANDARD[:position] + character + STANDARD[position + 1 :]
        refuse_standard(standard_headers(changed))


@given(header_text, header_text, header_text)
def test_no_header_raises_anything_but_invalid_signature(a: str, b: str, c: str) -> None:
    refuse_prd(a)
    refuse_standard({"webhook-id": a, "webhook-timestamp": b, "webhook-signature": c})
    refuse_standard(standard_headers(c))


@given(st.binary(max_size=300), st.lists(secret_text, min_size=1, max_size=3))
def test_whatever_is_signed_is_verified_with_each_of_its_secrets(
    body: bytes, secrets: list[str]
) -> None:
    signed = signed_headers(secrets, "evt_1", now=NOW, body=body, event="task.created")
    headers = {name.lower(): value for name, value in signed.items()}

    verify_prd(secrets, headers["x-webhook-signature"], body=body)
    for secret in secrets:
        verify_standard([secret], headers, body=body, now=NOW)
