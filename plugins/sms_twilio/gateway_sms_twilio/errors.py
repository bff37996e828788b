"""Twilio's error codes: what each means for a message, and what its owner can do. Pure.

Twilio adds codes and splits old ones, so a code that is not here is judged by its HTTP status.
The sentences follow https://www.twilio.com/docs/api/errors.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["busy", "settings", "recipient", "consent", "content", "carrier", "twilio"]
"""Who is at fault: too many messages, the owner's account, the number, the person's wish, the text,
the network, Twilio itself."""

OPTED_OUT: Final = 21610


@dataclass(frozen=True, slots=True)
class Known:
    """One code: whose fault it is, and what to do."""

    kind: Kind
    advice: str


CODES: Final[Mapping[int, Known]] = {
    20003: Known("settings", "set twilioAccountSid and twilioAuthToken (or the API key) anew"),
    20005: Known("settings", "the account is not active: see the Twilio Console"),
    20404: Known("settings", "there is no such account, number or service: check the SIDs"),
    20429: Known("busy", "too many requests at a time: it is repeated"),
    20500: Known("twilio", "Twilio had a fault of its own"),
    20503: Known("twilio", "Twilio is not available for now"),
    21211: Known("recipient", "the number does not exist: correct it"),
    21212: Known("settings", "the sender is no valid number: correct twilioPhoneNumber"),
    21266: Known("recipient", "sender and recipient are the same number"),
    21408: Known("settings", "allow the recipient's country under Messaging, Geo permissions"),
    21601: Known("settings", "the sender cannot carry texts: choose another twilioPhoneNumber"),
    21602: Known("content", "the message has no text"),
    21603: Known("settings", "no sender: set twilioPhoneNumber or twilioMessagingServiceSid"),
    21604: Known("recipient", "no recipient"),
    21605: Known("content", "the text is longer than Twilio takes"),
    21606: Known("settings", "the sender is not the account's, or cannot carry texts"),
    21607: Known("settings", "the sender cannot send to this country"),
    21608: Known("settings", "a trial account sends to verified numbers only: upgrade it"),
    21609: Known("settings", "Twilio cannot call the gateway's public URL: check public_url"),
    OPTED_OUT: Known("consent", "the person has replied STOP; only their START changes that"),
    21611: Known("busy", "the sender's queue is full: it is repeated later"),
    21612: Known("recipient", "this sender cannot reach this number"),
    21614: Known("recipient", "the number is no mobile phone"),
    21617: Known("content", "the text is longer than Twilio takes"),
    21619: Known("content", "the message has no text"),
    21620: Known("content", "the media cannot be used"),
    21659: Known("settings", "the sender is no number of the account: check twilioPhoneNumber"),
    21660: Known("settings", "the sender belongs to another account: check twilioAccountSid"),
    21661: Known("settings", "the sender cannot carry texts: choose another twilioPhoneNumber"),
    21703: Known("settings", "the Messaging Service has no sender: add one"),
    21704: Known("settings", "the Messaging Service has no sender for this country: add one"),
    21705: Known("settings", "there is no such Messaging Service: check its SID"),
    30001: Known("busy", "the queue overflowed: send fewer at a time"),
    30002: Known("settings", "the account is suspended: see the Twilio Console"),
    30003: Known("carrier", "the phone is off or out of reach: try again later"),
    30004: Known("recipient", "the phone or its carrier blocks this sender"),
    30005: Known("recipient", "the number is unknown or no longer in service"),
    30006: Known("recipient", "a landline, or a carrier that takes no texts"),
    30007: Known("content", "the carrier filtered it as unwanted: change the text, or register"),
    30008: Known("carrier", "lost on the way for a reason that nobody tells: try again later"),
    30022: Known("busy", "the carrier's rate for this campaign is used up"),
    30023: Known("busy", "the carrier's daily cap for this brand is used up"),
    30032: Known("settings", "the toll-free number is not verified: verify it"),
    30034: Known("settings", "the number is not registered for A2P 10DLC: register it"),
    30410: Known("carrier", "the carrier did not answer in time: try again later"),
    30450: Known("content", "held back as a sign of SMS pumping fraud"),
    30610: Known("consent", "it is quiet hours where the person lives"),
    30640: Known("consent", "the person's consent to this message is not proven"),
    63038: Known("busy", "the account's daily limit is reached"),
}


def known(code: int | None) -> Known | None:
    """What is known of a code."""
    return None if code is None else CODES.get(code)


def advice_for(code: str) -> str:
    """A sentence for a code as a callback tells it; empty for none, and for one not known."""
    found = _told(code)
    return f"({code}: {found.advice})" if found else f"({code})" if code else ""


def is_passing(code: str) -> bool:
    """Whether a code means that the same words may arrive later: the network was at fault."""
    found = _told(code)
    return found is not None and found.kind in {"carrier", "busy"}


def is_opt_out(code: str) -> bool:
    """Whether a code means that the person wants no more messages."""
    return code == str(OPTED_OUT)


def _told(code: str) -> Known | None:
    is_number = code.isascii() and code.isdecimal() and len(code) < 9  # noqa: PLR2004 # they have five digits
    return CODES.get(int(code)) if is_number else None
