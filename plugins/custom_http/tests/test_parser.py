"""What a custom webhook takes: each field of the PRD's Appendix A.2, and what it must be."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from gateway.plugin import (
    Attachment,
    InboundMessage,
    InboundRequest,
    InvalidPayload,
    MessageKind,
    StructuredTask,
)
from gateway.plugin.testing import check_parser, check_settings, inbound_request, part_context
from gateway_custom_http.custom_http import CustomHttpParser, InboundSettings

PARSER = CustomHttpParser(InboundSettings(), part_context())


def read(request: InboundRequest) -> InboundMessage:
    [message] = PARSER.parse(request).messages
    return message


def read_json(**fields: object) -> InboundMessage:
    return read(inbound_request(json.dumps(fields).encode()))


def refused(request: InboundRequest) -> InvalidPayload:
    with pytest.raises(InvalidPayload) as failure:
        PARSER.parse(request)
    return failure.value


def faults(**fields: object) -> dict[str, str]:
    failure = refused(inbound_request(json.dumps(fields).encode()))
    assert all(fault.pointer in failure.message for fault in failure.fields)
    return {fault.pointer: fault.message for fault in failure.fields}


def test_the_parser_keeps_the_contract() -> None:
    check_settings(CustomHttpParser)
    check_parser(PARSER, inbound_request(b'{"content": "Hello", "taskTitle": "Do it"}'))


def test_content_alone_is_a_message() -> None:
    assert read_json(content=" Hello ") == InboundMessage(sender="webhook", text=" Hello ")


def test_every_field_of_the_payload_is_read() -> None:
    message = read_json(
        content="See the picture",
        senderIdentifier=" ann@example.org ",
        senderName="Ann",
        messageType="structured",
        externalMessageId="m-1",
        attachments=[{"type": "image/png", "url": "https://example.org/a.png", "name": "a.png"}],
        metadata={"timeZone": "Europe/Berlin"},
        taskTitle="Fix the login",
        taskDescription="It is broken",
        taskPriority="high",
        taskDeadline="2026-01-31T17:00:00+02:00",
    )

    assert message == InboundMessage(
        sender="ann@example.org",
        sender_name="Ann",
        text="See the picture",
        kind="structured",
        external_id="m-1",
        attachments=(Attachment(type="image/png", url="https://example.org/a.png", name="a.png"),),
        structured=StructuredTask(
            title="Fix the login",
            description="It is broken",
            priority="high",
            deadline=datetime(2026, 1, 31, 15, tzinfo=UTC),
        ),
        facts={"metadata": {"timeZone": "Europe/Berlin"}},
    )


def test_a_task_title_can_stand_for_the_content() -> None:
    message = read_json(taskTitle="Fix the login", senderIdentifier="ann")
    assert (message.text, message.kind) == ("Fix the login", "structured")
    assert message.structured == StructuredTask(title="Fix the login")


def test_a_structured_message_without_a_title_takes_the_first_line() -> None:
    message = read_json(messageType="structured", content="\nFix it\nplease", taskPriority="low")
    assert message.structured == StructuredTask(title="Fix it", priority="low")


def test_task_fields_without_a_title_make_no_task_and_are_kept() -> None:
    message = read_json(content="Hello", taskPriority="low", taskTitle="")
    assert message.structured is None
    assert message.facts == {"task": {"taskPriority": "low"}}


def test_fields_that_nobody_knows_are_kept() -> None:
    message = read_json(content="Hello", zapId=None, nested={"a": [None, 1.5]})
    assert message.facts == {"extra": {"zapId": None, "nested": {"a": [None, 1.5]}}}


def test_empty_optional_fields_count_as_left_out() -> None:
    empty = dict.fromkeys(
        ("senderIdentifier", "senderName", "taskTitle", "taskPriority", "taskDeadline"), ""
    )
    message = read_json(content="Hello", metadata={}, attachments=[], messageType=None, **empty)
    assert message == InboundMessage(sender="webhook", text="Hello")


@pytest.mark.parametrize(
    ("attachment_type", "kind"),
    [
        ("image/png", "image"),
        ("Image", "image"),
        ("audio/ogg", "audio"),
        ("application/pdf", "file"),
    ],
)
def test_the_kind_of_a_message_follows_its_attachment(
    attachment_type: str, kind: MessageKind
) -> None:
    attachments = [{"type": attachment_type, "url": "http://example.org/a"}]
    assert read_json(content="", attachments=attachments).kind == kind
    assert read_json(content="a", attachments=attachments, messageType="text").kind == "text"


@pytest.mark.parametrize(
    ("metadata", "sender"),
    [
        ({"from": " ann@example.org "}, "ann@example.org"),
        ({"from": 7, "email": "ann@example.org", "phone": "+1"}, "ann@example.org"),
        ({"from": "", "phone": "+15550101"}, "+15550101"),
        ({"from": "x" * 321}, "webhook"),
        ({}, "webhook"),
    ],
)
def test_a_missing_sender_is_found_in_the_metadata(metadata: dict[str, Any], sender: str) -> None:
    assert read_json(content="Hello", metadata=metadata).sender == sender


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-31T17:00:00Z", datetime(2026, 1, 31, 17, tzinfo=UTC)),
        ("2026-01-31T17:00:00.5-05:00", datetime(2026, 1, 31, 22, 0, 0, 500_000, tzinfo=UTC)),
        ("2026-01-31 17:00", datetime(2026, 1, 31, 17, tzinfo=UTC)),
        (" 2026-01-31 ", datetime(2026, 1, 31, 23, 59, tzinfo=UTC)),
    ],
)
def test_a_deadline_is_iso_8601_and_utc_without_a_zone(text: str, moment: datetime) -> None:
    task = read_json(taskTitle="Fix it", taskDeadline=text).structured
    assert task is not None
    assert task.deadline == moment


def test_the_external_id_comes_from_the_body_or_a_header() -> None:
    headers = {
        "content-type": "application/json",
        "idempotency-key": '"quoted-1"',
        "webhook-id": "evt_1",
    }
    with_id = b'{"content": "a", "externalMessageId": "own"}'
    assert read(inbound_request(with_id, headers=headers)).external_id == "own"
    assert read(inbound_request(b'{"content": "a"}', headers=headers)).external_id == "quoted-1"
    del headers["idempotency-key"]
    assert read(inbound_request(b'{"content": "a"}', headers=headers)).external_id == "evt_1"


@pytest.mark.parametrize("value", ["a b", "ünïcode", "x" * 256, "a\x00"])
def test_a_header_that_cannot_be_an_id_is_refused(value: str) -> None:
    headers = {"content-type": "application/json", "idempotency-key": value}
    failure = refused(inbound_request(b'{"content": "a"}', headers=headers))
    assert failure.message.endswith(
        "/externalMessageId must be 1 to 255 visible ASCII characters in the header idempotency-key"
    )


def test_every_field_at_fault_is_named_with_what_would_be_valid() -> None:
    assert faults(
        senderIdentifier=7,
        senderName=["Ann"],
        messageType="video",
        externalMessageId="x" * 256,
        metadata=7,
        taskDescription=7,
        taskPriority="urgent",
        taskDeadline="tomorrow",
    ) == {
        "/content": "is missing: it must be a string of at most 100,000 characters, and not empty",
        "/senderIdentifier": "must be a string of at most 320 characters, such as an email address",
        "/senderName": "must be a string of at most 200 characters",
        "/messageType": "must be one of text, image, audio, file, structured",
        "/externalMessageId": "must be a string of at most 255 characters",
        "/metadata": "must be an object",
        "/taskDescription": "must be a string of at most 100,000 characters",
        "/taskPriority": "must be one of low, medium, high, critical",
        "/taskDeadline": "must be an ISO 8601 time such as 2026-01-31T17:00:00Z, or a date",
    }


@pytest.mark.parametrize("content", [7, True, ["a"], {"a": 1}, "x" * 100_001])
def test_content_of_another_type_or_length_is_refused(content: object) -> None:
    assert faults(content=content) == {"/content": "must be a string of at most 100,000 characters"}


@pytest.mark.parametrize("content", [None, "", " \n"])
def test_empty_content_is_refused(content: object) -> None:
    assert list(faults(content=content, attachments=[])) == ["/content"]


@pytest.mark.parametrize(
    "deadline", [7, "2026-13-01", "31.01.2026", "0001-01-01T00:00+14:00", "soon"]
)
def test_a_deadline_that_is_no_time_is_refused(deadline: object) -> None:
    assert list(faults(content="a", taskTitle="b", taskDeadline=deadline)) == ["/taskDeadline"]


@pytest.mark.parametrize(
    ("attachments", "pointers"),
    [
        ("x", ["/attachments"]),
        ([7], ["/attachments/0"]),
        ([{"type": "image"}], ["/attachments/0/url"]),
        ([{"url": "https://example.org/"}], ["/attachments/0/type"]),
        (
            [{"type": 1, "url": 2, "name": 3}],
            [f"/attachments/0/{n}" for n in ("type", "url", "name")],
        ),
        ([{"type": "image", "url": "https://example.org/"}] * 21, ["/attachments"]),
        *(
            ([{"type": "image", "url": url}], ["/attachments/0/url"])
            for url in ("", "a.png", "ftp://a/b", "javascript:alert(1)", "http://", "http://[::1")
        ),
        ([{"type": "image", "url": "https://example.org/a b"}], ["/attachments/0/url"]),
        ([{"type": "image", "url": "https://example.org/" + "a" * 2048}], ["/attachments/0/url"]),
    ],
)
def test_a_bad_attachment_is_named(attachments: object, pointers: list[str]) -> None:
    assert list(faults(content="a", attachments=attachments)) == pointers
