"""What goes along with a mail that is handed over: what its signatures prove."""

from collections.abc import AsyncIterator

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from gateway.plugin.testing import MemoryDoors
from gateway_email_smtp.dkim_keys import dns_record, traditional_pem
from gateway_email_smtp.fake.nameserver import FakeNameServer, txt
from gateway_email_smtp.fake.peer import MAIL, door, session
from gateway_email_smtp.fake.senders import settings
from gateway_email_smtp.names import Names
from gateway_email_smtp.reception import Desk
from gateway_email_smtp.signing import Signer
from gateway_email_smtp.trust import EVIDENCE_HEADER, read_evidence

KEY = generate_private_key(65_537, 2048)


@pytest.fixture
async def names() -> AsyncIterator[Names]:
    """A name server that knows the key."""
    usual = Desk.names
    records = {("s1._domainkey.example.com", "TXT"): [txt(dns_record(KEY))]}
    async with FakeNameServer.open(records) as (_, opened):
        Desk.names = opened
        yield opened
    Desk.names = usual


async def signed() -> bytes:
    """The mail with a signature of its domain."""
    pem = traditional_pem(KEY).decode()
    own = settings(dkim_selector="s1", dkim_domain="example.com", dkim_private_key=pem)
    return await Signer(own).signed(MAIL)


@pytest.mark.usefixtures("names")
async def test_a_signed_mail_comes_with_what_its_signature_proves() -> None:
    doors = MemoryDoors(doors=(door(),))
    async with session(doors) as peer:
        await peer.mail(await signed())
        await peer.mail((await signed()).replace(b"Hello", b"Pay me"))
        await peer.mail()

    found = [read_evidence(taken.headers.get(EVIDENCE_HEADER, "")).dkim for taken in doors.taken]
    assert found == [(("example.com", "pass"),), (("example.com", "fail"),), ()]


@pytest.mark.usefixtures("names")
async def test_a_peer_cannot_bring_evidence_of_its_own() -> None:
    doors = MemoryDoors(doors=(door(),))
    async with session(doors) as peer:
        await peer.mail(f'{EVIDENCE_HEADER}: {{"dmarc": "pass"}}\r\n'.encode() + MAIL)

    assert EVIDENCE_HEADER not in doors.taken[0].headers
