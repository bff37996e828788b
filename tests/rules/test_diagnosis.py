"""Why a signature does not match: each mistake that people make is found and named."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from gateway.plugin.signatures import prd_signature, standard_signature, whsec
from gateway.rules.diagnosis import Diagnosis, KnownSecret, SignedRequest, diagnose

SECRET = "0123456789abcdef" * 4
PREVIOUS = "fedcba9876543210" * 4
KNOWN = (
    KnownSecret(name="the signing secret", value=SECRET),
    KnownSecret(code="secret_previous", name="the previous one", value=PREVIOUS),
)
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
STAMP = int(NOW.timestamp())
BODY = '{"id":"evt_1","event":"task.created","data":{"title":"Héllo / <b>","n":[1,2]}}'.encode()
VALUE = json.loads(BODY)


def prd(key: bytes, signed: bytes) -> str:
    return "sha256=" + hmac.new(key, signed, hashlib.sha256).hexdigest()


def standard(key: bytes, signed: bytes) -> str:
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def asked(
    headers: dict[str, str], *, body: bytes = BODY, sent: bytes | None = None, late: float = 0
) -> Diagnosis:
    request = SignedRequest(headers=headers, body=body, received_at=NOW + timedelta(seconds=late))
    return diagnose(request, KNOWN, sent=sent)


def codes(found: Diagnosis) -> list[str]:
    return [finding.code for finding in found.findings]


def both(secret: str = SECRET, *, body: bytes = BODY, stamp: int = STAMP) -> dict[str, str]:
    return {
        "X-Webhook-Signature": prd_signature(secret, body),
        "Webhook-Id": "evt_1",
        "Webhook-Timestamp": str(stamp),
        "Webhook-Signature": standard_signature(secret, "evt_1", timestamp=stamp, body=body),
    }


def test_what_is_right_is_said_to_be_right() -> None:
    found = asked(both())

    assert found.matches
    assert codes(found) == ["matches", "matches"]


def test_one_signature_of_several_is_enough() -> None:
    headers = both()
    headers["Webhook-Signature"] = "v1a,abc v1,AAAA " + headers["Webhook-Signature"]

    assert asked(headers).matches


WRITTEN = {
    "compact": json.dumps(VALUE, ensure_ascii=False, separators=(",", ":")),
    "ascii": json.dumps(VALUE, separators=(",", ":")),
    "python": json.dumps(VALUE),
    "indented": json.dumps(VALUE, ensure_ascii=False, indent=2),
    "sorted": json.dumps(VALUE, ensure_ascii=False, separators=(",", ":"), sort_keys=True),
    "php": json.dumps(VALUE, separators=(",", ":")).replace("/", "\\/"),
}


@pytest.mark.parametrize("written", ["ascii", "python", "indented", "php"])
def test_a_body_that_was_parsed_and_written_again_is_found_from_both_ends(written: str) -> None:
    changed = WRITTEN[written].encode()

    received = asked(both(), body=changed)
    signed = asked(both(body=changed))

    assert not received.matches
    assert codes(received) == codes(signed) == ["body_reserialised", "body_reserialised"]
    assert "re-serialised" in received.findings[0].message


@pytest.mark.parametrize(
    ("signed", "code"),
    [
        (BODY + b"\n", "body_newline"),
        (b"", "body_empty"),
        (b"\xef\xbb\xbf" + BODY, "body_mark"),
        (BODY.decode().encode("latin-1"), "body_charset"),
        (json.dumps(BODY.decode(), ensure_ascii=False).encode(), "body_quoted"),
    ],
)
def test_a_body_that_was_changed_on_the_way_is_found(signed: bytes, code: str) -> None:
    assert codes(asked(both(body=signed))) == [code, code]


def test_line_ends_that_were_changed_are_found() -> None:
    windows = b'{\r\n  "a": 1.50\r\n}'

    found = asked(both(body=windows), body=windows.replace(b"\r\n", b"\n"))

    assert codes(found) == ["body_line_ends", "body_line_ends"]


def test_bytes_that_nobody_can_guess_are_held_against_what_was_sent() -> None:
    found = asked(both(), body=BODY.replace(b"task", b"Task"), sent=BODY)

    assert codes(found) == ["body_changed", "body_changed"]
    assert "differs from byte 23" in found.findings[0].message


def test_names_that_were_sorted_are_found_when_it_is_known_what_was_sent() -> None:
    changed = WRITTEN["sorted"].encode()

    found = asked(both(), body=changed, sent=BODY)

    assert codes(found) == ["body_reserialised", "body_reserialised"]
    assert codes(asked(both(body=changed))) == ["body_reserialised", "body_reserialised"]
    assert codes(asked(both(), body=changed)) == ["unexplained", "unexplained"]


KEYS = [
    (whsec(SECRET).encode(), "secret_with_prefix"),
    (f"whsec_{SECRET}".encode(), "secret_with_prefix"),
    (bytes.fromhex(SECRET), "secret_hex_decoded"),
    (base64.b64decode(SECRET), "secret_base64_decoded"),
    (f"{SECRET}\n".encode(), "secret_with_newline"),
    (f" {SECRET}".encode(), "secret_with_space"),
    (f'"{SECRET}"'.encode(), "secret_in_quotes"),
    (SECRET.upper().encode(), "secret_in_capitals"),
]


@pytest.mark.parametrize(("key", "code"), KEYS)
def test_a_secret_that_was_used_in_another_form_is_found(key: bytes, code: str) -> None:
    signed = f"evt_1.{STAMP}.".encode() + BODY
    headers = both() | {
        "X-Webhook-Signature": prd(key, BODY),
        "Webhook-Signature": standard(key, signed),
    }

    assert codes(asked(headers)) == [code, code]


def test_a_whsec_secret_is_known_in_its_three_forms() -> None:
    secret = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
    known = [KnownSecret(name="the signing secret", value=secret)]
    signed = f"evt_1.{STAMP}.".encode() + BODY

    def found(key_prd: bytes, key_standard: bytes) -> list[str]:
        headers = both() | {
            "X-Webhook-Signature": prd(key_prd, BODY),
            "Webhook-Signature": standard(key_standard, signed),
        }
        return codes(diagnose(SignedRequest(headers=headers, body=BODY, received_at=NOW), known))

    text, decoded = secret.encode(), bytes(range(32))
    assert found(text, decoded) == ["matches", "matches"]
    assert found(decoded, text) == ["secret_base64_decoded", "secret_as_text"]
    bare = text.removeprefix(b"whsec_")
    assert found(bare, bare) == ["secret_without_prefix", "secret_without_prefix"]


def test_the_secret_of_before_is_named() -> None:
    found = asked(both(PREVIOUS))

    assert codes(found) == ["secret_previous", "secret_previous"]
    assert found.findings[0].message == "wrong secret: it matches the previous one"


def test_content_that_belongs_to_the_other_header_is_found() -> None:
    signed = f"evt_1.{STAMP}.".encode() + BODY
    headers = both() | {
        "X-Webhook-Signature": prd(SECRET.encode(), signed),
        "Webhook-Signature": standard(SECRET.encode(), BODY),
    }

    assert codes(asked(headers)) == ["content_other", "content_other"]


def test_two_mistakes_at_once_are_both_found() -> None:
    changed = WRITTEN["python"].encode()

    found = asked(both(PREVIOUS), body=changed)

    assert codes(found) == ["secret_previous", "body_reserialised"] * 2


def test_a_signature_that_is_written_otherwise_is_read_all_the_same() -> None:
    digest = hmac.new(SECRET.encode(), BODY, hashlib.sha256)
    assert codes(asked({"X-Webhook-Signature": digest.hexdigest()})) == [
        "label_missing",
        "matches",
    ]
    in_base64 = "sha256=" + base64.b64encode(digest.digest()).decode()
    assert codes(asked({"x-webhook-signature": in_base64})) == ["encoding_other", "matches"]
    longer = "sha512=" + hmac.new(SECRET.encode(), BODY, hashlib.sha512).hexdigest()
    assert codes(asked({"x-webhook-signature": longer})) == [
        "digest_other",
        "label_missing",
        "matches",
    ]
    bare = both() | {"Webhook-Signature": both()["Webhook-Signature"].removeprefix("v1,")}
    assert "label_missing" in codes(asked(bare))
    assert not asked(bare).matches


@pytest.mark.parametrize(
    ("away", "said"),
    [
        (-412, "clock off 412 s: the request is behind"),
        (900, "clock off 900 s: the request is ahead"),
    ],
)
def test_a_clock_that_is_off_is_measured(away: int, said: str) -> None:
    found = asked(both(stamp=STAMP + away))

    assert codes(found) == ["matches", "matches", "clock_off"]
    assert found.findings[-1].message.startswith(said)


def test_a_request_of_before_is_judged_by_when_it_came() -> None:
    old = STAMP - 86_400

    assert asked(both(stamp=old), late=-86_400).matches


def test_a_timestamp_in_milliseconds_is_named() -> None:
    assert codes(asked(both(stamp=STAMP * 1000)))[-1] == "clock_unit"


def test_what_cannot_be_explained_is_said_so() -> None:
    assert codes(asked(both("somebody else's"))) == ["unexplained", "unexplained"]
    assert codes(asked({})) == ["unsigned"]
    assert codes(asked({"X-Webhook-Signature": "sha256=zz"})) == ["malformed"]
    no_id = {"webhook-signature": "v1,zz", "webhook-timestamp": "x"}
    assert codes(asked(no_id)) == ["malformed", "id_missing"]
    assert codes(asked(no_id | {"webhook-id": "evt_1"})) == ["malformed", "malformed"]


def test_no_finding_shows_a_secret() -> None:
    for key, _ in KEYS:
        found = asked({"X-Webhook-Signature": prd(key, BODY)})
        assert SECRET not in repr(found)
    assert SECRET not in repr(KNOWN)


@given(
    st.dictionaries(
        st.sampled_from(
            ["X-Webhook-Signature", "webhook-signature", "webhook-id", "webhook-timestamp"]
        ),
        st.text(max_size=80),
    ),
    st.binary(max_size=50),
)
def test_whatever_is_asked_is_answered(headers: dict[str, str], body: bytes) -> None:
    found = asked(headers, body=body)

    assert found.findings
    assert not found.matches
