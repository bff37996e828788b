"""The part keeps its contract, whichever way its mail comes."""

import pytest

from gateway.plugin.testing import check_parser, check_settings, check_verifier, part_context
from gateway_email_smtp.email import EmailSmtp
from gateway_email_smtp.fake import posts
from gateway_email_smtp.fake.posts import Post
from gateway_email_smtp.fake.stage import ADDRESS, ANN, POSTS, letter, request, settings


def part(way: str, **given: object) -> EmailSmtp:
    return EmailSmtp(settings(way, **given), part_context())


def test_every_setting_can_be_drawn() -> None:
    check_settings(EmailSmtp)


@pytest.mark.parametrize("name", POSTS)
async def test_the_part_keeps_the_contract(name: str) -> None:
    way, post = POSTS[name]
    made, authentic = part(way), request(post)
    check_parser(made, authentic)
    forged = Post(headers=post.headers, body=post.body.replace(b"Ann", b"Eve"))
    await check_verifier(
        made, authentic, *([request(forged)] if way in ("sendgrid", "mime") else [])
    )


@pytest.mark.parametrize("name", POSTS)
def test_a_mail_is_one_message_and_the_provider_is_answered_200(name: str) -> None:
    way, post = POSTS[name]
    parsed = part(way).parse(request(post))
    [message] = parsed.messages
    assert (message.sender, message.sender_name, message.recipient) == (ANN, "Ann Bö", ADDRESS)
    assert "Please send Dana the logo by Friday" in message.text
    [file] = message.attachments
    assert (file.name, file.content) == ("Lögo.pdf", b"%PDF-1.7")
    assert parsed.answer is not None
    assert (parsed.answer.status, parsed.answer.body) == (200, b"")


def test_the_same_mail_is_the_same_message_whichever_way_it_came() -> None:
    ids = {part(way).parse(request(post)).messages[0].external_id for way, post in POSTS.values()}
    threads = {part(w).parse(request(post)).messages[0].thread_hint for w, post in POSTS.values()}
    assert len(ids) == len(threads) == 1
    assert None not in ids | threads


def test_events_are_receipts_and_no_messages() -> None:
    event = {"RecordType": "Delivery", "MessageID": "m1"}
    parsed = part("postmark").parse(request(posts.postmark_event(event)))
    assert (len(parsed.receipts), parsed.messages) == (1, ())
    nothing = part("postmark").parse(request(posts.postmark_event({"RecordType": "Open"})))
    assert (nothing.receipts, nothing.messages) == ((), ())
    assert nothing.answer is not None


def test_a_letter_of_400_kb_is_read() -> None:
    post = posts.mailgun(letter("word " * 80_000), now=part_context().now(), mime=True)
    [message] = part("mailgun").parse(request(post)).messages
    assert len(message.text) > 10_000
