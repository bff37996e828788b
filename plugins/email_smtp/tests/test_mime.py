"""Raw bytes become a mail, whatever their sender thought of the standards."""

import pytest

from gateway.plugin import InvalidPayload
from gateway_email_smtp.headers import mailboxes_of
from gateway_email_smtp.mail import Envelope, Mail, Mailbox, MailFile
from gateway_email_smtp.mime import mail_of_parts, read_mime


def read(text: str | bytes, headers: str = "") -> Mail:
    body = text.encode() if isinstance(text, str) else text
    block = f"From: Anna Berg <anna@example.org>\n{headers}".replace("\n", "\r\n").encode()
    return read_mime(block + b"\r\n" + body, Envelope())


def test_a_mail_is_read_with_all_its_headers() -> None:
    mail = read(
        "Hello",
        'To: assistant@gw.example, "Y, X" <x@EXAMPLE.com>\nReply-To: other@example.org\n'
        "Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\n =?utf-8?b?IGhpZXI=?=\n"
        "Message-ID: <q1@example.org>\nIn-Reply-To: <q0@example.org> (Tuesday)\n"
        "References: <a@x> junk\n <b@y>\nDate: Mon, 12 Jan 2026 10:00:00 +0100\n",
    )

    assert mail.sender == Mailbox(address="anna@example.org", name="Anna Berg")
    assert [box.address for box in mail.to] == ["assistant@gw.example", "x@example.com"]
    assert mail.to[1].name == "Y, X"
    assert mail.reply_to == (Mailbox(address="other@example.org"),)
    assert mail.subject == "Grüße hier"
    assert (mail.message_id, mail.in_reply_to) == ("<q1@example.org>", "<q0@example.org>")
    assert mail.references == ("<a@x>", "<b@y>")
    assert str(mail.sent_at) == "2026-01-12 09:00:00+00:00"
    assert mail.text == "Hello"


@pytest.mark.parametrize(
    ("raw", "declared", "text"),
    [
        ("Grüße".encode(), "utf-8", "Grüße"),
        ("Grüße".encode(), "iso-8859-1", "Grüße"),
        ("Grüße".encode(), "us-ascii", "Grüße"),
        ("Grüße".encode("cp1252"), "utf-8", "Grüße"),
        ("Grüße".encode("cp1252"), "unknown-8bit", "Grüße"),
        ("10 € – „ja“".encode("cp1252"), "iso-8859-1", "10 € – „ja“"),
        ("Grüße".encode("cp1252"), "unicode_escape", "Grüße"),
        ("㈱日本".encode("cp932"), "shift_jis", "㈱日本"),
        ("日本語です".encode("iso2022_jp"), "ISO-2022-JP", "日本語です"),
        ("鎔基".encode("gb18030"), "gb2312", "鎔基"),
        ("똠방각하".encode("cp949"), "ks_c_5601-1987", "똠방각하"),
        ("Привет".encode("koi8-r"), "koi8-r", "Привет"),
        ("Привет".encode("cp1251"), '"windows-1251"', "Привет"),
        ("\ufeffHello".encode("utf-16"), "utf-8", "\ufeffHello"),
        ("日本語".encode()[:-1], "utf-8", "日本\ufffd"),
        ("您好你今天好吗".encode(), "Big5", "您好你今天好吗"),
        ("联通".encode("gbk"), "gbk", "联通"),
        ("Grüße".encode("utf-16-le"), "utf-16-le", "Grüße"),
    ],
)
def test_a_text_is_read_whatever_was_said_of_its_charset(
    raw: bytes, declared: str, text: str
) -> None:
    assert read(raw, f"Content-Type: text/plain; charset={declared}\n").text == text


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("=?utf-8?q?caf=C3=A9?=", "café"),
        ("=?utf-8?b?5pel5pys?= =?utf-8?b?6Kqe?=", "日本語"),
        ("=?utf-8?b?5pel5g==?= =?utf-8?b?nKw=?=", "日本"),
        ("=?utf-8*en?q?hi?= there", "hi there"),
        ("=?nobody-knows?q?caf=C3=A9?=", "café"),
        ("=?utf-8?q?two words?=", "two words"),
        ("=?utf-8?x?no?=", "=?utf-8?x?no?="),
        ("=?utf-8?q?a=0D=0AEvil:_b?=", "a Evil: b"),
        ("=?utf-8?b?!!!?=", ""),
    ],
)
def test_encoded_words_are_read_and_junk_stays_as_it_is(subject: str, text: str) -> None:
    assert read("x", f"Subject: {subject}\n").subject == text


def test_a_name_without_an_end_is_cut() -> None:
    mail = read_mime(b"From: " + b"n" * 5000 + b" <a@b.c>\r\n\r\nx", Envelope())

    assert mail.sender == Mailbox(address="a@b.c", name="n" * 200)


def test_headers_in_utf_8_are_read() -> None:
    mail = read_mime("From: Jörg <jörg@exämple.de>\r\nSubject: Größe\r\n\r\nx".encode(), Envelope())

    assert (mail.sender.address, mail.sender.name) == ("jörg@exämple.de", "Jörg")
    assert mail.subject == "Größe"


def test_a_name_never_passes_for_an_address() -> None:
    told = b"From: =?utf-8?q?=22Boss=22_=3Cboss=40example.org=3E=2C?= <eve@evil.example>\r\n\r\nx"

    mail = read_mime(told, Envelope())

    assert mail.sender.address == "eve@evil.example"


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("a@b.c", ["a@b.c"]),
        ("a@b.c (Anna, Berg)", ["a@b.c"]),
        ('"Berg, Anna" <a@b.c>; x@y.z', ["a@b.c", "x@y.z"]),
        ("Team: a@b.c, x@y.z;", ["a@b.c", "x@y.z"]),
        ("<mailto:a@b.c>", ["a@b.c"]),
        ("undisclosed-recipients:;", []),
        ("Anna <>", []),
        ("Anna Berg, a@b.c", ["a@b.c"]),
        ('"a\\"b" <a@b.c>', ["a@b.c"]),
        ("<@relay.example:a@b.c>", ["a@b.c"]),
        ("no address at all", []),
    ],
)
def test_a_list_of_addresses_is_cut_where_it_may_be(text: str, addresses: list[str]) -> None:
    assert [box.address for box in mailboxes_of(text)] == addresses


def test_parts_become_one_text_and_its_files() -> None:
    mail = read(
        "--a\r\nContent-Type: multipart/related; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: text/html\r\n\r\n<p>See <img src=cid:1> here</p>\r\n"
        "--b\r\nContent-Type: image/png\r\nContent-ID: <1>\r\nContent-Transfer-Encoding: base64\r\n"
        "\r\nAAEC\r\n--b--\r\n"
        "--a\r\nContent-Type: application/pdf; name*=utf-8''%E2%82%AC.pdf\r\n"
        'Content-Disposition: attachment; filename*0="a b"; filename*1=".pdf"\r\n\r\npdf\r\n'
        "--a\r\nContent-Type: text/plain\r\n\r\nAnd below.\r\n--a--\r\n",
        "Content-Type: multipart/mixed; boundary=a\n",
    )

    assert mail.visible == "See here\nAnd below."
    assert mail.files == (
        MailFile(type="image/png", name=None, content=b"\0\1\2", content_id="1", is_inline=True),
        MailFile(type="application/pdf", name="a b.pdf", content=b"pdf"),
    )


def test_the_html_says_what_is_quoted_and_a_longer_plain_text_counts_for_more() -> None:
    parts = "--a\r\nContent-Type: text/plain\r\n\r\n{}\r\n--a\r\nContent-Type: text/html\r\n\r\n{}"
    head = "Content-Type: multipart/alternative; boundary=a\n"
    quoting = "<p>Yes</p><blockquote type=cite>Shall I?</blockquote>"

    assert read(parts.format("Yes Shall I?", quoting), head).visible == "Yes"
    assert read(parts.format("All that I had to say", "<p>See plain"), head).visible.startswith(
        "All"
    )


def test_a_flowed_text_is_put_together_again() -> None:
    mail = read(
        "This line \r\ngoes on.\r\n From here\r\n> quoted \r\n> too\r\n-- \r\nAnna\r\n",
        "Content-Type: text/plain; format=flowed\n",
    )

    assert mail.text == "This line goes on.\nFrom here\n> quoted too\n-- \nAnna\n"
    assert mail.signature == "-- \nAnna"


def test_a_text_beyond_reason_is_kept_as_a_file_too() -> None:
    mail = read("word " * 300_000)

    assert len(mail.text) == 1_000_000
    assert [len(file.content) for file in mail.files] == [1_500_000]


def test_a_provider_that_took_the_mail_apart_gets_the_same_mail() -> None:
    mail = mail_of_parts(
        [("From", "=?utf-8?q?J=C3=B6rg?= <j@Example.org>"), ("Subject", "Hi"), ("Date", "soon")],
        text="Yes\x00\n\n> no?",
        envelope=Envelope(mail_from="j@example.org"),
    )

    assert mail.sender == Mailbox(address="j@example.org", name="Jörg")
    assert (mail.visible, mail.quoted, mail.sent_at) == ("Yes", "> no?", None)


def test_who_sent_it_is_known_or_it_is_no_mail() -> None:
    assert read_mime(b"\r\nx", Envelope(mail_from="<a@b.c>")).sender.address == "a@b.c"
    assert read_mime(b"Sender: a@b.c\r\n\r\nx", Envelope()).sender.address == "a@b.c"
    with pytest.raises(InvalidPayload, match="who sent it"):
        read_mime(b"Subject: x\r\n\r\nx", Envelope())


def test_without_a_message_id_a_hash_tells_mails_apart() -> None:
    one, two = read("one"), read("two")

    assert one.message_id == ""
    assert len(one.digest) == 64
    assert one.digest != two.digest


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"From: a@b.c\r\n" + b"X: y\r\n" * 1001 + b"\r\n", "more than 1000 headers"),
        (b"From: a@b.c\r\nX: " + b"y" * 300_000 + b"\r\n\r\n", "larger than 262144 bytes"),
        (
            b"From: a@b.c\r\nContent-Type: multipart/mixed; boundary=a\r\n\r\n" + b"--a\r\n" * 600,
            "more than 500 parts",
        ),
        (
            b"From: a@b.c\r\n"
            + b"".join(
                b"Content-Type: multipart/mixed; boundary=a%d\r\n\r\n--a%d\r\n" % (depth, depth)
                for depth in range(40)
            ),
            "nested more than 30 deep",
        ),
    ],
)
def test_poison_is_refused_with_a_sentence(raw: bytes, sentence: str) -> None:
    with pytest.raises(InvalidPayload, match=sentence):
        read_mime(raw, Envelope())
