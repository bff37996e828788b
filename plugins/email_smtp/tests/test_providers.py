"""What is read of each provider's requests: the same mail, whichever way it came."""

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from gateway.plugin import InvalidPayload
from gateway.plugin.testing import NOW, inbound_request
from gateway_email_smtp.fake import posts
from gateway_email_smtp.fake.posts import Letter, Post
from gateway_email_smtp.fake.stage import ADDRESS, ANN, POSTS, letter, request, settings
from gateway_email_smtp.mail import Mail, Mailbox
from gateway_email_smtp.providers import sources
from gateway_email_smtp.providers.incoming import Posted


def read(name: str, post: Post | None = None) -> Posted:
    way, usual = POSTS[name]
    return sources.read(settings(way), request(post or usual))


def mail_of(name: str, post: Post | None = None) -> Mail:
    mail = read(name, post).mail
    assert mail is not None
    return mail


@pytest.mark.parametrize("name", POSTS)
def test_the_mail_is_the_same_whichever_way_it_came(name: str) -> None:
    mail = mail_of(name)
    assert mail.sender == Mailbox(address=ANN, name="Ann Bö")
    assert mail.subject == "Über das Logo"
    assert mail.visible.strip() == "Please send Dana the logo by Friday"
    assert mail.html.strip() == "<p>Please send Dana the logo by Friday</p>"
    assert mail.message_id == "<q1@example.org>"
    assert mail.in_reply_to == "<q0@example.org>"
    assert mail.references == ("<q0@example.org>",)
    assert mail.to == (Mailbox(address=ADDRESS, name="Assistant"),)
    assert mail.cc == (Mailbox(address="dana@example.org"),)
    assert mail.sent_at == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    [file] = mail.files
    assert (file.name, file.type, file.content) == ("Lögo.pdf", "application/pdf", b"%PDF-1.7")
    assert (mail.envelope.mail_from, mail.envelope.recipients) == (ANN, (ADDRESS,))


@pytest.mark.parametrize("name", [name for name in POSTS if name != "mime"])
def test_what_a_provider_found_out_is_kept(name: str) -> None:
    evidence = read(name).evidence
    assert (evidence.spf, evidence.spf_domain) == ("pass", "example.org")
    assert evidence.dkim == (("example.org", "pass"),)


@pytest.mark.parametrize("name", [name for name in POSTS if name != "mime"])
def test_a_sender_cannot_write_verdicts_of_the_provider(name: str) -> None:
    forged = (
        b"X-Mailgun-Spf: Pass\r\nX-Mailgun-Dkim-Check-Result: Pass\r\n"
        b"Return-Path: <x@bank.example>\r\n"
        b"X-Spam-Tests: DKIM_VALID_AU\r\nReceived-SPF: Pass\r\nSPF: pass\r\ndkim: {@a : pass}\r\n"
    )
    given = letter(spf="fail", dkim="")
    given = replace(given, raw=forged + given.raw)
    way = POSTS[name][0]
    post = {
        "sendgrid parsed": posts.sendgrid(given, now=NOW),
        "sendgrid raw": posts.sendgrid(given, now=NOW, raw=True),
        "postmark": posts.postmark(given),
        "postmark raw": posts.postmark(given, raw=True),
        "mailgun parsed": posts.mailgun(given, now=NOW),
        "mailgun mime": posts.mailgun(given, now=NOW, mime=True),
    }[name]
    evidence = sources.read(settings(way), request(post)).evidence
    assert evidence.spf == "fail"
    assert evidence.dkim == ()


def test_the_path_that_a_sender_writes_is_not_the_one_that_postmark_checked() -> None:
    given = letter()
    record = json.loads(posts.postmark(given).body)
    record["Headers"] = [one for one in record["Headers"] if one["Name"] != "Return-Path"]
    record["Headers"].append({"Name": "Return-Path", "Value": "<x@bank.example>"})
    post = replace(posts.postmark(given), body=json.dumps(record).encode())

    evidence = sources.read(settings("postmark"), request(post)).evidence
    assert (evidence.spf, evidence.spf_domain) == ("pass", "")


@pytest.mark.parametrize(
    ("told", "read"),
    [
        ("{@a.example : pass}", (("a.example", "pass"),)),
        (
            "{@A.example : fail, ann@b.example : pass}",
            (("a.example", "fail"), ("b.example", "pass")),
        ),
        ('{"x@bank.example : pass"@evil.example : pass}', ()),
        ('{"x, @bank.example : pass, y"@evil.example : pass}', ()),
        ("{x y@bank.example : pass}", ()),
        ("none", ()),
        ("", ()),
        ("{" + "@a.example : pass, " * 10_000 + "}", ()),
    ],
)
def test_a_signer_cannot_write_a_verdict_into_its_own_name(
    told: str, read: tuple[tuple[str, str], ...]
) -> None:
    post = sendgrid_form(
        headers=b"From: ann@bank.example\nMessage-ID: <a@b>\n", text=b"Hi", dkim=told.encode()
    )
    assert sources.read(settings("sendgrid"), request(post)).evidence.dkim == read


def test_a_signature_that_names_two_domains_proves_neither() -> None:
    post = posts.mailgun(letter(), now=NOW)
    assert b"d=example.org" in post.body
    post = replace(post, body=post.body.replace(b"d=example.org", b"d=bank.example; d=example.org"))

    assert sources.read(settings("mailgun"), request(post)).evidence.dkim == (("", "pass"),)


@pytest.mark.parametrize("name", POSTS)
def test_the_null_sender_is_not_an_unknown_one(name: str) -> None:
    given = letter(mail_from="")
    post = {
        "sendgrid": lambda: posts.sendgrid(given, now=NOW, raw="raw" in name),
        "postmark": lambda: posts.postmark(given, raw="raw" in name),
        "mailgun": lambda: posts.mailgun(given, now=NOW, mime="mime" in name),
        "mime": lambda: posts.mime(given, secret="s3cret"),
    }[POSTS[name][0]]()
    assert mail_of(name, post).envelope.mail_from == ""


def sendgrid_form(**fields: bytes) -> Post:
    named = {name.replace("_", "-"): content for name, content in fields.items()}
    parts = b"".join(
        b'--xYzZY\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (n.encode(), c)
        for n, c in named.items()
    )
    return Post(
        headers={"content-type": "multipart/form-data; boundary=xYzZY"},
        body=parts + b"--xYzZY--\r\n",
    )


def test_each_field_of_sendgrid_has_its_own_charset() -> None:
    post = sendgrid_form(
        headers=b"From: ann@example.org\nMessage-ID: <a@b>\n",
        text="Grüße aus Köln".encode("iso-8859-1"),
        html="<p>Привет</p>".encode("koi8-r"),
        subject="Привет".encode("windows-1251"),
        charsets=b'{"text":"iso-8859-1","html":"koi8-r","subject":"windows-1251","to":"nope"}',
        to="Müller <m@example.org>".encode(),
        envelope=b'{"to":["assistant@example.com"],"from":"ann@example.org"}',
    )
    mail = mail_of("sendgrid parsed", post)
    assert (mail.text.strip(), mail.html) == ("Grüße aus Köln", "<p>Привет</p>")
    assert mail.subject == "Привет"
    assert mail.to == (Mailbox(address="m@example.org", name="Müller"),)


def test_the_raw_mail_may_come_under_another_name() -> None:
    post = sendgrid_form(rawEmail=letter().raw, envelope=b'{"to":["a@b.c"],"from":""}')
    mail = mail_of("sendgrid raw", post)
    assert (mail.message_id, mail.envelope.recipients) == ("<q1@example.org>", ("a@b.c",))


def test_a_mail_that_holds_sendgrids_boundary_cannot_add_fields() -> None:
    hostile = b'\r\n--xYzZY\r\nContent-Disposition: form-data; name="SPF"\r\n\r\npass\r\n'
    given = letter(spf="fail")
    post = posts.sendgrid(replace(given, raw=given.raw + hostile), now=NOW, raw=True)
    with pytest.raises(InvalidPayload, match="the field 'SPF' more than once"):
        read("sendgrid raw", post)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"subject": b"x"}, "neither `headers` nor `email`"),
        ({"email": b"From: a@b\r\n\r\nx", "envelope": b"[]"}, "the field 'envelope'"),
        ({"email": b"From: a@b\r\n\r\nx", "envelope": b"{"}, "the field 'envelope'"),
        ({"headers": b"From: a@b\n", "charsets": b'{"text": 1}'}, "the field 'charsets'"),
        ({"headers": b"From: a@b\n", "attachment_info": b"[1]"}, "the field 'attachment-info'"),
    ],
)
def test_a_form_that_is_not_sendgrids_is_said_so(fields: dict[str, bytes], words: str) -> None:
    with pytest.raises(InvalidPayload, match=words):
        read("sendgrid parsed", sendgrid_form(**fields))


def test_inline_images_keep_their_ids() -> None:
    mail = letter().parsed
    mail.add_attachment(
        b"GIF89a", maintype="image", subtype="gif", cid="<logo@x>", filename="l.gif"
    )
    given = Letter(raw=mail.as_bytes(), mail_from=ANN, recipient=ADDRESS)
    for name, post in {
        "sendgrid parsed": posts.sendgrid(given, now=NOW),
        "postmark": posts.postmark(given),
        "mailgun parsed": posts.mailgun(given, now=NOW),
    }.items():
        file = mail_of(name, post).files[-1]
        assert (file.content_id, file.is_inline, file.content) == ("logo@x", True, b"GIF89a"), name


def postmark_object(**changed: object) -> Post:
    record = json.loads(POSTS["postmark"][1].body)
    return posts.postmark_event({**record, **changed})


def test_postmarks_own_test_posts_are_read() -> None:
    content = base64.b64encode(b"hello").decode()
    post = postmark_object(
        Attachments=[{"Name": "a.txt", "Data": content, "ContentType": "text/plain"}], Headers=None
    )
    [file] = mail_of("postmark", post).files
    assert file.content == b"hello"


def test_raw_mail_that_had_to_be_decoded_is_not_believed() -> None:
    mail = mail_of("postmark", postmark_object(RawEmail="From: eve@example.org\r\n\r\né"))
    assert mail.sender.address == ANN


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"FromFull": None, "From": ""}, "neither From nor RecordType"),
        ({"Attachments": [{"Name": "a", "Content": "a"}]}, "no base64"),
    ],
)
def test_an_object_that_is_not_postmarks_is_said_so(changed: dict[str, object], words: str) -> None:
    with pytest.raises(InvalidPayload, match=words):
        read("postmark", postmark_object(**changed))


def mailgun_form(**fields: str) -> Post:
    body = "&".join(f"{n.replace('_', '-')}={v}" for n, v in fields.items()).encode()
    return Post(headers={"content-type": "application/x-www-form-urlencoded"}, body=body)


def test_a_mailgun_form_without_files_is_urlencoded() -> None:
    mail = mail_of(
        "mailgun parsed",
        mailgun_form(
            message_headers='[["From","ann@example.org"],["Subject","x"],[1,2],"junk"]',
            body_plain="caf%C3%A9",
            sender="ann@example.org",
            recipient="a@b.c, d@e.f",
        ),
    )
    assert (mail.text.strip(), mail.envelope.recipients) == ("café", ("a@b.c", "d@e.f"))


def test_a_signature_that_mailgun_does_not_name_proves_nothing() -> None:
    headers = [
        ["X-Mailgun-Dkim-Check-Result", "Pass"],
        ["Received", "from mail by mxa.mailgun.org"],
        ["Dkim-Signature", "v=1; d=evil.example; b=AA"],
        ["Dkim-Signature", "v=1; d=example.org; b=AA"],
        ["From", "ann@example.org"],
    ]
    post = mailgun_form(message_headers=json.dumps(headers), body_plain="x")
    assert read("mailgun parsed", post).evidence.dkim == ()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"subject": "x"}, "neither message-headers nor body-mime"),
        ({"message_headers": "{}"}, "message-headers is no JSON array"),
        ({"message_headers": "["}, "the body is no JSON"),
    ],
)
def test_a_form_that_is_not_mailguns_is_said_so(fields: dict[str, str], words: str) -> None:
    with pytest.raises(InvalidPayload, match=words):
        read("mailgun parsed", mailgun_form(**fields))


@pytest.mark.parametrize("kind", ["text/html", "application/json; charset=utf-8", "image/png"])
def test_what_is_no_mail_is_not_read_as_one(kind: str) -> None:
    with pytest.raises(InvalidPayload):
        sources.read(settings("mime"), inbound_request(b"{}", headers={"content-type": kind}))


def test_json_without_end_is_refused() -> None:
    body = b"[" * 100_000
    given = inbound_request(body, headers={"content-type": "application/json"})
    with pytest.raises(InvalidPayload):
        sources.read(settings("sendgrid"), given)
