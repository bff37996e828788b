"""The forms a body may have, and how each broken one is refused; no bytes do more than that."""

import json

import pytest
from hypothesis import example, given, strategies as st

from gateway.plugin import (
    Attachment,
    FieldError,
    InboundMessage,
    InboundRequest,
    InvalidPayload,
)
from gateway.plugin.testing import check_parser, inbound_request, part_context
from gateway_custom_http.custom_http import CustomHttpParser, InboundSettings

FORM = "application/x-www-form-urlencoded"
PARSER = CustomHttpParser(InboundSettings(), part_context())


def read(request: InboundRequest) -> InboundMessage:
    [message] = PARSER.parse(request).messages
    return message


def posted(body: bytes, content_type: str, query: bytes = b"") -> InboundRequest:
    return inbound_request(body, headers={"content-type": content_type}, query=query)


def refused(request: InboundRequest) -> InvalidPayload:
    with pytest.raises(InvalidPayload) as failure:
        PARSER.parse(request)
    return failure.value


def multipart(*parts: bytes, end: bytes = b"--b--\r\n") -> InboundRequest:
    body = b"".join(b"--b\r\nContent-Disposition: form-data; " + part + b"\r\n" for part in parts)
    return posted(body + end, 'multipart/form-data; boundary="b"')


def test_each_form_keeps_the_contract() -> None:
    check_parser(
        PARSER,
        inbound_request(b'{"content": "Hello", "metadata": {"a": [1, 2.5, null, true]}}'),
        posted(b"content=Hello&senderName=Ann", FORM),
        multipart(b'name="content"\r\n\r\nHello'),
        posted(b"Hello", "text/plain"),
    )


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (b'{"content": "a\\u0000b"}', ("/content", "NUL characters or lone surrogates")),
        (b'{"content": "\\ud800"}', ("/content", "NUL characters or lone surrogates")),
        (b'{"metadata": {"a": ["\\uDC00"]}}', ("/metadata/a/0", "lone surrogates")),
        (b'{"content": "a", "x/y~": {"\\u0000": 1}}', ("/x~1y~0", "a key with a NUL character")),
        (b'{"content": "a", "\\ud800": "b"}', ("", "a key with a NUL character or lone")),
        (b'{"content": "a", "n": 1e999}', ("/n", "must be a finite number")),
        (b'{"content": "a", "n": [-1e999]}', ("/n/0", "must be a finite number")),
        (
            b'{"content": "a", "n": ' + b"[" * 70 + b"]" * 70 + b"}",
            ("/n/0", "nested deeper than 64"),
        ),
        (b'{"content": "a", "n": [' + b"1," * 10_000 + b"1]}", ("", "more than 10,000 values")),
    ],
)
def test_what_cannot_be_stored_is_named(body: bytes, fault: tuple[str, str]) -> None:
    [field] = refused(inbound_request(body)).fields
    assert field.pointer.startswith(fault[0])
    assert fault[1] in field.message


def test_a_surrogate_pair_is_an_ordinary_character() -> None:
    assert read(inbound_request(b'{"content": "\\ud83d\\ude00"}')).text == "😀"


@pytest.mark.parametrize(
    ("body", "start"),
    [
        (b"", "the body is empty"),
        (b" \n", "the body is empty"),
        (b"{", "the body is not JSON: EOF while parsing an object"),
        (b'{"content": NaN}', "the body is not JSON: expected value at line 1 column 13"),
        (b'{"n": Infinity}', "the body is not JSON"),
        (b"{'content': 'a'}", "the body is not JSON"),
        (b'{"content": "a"} x', "the body is not JSON"),
        (b'{"content": "\\ud800', "the body is not JSON"),
        (b'{"content": "\\ud800", "x": ' + b"[" * 100_000, "the body is not JSON"),
        (b"[" * 1_048_576, "the body is not JSON: recursion limit exceeded"),
        (b'{"a":' * 200_000, "the body is not JSON: recursion limit exceeded"),
        (b'{"content": ' + b"9" * 5000 + b"}", "the body is not JSON: number out of range"),
        (b"[]", "the body must be a JSON object"),
        (b"null", "the body must be a JSON object"),
        (b'"text"', "the body must be a JSON object"),
        (b'{"content": "\xe9"}', "the body is not valid utf-8"),
        (b'{"content": "\xed\xa0\x80"}', "the body is not valid utf-8"),
    ],
)
def test_a_body_that_is_no_json_object_is_refused(body: bytes, start: str) -> None:
    assert refused(inbound_request(body)).message.startswith(start)


def test_of_two_equal_keys_the_last_one_counts() -> None:
    assert read(inbound_request(b'{"content": "a", "content": "b"}')).text == "b"


def test_many_faults_are_cut_to_twenty() -> None:
    failure = refused(inbound_request(json.dumps({f"k{n}": "\0" for n in range(500)}).encode()))
    assert len(failure.fields) == 20


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "application/json",
        "Application/JSON; charset=UTF-8",
        "application/vnd.x+json",
        "text/json",
    ],
)
def test_json_is_known_by_its_media_type(content_type: str) -> None:
    assert read(posted('{"content": "é"}'.encode(), content_type)).text == "é"


@pytest.mark.parametrize(
    ("charset", "codec"),
    [("utf-16", "utf-16"), ("ISO-8859-1", "latin-1"), ('"windows-1252"', "cp1252")],
)
def test_the_charset_of_the_content_type_is_obeyed(charset: str, codec: str) -> None:
    body = '{"content": "é"}'.encode(codec)
    assert read(posted(body, f"application/json; charset={charset}")).text == "é"


def test_a_byte_order_mark_is_ignored() -> None:
    assert read(inbound_request(b'\xef\xbb\xbf{"content": "a"}')).text == "a"


@pytest.mark.parametrize("charset", ["klingon", "punycode", "idna", "hex", "utf-7", "../utf-8"])
def test_an_unknown_charset_is_refused(charset: str) -> None:
    failure = refused(posted(b"{}", f"application/json; charset={charset}"))
    assert failure.message == f"charset '{charset}' is not known: send utf-8"


@pytest.mark.parametrize("content_type", ["application/xml", "image/png", "text/html", "garbage"])
def test_another_media_type_is_refused_with_those_that_are_read(content_type: str) -> None:
    message = refused(posted(b"<a/>", content_type)).message
    assert message.startswith(
        f"Content-Type '{content_type}' cannot be read: send application/json"
    )


def test_a_form_is_read() -> None:
    body = (
        b"content=Hello+%26+ol%C3%A9&senderIdentifier=%2B15550101&taskTitle=&zap=1&zap=2"
        b"&metadata=%7B%22email%22%3A%22a%40b.c%22%7D"
        b"&attachments=%5B%7B%22type%22%3A%22image%22%2C%22url%22%3A%22http%3A%2F%2Fa.b%2F%22%7D%5D"
    )
    assert read(posted(body, FORM)) == InboundMessage(
        sender="+15550101",
        text="Hello & olé",
        kind="image",
        attachments=(Attachment(type="image", url="http://a.b/"),),
        facts={"metadata": {"email": "a@b.c"}, "extra": {"zap": "2"}},
    )


def test_a_form_in_another_charset_is_read() -> None:
    assert read(posted(b"content=%E9", f"{FORM}; charset=iso-8859-1")).text == "é"


@pytest.mark.parametrize(
    ("body", "start"),
    [
        (b'{"content": "a"}', "the body looks like JSON"),
        (b"content=%FF", "the form cannot be read"),
        (b"content=\xff", "the body is not valid utf-8"),
        (b"a=1&" * 2000, "the form cannot be read: Max number of fields exceeded"),
        (b"content=%00", "the body cannot be accepted: /content must not hold NUL"),
        (b"content=a&metadata=%7B", "/metadata must be JSON text: EOF"),
        (b"content=a&metadata=7", "the body cannot be accepted: /metadata must be an object"),
        (b"content=a&metadata=1e999", "the body cannot be accepted: /metadata must be a finite"),
        (b"", "the body cannot be accepted: /content is missing"),
    ],
)
def test_a_bad_form_is_refused(body: bytes, start: str) -> None:
    assert refused(posted(body, FORM)).message.startswith(start)


def test_multipart_fields_are_read() -> None:
    message = read(
        multipart(
            b'name="content"\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\r\n\xe9\r\n--',
            b"name=senderName\r\n\r\nAnn",
            b'name="metadata"\r\n\r\n{"phone": "+1"}',
        )
    )
    assert message == InboundMessage(
        sender="+1", sender_name="Ann", text="é\r\n--", facts={"metadata": {"phone": "+1"}}
    )


@pytest.mark.parametrize(
    ("request_", "start"),
    [
        (
            posted(b"--b--", "multipart/form-data"),
            "Content-Type multipart/form-data needs a boundary",
        ),
        (posted(b"", "multipart/form-data; boundary=b"), "the multipart body must have 1 to 999"),
        (
            multipart(b'name="a"\r\n\r\nb', end=b""),
            "the multipart body must have 1 to 999 parts and",
        ),
        (multipart(*[b'name="a"\r\n\r\nb'] * 1001), "the multipart body must have 1 to 999 parts"),
        (multipart(b"x=y\r\n\r\nb"), "a part of the multipart body has no name"),
        (multipart(b"name=" + b";" * 1100 + b"\r\n\r\nb"), "a part's headers are longer than 1024"),
        (multipart(b'name="content"\r\n\r\n\xff'), "the body is not valid utf-8"),
        (
            multipart(b'name="photo"; filename="a.png"\r\n\r\n\x89PNG'),
            "the body cannot be accepted: /photo is a file: send the URL of a file in attachments",
        ),
        (
            multipart(b"name=\"photo\"; filename*=utf-8''a.png\r\n\r\n\x89PNG"),
            "the body cannot be accepted: /photo is a file",
        ),
    ],
)
def test_a_bad_multipart_body_is_refused(request_: InboundRequest, start: str) -> None:
    assert refused(request_).message.startswith(start)


def test_plain_text_is_the_content_and_the_query_says_who_sent_it() -> None:
    query = b"sender=%2B15550101&senderName=Ann&externalMessageId=m-1&content=ignored&other=1"
    assert read(posted("Hellö".encode(), "text/plain; charset=utf-8", query)) == InboundMessage(
        sender="+15550101", sender_name="Ann", text="Hellö", external_id="m-1"
    )
    assert read(posted(b"Hello", "text/plain")).sender == "webhook"


@pytest.mark.parametrize(
    ("body", "query", "start"),
    [
        (b"", b"", "the body cannot be accepted: /content is missing"),
        (b"\xff", b"", "the body is not valid utf-8"),
        (b"a\x00b", b"", "the body cannot be accepted: /content must not hold NUL"),
        (b"a", b"sender=%FF", "the form cannot be read"),
        (b"a", b"sender=" + b"x" * 321, "the body cannot be accepted: /senderIdentifier"),
    ],
)
def test_a_bad_text_is_refused(body: bytes, query: bytes, start: str) -> None:
    assert refused(posted(body, "text/plain", query)).message.startswith(start)


def test_a_fault_is_a_pointer_and_a_sentence() -> None:
    [fault] = refused(inbound_request(b"{}")).fields
    assert isinstance(fault, FieldError)
    assert fault.pointer == "/content"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4)
    ),
    max_leaves=12,
)
names = st.sampled_from(
    ["content", "senderIdentifier", "messageType", "attachments", "metadata", "taskTitle"]
) | st.text(max_size=9)
content_types = st.sampled_from(
    ["application/json", FORM, "multipart/form-data; boundary=b", "text/plain; charset=utf-16"]
)


def read_or_refuse(request: InboundRequest) -> None:
    try:
        message = read(request)
    except InvalidPayload as failure:
        assert failure.message  # noqa: PT017 - both outcomes are right
    else:
        assert message.text or message.attachments
        assert "\0" not in message.sender + message.text


@given(st.dictionaries(names, json_values, max_size=6))
def test_any_json_is_read_or_refused(fields: dict[str, object]) -> None:
    read_or_refuse(inbound_request(json.dumps(fields).encode()))


@given(st.binary(max_size=400), content_types)
@example(
    b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n--b--',
    "multipart/form-data; boundary=b",
)
def test_any_bytes_are_read_or_refused(body: bytes, content_type: str) -> None:
    read_or_refuse(posted(body, content_type))


@given(st.binary(max_size=200), st.binary(max_size=100))
def test_any_multipart_part_is_read_or_refused(head: bytes, content: bytes) -> None:
    read_or_refuse(multipart(head + b"\r\n\r\n" + content))


@given(st.text(max_size=80), st.binary(max_size=40))
def test_any_content_type_and_query_are_read_or_refused(content_type: str, query: bytes) -> None:
    body = b'{"content": "a"}'
    request = inbound_request(body, headers={"content-type": content_type})
    read_or_refuse(request)
    read_or_refuse(
        InboundRequest(
            method="POST",
            public_url=request.public_url,
            raw_path=request.raw_path,
            query=query,
            headers={"content-type": "text/plain"},
            body=body,
            client_ip=request.client_ip,
            received_at=request.received_at,
        )
    )
