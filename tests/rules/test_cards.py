"""Numbers of payment cards: which are found, what is left of them, and what is left alone."""

import base64
import json
from email import message_from_bytes, policy as policies
from email.message import EmailMessage
from urllib.parse import parse_qs, urlencode

import pytest
from hypothesis import given, strategies as st

from gateway.plugin import Attachment, InboundMessage, StructuredTask
from gateway.rules.bodies import masked_body, masked_file
from gateway.rules.cards import Mask, is_card
from gateway.rules.masking import masked, masked_words

VISA = "4111111111111111"
MASKED = "************1111"
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
MAIL = "message/rfc822"

CARDS = {
    "my card is 4111 1111 1111 1111": "my card is **** **** **** 1111",
    "5555-5555-5555-4444": "****-****-****-4444",
    "2223003122003222": "************3222",
    "378282246310005": "***********0005",
    "3782 822463 10005": "**** ****** *0005",
    "6011111111111117": "************1117",
    "30569309025904": "**********5904",
    "3056 930902 5904": "**** ****** 5904",
    "3530111333300000": "************0000",
    "6200000000000005": "************0005",
    "Maestro 6759649826438453": "Maestro ************8453",
    "Maestro 6759 6498 2643 8453": "Maestro **** **** **** 8453",
    "visa 4222222222222": "visa *********2222",
    "UnionPay 6205500000000000004": "UnionPay ***************0004",
    "4111\u00a01111\u00a01111\u00a01111": "****\u00a0****\u00a0****\u00a01111",
    "4111\u20111111\u20111111\u20111111": "****\u2011****\u2011****\u20111111",
    "<td>4111&nbsp;1111&nbsp;1111&nbsp;1111</td>": "<td>****&nbsp;****&nbsp;****&nbsp;1111</td>",
    "41111111 11111111": "******** ****1111",
    "Karte 411111 1111 111111": "Karte ****** **** **1111",
    "card 4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1": "card * * * * * * * * * * * * 1 1 1 1",
    "on 2026 4111 1111 1111 1111": "on 2026 **** **** **** 1111",
    "4111 1111 1111 1111 5555 5555 5555 4444": "**** **** **** 1111 **** **** **** 4444",
    "Visa4111111111111111exp12/27": "Visa************1111exp12/27",
    "I paid 4111111111111111.": "I paid ************1111.",
    "pay my order with 4111111111111111": "pay my order with ************1111",
    "order 4111 1111 1111 1111": "order **** **** **** 1111",
    "card=4111111111111111": "card=************1111",
    "order with card 4111111111111111": "order with card ************1111",
    "4111111111111111 cvv 123": "************1111 cvv ***",
    "4111111111111111 exp 12/27 CVC2: 1234": "************1111 exp 12/27 CVC2: ****",
    "4111111111111111 12/27 123": "************1111 12/27 ***",
    "4111 1111 1111 1111|12|2027|123": "**** **** **** 1111|12|2027|***",
    "4111111111111111 123 (cvv)": "************1111 *** (cvv)",
    "4111111111111111 cvv": "************1111 cvv",
    "security code 123 for 4111111111111111": "security code *** for ************1111",
    "Prüfziffer 123, Karte 4111111111111111": "Prüfziffer ***, Karte ************1111",
    "4111111111111111, código de seguridad: 123": "************1111, código de seguridad: ***",
    "and the cvv is 123": "and the cvv is ***",
}
OTHERS = [
    "4111 1111 1111 1112",  # its check digit is wrong
    "1111222233334444",  # no issuer
    "41111111111111111111",  # longer than any
    "1234111111111111111111",
    "+4915112345678",  # a telephone, with an issuer's first digit
    "4915112345674",  # the same, its check digit right by chance
    "0049 151 1234 5678",
    "+34 612 345 678 and +34 612 345 679",
    "order 4111111111111111",
    "Order number is: 4111111111111111",
    "Bestellnummer: 4111111111111111",
    "tracking #4111111111111111",
    "pedido nº 4111111111111111",
    "orderId: 4111111111111111",
    "IMEI 356938035643809",
    "ORD-4111111111111111",
    "4111111111111111-A",
    "SM4111111111111111",
    "<4111111111111111.17@mail.example>",
    "4111111111111111@example.org",
    "https://shop.example/parcel/4111111111111111",
    "https://shop.example/?p=4111111111111111",
    "a7f34111111111111111cc",
    "3.4111111111111111",
    "4111111111111111.50",
    "DE89 3704 0044 0532 0130 00",
    "DE45 4111 1111 1111 1111 11",
    "2026-11-25 12:10:24.123456",
    "1764072000000000",
    "4006381333931",  # the code of a pencil
    "your security code is 1234",
    "cvv please",
    "version 3.14.15.92.65.35.89.79",
]


@pytest.mark.parametrize(("text", "left"), CARDS.items())
def test_of_a_card_only_the_last_four_digits_are_left(text: str, left: str) -> None:
    assert masked_words(text) == left


@pytest.mark.parametrize("text", OTHERS)
def test_what_is_no_card_is_left_alone(text: str) -> None:
    mask = Mask()

    assert mask.text(text) is text
    assert mask.count == 0


def test_a_number_that_names_somebody_is_no_card() -> None:
    mask = Mask(["whatsapp:4111111111111111"])

    assert mask.text(f"I write from {VISA}") == f"I write from {VISA}"


@given(st.integers(13, 19), st.data())
def test_a_number_of_an_issuer_is_one_only_with_its_check_digit(length: int, data: st.DataObject):  # type: ignore[no-untyped-def] # hypothesis
    start = data.draw(
        st.sampled_from(["4", "51", "2221", "34", "6011", "36", "3528", "62", "6759"])
    )
    rest = data.draw(st.text("0123456789", min_size=length - len(start) - 1))
    body = (start + rest)[: length - 1]
    right = [digit for digit in "0123456789" if is_card(body + digit)]

    assert len(right) <= 1
    assert not is_card("0" + body)


@given(st.text(), st.text())
def test_no_text_around_a_card_keeps_it(before: str, after: str) -> None:
    text = f"{before} \N{BULLET} card 4111 1111 1111 1111 \N{BULLET} {after}"
    found = masked_words(text)

    assert "4111 1111 1111 1111" not in found
    assert len(found) == len(text)


@given(st.text(st.sampled_from("0123456789 -.:/abcv@+\n"), max_size=60))
def test_masking_changes_nothing_but_digits_and_is_done_once(text: str) -> None:
    found = masked_words(text)

    assert [a for a, b in zip(text, found, strict=True) if a != b and not a.isdecimal()] == []
    assert masked_words(found) == found


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=8,
    )
)
def test_a_body_in_json_stays_what_it_is(value: object) -> None:
    body = json.dumps([value, {"number": VISA}], ensure_ascii=False).encode("utf-8", "replace")
    found = json.loads(masked_body(body, JSON, Mask()))

    assert found[1] == {"number": MASKED}
    assert VISA not in json.dumps(found)


@given(st.dictionaries(st.text(), st.text(), max_size=4))
def test_a_form_stays_what_it_is(fields: dict[str, str]) -> None:
    body = urlencode({**fields, "zz": "4111 1111 1111 1111"}).encode()
    found = masked_body(body, FORM, Mask())

    assert parse_qs(found.decode())["zz"] == ["**** **** **** 1111"]
    assert found.startswith(urlencode(fields).encode()) or any(c.isdecimal() for c in str(fields))


@pytest.mark.parametrize(
    ("body", "left"),
    [
        (b'{"card": 4111111111111111, "cvv": 123}', b'{"card": "************1111", "cvv": "***"}'),
        (
            b'{"cvc": "123", "n":"4111-1111-1111-1111"}',
            b'{"cvc": "***", "n":"****-****-****-1111"}',
        ),
        (b'{"securityCode": "123", "pan": "%s"}', b'{"securityCode": "***", "pan": "%s"}'),
        (b'{"a": "say \\"%s\\"\\n"}', b'{"a": "say \\"%s\\"\\n"}'),
        (b'{"a": "4111\\u00a01111\\u00a01111\\u00a01111"}', None),
        (b'{"orderId": 4111111111111111}', b'{"orderId": 4111111111111111}'),
        (b'{"price": 4111111111111111.5}', b'{"price": 4111111111111111.5}'),
        (b'{"broken": "%s', b'{"broken": "%s'),
        (b"not JSON, my card 4111 1111 1111 1111", b"not JSON, my card **** **** **** 1111"),
    ],
)
def test_a_number_in_json_is_masked_without_breaking_it(body: bytes, left: bytes | None) -> None:
    found = masked_body(body.replace(b"%s", VISA.encode()), JSON, _in_pairs())

    if left is None:
        assert json.loads(found) == {"a": "****\u00a0****\u00a0****\u00a01111"}
    else:
        assert found == left.replace(b"%s", MASKED.encode())


@pytest.mark.parametrize(
    "body",
    [
        b"From=%2B15550101&Body=My+card%3A+4111+1111+1111+1111",
        b"Body=4111%201111%201111%201111",
        b"Body=%204111111111111111&To=1",
        b"Body=4111%2D1111%2D1111%2D1111",
    ],
)
def test_a_number_in_a_form_is_masked_however_it_is_escaped(body: bytes) -> None:
    found = masked_body(body, FORM, Mask())

    assert found != body
    assert "4111" not in parse_qs(found.decode())["Body"][0]
    assert [pair for pair in body.split(b"&") if b"Body" not in pair] == [
        pair for pair in found.split(b"&") if b"Body" not in pair
    ]


@pytest.mark.parametrize("encoding", ["7bit", "base64", "quoted-printable"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_mail_is_masked_in_whatever_alphabet_its_parts_are_written(
    encoding: str, end: str
) -> None:
    mail = EmailMessage()
    mail["Subject"] = "Order"
    mail["Message-ID"] = "<4111111111111111.1@mail.example>"
    greeting = "Hello" if encoding == "7bit" else "Grüße"
    text = f"{greeting}, my card: {VISA} cvv 123\n-- \nDana\n"
    mail.set_content(text, cte=encoding)
    mail.add_alternative(f"<p>card {VISA}</p>", subtype="html", cte=encoding)
    mail.add_attachment(
        f"number\n{VISA}\n".encode(), maintype="text", subtype="csv", filename="a.csv"
    )
    mail.add_attachment(b"\x89PNG\0" + VISA.encode(), maintype="image", subtype="png")
    raw = mail.as_bytes().replace(b"\n", end.encode())
    found = masked_body(raw, MAIL, Mask())

    read = message_from_bytes(found, policy=policies.default)
    parts = [part for part in read.walk() if not part.is_multipart()]
    texts = [part.get_payload(decode=True) for part in parts]
    assert all(VISA.encode() not in text for text in texts[:3])
    assert all(MASKED.encode() in text for text in texts[:3])
    assert texts[3] == b"\x89PNG\0" + VISA.encode()
    assert read["Message-ID"] == "<4111111111111111.1@mail.example>"


def test_a_text_file_in_base64_within_json_is_masked() -> None:
    content = base64.b64encode(f"card {VISA}".encode()).decode()
    picture = base64.b64encode(b"\x89PNG\0" + VISA.encode()).decode()
    body = json.dumps({"Attachments": [{"Content": content}, {"Content": picture}]}).encode()

    first, second = json.loads(masked_body(body, JSON, Mask()))["Attachments"]

    assert base64.b64decode(first["Content"]) == f"card {MASKED}".encode()
    assert second["Content"] == picture


def test_a_body_without_a_card_is_the_same_object() -> None:
    for kind in (JSON, FORM, MAIL, "text/plain", "multipart/form-data; boundary=x"):
        body = b'{"content": "Call +49 151 1234 5678 on 2026-11-25 at 12:10:24"}'
        assert masked_body(body, kind, Mask()) is body


def test_every_text_of_a_message_is_masked_and_what_tells_it_apart_is_not() -> None:
    message = InboundMessage(
        sender=VISA,
        sender_name="5555555555554444",
        recipient="6011111111111117",
        external_id="3530111333300000",
        text="4012888888881881, not 3530111333300000",
        structured=StructuredTask(title="Charge 4012888888881881", description="cvv 123"),
        attachments=(
            Attachment(
                type="text/plain",
                url="https://files.example/4012888888881881",
                name="4012888888881881.txt",
                content=b"5555 5555 5555 4444",
            ),
        ),
        facts={"extra": {"pan": 4012888888881881, "securityCode": "123", "n": 5}, "x": [True, 1.5]},
    )

    brought = masked([message], b"", JSON)
    [read] = brought.messages

    assert (read.sender, read.recipient, read.external_id) == (
        VISA,
        "6011111111111117",
        "3530111333300000",
    )
    assert read.sender_name == "************4444"
    assert read.text == "************1881, not 3530111333300000"
    assert read.structured == StructuredTask(title="Charge ************1881", description="cvv ***")
    [file] = read.attachments
    assert (file.name, file.content) == ("4012888888881881.txt", b"**** **** **** 4444")
    assert file.url == "https://files.example/4012888888881881"
    assert read.facts == {
        "extra": {"pan": "************1881", "securityCode": "***", "n": 5},
        "x": [True, 1.5],
        "maskedCards": brought.count,
    }


def test_a_body_that_hides_a_number_that_was_read_in_it_is_left_out() -> None:
    message = InboundMessage(sender="dana", text=f"card {VISA}")
    body = b"<p>card 4111<b>1111</b>11111111</p>"

    assert masked([message], body, "text/html").body == b""
    assert (
        masked([message], f"<p>{VISA}</p>".encode(), "text/html").body
        == f"<p>{MASKED}</p>".encode()
    )


def test_a_code_before_its_number_is_masked_in_the_body_too() -> None:
    message = InboundMessage(sender="dana", text="hello")
    body = b"securityCode=123&number=4111111111111111"

    assert masked([message], body, FORM).body == b"securityCode=***&number=************1111"


def test_what_holds_no_card_is_handed_on_as_it_is() -> None:
    message = InboundMessage(sender="dana", text="Call me at 5", facts={"a": "b"})
    body = b'{"content": "Call me at 5"}'
    brought = masked([message], body, JSON)

    assert brought.messages[0] is message
    assert brought.body is body
    assert brought.count == 0


def test_a_binary_file_is_not_looked_through() -> None:
    for content in (b"%PDF-1.7 4111111111111111", b"\0 4111111111111111"):
        assert masked_file(content, Mask()) is content


def _in_pairs() -> Mask:
    return Mask(is_beside=True)
