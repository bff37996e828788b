"""Whom to trust: what proves a sender, what speaks against one, and what says nothing."""

from dataclasses import replace

import pytest

from gateway_email_smtp.fake.senders import settings
from gateway_email_smtp.mail import Envelope, Mail, Mailbox, Original
from gateway_email_smtp.trust import (
    FAILED,
    FORWARDED,
    UNPROVEN,
    Evidence,
    domain_of,
    evidence_header,
    is_aligned,
    judge,
    read_evidence,
)

OWN = "mx.own.example"


def mail(*results: str, sender: str = "ann@example.org", reply_to: str = "") -> Mail:
    """A mail with these Authentication-Results, topmost first."""
    headers = [("authentication-results", result) for result in results]
    return Mail(
        envelope=Envelope(),
        headers=(*headers, ("from", sender)),
        sender=Mailbox(address=sender),
        subject="",
        segments=(),
        digest="",
        reply_to=(Mailbox(address=reply_to),) if reply_to else (),
    )


def verdict(given: Mail, evidence: Evidence | None = None, **own: object) -> tuple[bool, str]:
    found = judge(given, settings(mail_authserv_ids=(OWN,), **own), evidence)
    return found.is_proven, found.suspect


FORWARD = Original(sender=Mailbox(address="carol@client.example"), text="The logo, please")
PROVEN, NOT_PROVEN, BARRED = (True, ""), (False, ""), (False, FAILED)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("dmarc=pass header.from=example.org", PROVEN),
        ("dkim=pass header.d=example.org", PROVEN),
        ("dkim=pass header.i=@mail.example.org", PROVEN),
        ("dkim=fail header.d=example.org; dkim=pass header.d=example.org", PROVEN),
        ("spf=pass smtp.mailfrom=bounces@mail.example.org", PROVEN),
        ("spf=pass smtp.mailfrom=example.org", PROVEN),
        # Nobody who speaks for the address in From.
        ("dkim=pass header.d=evil.example", NOT_PROVEN),
        ("spf=pass smtp.mailfrom=evil.example", NOT_PROVEN),
        ("spf=pass smtp.helo=example.org", NOT_PROVEN),
        # A local part may hold what reads as an address.
        ('spf=pass smtp.mailfrom="x@example.org"@evil.example', NOT_PROVEN),
        ('spf=pass smtp.mailfrom = "x@example.org"@evil.example', NOT_PROVEN),
        ('dkim=pass header.i="x@example.org"@evil.example', NOT_PROVEN),
        ("dkim=pass header.d=org", NOT_PROVEN),
        ("dkim=pass header.d=xexample.org", NOT_PROVEN),
        ("dmarc=pass header.from=evil.example", NOT_PROVEN),
        ("dmarc=bestguesspass header.from=example.org", NOT_PROVEN),
        ("none", NOT_PROVEN),
        ("dkim=none; spf=none", NOT_PROVEN),
        # Forwarders break SPF, lists break signatures.
        ("dkim=fail header.d=example.org", NOT_PROVEN),
        ("spf=softfail smtp.mailfrom=example.org", NOT_PROVEN),
        ("spf=fail smtp.mailfrom=evil.example", NOT_PROVEN),
        ("spf=fail smtp.mailfrom=example.org; dkim=pass header.d=example.org", PROVEN),
        ("spf=fail smtp.mailfrom=example.org; dmarc=pass header.from=example.org", PROVEN),
        # The domain itself says that it is not from there.
        ("dmarc=fail header.from=example.org", BARRED),
        ("dmarc=fail header.from=example.org; spf=pass smtp.mailfrom=evil.example", BARRED),
        ("spf=fail smtp.mailfrom=example.org", BARRED),
    ],
)
def test_what_a_believed_server_says(said: str, expected: tuple[bool, str]) -> None:
    assert verdict(mail(f"{OWN}; {said}")) == expected


def test_what_another_server_says_never_counts() -> None:
    forged = "mx.evil.example; dmarc=pass header.from=example.org"
    assert verdict(mail(forged)) == NOT_PROVEN
    assert verdict(mail(f"{OWN}; dmarc=fail header.from=example.org", forged)) == BARRED


def test_a_forged_header_below_the_real_one_never_counts() -> None:
    real = f"{OWN}; dkim=none"
    assert verdict(mail(real, f"{OWN}; dmarc=pass header.from=example.org")) == NOT_PROVEN


def test_reply_to_is_nobodys_identity() -> None:
    given = mail(f"{OWN}; dkim=pass header.d=bank.example", reply_to="boss@bank.example")
    assert verdict(given) == NOT_PROVEN


def test_two_from_headers_prove_nothing() -> None:
    given = mail(f"{OWN}; dmarc=pass header.from=example.org")
    twice = replace(given, headers=(*given.headers, ("from", "evil@evil.example")))
    assert verdict(twice) == NOT_PROVEN


@pytest.mark.parametrize(
    ("evidence", "expected"),
    [
        (Evidence(dmarc="pass"), PROVEN),
        (Evidence(dkim=(("example.org", "pass"),)), PROVEN),
        (Evidence(spf="pass", spf_domain="example.org"), PROVEN),
        (Evidence(spf="pass"), NOT_PROVEN),
        (Evidence(dkim=(("example.org", "temperror"),)), NOT_PROVEN),
        (Evidence(spf="fail", spf_domain="example.org"), BARRED),
        (Evidence(dmarc="fail"), BARRED),
        (Evidence(), NOT_PROVEN),
        (None, NOT_PROVEN),
    ],
)
def test_what_a_provider_or_a_door_found_out(
    evidence: Evidence | None, expected: tuple[bool, str]
) -> None:
    assert verdict(mail(), evidence) == expected


def test_evidence_and_header_count_together() -> None:
    signed = Evidence(dkim=(("example.org", "pass"),))
    assert verdict(mail(f"{OWN}; spf=softfail smtp.mailfrom=example.org"), signed) == PROVEN


def test_the_owner_says_what_becomes_of_the_unproven() -> None:
    assert verdict(mail(), mail_unproven="confirm") == NOT_PROVEN
    assert verdict(mail(), mail_unproven="quarantine") == (False, UNPROVEN)
    assert verdict(mail(), mail_unproven="trust") == PROVEN
    failed = mail(f"{OWN}; dmarc=fail header.from=example.org")
    assert verdict(failed, mail_unproven="trust") == BARRED


def test_a_mail_without_a_domain_in_from_is_not_proven() -> None:
    assert verdict(mail(sender=""), Evidence(dmarc="pass")) == NOT_PROVEN


def test_the_facts_say_why() -> None:
    given = mail(f"{OWN}; dkim=pass header.d=example.org; spf=none")
    facts = judge(given, settings(mail_authserv_ids=(OWN,))).facts

    assert facts == {
        "verdict": "proven",
        "by": "dkim",
        "spf": "none",
        "spfDomain": "",
        "dkim": ["example.org=pass"],
        "dmarc": "",
    }


def test_evidence_survives_its_header() -> None:
    evidence = Evidence(
        spf="pass", spf_domain="a.example", dkim=(("b.example", "fail"),), dmarc="x"
    )
    assert read_evidence(evidence_header(evidence)) == evidence
    assert read_evidence("") == Evidence()
    assert "\n" not in evidence_header(evidence)


@pytest.mark.parametrize(
    ("signer", "domain", "expected"),
    [
        ("example.org", "example.org", True),
        ("example.org", "mail.example.org", True),
        ("mail.example.org", "example.org", True),
        ("a.example.org", "b.example.org", False),
        ("example.org", "example.com", False),
        ("", "example.org", False),
        ("example.org", "", False),
        ("org", "example.org", False),
    ],
)
def test_who_speaks_for_whom(signer: str, domain: str, *, expected: bool) -> None:
    assert is_aligned(signer, domain) is expected


@pytest.mark.parametrize(
    ("address", "domain"),
    [
        ("Ann@Example.ORG.", "example.org"),
        ("<ann@example.org>", "example.org"),
        ("@example.org", "example.org"),
        ("example.org", "example.org"),
        ("a@bücher.example", "xn--bcher-kva.example"),
        ("", ""),
        ("a@" + "ü" * 300, ""),
    ],
)
def test_the_domain_of_an_address(address: str, domain: str) -> None:
    assert domain_of(address) == domain


def test_a_forwarded_mail_waits_where_forwarding_is_switched_off() -> None:
    given = mail(f"{OWN}; dmarc=pass header.from=example.org")
    forwarded = replace(given, forwarded=FORWARD)

    assert verdict(forwarded) == PROVEN
    assert verdict(forwarded, forwarding_enabled=False) == (True, FORWARDED)
    assert verdict(given, forwarding_enabled=False) == PROVEN
