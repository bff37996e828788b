"""What the DNS says of an address's domain: who takes its mail, and who may send in its name."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from gateway.plugin import PartFailure, SetupFinding
from gateway_email_smtp.accounts.apis import finding
from gateway_email_smtp.dkim_keys import dns_record, read_private_key
from gateway_email_smtp.names import Names
from gateway_email_smtp.settings import EmailSettings

TAKERS: Final = {
    "sendgrid": ("mx.sendgrid.net",),
    "postmark": ("inbound.postmarkapp.com",),
    "mailgun": ("mxa.mailgun.org", "mxb.mailgun.org", "mxa.eu.mailgun.org", "mxb.eu.mailgun.org"),
}
"""The servers to which a domain's MX records point, where its mail goes to a provider."""
SELECTORS: Final = {"sendgrid": ["s1", "s2"]}
"""The names of the keys that a provider always signs with."""
SHOWN: Final = 5

Look = Callable[[EmailSettings, Names], Awaitable[SetupFinding]]


async def report(settings: EmailSettings, names: Names) -> list[SetupFinding]:
    """One finding for each kind of record; a name server that does not answer is one as well."""
    looks: list[tuple[str, Look]] = [("mx", _mx), ("spf", _spf), ("dkim", _dkim), ("dmarc", _dmarc)]
    return await asyncio.gather(*(_looked(n, look, settings, names) for n, look in looks))


async def _looked(name: str, look: Look, settings: EmailSettings, names: Names) -> SetupFinding:
    try:
        return await look(settings, names)
    except PartFailure as failure:
        return finding(name, "warning", f"the DNS could not be asked: {failure.message}")


async def _mx(settings: EmailSettings, names: Names) -> SetupFinding:
    domain, inbound = settings.domain, settings.email_provider
    hosts = [host.rstrip(".").lower() for _, host in sorted(await names.mx(domain))]
    wanted = TAKERS.get(inbound, ())
    shown = ", ".join(hosts[:SHOWN])
    if not hosts:
        where = f"to {wanted[0]}" if wanted else "to your mail server"
        return finding("mx", "problem", f"{domain} has no MX record: point one {where}")
    if hosts == [""]:
        return finding("mx", "problem", f"{domain} says that it takes no mail (RFC 7505)")
    if not wanted or any(host in wanted for host in hosts):
        return finding("mx", "ok", f"mail to {domain} goes to {shown}")
    if inbound == "postmark":
        return finding(
            "mx",
            "warning",
            f"mail to {domain} goes to {shown}: forward that to {settings.inbound_email_address} "
            "from there to the server's inbound address at Postmark",
        )
    return finding(
        "mx", "problem", f"mail to {domain} goes to {shown}: point its MX record to {wanted[0]}"
    )


async def _spf(settings: EmailSettings, names: Names) -> SetupFinding:
    domain = settings.sender_domain
    found = [text for text in await names.txt(domain) if text.lower().split()[:1] == ["v=spf1"]]
    if len(found) > 1:
        return finding(
            "spf",
            "problem",
            f"{domain} has {len(found)} SPF records, so that none counts: join them",
        )
    if not found:
        return finding(
            "spf",
            "warning",
            f"{domain} has no SPF record: answers may land in spam. Name the servers that send "
            "for it in a TXT record `v=spf1 … ~all`",
        )
    if "+all" in found[0].lower().split() or "all" in found[0].lower().split():
        return finding("spf", "problem", f"{domain} lets everybody send in its name (`+all`)")
    return finding("spf", "ok", f"{domain} has an SPF record")


async def _dkim(settings: EmailSettings, names: Names) -> SetupFinding:
    """Whether the keys are published that answers are known to be signed with."""
    if settings.dkim_private_key is not None and settings.way_out == "smtp":
        return await _own_dkim(settings, names)
    domain = settings.sender_domain
    selectors = SELECTORS.get(settings.way_out or "", [])
    if not selectors:
        return finding("dkim", "ok", "who sends for you signs: its selector is not known here")
    for selector in selectors:
        if any("p=" in text for text in await names.txt(f"{selector}._domainkey.{domain}")):
            return finding("dkim", "ok", f"{selector}._domainkey.{domain} has a key")
    return finding(
        "dkim",
        "warning",
        f"no signature of {domain} can be checked: authenticate the domain at SendGrid, and "
        "publish the records that it shows",
    )


async def _own_dkim(settings: EmailSettings, names: Names) -> SetupFinding:
    """Whether the key is published that the gateway itself signs with."""
    assert settings.dkim_private_key is not None
    record = dns_record(read_private_key(settings.dkim_private_key.get_secret_value()))
    name = f"{settings.dkim_selector}._domainkey.{settings.dkim_domain or settings.sender_domain}"
    keys = [key for text in await names.txt(name) if (key := _tags(text).get("p"))]
    if _tags(record)["p"] in keys:
        return finding("dkim", "ok", f"{name} has the key that signs")
    if keys:
        said = f"{name} has another key than dkimPrivateKey: every signature fails"
        return finding("dkim", "problem", f"{said}. Publish `{record}`")
    return finding("dkim", "warning", f"{name} has no key: publish the TXT record `{record}`")


async def _dmarc(settings: EmailSettings, names: Names) -> SetupFinding:
    """The policy of the domain, or else of the nearest one above that has one."""
    labels = settings.sender_domain.split(".")
    for place in range(len(labels) - 1):
        domain = ".".join(labels[place:])
        for text in await names.txt(f"_dmarc.{domain}"):
            tags = _tags(text)
            if tags.get("v", "").upper() == "DMARC1":
                policy = tags.get("p", "none").lower()
                return finding("dmarc", "ok", f"{domain} has a DMARC policy: {policy[:20]}")
    return finding(
        "dmarc",
        "warning",
        f"{settings.sender_domain} has no DMARC policy: anybody can write in its name. Begin with "
        f"a TXT record `v=DMARC1; p=none` at _dmarc.{settings.sender_domain}",
    )


def _tags(text: str) -> dict[str, str]:
    """The tags of a record; white space in a value means nothing (RFC 6376 section 3.2)."""
    pairs = (part.partition("=") for part in text.split(";"))
    return {name.strip().lower(): "".join(value.split()) for name, _, value in pairs}
