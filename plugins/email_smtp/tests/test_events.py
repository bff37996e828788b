"""What providers say later of mail that was sent: each event is a receipt, or nothing."""

import pytest

from gateway.plugin import Receipt
from gateway.plugin.testing import NOW
from gateway_email_smtp.fake import posts
from gateway_email_smtp.fake.posts import Post
from gateway_email_smtp.fake.stage import ANN, request, settings
from gateway_email_smtp.providers import sources


def receipts(way: str, post: Post, **given: object) -> tuple[Receipt, ...]:
    posted = sources.read(settings(way, **given), request(post))
    assert posted.mail is None
    return posted.receipts


SENDGRID_EVENT = {
    "email": ANN,
    "sg_message_id": "14c5d75ce93.dfd.64b469.filter0001.16648.5515E0B88.0",
    "sg_event_id": "abc",
    "gateway_outbound": "42",
}


@pytest.mark.parametrize(
    ("event", "wanted"),
    [
        ({"event": "delivered", "response": "250 OK"}, {"state": "delivered", "reason": "250 OK"}),
        ({"event": "processed"}, {"state": "accepted"}),
        ({"event": "deferred", "response": "451 busy"}, {"state": "accepted"}),
        (
            {"event": "bounce", "type": "bounce", "status": "5.1.1", "reason": "550 no such user"},
            {"state": "failed", "error_code": "5.1.1", "is_unreachable": True},
        ),
        (
            {"event": "bounce", "type": "blocked", "status": "5.1.1", "reason": "blocked"},
            {"state": "failed", "is_unreachable": False},
        ),
        (
            {"event": "bounce", "type": "bounce", "status": "5.2.2", "reason": "mailbox full"},
            {"state": "failed", "error_code": "5.2.2", "is_unreachable": False},
        ),
        (
            {"event": "dropped", "reason": "Bounced Address"},
            {"state": "failed", "error_code": "dropped", "is_unreachable": True},
        ),
        (
            {"event": "dropped", "reason": "Spam Reporting Address"},
            {"state": "failed", "opted_out": True, "is_unreachable": False},
        ),
        ({"event": "spamreport"}, {"state": "failed", "opted_out": True}),
        ({"event": "unsubscribe"}, {"state": "failed", "opted_out": True}),
    ],
)
def test_an_event_of_sendgrid_is_a_receipt(
    event: dict[str, str], wanted: dict[str, object]
) -> None:
    post = posts.sendgrid_events([{**SENDGRID_EVENT, **event}], now=NOW)
    [receipt] = receipts("sendgrid", post)
    assert {name: getattr(receipt, name) for name in wanted} == wanted
    assert (receipt.provider_id, receipt.message_id) == ("14c5d75ce93.dfd.64b469", 42)
    assert receipt.at == NOW


def test_events_that_say_nothing_of_a_delivery_are_left_out() -> None:
    events: list[dict[str, object]] = [
        {**SENDGRID_EVENT, "event": "open"},
        {**SENDGRID_EVENT, "event": "click"},
        {**SENDGRID_EVENT, "event": "delivered", "sg_message_id": ""},
        {**SENDGRID_EVENT, "event": "delivered", "gateway_outbound": "x", "timestamp": 1e300},
    ]
    [receipt] = receipts("sendgrid", posts.sendgrid_events(events, now=NOW))
    assert (receipt.message_id, receipt.at) == (None, None)
    empty = posts.signed_by_sendgrid(b"[1, null, []]", now=NOW, content_type="application/json")
    assert receipts("sendgrid", empty) == ()


POSTMARK_EVENT = {"MessageID": "883953f4", "Metadata": {"gateway_outbound": "42"}, "Email": ANN}


@pytest.mark.parametrize(
    ("event", "wanted"),
    [
        (
            {"RecordType": "Delivery", "DeliveredAt": "2026-01-02T03:04:05Z", "Recipient": ANN},
            {"state": "delivered", "error_code": "", "at": NOW},
        ),
        (
            {
                "RecordType": "Bounce",
                "Type": "HardBounce",
                "Description": "The server was unable to deliver.",
                "Details": "550 5.1.1",
                "BouncedAt": "2026-01-02T03:04:05.0000000Z",
            },
            {
                "state": "failed",
                "error_code": "HardBounce",
                "reason": "The server was unable to deliver. 550 5.1.1",
                "is_unreachable": True,
                "at": NOW,
            },
        ),
        ({"RecordType": "Bounce", "Type": "Transient"}, {"state": "accepted", "error_code": ""}),
        (
            {"RecordType": "Bounce", "Type": "SoftBounce", "BouncedAt": "soon"},
            {"state": "failed", "is_unreachable": False, "at": None},
        ),
        (
            {"RecordType": "SpamComplaint", "Type": "SpamComplaint"},
            {"state": "failed", "opted_out": True, "error_code": "SpamComplaint"},
        ),
    ],
)
def test_an_event_of_postmark_is_a_receipt(
    event: dict[str, str], wanted: dict[str, object]
) -> None:
    [receipt] = receipts("postmark", posts.postmark_event({**POSTMARK_EVENT, **event}))
    assert {name: getattr(receipt, name) for name in wanted} == wanted
    assert (receipt.provider_id, receipt.message_id) == ("883953f4", 42)


@pytest.mark.parametrize(
    "event",
    [
        {"RecordType": "Open"},
        {"RecordType": "Bounce", "Type": "AutoResponder"},
        {"RecordType": "Delivery", "MessageID": ""},
    ],
)
def test_what_postmark_tells_besides_is_nothing(event: dict[str, str]) -> None:
    assert receipts("postmark", posts.postmark_event({**POSTMARK_EVENT, **event})) == ()


MAILGUN_EVENT = {
    "recipient": ANN,
    "message": {"headers": {"message-id": "20260102.1@mg.example.org"}},
    "user-variables": {"gateway_outbound": 42},
}


@pytest.mark.parametrize(
    ("event", "wanted"),
    [
        ({"event": "delivered"}, {"state": "delivered", "error_code": ""}),
        ({"event": "failed", "severity": "temporary"}, {"state": "accepted"}),
        (
            {
                "event": "failed",
                "severity": "permanent",
                "delivery-status": {
                    "code": 550,
                    "enhanced-code": "5.1.1",
                    "message": "no such user",
                    "description": "",
                },
            },
            {"error_code": "5.1.1", "reason": "no such user", "is_unreachable": True},
        ),
        (
            {"event": "failed", "severity": "permanent", "reason": "suppress-bounce"},
            {"state": "failed", "is_unreachable": True, "reason": "suppress-bounce"},
        ),
        (
            {"event": "failed", "severity": "permanent", "delivery-status": {"code": 552}},
            {"state": "failed", "error_code": "552", "is_unreachable": False},
        ),
        ({"event": "complained"}, {"state": "failed", "opted_out": True}),
    ],
)
def test_an_event_of_mailgun_is_a_receipt(
    event: dict[str, object], wanted: dict[str, object]
) -> None:
    post = posts.mailgun_event({**MAILGUN_EVENT, **event}, now=NOW)
    [receipt] = receipts("mailgun", post)
    assert {name: getattr(receipt, name) for name in wanted} == wanted
    assert (receipt.provider_id, receipt.message_id) == ("20260102.1@mg.example.org", 42)
    assert receipt.at == NOW


def test_what_mailgun_tells_besides_is_nothing() -> None:
    for event in ({"event": "opened"}, {"event": "delivered", "message": {}}):
        assert receipts("mailgun", posts.mailgun_event({**MAILGUN_EVENT, **event}, now=NOW)) == ()


def test_events_come_to_a_channel_that_takes_its_mail_another_way() -> None:
    sendgrid = posts.sendgrid_events([{**SENDGRID_EVENT, "event": "delivered"}], now=NOW)
    [one] = receipts("smtp", sendgrid, mailOutbound="sendgrid", sendgridApiKey="SG.x")
    postmark = posts.postmark_event({**POSTMARK_EVENT, "RecordType": "Delivery"})
    [two] = receipts("imap", postmark, mailOutbound="postmark", postmarkServerToken="x")
    assert (one.state, two.state) == ("delivered", "delivered")
