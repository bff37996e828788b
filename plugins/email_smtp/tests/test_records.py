"""What the DNS says of an address's domain, asked of a real name server on this machine."""

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from gateway.plugin import SetupFinding
from gateway_email_smtp.accounts.records import report
from gateway_email_smtp.dkim_keys import dns_record, traditional_pem
from gateway_email_smtp.fake.nameserver import FakeNameServer, Records, txt
from gateway_email_smtp.fake.stage import settings

SENDGRID = {"mailOutbound": "sendgrid", "sendgridApiKey": "SG.k"}
WELL: Records = {
    ("example.com", "MX"): ["10 mx.sendgrid.net."],
    ("example.com", "TXT"): [txt("google-site-verification=x"), txt("v=spf1 mx ~all")],
    ("s1._domainkey.example.com", "TXT"): [txt("k=rsa; p=AAAA")],
    ("_dmarc.example.com", "TXT"): [txt("v=DMARC1; p=reject; rua=mailto:x@example.com")],
}


async def found(
    records: Records, way: str = "sendgrid", **given: object
) -> dict[str, SetupFinding]:
    async with FakeNameServer.open(records) as (_, names):
        made = settings(way, **{**SENDGRID, **given})
        return {one.name: one for one in await report(made, names)}


async def test_a_domain_that_is_set_up_well_is_all_right() -> None:
    told = await found(WELL)
    assert [one.status for one in told.values()] == ["ok"] * 4
    assert told["mx"].message == "mail to example.com goes to mx.sendgrid.net"
    assert told["dmarc"].message == "example.com has a DMARC policy: reject"


@pytest.mark.parametrize(
    ("way", "records", "status", "words"),
    [
        ("sendgrid", [], "problem", "has no MX record: point one to mx.sendgrid.net"),
        ("smtp", [], "problem", "has no MX record: point one to your mail server"),
        ("sendgrid", ["0 ."], "problem", "takes no mail (RFC 7505)"),
        (
            "sendgrid",
            ["20 b.example.net.", "10 A.example.net."],
            "problem",
            "goes to a.example.net, b.example.net: point its MX record to mx.sendgrid.net",
        ),
        (
            "postmark",
            ["10 mx.example.net."],
            "warning",
            "forward that to assistant@example.com from there to the server's inbound address",
        ),
        ("postmark", ["10 inbound.postmarkapp.com."], "ok", "goes to inbound.postmarkapp.com"),
        ("mailgun", ["10 mxb.eu.mailgun.org."], "ok", "goes to mxb.eu.mailgun.org"),
        ("imap", ["10 mx.example.net."], "ok", "goes to mx.example.net"),
    ],
)
async def test_where_mail_goes_is_compared_with_who_is_to_take_it(
    way: str, records: list[str], status: str, words: str
) -> None:
    told = (await found({("example.com", "MX"): records}, way))["mx"]
    assert (told.status, words in told.message) == (status, True), told.message


@pytest.mark.parametrize(
    ("texts", "status", "words"),
    [
        ([], "warning", "has no SPF record"),
        (["v=spf10 x"], "warning", "has no SPF record"),
        (["v=spf1 mx -all", "v=spf1 a ~all"], "problem", "has 2 SPF records, so that none counts"),
        (["v=spf1 +all"], "problem", "lets everybody send in its name"),
        (["V=SPF1 mx all"], "problem", "lets everybody send in its name"),
        (["v=spf1 include:x.example -all"], "ok", "has an SPF record"),
    ],
)
async def test_who_may_send_is_told(texts: list[str], status: str, words: str) -> None:
    told = (await found({("example.com", "TXT"): [*map(txt, texts)]}))["spf"]
    assert (told.status, words in told.message) == (status, True)


async def test_a_key_that_is_not_published_is_told() -> None:
    assert "authenticate the domain at SendGrid" in (await found({}))["dkim"].message
    own = {"mailOutbound": "smtp", "smtpHost": "mx.example.com"}
    assert (await found({}, **own))["dkim"].status == "ok"


async def test_the_published_key_is_compared_with_the_one_that_signs() -> None:
    key, other = (generate_private_key(65_537, 2048) for _ in range(2))
    name = ("s7._domainkey.sign.example.com", "TXT")
    own = {
        "mailOutbound": "smtp",
        "smtpHost": "mx.example.com",
        "dkimSelector": "s7",
        "dkimDomain": "sign.example.com",
        "dkimPrivateKey": traditional_pem(key).decode(),
    }
    record = dns_record(key)

    right = (await found({name: [txt(record.replace("; p=", "; p= "))]}, **own))["dkim"]
    wrong = (await found({name: [txt(dns_record(other))]}, **own))["dkim"]
    absent = (await found({}, **own))["dkim"]
    revoked = (await found({name: [txt("v=DKIM1; p=")]}, **own))["dkim"]

    assert (right.status, wrong.status) == ("ok", "problem")
    assert (absent.status, revoked.status) == ("warning", "warning")
    assert all(f"`{record}`" in one.message for one in (wrong, absent, revoked))


async def test_a_policy_of_the_domain_above_counts() -> None:
    above = {("_dmarc.example.com", "TXT"): [txt("v=DMARC1;p=none")]}
    told = (await found(above, inboundEmailAddress="a@in.mail.example.com"))["dmarc"]
    assert told.message == "example.com has a DMARC policy: none"
    assert (await found({}))["dmarc"].status == "warning"


async def test_a_name_server_that_is_silent_is_a_warning() -> None:
    async with FakeNameServer.open(WELL) as (server, names):
        server.silent.add("example.com")
        names._seconds = 0.2
        told = {one.name: one for one in await report(settings("sendgrid", **SENDGRID), names)}
    assert told["mx"].status == told["spf"].status == "warning"
    assert "the DNS could not be asked" in told["mx"].message
    assert told["dmarc"].status == "ok"
