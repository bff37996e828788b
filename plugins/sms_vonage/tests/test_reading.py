"""What Vonage posts, by both APIs: texts, pieces of long ones, and what became of those sent."""

from datetime import UTC, datetime

import pytest

from gateway.plugin import Fragment, InvalidPayload
from gateway.plugin.testing import check_parser
from gateway_sms_vonage.fake.stage import messages_posted, part, sms_posted
from gateway_sms_vonage.reading import number

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
TEXT = {
    "msisdn": "447700900001",
    "to": "447700900000",
    "messageId": "0A1",
    "text": "Hello",
    "type": "text",
    "keyword": "HELLO",
    "message-timestamp": "2026-01-02 03:04:05",
}
MESSAGE = {
    "channel": "sms",
    "message_uuid": "u-1",
    "to": "447700900000",
    "from": "447700900001",
    "timestamp": "2026-01-02T03:04:05Z",
    "text": "Hello",
    "message_type": "text",
}


def test_the_parser_keeps_the_contract() -> None:
    check_parser(part(), sms_posted(TEXT), sms_posted(TEXT, as_json=True), messages_posted(MESSAGE))


def test_both_apis_are_read_alike() -> None:
    for request, id_ in (
        (sms_posted(TEXT), "0A1"),
        (sms_posted(TEXT, as_json=True), "0A1"),
        (messages_posted(MESSAGE), "u-1"),
    ):
        parsed = part().parse(request)

        [message] = parsed.messages
        assert (message.sender, message.recipient) == ("+447700900001", "+447700900000")
        assert (message.text, message.external_id, message.sent_at) == ("Hello", id_, AT)
        assert parsed.answer is not None
        assert parsed.answer.status == 200
        assert "sig" not in message.facts


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("447700900001", "+447700900001"),
        ("+447700900001", "+447700900001"),
        ("00447700900001", "+447700900001"),
        ("63331", "63331"),
        ("Acme", "Acme"),
    ],
)
def test_numbers_get_their_plus(told: str, expected: str) -> None:
    assert number(told) == expected


def test_a_piece_of_a_long_text_says_which_one_it_is() -> None:
    long = {"concat": "true", "concat-ref": "37", "concat-total": "3", "concat-part": "2"}

    [message] = part().parse(sms_posted({**TEXT, **long})).messages

    assert message.fragment == Fragment(ref="37", number=2, total=3)


@pytest.mark.parametrize(
    ("place", "of"), [("0", "3"), ("4", "3"), ("x", "3"), ("1", ""), ("1", "999")]
)
def test_a_piece_that_does_not_is_refused(place: str, of: str) -> None:
    long = {"concat": "true", "concat-ref": "37", "concat-total": of, "concat-part": place}

    with pytest.raises(InvalidPayload, match="which one"):
        part().parse(sms_posted({**TEXT, **long}))


@pytest.mark.parametrize(
    ("told", "state"),
    [
        ("accepted", "sent"),
        ("buffered", "sent"),
        ("delivered", "delivered"),
        ("failed", "failed"),
        ("rejected", "failed"),
        ("expired", "failed"),
    ],
)
def test_a_receipt_of_the_sms_api(told: str, state: str) -> None:
    fields = {
        "msisdn": "447700900001",
        "to": "447700900000",
        "messageId": "0A1",
        "status": told,
        "err-code": "6",
        "client-ref": "17",
        "message-timestamp": "2026-01-02 03:04:05",
    }

    [receipt] = part().parse(sms_posted(fields)).receipts

    assert (receipt.provider_id, receipt.state, receipt.message_id) == ("0A1", state, 17)
    assert receipt.at == AT
    assert receipt.error_code == ("6" if state == "failed" else "")


@pytest.mark.parametrize(
    ("told", "state"),
    [
        ("submitted", "sent"),
        ("delivered", "delivered"),
        ("read", "delivered"),
        ("rejected", "failed"),
    ],
)
def test_a_receipt_of_the_messages_api(told: str, state: str) -> None:
    body = {
        "message_uuid": "u-1",
        "to": "447700900001",
        "from": "447700900000",
        "timestamp": "2026-01-02T03:04:05Z",
        "status": told,
        "client_ref": "17",
        "error": {"title": "1050", "detail": "Number barred", "type": "https://x"},
    }

    [receipt] = part().parse(messages_posted(body)).receipts

    assert (receipt.provider_id, receipt.state, receipt.message_id) == ("u-1", state, 17)
    if state == "failed":
        assert (receipt.error_code, receipt.reason) == ("1050", "Number barred")


def test_what_says_nothing_is_answered_all_the_same() -> None:
    parsed = part().parse(sms_posted({"messageId": "1", "msisdn": "4477", "status": "unknown"}))

    assert (parsed.messages, parsed.receipts) == ((), ())
    assert parsed.answer is not None


def test_a_reference_of_somebody_elses_names_no_message_of_ours() -> None:
    fields = {"messageId": "1", "msisdn": "4477", "status": "delivered", "client-ref": "order-9"}

    [receipt] = part().parse(sms_posted(fields)).receipts

    assert receipt.message_id is None
