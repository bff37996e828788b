"""A certificate authority of one's own, and a certificate of it for this machine."""

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

_BEGINS = datetime(2020, 1, 1, tzinfo=UTC)
_ENDS = _BEGINS + timedelta(days=36_500)


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """The CA as PEM, and what a server needs that it vouches for."""

    pem: str
    server: ssl.SSLContext


def make_authority(folder: Path, *names: str) -> Authority:
    """A new CA that vouches for 127.0.0.1 and `names`; the server's files go into `folder`."""
    own, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    issuer = _name("Fake CA")
    ca = (
        _certificate(issuer, issuer, own, own)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(own, SHA256())
    )
    known = [x509.IPAddress(ip_address("127.0.0.1")), *map(x509.DNSName, names)]
    leaf = (
        _certificate(_name("localhost"), issuer, key, own)
        .add_extension(x509.SubjectAlternativeName(known), critical=False)
        .sign(own, SHA256())
    )
    chain, private = folder / "server.pem", folder / "server.key"
    chain.write_bytes(leaf.public_bytes(Encoding.PEM))
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(chain, private)
    return Authority(pem=ca.public_bytes(Encoding.PEM).decode(), server=server)


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    signer: ec.EllipticCurvePrivateKey,
) -> x509.CertificateBuilder:
    authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_BEGINS)
        .not_valid_after(_ENDS)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(authority, critical=False)
    )


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])
