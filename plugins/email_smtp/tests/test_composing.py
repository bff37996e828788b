"""Outgoing mails: to one person, in their thread, and nothing that a machine should answer."""

import email
import email.policy
from dataclasses import replace
from email.message import EmailMessage

import pytest
from hypothesis import given, strategies as st

from gateway.plugin import JsonValue, OutboundMessage, PermanentFailure
from gateway.plugin.testing import NOW
from gateway_email_smtp.composing import (
    Outgoing,
    compose,
    mail_of,
    own_subject,
    references_of,
    reply_subject,
)
from gateway_email_smtp.fake.senders import ASSISTANT, PERSON, THREAD, mail_message, settings
from gateway_email_smtp.tokens import Tokens

Facts = dict[str, JsonValue]

tokens = Tokens(["a"])


def composed(message: OutboundMessage, **given: object) -> Outgoing:
    return compose(message, settings(**given), tokens, now=NOW)


def read(message: OutboundMessage, **given: object) -> EmailMessage:
    raw = mail_of(composed(message, **given)).as_bytes()
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    found = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(found, EmailMessage)
    return found


def part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def test_an_answer_lands_in_its_thread() -> None:
    mail = read(mail_message("Hi Ann."), mail_name="Dana")

    assert (mail["From"], mail["To"]) == (f"Dana <{ASSISTANT}>", PERSON)
    assert mail["Subject"] == "Re: Offer for May"
    assert mail["In-Reply-To"] == "<q1@example.org>"
    assert mail["References"] == "<q0@example.org> <q1@example.org>"
    assert tokens.read_message_id(mail["Message-ID"]) == (THREAD, 4711)
    assert tokens.read_reply_address(mail["Reply-To"]) == THREAD
    assert mail["Date"].datetime == NOW
    assert part(mail, "plain") == "Hi Ann.\n"
    assert "<p>Hi Ann.</p>" in part(mail, "html")


def test_it_comes_from_the_sender_and_is_answered_where_the_settings_say() -> None:
    named = {"from_address": "desk@agency.example", "reply_to_address": "help@agency.example"}
    mail = read(mail_message(), mail_name="Dana", **named)
    plain = read(mail_message(), mail_tagged=False, **named)

    assert mail["From"] == "Dana <desk@agency.example>"
    assert mail["Reply-To"].startswith("help+t.")
    assert tokens.read_reply_address(mail["Reply-To"]) == THREAD
    assert plain["Reply-To"] == "help@agency.example"
    bounces = composed(mail_message(), **named).envelope_from
    assert bounces.startswith("assistant+b.")
    assert bounces.endswith("@gw.example")


def test_it_goes_to_one_person_whoever_else_the_mail_went_to() -> None:
    facts: Facts = {
        "to": [ASSISTANT, "bob@example.org"],
        "cc": ["eve@example.org"],
        "replyTo": ["x@y.z"],
    }
    message = mail_message()
    mail = read(replace(message, answered={**message.answered, **facts}))

    assert mail["To"] == PERSON
    assert mail["Cc"] is None
    assert mail["Bcc"] is None


@pytest.mark.parametrize(
    ("kind", "said"), [("reply", "auto-replied"), ("notification", "auto-generated")]
)
def test_no_machine_is_to_answer_it(kind: str, said: str) -> None:
    mail = read(replace(mail_message(kind=kind), hops=3))

    assert mail["Auto-Submitted"] == said
    assert mail["X-Auto-Response-Suppress"] == "All"
    assert mail["X-Gateway-Hops"] == "3"


def test_a_bounce_names_the_mail_and_can_be_switched_off() -> None:
    assert tokens.read_bounce_address(composed(mail_message()).envelope_from) == 4711

    plain = composed(mail_message(), mail_tagged=False)
    assert (plain.envelope_from, plain.reply_to) == (ASSISTANT, ASSISTANT)
    assert tokens.read_message_id(plain.message_id) == (THREAD, 4711)


def test_every_attempt_is_the_same_mail() -> None:
    message = mail_message()
    assert composed(message) == composed(replace(message, attempt=7))


def test_a_notification_has_a_subject_and_a_thread_of_its_own() -> None:
    mail = read(mail_message("Done: order paper.\nIt comes on Monday.", kind="notification"))

    assert mail["Subject"] == "Done: order paper."
    assert mail["In-Reply-To"] is None
    assert tokens.read_message_id(mail["Message-ID"]) is not None


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("Offer", "Re: Offer"),
        ("Re: Offer", "Re: Offer"),
        ("RE: AW: Re[2]: Offer", "Re: Offer"),
        ("SV:Offer", "Re: Offer"),
        ("回复\uff1a报价", "Re: 报价"),
        ("Fwd: Offer", "Re: Fwd: Offer"),
        ("Ref: 4711", "Re: Ref: 4711"),
        ("Regarding: x", "Re: Regarding: x"),
        ("", "Re:"),
        ("  two\r\n lines\t", "Re: two lines"),
        ("re:" * 300, "Re:"),
        ("word " * 100, f"Re: {'word ' * 38}word…"),
    ],
)
def test_the_subject_keeps_the_words_of_the_thread(subject: str, expected: str) -> None:
    assert reply_subject(subject) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\n\nDone.\nMore", "Done."),
        ("x" * 100, f"{'x' * 69}…"),
        ("word " * 30, f"{'word ' * 12}word…"),
        ("", ""),
    ],
)
def test_a_subject_of_its_own_is_the_first_line(text: str, expected: str) -> None:
    assert own_subject(text) == expected


def test_of_a_long_thread_the_first_and_the_latest_ids_are_kept() -> None:
    ids = [f"<{number}@example.org>" for number in range(60)]
    answered: Facts = {"references": [*ids[:-1]], "messageId": ids[-1]}
    kept = references_of(answered)

    assert kept == (ids[0], *ids[-20:])
    assert len(read(mail_message(answered=answered))["References"].split()) == 21


def test_what_is_no_id_is_left_out_and_the_parent_is_last() -> None:
    answered: Facts = {"references": ["<b@x> junk <a@x>", "no id", 7, None], "messageId": "<b@x>"}
    assert references_of(answered) == ("<a@x>", "<b@x>")
    assert references_of({}) == ()
    assert read(mail_message(answered={}))["References"] is None


def test_a_long_id_is_never_broken_or_encoded() -> None:
    parent = f"<{'x' * 200}@{'y' * 40}.example>"
    mail = read(mail_message(answered={"messageId": parent, "references": [parent] * 3}))
    assert mail["In-Reply-To"] == parent
    assert mail["References"] == parent


def test_subject_and_name_survive_as_they_are() -> None:
    subject = "Überfällig: " + "sehr lange Wörter und Sätze " * 5
    mail = read(mail_message(answered={"subject": subject}), mail_name='Jörg "the" Helper, Inc.')

    assert mail["Subject"] == f"Re: {subject.strip()}"
    assert mail["From"].addresses[0].display_name == 'Jörg "the" Helper, Inc.'
    assert mail["From"].addresses[0].addr_spec == ASSISTANT


INJECTIONS = ["\r\nBcc: eve@example.org", "\nX-Evil: 1\n\nbody", "\x00", "\u2028Bcc: x", "\ud800"]


@pytest.mark.parametrize("evil", INJECTIONS)
def test_nothing_of_a_mail_can_add_a_header(evil: str) -> None:
    facts: Facts = {
        "subject": f"Hi{evil}",
        "messageId": f"<a@x{evil}>",
        "references": [f"<b@x>{evil}", evil],
    }
    mail = read(mail_message(f"Text{evil}", answered=facts))

    assert mail["Bcc"] is None
    assert mail["X-Evil"] is None
    assert mail["To"] == PERSON


@given(st.text(), st.text())
def test_whatever_is_said_makes_a_mail(subject: str, text: str) -> None:
    mail = read(mail_message(f"x{text}", answered={"subject": subject, "messageId": subject}))

    assert mail["To"] == PERSON
    assert sorted(set(map(str.lower, mail.keys()))) == sorted(map(str.lower, mail.keys()))


@pytest.mark.parametrize(
    "to",
    [
        "",
        "ann",
        "ann@",
        "@example.org",
        "a b@example.org",
        "ann@example.org, bob@example.org",
        "Ann <ann@example.org>",
        "ann@example.org\r\nBcc: eve@example.org",
        "jörg@example.org",
    ],
)
def test_what_is_no_address_is_refused(to: str) -> None:
    with pytest.raises(PermanentFailure) as failed:
        composed(mail_message(to=to))
    assert failed.value.not_accepted


def test_a_domain_beyond_ascii_is_written_as_dns_knows_it() -> None:
    assert composed(mail_message(to="ann@bücher.example")).recipient == "ann@xn--bcher-kva.example"


@pytest.mark.parametrize("to", [ASSISTANT, "Assistant@GW.example", "other@gw.example"])
def test_it_never_writes_to_itself(to: str) -> None:
    with pytest.raises(PermanentFailure, match="never writes to itself"):
        composed(mail_message(to=to), mail_own_addresses=("other@gw.example",))


@pytest.mark.parametrize("text", ["", " \n\t\n", "\x00"])
def test_a_mail_without_words_is_refused(text: str) -> None:
    with pytest.raises(PermanentFailure, match="no text"):
        composed(mail_message(text))
