"""Keys of DKIM signatures are checked when they are set."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from pydantic import ValidationError

from gateway_email_smtp.dkim_keys import dns_record, read_private_key
from gateway_email_smtp.fake.certificates import Authority
from gateway_email_smtp.fake.senders import settings

RSA = rsa.generate_private_key(65_537, 1024)  # noqa: S505 # the smallest that counts
PKCS8 = RSA.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
LOCKED = RSA.private_bytes(
    Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"x")
).decode()
CURVE = (
    ec.generate_private_key(ec.SECP256R1())
    .private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    .decode()
)


def test_a_key_is_read_with_or_without_its_line_feeds() -> None:
    for spelt in (PKCS8, PKCS8.replace("\n", " "), PKCS8.replace("\n", "\r\n")):
        assert read_private_key(spelt).private_numbers() == RSA.private_numbers()
        settings(dkim_selector="s1", dkim_private_key=spelt)


@pytest.mark.parametrize("pem", ["", "x", LOCKED, CURVE, PKCS8[:200], "-----BEGIN X-----"])
def test_any_other_key_is_refused_when_it_is_set(pem: str) -> None:
    with pytest.raises(ValidationError, match="a DKIM key is an RSA private key") as failed:
        settings(dkim_selector="s1", dkim_private_key=pem)
    assert pem[:40] not in str(failed.value) or len(pem) < 40


def test_key_and_selector_belong_together() -> None:
    for given in ({"dkim_selector": "s1"}, {"dkim_private_key": PKCS8}):
        with pytest.raises(ValidationError, match="together, or neither"):
            settings(**given)


def test_the_record_is_what_dns_is_to_say() -> None:
    record = dns_record(RSA)
    assert record.startswith("v=DKIM1; k=rsa; p=MIGf")
    assert "\n" not in record


def test_a_ca_is_a_certificate(authority: Authority) -> None:
    assert settings(smtp_ca=authority.pem).smtp_ca == authority.pem
    with pytest.raises(ValidationError, match="certificates as PEM"):
        settings(smtp_ca="no certificate")
