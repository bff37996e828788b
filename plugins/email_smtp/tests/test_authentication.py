"""Authentication-Results as mail servers write them, and as forgers would."""

import pytest
from hypothesis import given, strategies as st

from gateway_email_smtp.authentication import Result, believed_results, read_results

GMAIL = (
    "mx.google.com;\r\n       dkim=pass header.i=@example.org header.s=s1 header.b=abcDEF12;\r\n"
    "       spf=pass (google.com: domain of ann@example.org designates 192.0.2.1 as permitted "
    "sender) smtp.mailfrom=ann@example.org;\r\n"
    "       dmarc=pass (p=REJECT sp=REJECT dis=NONE) header.from=example.org"
)
POSTFIX = (
    'mx.own.example 1; spf=softfail reason="not (listed)" smtp.mailfrom=prvs=123=ann@example.org; '
    "dkim=none (no signature); dkim/1 = fail (bad (nested) key) header.d = example.org"
)
NONE = "mx.own.example; none"
MICROSOFT = "spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=evil.example; dkim=pass header.d=a.b"


def test_a_header_of_gmail() -> None:
    read = read_results(GMAIL)

    assert read.authserv_id == "mx.google.com"
    assert [(one.method, one.result) for one in read.results] == [
        ("dkim", "pass"),
        ("spf", "pass"),
        ("dmarc", "pass"),
    ]
    assert read.results[0].properties["header.i"] == "@example.org"
    assert read.results[1].properties == {"smtp.mailfrom": "ann@example.org"}
    assert read.results[2].properties == {"header.from": "example.org"}


def test_comments_quotes_and_spaces() -> None:
    read = read_results(POSTFIX)

    assert read.authserv_id == "mx.own.example"
    spf, none, dkim = read.results
    assert spf.properties == {
        "reason": "not (listed)",
        "smtp.mailfrom": "prvs=123=ann@example.org",
    }
    assert (none.method, none.result) == ("dkim", "none")
    assert (dkim.method, dkim.result, dkim.properties) == (
        "dkim",
        "fail",
        {"header.d": "example.org"},
    )


def test_nothing_to_say() -> None:
    assert read_results(NONE).results == ()
    assert read_results("").authserv_id == ""


def test_a_header_that_names_nobody_counts_for_nobody() -> None:
    assert read_results(MICROSOFT).authserv_id == ""
    assert believed_results([("authentication-results", MICROSOFT)], ["mx.own.example"]) == ()


@pytest.mark.parametrize(
    "mailfrom",
    [
        '"x; dkim=pass header.d=bank.example"@evil.example',
        '"x) ; dkim=pass header.d=bank.example ("@evil.example',
        '"x\\"; dkim=pass header.d=bank.example"@evil.example',
    ],
)
@pytest.mark.parametrize(
    "shape", ["mx.own; spf=pass smtp.mailfrom={}", "mx.own; spf=pass ({}) a=b"]
)
def test_what_a_sender_writes_into_its_address_adds_no_result(shape: str, mailfrom: str) -> None:
    read = read_results(shape.format(mailfrom))

    assert [one.method for one in read.results] == ["spf"]


def test_a_quoted_local_part_does_not_pass_for_the_domain_of_its_address() -> None:
    said = (
        'mx.own; spf=pass smtp.mailfrom="ann@bank.example"@evil.example; dkim=pass '
        'header.i="a\\"b@bank.example"@evil.example; dmarc=fail header.from=bank.example'
    )
    read = read_results(said)

    properties = [list(one.properties.values()) for one in read.results]
    assert properties == [
        ["ann@bank.example@evil.example"],
        ['a"b@bank.example@evil.example'],
        ["bank.example"],
    ]


def test_what_is_quoted_and_never_ends_says_nothing() -> None:
    said = 'mx.own; dkim=pass header.d=a.example; spf=pass smtp.mailfrom="x@b.examplex'
    read = read_results(said)

    assert [one.properties for one in read.results] == [{"header.d": "a.example"}, {}]


def test_of_several_headers_the_topmost_of_a_believed_server_counts() -> None:
    own = ("authentication-results", "mx.own.example; dkim=fail header.d=bank.example")
    forged = ("authentication-results", "mx.own.example; dkim=pass header.d=bank.example")
    other = ("authentication-results", "mx.evil.example; dkim=pass header.d=bank.example")
    believed = ("mx.own.example",)

    [found] = believed_results([("received", "x"), other, own, forged], believed)
    assert found == Result(method="dkim", result="fail", properties={"header.d": "bank.example"})
    assert believed_results([other], believed) == ()
    assert believed_results([own], ()) == ()


@given(st.text('()";=\\ ab.\n', max_size=400))
def test_any_value_is_read_as_far_as_it_can_be(value: str) -> None:
    read_results(value)
    read_results(f"mx.own.example; dkim=pass {value}")


@pytest.mark.parametrize(
    "value",
    ["(" * 100_000, '"' * 100_000, ";" * 100_000, "a=" * 100_000, 'x; "' + '\\"' * 50_000],
)
def test_a_long_value_costs_little(value: str) -> None:
    assert len(read_results(value).results) <= 50
