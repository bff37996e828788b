"""Whether somebody vouches for a mail's sender: SPF, DKIM, DMARC, of those we believe. Pure.

Only the address in From counts, for it is what a reader sees. Reply-To is never anybody's identity.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from gateway.plugin import JsonValue
from gateway_email_smtp.authentication import Result, believed_results
from gateway_email_smtp.mail import Mail
from gateway_email_smtp.settings import EmailSettings

FAILED: Final = "failed_authentication"
UNPROVEN: Final = "unproven_sender"
FORWARDED: Final = "forwarded"
EVIDENCE_HEADER: Final = "x-gateway-authentication"
"""Under this name a way in of ours hands on what it found out; nobody else may."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a believed party found out of a mail, in lower case; empty for what it did not check.

    `spf_domain` is that of the envelope sender, `dkim` has each domain that signed with its result.
    """

    spf: str = ""
    spf_domain: str = ""
    dkim: tuple[tuple[str, str], ...] = ()
    dmarc: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a mail may cause: `suspect` is a reason code for one that a person has to look at."""

    is_proven: bool
    suspect: str
    facts: Mapping[str, JsonValue] = field(default_factory=dict)


def judge(mail: Mail, settings: EmailSettings, evidence: Evidence | None = None) -> Verdict:
    """Whether a mail's sender is proven, by what its provider, door or mail server found out."""
    domain = domain_of(mail.sender.address)
    read = evidence_in(believed_results(mail.headers, settings.mail_authserv_ids), domain)
    known = _both(evidence or Evidence(), read)
    # Two From headers show one sender to a reader, and another one to whoever checks.
    is_single = sum(name == "from" for name, _ in mail.headers) <= 1
    proof = _proof(known, domain) if is_single else ""
    has_failed = not proof and _has_failed(known, domain)
    facts = _facts(known, verdict="failed" if has_failed else "proven" if proof else "unproven")
    facts["by"] = proof
    if has_failed:
        return Verdict(is_proven=False, suspect=FAILED, facts=facts)
    held = "" if settings.forwarding_enabled or mail.forwarded is None else FORWARDED
    if proof or settings.mail_unproven == "trust":
        return Verdict(is_proven=True, suspect=held, facts=facts)
    unproven = UNPROVEN if settings.mail_unproven == "quarantine" else ""
    return Verdict(is_proven=False, suspect=unproven or held, facts=facts)


def evidence_in(results: Sequence[Result], domain: str) -> Evidence:
    """The results of a header as evidence on a mail whose From has this domain."""
    spf = next((one for one in results if one.method == "spf"), None)
    dmarc = next((one for one in results if one.method == "dmarc"), None)
    about = dmarc.properties.get("header.from", domain) if dmarc else domain
    return Evidence(
        spf=spf.result if spf else "",
        spf_domain=domain_of(spf.properties.get("smtp.mailfrom", "")) if spf else "",
        dkim=tuple((_signer(one), one.result) for one in results if one.method == "dkim"),
        dmarc=dmarc.result if dmarc and domain_of(about) == domain else "",
    )


def evidence_header(evidence: Evidence) -> str:
    """Evidence as the header of an in-process request."""
    return json.dumps(
        {
            "spf": evidence.spf,
            "spfDomain": evidence.spf_domain,
            "dkim": [list(one) for one in evidence.dkim],
            "dmarc": evidence.dmarc,
        }
    )


def read_evidence(header: str) -> Evidence:
    """What `evidence_header` wrote; nothing for an empty one."""
    if not header:
        return Evidence()
    said = json.loads(header)
    return Evidence(
        spf=said["spf"],
        spf_domain=said["spfDomain"],
        dkim=tuple((domain, result) for domain, result in said["dkim"]),
        dmarc=said["dmarc"],
    )


def is_aligned(signer: str, domain: str) -> bool:
    """Whether a domain speaks for another: the same, or one below the other (RFC 7489, relaxed).

    Two neighbours below a third domain do not: without a list of public suffixes nobody knows
    whether they belong together.

    >>> is_aligned("mail.example.org", "example.org"), is_aligned("org", "example.org")
    (True, False)
    """
    if "." not in signer or "." not in domain:
        return False
    return signer == domain or signer.endswith(f".{domain}") or domain.endswith(f".{signer}")


def domain_of(address: str) -> str:
    """The domain of an address, or of what is one already, as DNS writes it; empty for none."""
    domain = address.rpartition("@")[2].strip(" <>\"'").rstrip(".").lower()
    try:
        return domain.encode("idna").decode() if not domain.isascii() else domain
    except UnicodeError:
        return ""


def _signer(result: Result) -> str:
    properties = result.properties
    return domain_of(properties.get("header.d") or properties.get("header.i", ""))


def _both(first: Evidence, second: Evidence) -> Evidence:
    """What either found out; of the first where both did."""
    return Evidence(
        spf=first.spf or second.spf,
        spf_domain=first.spf_domain if first.spf else second.spf_domain,
        dkim=(*first.dkim, *second.dkim),
        dmarc=first.dmarc or second.dmarc,
    )


def _proof(known: Evidence, domain: str) -> str:
    """What proves that the mail is from this domain; empty for nothing."""
    if known.dmarc == "pass" and domain:
        return "dmarc"
    if any(result == "pass" and is_aligned(signer, domain) for signer, result in known.dkim):
        return "dkim"
    return "spf" if known.spf == "pass" and is_aligned(known.spf_domain, domain) else ""


def _has_failed(known: Evidence, domain: str) -> bool:
    """Whether the domain itself says that the mail is not from it.

    A signature that does not match proves nothing: mailing lists break them.
    """
    is_barred = known.spf == "fail" and is_aligned(known.spf_domain, domain)
    return known.dmarc == "fail" or (is_barred and not known.dmarc)


def _facts(known: Evidence, *, verdict: str) -> dict[str, JsonValue]:
    return {
        "verdict": verdict,
        "spf": known.spf,
        "spfDomain": known.spf_domain,
        "dkim": [f"{domain}={result}" for domain, result in known.dkim],
        "dmarc": known.dmarc,
    }
