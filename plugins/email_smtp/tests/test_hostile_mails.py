"""Whatever is sent ends in a mail or in a sentence, and twice as much takes twice the work."""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import FrameType

import pytest
from hypothesis import given, settings, strategies as st

from gateway.plugin import InvalidPayload, JsonValue
from gateway_email_smtp.mail import Envelope, Mail
from gateway_email_smtp.mime import read_mime
from gateway_email_smtp.reading import messages_of
from gateway_email_smtp.tokens import Tokens

TOKENS = Tokens(["a secret"])
HEADERS = st.sampled_from(
    [
        b"From: a@b.c",
        b'From: "A" <a@b.c>, (x',
        b"From: " + b"(" * 200,
        b"Subject: =?utf-8?q?=FF=00?= =?x?b?A?=",
        b"Content-Type: text/html; charset=utf-16",
        b"Content-Type: text/plain; charset=punycode; format=flowed; delsp=yes",
        b'Content-Type: multipart/mixed; boundary="b"',
        b"Content-Type: multipart/alternative; boundary=b",
        b"Content-Type: multipart/report; boundary=b; report-type=delivery-status",
        b"Content-Type: message/delivery-status",
        b"Content-Type: text/calendar; method=REQUEST",
        b"Content-Type: message/rfc822",
        b"Content-Type: text/plain; name*0*=x'y'%zz; name*99=\"",
        b"Content-Transfer-Encoding: base64",
        b"Content-Transfer-Encoding: quoted-printable",
        b"Content-Disposition: attachment; filename=../../etc\x00",
        b"References: <<<a@b>> <",
        b"Date: Mon, 99 Foo 99999 99:99:99 +9999",
        b"Auto-Submitted: \xff",
        b"Message-ID: ><",
        b" folded",
        b":",
    ]
)
PIECES = st.sampled_from(
    [
        b"--b\r\n",
        b"--b--\r\n",
        b"\r\n\r\n",
        b"Content-Type: message/rfc822\r\n\r\nFrom: x@y.z\r\n\r\nhi\r\n",
        b"Content-Type: message/delivery-status\r\n\r\nA: b\r\n\r\n"
        b"Final-Recipient: rfc822;\r\nStatus: 9\r\n",
        b"Content-Type: text/calendar\r\n\r\nBEGIN:VEVENT\r\n"
        b"DTSTART;TZID=../x:99999999T999999Z\r\n",
        b"-----Original Message-----\r\n",
        b"---------- Forwarded message ---------\r\nFrom: <mailto:x@y.z\r\nDate: 2026\r\n",
        b"On 1 Jan 2026 at 10:00, a@b wrote:\r\n",
        b"> > quoted\r\n",
        b"-- \r\n",
        b"<div class=gmail_quote><blockquote><p>",
        b"</div></blockquote></td>",
        b"<a href='&#x110000;&amp;'\">",
        b"<!--",
        b"<style>",
        b"&#xD800;\x00\xff",
        b"Sent from my iPhone\r\n",
        b"-----BEGIN PGP SIGNED MESSAGE-----\r\n",
        b">>> a@b.c 1/1/2026 10:00 >>>\r\nA> quoted\r\n",
        b"==========\r\na@b.c\r\n==========\r\n",
        b"<meta charset=utf-16>",
        b"=?utf-8?b?",
        b"\xe2\x80",
    ]
)
MAILS = st.builds(
    lambda headers, body: b"\r\n".join(headers) + b"\r\n\r\n" + b"".join(body),
    st.lists(st.one_of(HEADERS, HEADERS, st.binary(max_size=40)), max_size=8),
    st.lists(st.one_of(PIECES, PIECES, st.binary(max_size=60)), max_size=25),
)


@dataclass(frozen=True)
class Judged:
    is_proven: bool = False
    suspect: str = ""
    facts: Mapping[str, JsonValue] = field(default_factory=dict)


OPEN = Judged()


def result(raw: bytes) -> Mail | None:
    try:
        mail = read_mime(raw, Envelope(mail_from="a@b.c"))
    except InvalidPayload:
        return None
    (message,) = messages_of(mail, tokens=TOKENS, own_addresses=["us@b.c"], verdict=OPEN).messages
    json.dumps(message.facts)
    assert 0 < len(message.sender) <= 320
    assert len(message.sender_name or "") <= 200
    assert len(message.recipient or "") <= 320
    return mail


@settings(deadline=None)
@given(MAILS)
def test_a_hostile_mail_is_read_or_refused(raw: bytes) -> None:
    mail = result(raw)

    if mail is not None:
        assert "".join(segment.text for segment in mail.segments) == mail.text
        assert not set(mail.text + mail.subject + repr(mail.headers)) & {"\x00", "\ud800"}


@settings(deadline=None)
@given(st.text(alphabet="> -\nOnwrote:@1<abFrom*_", max_size=300))
def test_a_plain_text_is_never_lost(text: str) -> None:
    mail = result(b"From: a@b.c\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + text.encode())

    assert mail is not None
    assert mail.text == text


BOMBS = [
    (kind, piece)
    for kind, pieces in {
        "html": [
            *(b"<div>", b"<p>x", b"<a b='", b'<a "', b"<!--", b"<", b"</p>", b"<style>", b"&amp;"),
            *(b"<blockquote>", b"<ul><li>x", b"<td>x</td>", b"<span style='display:none'>"),
        ],
        "plain": [
            *(b"> x\n", b"On 1 Jan 2026\n", b"From: a@b\n", b"wrote:\n", b"-- \nx\n", b"\n", b"-"),
            *(b"_" * 30 + b"\n", b"Sent from my\n", b"To: a@b, \n", b"On 1 Jan 2026 x wrote:"),
            *(b"a b wrote:\nA> x\n", b">>> 10:00 >>>\n", b"-----BEGIN PGP SIGNED MESSAGE-----\n"),
            b"-- Forwarded message --\nFrom: a@b\n",
        ],
    }.items()
    for piece in pieces
]


@pytest.mark.parametrize(("kind", "piece"), BOMBS)
def test_the_work_grows_with_the_mail_and_no_faster(kind: str, piece: bytes) -> None:
    small, large = (_work(kind, piece, size) for size in (10_000, 40_000))

    assert large < min(5 * small + 2000, 1_000_000)


def _work(kind: str, piece: bytes, size: int) -> int:
    """How many calls of Python functions it takes to read a mail of that size."""
    raw = b"From: a@b.c\r\nContent-Type: text/%s\r\n\r\n" % kind.encode()
    raw += piece * (size // len(piece))
    calls = 0

    def count(_frame: FrameType, _event: str, _argument: object) -> None:
        nonlocal calls
        calls += 1

    sys.setprofile(count)
    try:
        result(raw)
    finally:
        sys.setprofile(None)
    return calls
