"""What no person wrote is told by its headers and its sender, and people are not taken for it."""

import pytest

from gateway_email_smtp.automatic import automatic_code
from gateway_email_smtp.mail import Envelope
from gateway_email_smtp.mime import read_mime


def code(headers: str, envelope: Envelope | None = None, body: str = "Hello") -> str:
    who = "" if headers.startswith("From:") else "From: anna@example.org\n"
    raw = f"{who}{headers}\n{body}".replace("\n", "\r\n").encode()
    return automatic_code(read_mime(raw, envelope or Envelope()), ["assistant@gw.example"])


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ("Auto-Submitted: auto-replied (vacation)\n", "auto_reply"),
        ("Auto-Submitted: auto-generated; owner-email=x@y\n", "auto_generated"),
        ("Auto-Submitted: auto-notified\n", "auto_generated"),
        ("X-Autoreply: yes\n", "auto_reply"),
        ("X-AutoReply-From: a@b\n", "auto_reply"),
        ("X-Autorespond: Re\n", "auto_reply"),
        ("Precedence: auto_reply\n", "auto_reply"),
        ("Precedence: Bulk\n", "bulk"),
        ("X-Precedence: junk\n", "bulk"),
        ("Precedence: list\n", "list"),
        ("List-Id: <news.example.org>\n", "list"),
        ("List-Unsubscribe: <mailto:u@example.org>\n", "list"),
        ("X-FC-MachineGenerated: true\n", "auto_generated"),
        ("X-Cron-Env: <SHELL=/bin/sh>\n", "auto_generated"),
        ("X-Loop: here\n", "loop"),
        ("X-Gateway-Loop: abc\n", "loop"),
        ("Received: by a\n" * 51, "too_many_hops"),
        ("From: MAILER-DAEMON@example.org\n", "robot_sender"),
        ("From: No-Reply <no-reply+x1@example.org>\n", "robot_sender"),
        ("From: jira-noreply@example.org\n", "robot_sender"),
        ("From: donotreply@example.org\n", "robot_sender"),
        ("From: ne-pas-repondre@example.org\n", "robot_sender"),
        ("From: owner-news@example.org\n", "list"),
        ("From: news-request@example.org\n", "list"),
        ("From: Assistant@gw.example\n", "own_address"),
        ("From: assistant+t.abc@gw.example\n", "own_address"),
        ("Content-Type: multipart/report; report-type=disposition-notification\n", "read_receipt"),
        ("Return-Path: <>\n", "null_sender"),
        ("Subject: Out of office: back on Monday\nX-Auto-Response-Suppress: All\n", "auto_reply"),
        ("Subject: Abwesenheitsnotiz\nReturn-Path: <>\n", "auto_reply"),
    ],
)
def test_what_a_program_wrote_has_a_code(headers: str, expected: str) -> None:
    assert code(headers) == expected


@pytest.mark.parametrize(
    "headers",
    [
        "",
        "Auto-Submitted: no\n",
        "X-Autoreply: no\n",
        "X-Auto-Response-Suppress: DR, OOF, AutoReply\n",
        "Subject: Out of office next week\n",
        "Subject: Abwesenheit im Mai\n",
        "Precedence: first-class\n",
        "To: somebody-else@example.org\n",
        "From: bouncer@example.org\n",
        "From: norepl@example.org\n",
        "From: request@example.org\n",
        "Return-Path: <bounces+12@mail.example>\n",
    ],
)
def test_what_a_person_wrote_has_none(headers: str) -> None:
    assert code(headers, Envelope(mail_from="bounces+12@mail.example")) == ""


def test_the_envelope_tells_as_well() -> None:
    assert code("", Envelope(mail_from="")) == "null_sender"
    assert code("", Envelope(mail_from="news-bounces+anna=example.org@lists.example")) == "list"


def test_an_answered_invitation_is_automatic_unless_somebody_adds_a_word() -> None:
    calendar = (
        "--b\n\n{}\n--b\nContent-Type: text/calendar; method=REPLY\n\n"
        "BEGIN:VCALENDAR\nMETHOD:REPLY\nBEGIN:VEVENT\nSUMMARY:x\nEND:VEVENT\n--b--\n"
    )
    head = "Content-Type: multipart/mixed; boundary=b\n"

    assert code(head, body=calendar.format("")) == "calendar_reply"
    assert code(head, body=calendar.format("I shall be late.")) == ""


def test_whose_tagged_address_is_the_assistants_is_a_person() -> None:
    raw = b"From: ann@example.org\r\n\r\nHello"
    mail = read_mime(raw, Envelope())

    assert automatic_code(mail, ["ann+bot@example.org"]) == ""
    assert automatic_code(mail, ["ann@example.org"]) == "own_address"
