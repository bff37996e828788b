"""What Twilio posts, read: texts with all that came with them, and what became of ours."""

import json

import pytest
from hypothesis import given, strategies as st

from gateway.plugin import (
    Attachment,
    InboundMessage,
    InvalidPayload,
    Parsed,
    Receipt,
)
from gateway.plugin.testing import check_parser, check_settings, inbound_request
from gateway_sms_twilio.fake.stage import part, posted
from gateway_sms_twilio.signatures import Pairs
from gateway_sms_twilio.twilio import TwilioSms

SID = "SM" + "a" * 32
MEDIA = "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1"
TEXT: dict[str, str] = {
    "ToCountry": "US",
    "ToState": "",
    "SmsMessageSid": SID,
    "NumMedia": "0",
    "SmsSid": SID,
    "SmsStatus": "received",
    "FromCountry": "US",
    "Body": "Get Dana the logo by Friday 🎉",
    "To": "+15005550006",
    "NumSegments": "1",
    "MessageSid": SID,
    "AccountSid": "AC" + "0" * 32,
    "From": "+15005550100",
    "ApiVersion": "2010-04-01",
}
STATUS: dict[str, str] = {
    "SmsSid": SID,
    "SmsStatus": "delivered",
    "MessageStatus": "delivered",
    "To": "+15005550100",
    "MessageSid": SID,
    "AccountSid": "AC" + "0" * 32,
    "From": "+15005550006",
    "ApiVersion": "2010-04-01",
}
# What a person in a browser would be shown as well, were it no TwiML.
SILENCE = b'<?xml version="1.0" encoding="UTF-8"?><Response/>'


def read(fields: Pairs, query: bytes = b"") -> Parsed:
    return part().parse(posted(fields, query=query))


def text(**fields: str) -> InboundMessage:
    [message] = read(tuple({**TEXT, **fields}.items())).messages
    return message


def receipt(query: bytes = b"", **fields: str) -> Receipt:
    [found] = read(tuple({**STATUS, **fields}.items()), query).receipts
    return found


def test_the_parser_keeps_the_contract() -> None:
    check_settings(TwilioSms)
    check_parser(
        part(),
        posted(tuple(TEXT.items())),
        posted(tuple(STATUS.items()), query=b"outbound=7"),
        posted(tuple({**TEXT, "NumMedia": "1", "MediaUrl0": MEDIA}.items())),
    )


def test_a_text_is_read_and_answered_with_silence() -> None:
    parsed = read(tuple(TEXT.items()))

    assert parsed.answer
    assert (parsed.answer.status, parsed.answer.body) == (200, SILENCE)
    assert parsed.answer.content_type == "text/xml"
    assert parsed.receipts == ()
    [message] = parsed.messages
    assert message == InboundMessage(
        external_id=SID,
        sender="+15005550100",
        recipient="+15005550006",
        text="Get Dana the logo by Friday 🎉",
        facts={
            "ToCountry": "US",
            "ToState": "",
            "NumMedia": "0",
            "SmsStatus": "received",
            "FromCountry": "US",
            "NumSegments": "1",
            "AccountSid": "AC" + "0" * 32,
            "ApiVersion": "2010-04-01",
        },
    )


def test_no_field_is_lost_not_even_one_that_nobody_knows() -> None:
    fields = (*TEXT.items(), ("AddOns", '{"a": 1}'), ("New", "1"), ("New", "2"), ("New", "3"))
    [message] = read(fields).messages
    assert message.facts["AddOns"] == '{"a": 1}'
    assert message.facts["New"] == ["1", "2", "3"]


def test_of_a_field_that_came_twice_the_first_counts() -> None:
    [message] = read((*TEXT.items(), ("Body", "second"))).messages
    assert message.text.startswith("Get Dana")


@pytest.mark.parametrize("sender", ["12345", "ACME", "whatsapp:+15005550100", "+1"])
def test_a_sender_need_not_be_a_number(sender: str) -> None:
    assert text(From=sender).sender == sender


def test_a_text_through_a_service_keeps_the_service() -> None:
    assert text(MessagingServiceSid="MG1").facts["MessagingServiceSid"] == "MG1"


@pytest.mark.parametrize(
    ("told", "word"),
    [("STOP", "stop"), ("START", "start"), ("HELP", "help"), ("", None), ("OTHER", None)],
)
def test_what_twilio_recognised_of_consent_is_handed_on(told: str, word: str | None) -> None:
    assert text(OptOutType=told).consent == word


def test_words_alone_are_no_consent_for_the_parser() -> None:
    assert text(Body="STOP").consent is None


@pytest.mark.parametrize(
    ("media_type", "kind"),
    [
        ("image/jpeg", "image"),
        ("audio/amr", "audio"),
        ("video/3gpp", "file"),
        ("text/vcard", "file"),
        ("", "file"),
    ],
)
def test_a_picture_message_keeps_references_and_downloads_nothing(
    media_type: str, kind: str
) -> None:
    message = text(NumMedia="1", MediaUrl0=MEDIA, MediaContentType0=media_type, Body="")

    assert (message.kind, message.text) == (kind, "")
    assert message.attachments == (
        Attachment(type=media_type or "application/octet-stream", url=MEDIA),
    )


@pytest.mark.parametrize("count", ["", "-1", "ten", "1e9", "99999999999", "²", "0"])
def test_a_number_of_media_that_is_none_means_none(count: str) -> None:
    message = text(NumMedia=count, MediaUrl0=MEDIA)
    assert message.attachments == ()
    assert message.facts["MediaUrl0"] == MEDIA


def test_no_more_than_ten_media_are_taken_and_only_from_the_web() -> None:
    urls = {f"MediaUrl{index}": f"{MEDIA}{index}" for index in range(99)}
    assert len(text(NumMedia="99", **urls).attachments) == 10
    assert text(NumMedia="1", MediaUrl0="file:///etc/passwd").attachments == ()


def test_what_postgresql_cannot_store_is_left_out() -> None:
    message = text(Body="a\x00b", New="\x00")
    assert (message.text, message.facts["New"]) == ("ab", "")


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("accepted", "accepted"),
        ("scheduled", "accepted"),
        ("queued", "accepted"),
        ("sending", "accepted"),
        ("sent", "sent"),
        ("delivered", "delivered"),
        ("read", "delivered"),
        ("undelivered", "failed"),
        ("failed", "failed"),
        ("canceled", "failed"),
    ],
)
def test_every_status_is_a_state(status: str, state: str) -> None:
    found = receipt(MessageStatus=status, SmsStatus=status)
    assert (found.provider_id, found.state, found.message_id) == (SID, state, None)
    assert found.facts["MessageStatus"] == status


def test_a_status_names_our_own_message_where_the_url_does() -> None:
    assert receipt(b"outbound=4711").message_id == 4711
    assert receipt(b"tenant=a&outbound=4711").message_id == 4711


@pytest.mark.parametrize("query", [b"outbound=", b"outbound=-1", b"outbound=x", b"%ff", b"&&=&"])
def test_a_url_that_names_no_message_is_no_fault(query: bytes) -> None:
    [found] = part().parse(posted(tuple(STATUS.items()), url="x?", query=query)).receipts
    assert found.message_id is None


def test_a_failure_tells_its_code_and_what_to_do() -> None:
    found = receipt(MessageStatus="undelivered", ErrorCode="30007", ErrorMessage="Filtered")

    assert (found.error_code, found.opted_out) == ("30007", False)
    assert found.reason == (
        "Filtered (30007: the carrier filtered it as unwanted: change the text, or register)"
    )


def test_a_failure_with_a_code_that_is_new_keeps_the_code() -> None:
    assert receipt(MessageStatus="failed", ErrorCode="39999").reason == "(39999)"
    assert receipt(MessageStatus="failed", ErrorCode="0").error_code == ""


def test_a_person_who_said_stop_is_told_apart() -> None:
    found = receipt(MessageStatus="failed", ErrorCode="21610")
    assert found.opted_out
    assert "replied STOP" in found.reason


def test_a_state_that_is_not_known_yet_is_acknowledged_and_left() -> None:
    parsed = read(tuple({**STATUS, "MessageStatus": "teleported"}.items()))
    assert (parsed.messages, parsed.receipts) == ((), ())
    assert parsed.answer


@pytest.mark.parametrize("left_out", ["MessageSid", "From"])
def test_a_form_that_is_neither_is_refused(left_out: str) -> None:
    aliases = {"MessageSid": ("MessageSid", "SmsSid", "SmsMessageSid")}.get(left_out, (left_out,))
    fields = tuple((name, value) for name, value in TEXT.items() if name not in aliases)
    with pytest.raises(InvalidPayload, match="MessageSid or From is missing"):
        read(fields)


def test_an_alias_of_before_is_the_id_as_well() -> None:
    assert text(MessageSid="").external_id == SID


def test_a_body_that_is_no_form_is_refused() -> None:
    with pytest.raises(InvalidPayload, match="posts a form, not 'application/json'"):
        part().parse(inbound_request(b"{}"))


@given(st.dictionaries(st.sampled_from([*TEXT, *STATUS, "ErrorCode", "MediaUrl0"]), st.text()))
def test_whatever_is_posted_is_read_or_refused(fields: dict[str, str]) -> None:
    try:
        parsed = read(tuple(fields.items()))
    except InvalidPayload:
        return
    kept = [*(m.facts for m in parsed.messages), *(r.facts for r in parsed.receipts)]
    assert "\\u0000" not in json.dumps([dict(facts) for facts in kept])
