"""DKIM signatures of incoming mail, checked against a real name server on this machine."""

import base64
from collections.abc import AsyncIterator

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from gateway.plugin import TemporaryFailure
from gateway_email_smtp.checking import authenticate
from gateway_email_smtp.dkim_keys import dns_record, traditional_pem
from gateway_email_smtp.fake.nameserver import FakeNameServer, txt
from gateway_email_smtp.fake.senders import settings
from gateway_email_smtp.names import Names
from gateway_email_smtp.signing import Signer

KEY = generate_private_key(65_537, 2048)
RAW = b"From: ann@example.org\r\nTo: a@gw.example\r\nSubject: Hi\r\n\r\nHello\r\n"
NAME = "s1._domainkey.example.org"


async def signed(raw: bytes = RAW, *, domain: str = "example.org") -> bytes:
    pem = traditional_pem(KEY).decode()
    own = settings(dkim_selector="s1", dkim_domain=domain, dkim_private_key=pem)
    return await Signer(own).signed(raw)


@pytest.fixture
async def dns() -> AsyncIterator[tuple[FakeNameServer, Names]]:
    records = {(NAME, "TXT"): [txt(dns_record(KEY))]}
    async with FakeNameServer.open(records) as opened:
        yield opened


async def test_a_good_signature_names_its_domain(dns: tuple[FakeNameServer, Names]) -> None:
    found = await authenticate(await signed(), dns[1])

    assert found.dkim == (("example.org", "pass"),)
    assert dns[0].asked == [(NAME, "TXT")]


@pytest.mark.parametrize(
    ("was", "becomes"), [(b"Hello", b"Pay me"), (b"Subject: Hi", b"Subject: Ho")]
)
async def test_a_changed_mail_fails(
    dns: tuple[FakeNameServer, Names], was: bytes, becomes: bytes
) -> None:
    found = await authenticate((await signed()).replace(was, becomes), dns[1])
    assert found.dkim == (("example.org", "fail"),)


async def test_headers_above_and_an_unsigned_mail(dns: tuple[FakeNameServer, Names]) -> None:
    found = await authenticate(b"Received: from x by y; now\r\n" + await signed(), dns[1])
    assert found.dkim == (("example.org", "pass"),)
    assert (await authenticate(RAW, dns[1])).dkim == ()


async def test_a_key_of_another_domain_proves_nothing_for_this_one(
    dns: tuple[FakeNameServer, Names],
) -> None:
    found = await authenticate(await signed(domain="bank.example"), dns[1])
    assert found.dkim == (("bank.example", "fail"),)


async def test_a_second_signature_is_looked_at_as_well(dns: tuple[FakeNameServer, Names]) -> None:
    found = await authenticate(await signed(await signed(domain="list.example")), dns[1])
    assert found.dkim == (("example.org", "pass"), ("list.example", "fail"))


async def test_a_name_server_that_is_silent_says_nothing_against_it(
    dns: tuple[FakeNameServer, Names],
) -> None:
    dns[0].silent.add(NAME)
    quick = Names(dns[1].servers, seconds=0.2)

    assert (await authenticate(await signed(), quick)).dkim == (("example.org", "temperror"),)


@pytest.mark.parametrize(
    "signature",
    [
        b"",
        b"v=1",
        b"v=1; a=rsa-sha256; d=example.org; s=s1; h=from; bh=x; b=x",
        b"v=1; a=rsa-sha1; d=example.org; s=s1; h=from; bh=AAAA; b=AAAA",
        b"d=../..; s=s1",
        b"d=example.org; s=\xff\xfe",
        b"d=" + b"x" * 5_000 + b"; s=s1",
        b"d=example.org; d=example.org; s=s1",
    ],
)
async def test_a_broken_signature_fails_quietly(
    dns: tuple[FakeNameServer, Names], signature: bytes
) -> None:
    found = await authenticate(b"DKIM-Signature: " + signature + b"\r\n" + RAW, dns[1])
    assert [result for _, result in found.dkim] == ["fail"]


async def test_a_signature_of_a_part_of_the_body_proves_nothing(
    dns: tuple[FakeNameServer, Names],
) -> None:
    partial = (await signed()).replace(b"; h=", b"; l=5; h=", 1)
    assert (await authenticate(partial, dns[1])).dkim == (("example.org", "fail"),)


@pytest.mark.parametrize(
    "record", ["v=DKIM1; k=rsa; p=", "v=DKIM1; k=rsa; p=AAAA", "no key", "v=DKIM1; k=ed25519; p=x"]
)
async def test_a_revoked_or_broken_key_fails_quietly(record: str) -> None:
    async with FakeNameServer.open({(NAME, "TXT"): [txt(record)]}) as (_, names):
        assert (await authenticate(await signed(), names)).dkim == (("example.org", "fail"),)


async def test_only_the_first_signatures_cost_questions(dns: tuple[FakeNameServer, Names]) -> None:
    raw = b"".join(
        b"DKIM-Signature: v=1; d=d%d.example; s=s1; b=x\r\n" % number for number in range(50)
    )
    found = await authenticate(raw + RAW, dns[1])
    assert len(found.dkim) == 5
    assert len(dns[0].asked) <= 5


async def test_mail_servers_come_best_first() -> None:
    records = {("example.org", "MX"): ["20 b.example.org.", "10 a.example.org."]}
    async with FakeNameServer.open(records) as (fake, names):
        assert await names.mx("example.org") == [(10, "a.example.org"), (20, "b.example.org")]
        assert await names.mx("nowhere.example") == []
        assert await names.txt("example.org") == []
        assert await names.txt("a..b") == []
        fake.silent.add("example.org")
        with pytest.raises(TemporaryFailure, match="nobody answers"):
            await Names(names.servers, seconds=0.2).mx("example.org")


@pytest.mark.parametrize("blanks", [b" \t" * 500_000, b"x \t  y \t" * 100_000])
async def test_a_line_of_a_million_blanks_costs_little(
    dns: tuple[FakeNameServer, Names], blanks: bytes
) -> None:
    mail = await signed(RAW + b"  two \t words \t\r\n")
    assert (await authenticate(mail, dns[1])).dkim == (("example.org", "pass"),)

    found = await authenticate(mail + blanks + b"x\r\n", dns[1])
    assert found.dkim == (("example.org", "fail"),)


async def test_blanks_count_for_a_signature_that_is_not_relaxed(
    dns: tuple[FakeNameServer, Names],
) -> None:
    mail = RAW + b"two  words\r\n"
    own = traditional_pem(KEY)
    header = dkim.sign(mail, b"s1", b"example.org", own, canonicalize=(b"relaxed", b"simple"))

    assert (await authenticate(header + mail, dns[1])).dkim == (("example.org", "pass"),)
    changed = mail.replace(b"two  words", b"two words")
    assert (await authenticate(header + changed, dns[1])).dkim == (("example.org", "fail"),)


@pytest.mark.parametrize(
    "head",
    [
        b"X: " + b"\r\n " * 200 + b"y\r\n",
        b"X: y\r\n" * 3_000,
        b"X: " + b"y" * 300_000 + b"\r\n",
    ],
)
async def test_a_mail_with_a_head_out_of_all_proportion_counts_as_unsigned(
    dns: tuple[FakeNameServer, Names], head: bytes
) -> None:
    found = await authenticate(head + await signed(), dns[1])
    assert found.dkim == ()
    assert dns[0].asked == []


@pytest.mark.parametrize("padding", [b"x=y; " * 50, b"x=" + b"y" * 9_000 + b"; "])
async def test_a_signature_that_says_too_much_proves_nothing(
    dns: tuple[FakeNameServer, Names], padding: bytes
) -> None:
    found = await authenticate((await signed()).replace(b"v=1;", b"v=1; " + padding, 1), dns[1])
    assert [result for _, result in found.dkim] == ["fail"]


async def test_a_key_with_an_exponent_of_thousands_of_digits_is_not_computed_with() -> None:
    number = b"\x02\x82\x13\x88" + b"\x7f" * 5_000
    key = b"\x30\x82\x27\x18" + 2 * number
    record = f"v=DKIM1; k=rsa; p={base64.b64encode(key).decode()}"
    async with FakeNameServer.open({(NAME, "TXT"): [txt(record)]}) as (_, names):
        assert (await authenticate(await signed(), names)).dkim == (("example.org", "fail"),)
