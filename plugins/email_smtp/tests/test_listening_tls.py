"""The mail server with STARTTLS, and with swaks."""

import asyncio
import smtplib
import ssl
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from structlog.testing import capture_logs

from gateway.plugin import PermanentFailure
from gateway.plugin.testing import MemoryDoors
from gateway_email_smtp.fake.peer import TO, door, server, session
from gateway_email_smtp.listening import SmtpListener
from gateway_email_smtp.reception import SmtpSettings


@pytest.fixture
def doors() -> MemoryDoors:
    """One channel, assistant@example.org."""
    return MemoryDoors(doors=(door(),))


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for mx.example.org that vouches for itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mx.example.org")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName("mx.example.org")]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    files = folder / "mx.crt", folder / "mx.key"
    files[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return files


async def swaks(port: int, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What swaks says, which fails where the server does."""
    command = ["swaks", "--server", "127.0.0.1", "--port", str(port), *arguments]
    command += ["--from", "ann@example.com", "--to", "assistant@example.org", "--helo", "swaks"]
    return await asyncio.to_thread(
        subprocess.run, command, capture_output=True, text=True, check=False
    )


async def test_swaks_delivers_with_and_without_tls(doors: MemoryDoors, tmp_path: Path) -> None:
    crt, key = certificate(tmp_path)
    async with server(doors, tls_certificate=str(crt), tls_key=str(key)) as port:
        plain = await swaks(port)
        tls = await swaks(port, "--tls", "--tls-verify", "--tls-ca-path", str(crt))

    assert (plain.returncode, tls.returncode) == (0, 0), plain.stdout + tls.stdout
    protocols = [b"with ESMTPS;" in taken.body for taken in doors.taken]
    assert protocols == [False, True]


async def test_mail_in_the_clear_is_refused_where_tls_is_required(
    doors: MemoryDoors, tmp_path: Path
) -> None:
    crt, key = certificate(tmp_path)
    settings = {"tls_certificate": str(crt), "tls_key": str(key), "tls_required": True}
    async with server(doors, **settings) as port:
        plain = await swaks(port)
        tls = await swaks(port, "--tls")

    assert "530" in plain.stdout
    assert tls.returncode == 0, tls.stdout
    assert len(doors.taken) == 1


async def test_commands_sent_before_tls_are_forgotten_after_it(
    doors: MemoryDoors, tmp_path: Path
) -> None:
    crt, key = certificate(tmp_path)
    async with session(doors, tls_certificate=str(crt), tls_key=str(key)) as peer:
        await peer.say(b"EHLO x")
        peer.writer.write(b"STARTTLS\r\nMAIL FROM:<evil@example.com>\r\n" + TO + b"\r\n")
        assert (await peer.answer()).startswith("220")
        peer.writer.transport.abort()

    assert doors.taken == []


async def test_a_certificate_that_cannot_be_read_is_named(
    doors: MemoryDoors, tmp_path: Path
) -> None:
    missing = SmtpSettings(tls_certificate=str(tmp_path / "none"), tls_key=str(tmp_path / "none"))

    with pytest.raises(PermanentFailure, match="tls_certificate"):
        await SmtpListener(missing).serve(doors)


def _refused(port: int) -> int:
    """What a stranger's address is answered after STARTTLS."""
    with smtplib.SMTP("127.0.0.1", port) as client:
        client.starttls()
        client.ehlo()
        client.mail("ann@example.com")
        return client.rcpt("other@example.org")[0]


async def test_a_refused_peer_is_known_by_its_address_after_tls_too(
    doors: MemoryDoors, tmp_path: Path
) -> None:
    crt, key = certificate(tmp_path)
    with capture_logs() as logs:
        async with server(doors, tls_certificate=str(crt), tls_key=str(key)) as port:
            assert await asyncio.to_thread(_refused, port) == 550

    [line] = [line for line in logs if line["event"] == "mail.refused"]
    assert line["client_ip"] == "127.0.0.1"


def _shown(port: int) -> bytes:
    """The certificate that a server shows."""
    with smtplib.SMTP("127.0.0.1", port) as client:
        client.starttls()
        assert isinstance(client.sock, ssl.SSLSocket)
        return client.sock.getpeercert(binary_form=True) or b""


async def test_a_renewed_certificate_is_taken_up(doors: MemoryDoors, tmp_path: Path) -> None:
    crt, key = certificate(tmp_path)
    async with server(doors, tls_certificate=str(crt), tls_key=str(key)) as port:
        first = await asyncio.to_thread(_shown, port)
        certificate(tmp_path)
        second = await asyncio.to_thread(_shown, port)
        crt.write_text("broken")
        third = await asyncio.to_thread(_shown, port)

    assert first != second == third
