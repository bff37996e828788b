"""A mail becomes a message of a thread, or the receipt of one that was sent."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from gateway.plugin import InboundMessage, JsonValue, Parsed, Person
from gateway_email_smtp.mail import Envelope
from gateway_email_smtp.mime import read_mime
from gateway_email_smtp.reading import messages_of
from gateway_email_smtp.tokens import Tokens, thread_of

TOKENS = Tokens(["a secret"])
OWN = "assistant@gw.example"
THREAD = "0123456789abcdef"
FORWARDED = (
    "{}\n---------- Forwarded message ---------\n"
    "From: Dana Cole <Dana@client.example>\nDate: Mon, Jan 12, 2026 at 10:00 AM\n"
    "Subject: The new logo\nTo: Anna <anna@example.org>\n\nPlease send it by Friday.\n\nDana\n"
)


@dataclass(frozen=True)
class Judged:
    is_proven: bool = True
    suspect: str = ""
    facts: Mapping[str, JsonValue] = field(default_factory=dict)


def parsed(
    body: str = "Hello", headers: str = "", envelope: Envelope | None = None, *, proven: bool = True
) -> Parsed:
    block = f"From: Anna Berg <Anna@Example.org>\n{headers}\n{body}"
    mail = read_mime(block.replace("\n", "\r\n").encode(), envelope or Envelope())
    verdict = Judged(is_proven=proven, facts={"spf": "pass"})
    return messages_of(mail, tokens=TOKENS, own_addresses=[OWN], verdict=verdict)


def message(
    body: str = "Hello", headers: str = "", envelope: Envelope | None = None
) -> InboundMessage:
    return parsed(body, headers, envelope).messages[0]


def test_a_mail_is_a_message_with_all_that_an_answer_needs() -> None:
    found = message(
        "Hello\n-- \nAnna\n",
        f"To: X <x@example.org>, {OWN}\nCc: c@example.org\nSubject: Logo\nMessage-ID: <q1@x>\n"
        "Reply-To: r@example.org\nDate: Mon, 12 Jan 2026 10:00:00 +0000\n",
        Envelope(mail_from="b@example.org", recipients=(OWN,)),
    )

    assert (found.sender, found.sender_name) == ("anna@example.org", "Anna Berg")
    assert (found.recipient, found.text, found.automatic) == (OWN, "Logo\n\nHello", "")
    assert found.facts == {
        "spf": "pass",
        "messageId": "<q1@x>",
        "inReplyTo": "",
        "references": [],
        "subject": "Logo",
        "from": "Anna@example.org",
        "to": ["x@example.org", OWN],
        "cc": ["c@example.org"],
        "replyTo": ["r@example.org"],
        "envelopeFrom": "b@example.org",
        "parts": [
            {"kind": "visible", "text": "Hello\n"},
            {"kind": "signature", "text": "-- \nAnna\n"},
        ],
    }
    assert found.is_proven
    assert found.requester is None


@pytest.mark.parametrize(
    ("headers", "thread"),
    [
        (f"To: {TOKENS.reply_address(OWN, THREAD)}\nReferences: <a@x>\n", THREAD),
        (f"Delivered-To: {TOKENS.reply_address(OWN, THREAD)}\n", THREAD),
        (f"In-Reply-To: {TOKENS.message_id(THREAD, 7, 'gw.example')}\nReferences: <a@x>\n", THREAD),
        (f"References: <a@x> {TOKENS.message_id(THREAD, 7, 'gw.example')} <b@x>\n", THREAD),
        (f"References: <a@x> {TOKENS.message_id(THREAD, 7, 'gw.example')[:-5]}> <b@x>\n", "<a@x>"),
        ("References: <A@x> <b@x>\nIn-Reply-To: <b@x>\nMessage-ID: <c@x>\n", "<a@x>"),
        ("In-Reply-To: <b@x>\nMessage-ID: <c@x>\n", "<b@x>"),
        ("Message-ID: <c@x>\n", "<c@x>"),
    ],
)
def test_the_thread_of_a_mail_is_told_by_what_it_says(headers: str, thread: str) -> None:
    expected = thread_of(thread) if thread.startswith("<") else thread

    assert message("Hello", headers).thread_hint == expected


def test_a_mail_without_an_id_has_a_thread_of_its_own() -> None:
    one, two = message("one"), message("two")

    assert one.thread_hint != two.thread_hint
    assert one.external_id != two.external_id
    assert one == message("one")


def test_a_copy_is_the_same_message_and_a_borrowed_id_is_not() -> None:
    first = message("Hello", "Message-ID: <q1@x>\n")
    copy = message("Hello", "Received: by elsewhere\nMessage-ID: <q1@x>\n")
    borrowed = message("Something else", "Message-ID: <q1@x>\n")

    assert first.external_id == copy.external_id
    assert first.external_id != borrowed.external_id


def test_of_a_forwarded_mail_the_requester_is_who_wrote_it() -> None:
    found = message(FORWARDED.format("Can you do this?\n"), "Subject: Fwd: The new logo\n")

    assert found.requester == Person(address="dana@client.example", name="Dana Cole")
    assert found.text == "Can you do this?\n\nPlease send it by Friday.\n\nDana"
    assert found.facts["forwarder"] == "Anna@example.org"


def test_of_a_forwarded_mail_only_what_its_writer_wrote_is_understood() -> None:
    thread = "\nOn Sun, Jan 11, 2026 at 9:00 AM Anna <anna@example.org> wrote:\n\n> Which?\n"

    found = message(FORWARDED.format("") + thread, "Subject: Fwd: The new logo\n")

    assert found.text == "Please send it by Friday.\n\nDana"


def test_a_mail_forwarded_as_an_attachment_has_its_requester_too() -> None:
    found = message(
        "--b\n\nSee attached.\n--b\nContent-Type: message/rfc822\n\n"
        "From: Dana <dana@client.example>\nSubject: Logo\n\nThe logo by Friday, please.\n--b--\n",
        "Subject: FW: Logo\nContent-Type: multipart/mixed; boundary=b\n",
    )

    assert found.requester == Person(address="dana@client.example", name="Dana")
    assert found.text == "See attached.\n\nThe logo by Friday, please."
    assert [(file.type, file.name) for file in found.attachments] == [
        ("message/rfc822", "message.eml")
    ]


def test_nobody_requests_who_forwards_an_own_mail_or_one_of_ours() -> None:
    own = FORWARDED.format("").replace("Dana@client.example", "anna@example.org")
    ours = FORWARDED.format("").replace("Dana@client.example", "assistant+t.x@gw.example")

    assert message(own, "Subject: Fwd: x\n").requester is None
    assert message(ours, "Subject: Fwd: x\n").requester is None


@pytest.mark.parametrize(
    ("subject", "body", "text"),
    [
        ("Please send Dana the logo", "", "Please send Dana the logo"),
        (
            "Please send Dana the logo",
            "Thanks!\nAnna",
            "Please send Dana the logo\n\nThanks!\nAnna",
        ),
        ("Fwd: Please send Dana the logo", "", "Please send Dana the logo"),
        ("[acme] Send Dana the logo", "", "Send Dana the logo"),
        ("Logo", "Please send Dana the logo.", "Please send Dana the logo."),
        ("Re: Please send Dana the logo", "Yes", "Yes"),
        ("Hello", "Hello", "Hello"),
    ],
)
def test_the_subject_is_understood_where_it_says_more(subject: str, body: str, text: str) -> None:
    assert message(body, f"Subject: {subject}\n").text == text


def test_an_answer_that_may_stand_below_an_unmarked_quotation_is_not_lost() -> None:
    answered = "Subject: Re: x\nIn-Reply-To: <a@b>\n"
    below = "From: A <a@b.c>\nSent: today\nTo: Anna\nSubject: x\n\nWhich?\nThe blue one."

    assert message(below, answered).text == below
    assert message("On 1 Jan 2026 10:00, A wrote:\n> all\n> of it", answered).text == ""


def test_files_are_attached_and_seals_are_not() -> None:
    found = message(
        "--b\nContent-Type: image/png; name=a.png\n\npicture\n"
        "--b\nContent-Type: application/pgp-signature\n\nseal\n--b--\n",
        "Content-Type: multipart/mixed; boundary=b\n",
    )

    assert [(file.type, file.name, file.content) for file in found.attachments] == [
        ("image/png", "a.png", b"picture")
    ]
    assert (found.text, found.kind) == ("", "image")


def test_an_invitation_is_understood() -> None:
    found = message(
        "--b\nContent-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\nMETHOD:REQUEST\n"
        "BEGIN:VEVENT\nSUMMARY:Kick-off\\, first\n  part\n"
        "DTSTART;TZID=Europe/Berlin:20260112T100000\n"
        "DTEND:20260112T110000Z\nLOCATION:Room 5\nEND:VEVENT\nEND:VCALENDAR\n--b--\n",
        "Content-Type: multipart/mixed; boundary=b\n",
    )

    assert found.text == (
        "Kick-off, first part (2026-01-12T10:00:00+01:00 – 2026-01-12T11:00:00+00:00, Room 5)"
    )


def test_two_from_headers_prove_nobody() -> None:
    assert parsed("x", "From: Boss <boss@example.org>\n").messages[0].is_proven is False
    assert parsed("x", proven=False).messages[0].is_proven is False


REPORT = (
    "--b\n\nIt failed.\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\n"
    "Final-Recipient: rfc822; dana@client.example\nAction: {}\nStatus: {}\n"
    "Diagnostic-Code: smtp; 550 no\n--b\nContent-Type: message/rfc822\n\n"
    "From: assistant@gw.example\nMessage-ID: {}\n\nHello\n--b--\n"
)
REPORTING = "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n"
OURS = TOKENS.message_id(THREAD, 4711, "gw.example")


@pytest.mark.parametrize(
    ("action", "status", "state", "code", "is_unreachable"),
    [
        ("failed", "5.1.1", "failed", "5.1.1", True),
        ("failed", "5.2.1", "failed", "5.2.1", True),
        ("failed", "5.2.2", "failed", "5.2.2", False),
        ("failed", "5.1.8", "failed", "5.1.8", False),
        ("relayed", "2.0.0", "sent", "", False),
        ("delivered", "2.0.0", "delivered", "", False),
    ],
)
def test_a_delivery_report_is_the_receipt_of_a_mail_of_ours(
    action: str, status: str, state: str, code: str, *, is_unreachable: bool
) -> None:
    found = parsed(REPORT.format(action, status, OURS), REPORTING)

    (receipt,) = found.receipts
    assert (receipt.message_id, receipt.provider_id, receipt.state) == (4711, OURS, state)
    assert (receipt.error_code, receipt.is_unreachable) == (code, is_unreachable)
    assert found.messages[0].automatic == ("bounce" if state == "failed" else "delivery_notice")


def test_a_delay_is_no_receipt_and_no_message_of_a_person() -> None:
    found = parsed(REPORT.format("delayed", "4.4.1", OURS), REPORTING)

    assert found.receipts == ()
    assert found.messages[0].automatic == "delivery_notice"


def test_a_complaint_is_the_word_of_somebody_who_wants_no_more() -> None:
    found = parsed(
        "--b\n\nUnwanted.\n--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\n"
        "Original-Rcpt-To: dana@client.example\n--b\nContent-Type: message/rfc822\n\n"
        f"From: assistant@gw.example\nMessage-ID: {OURS}\n\nHello\n--b--\n",
        "Content-Type: multipart/report; report-type=feedback-report; boundary=b\n",
    )

    (receipt,) = found.receipts
    assert (receipt.message_id, receipt.state, receipt.opted_out) == (4711, "delivered", True)
    assert found.messages[0].automatic == "complaint"
    assert found.messages[0].requester is None


def test_the_signed_address_counts_before_the_id_in_the_report() -> None:
    address = TOKENS.bounce_address(OWN, 12)

    found = parsed(
        REPORT.format("failed", "5.1.1", OURS),
        REPORTING,
        Envelope(mail_from="", recipients=(address,)),
    )

    assert [receipt.message_id for receipt in found.receipts] == [12]


def test_a_report_of_a_mail_that_is_not_ours_is_no_receipt() -> None:
    found = parsed(REPORT.format("failed", "5.1.1", "<q0@elsewhere.example>"), REPORTING)

    assert found.receipts == ()
    assert found.messages[0].automatic == "bounce"
