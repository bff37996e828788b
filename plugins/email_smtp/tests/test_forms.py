"""Forms, with the exact bytes of their fields, whoever made them."""

from contextlib import suppress

import pytest
from hypothesis import given, strategies

from gateway.plugin import InboundRequest, InvalidPayload
from gateway.plugin.testing import inbound_request
from gateway_email_smtp.providers.forms import Form, is_form, read_form

MULTIPART = 'multipart/form-data; boundary="xYzZY"'
URLENCODED = "application/x-www-form-urlencoded; charset=utf-8"


def posted(body: bytes, content_type: str = MULTIPART) -> InboundRequest:
    return inbound_request(body, headers={"content-type": content_type})


def parts(*contents: bytes) -> bytes:
    lines = (b"--xYzZY\r\n" + content + b"\r\n" for content in contents)
    return b"".join([*lines, b"--xYzZY--\r\n"])


def field(name: str, content: bytes, more: str = "") -> bytes:
    return f'Content-Disposition: form-data; name="{name}"{more}\r\n\r\n'.encode() + content


def fault(body: bytes, content_type: str = MULTIPART) -> str:
    with pytest.raises(InvalidPayload) as refused:
        read_form(posted(body, content_type))
    return refused.value.message


def test_a_field_is_what_it_was_to_the_byte() -> None:
    content = b"caf\xe9 \x00\r\n--xYzZ\r\n\r\n--\r\n"
    form = read_form(posted(parts(field("text", content), field("empty", b""))))
    found = form.find("text")
    assert found is not None
    assert found.content == content
    assert form.text("empty") == form.text("missing") == ""
    assert "empty" in form
    assert "missing" not in form


@pytest.mark.parametrize(
    ("charset", "text"),
    [("iso-8859-1", "café"), ("utf-8", "caf�"), ("no-such-thing", "caf�"), ("\x00", "caf�")],
)
def test_a_field_is_text_in_the_charset_that_it_is_said_to_have(charset: str, text: str) -> None:
    form = read_form(posted(parts(field("text", b"caf\xe9"))))
    assert form.text("text", charset) == text


def test_a_file_has_a_name_and_a_type() -> None:
    told = '; filename="a \\"b\\".pdf"\r\nContent-Type: Application/PDF; x=y'
    form = read_form(posted(parts(field("attachment1", b"%PDF", told), field("text", b"x"))))
    [file] = form.files()
    assert (file.name, file.filename, file.type) == ("attachment1", 'a "b".pdf', "application/pdf")


@pytest.mark.parametrize(
    ("told", "filename"),
    [
        ("; filename*=UTF-8''%e2%82%ac.txt", "€.txt"),
        ('; filename="Angebot für Jörg.pdf"', "Angebot für Jörg.pdf"),
        ('; filename=""', ""),
    ],
)
def test_a_name_of_a_file_may_hold_anything(told: str, filename: str) -> None:
    [file] = read_form(posted(parts(field("f", b"", told)))).files()
    assert file.filename == filename


def test_the_last_field_of_a_name_counts_and_a_second_one_can_be_refused() -> None:
    form = read_form(posted(parts(field("token", b"a"), field("token", b"b"))))
    assert form.text("token") == "b"
    with pytest.raises(InvalidPayload, match="the field 'token' more than once"):
        form.check_single("text", "token")


def test_a_word_that_begins_like_the_boundary_is_content() -> None:
    content = b"a\r\n--xYzZYY\r\nb\r\n--xYzZY_c"
    [only] = read_form(posted(parts(field("text", content)))).fields
    assert only.content == content


def test_what_stands_before_and_behind_the_parts_is_nothing() -> None:
    body = b"preamble\r\n" + parts(field("a", b"1")) + b"epilogue\r\n--xYzZY\r\n"
    assert [one.name for one in read_form(posted(body)).fields] == ["a"]


def test_spaces_may_follow_a_boundary() -> None:
    body = b"--xYzZY \t\r\n" + field("a", b"1") + b"\r\n--xYzZY--"
    assert read_form(posted(body)).text("a") == "1"


def test_a_urlencoded_form_is_bytes_as_well() -> None:
    form = read_form(posted(b"a=caf%E9+x&b=%2B&&c&d=1=2&a=last", URLENCODED))
    assert [(one.name, one.content) for one in form.fields] == [
        ("a", b"caf\xe9 x"),
        ("b", b"+"),
        ("c", b""),
        ("d", b"1=2"),
        ("a", b"last"),
    ]
    assert not [*form.files()]


@pytest.mark.parametrize(
    ("body", "content_type", "words"),
    [
        (b"{}", "application/json", "a form is expected, not 'application/json'"),
        (parts(), "multipart/form-data", "no boundary of 1 to 70"),
        (parts(), f"multipart/form-data; boundary={'x' * 71}", "no boundary of 1 to 70"),
        (b"", MULTIPART, "no last boundary"),
        (parts(field("a", b"1"))[:-6], MULTIPART, "no last boundary"),
        (parts(b"no headers"), MULTIPART, "no headers"),
        (parts(b"x: " + b"y" * 17_000 + b"\r\n\r\n"), MULTIPART, "too many"),
        (parts(b"Content-Type: text/plain\r\n\r\nx"), MULTIPART, "has no name"),
        (parts(*[field("a", b"")] * 1001), MULTIPART, "more than 1000"),
        (b"&" * 1001, URLENCODED, "more than 1000"),
    ],
)
def test_what_is_no_form_is_said_so(body: bytes, content_type: str, words: str) -> None:
    assert words in fault(body, content_type)


def test_a_thousand_fields_are_read() -> None:
    assert len(read_form(posted(parts(*[field("a", b"")] * 1000))).fields) == 1000


def test_a_large_field_is_read_whole() -> None:
    content = b"x" * 30_000_000
    form = read_form(posted(parts(field("email", content))))
    found = form.find("email")
    assert found is not None
    assert found.content == content


def test_other_types_are_no_forms() -> None:
    assert is_form(posted(b""))
    assert not is_form(posted(b"", "message/rfc822"))


@given(strategies.binary(max_size=300), strategies.sampled_from([MULTIPART, URLENCODED]))
def test_any_body_is_a_form_or_refused(noise: bytes, content_type: str) -> None:
    for body in (noise, parts(noise), parts(field("a", noise)), b"--xYzZY" + noise):
        with suppress(InvalidPayload):
            assert isinstance(read_form(posted(body, content_type)), Form)
