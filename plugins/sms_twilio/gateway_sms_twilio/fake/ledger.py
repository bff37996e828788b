"""What the fake knows: an account with numbers, a Messaging Service, messages, and who said STOP.

Its refusals are those of Twilio's test credentials: the magic numbers of
https://www.twilio.com/docs/iam/test-credentials.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email.utils import formatdate
from itertools import count
from secrets import randbits
from typing import Any, Final

from gateway.plugin.sms import is_number, segments

Json = dict[str, Any]
Form = Mapping[str, str]

ACCOUNT_SID: Final = "AC" + "0" * 31 + "1"
AUTH_TOKEN: Final = "fake-twilio-token"  # noqa: S105 # it opens nothing but the fake
SERVICE_SID: Final = "MG" + "0" * 31 + "1"
NUMBER: Final = "+15005550006"
VERSION: Final = "2010-04-01"
LONGEST: Final = 1600

MAGIC_RECIPIENTS: Final[Mapping[str, int]] = {
    "+15005550001": 21211,
    "+15005550002": 21612,
    "+15005550003": 21408,
    "+15005550004": 21610,
    "+15005550009": 21614,
}
MAGIC_SENDERS: Final[Mapping[str, int]] = {
    "+15005550001": 21212,
    "+15005550007": 21606,
    "+15005550008": 21611,
}
WORDS: Final[Mapping[int, str]] = {
    21211: "Invalid 'To' Phone Number: {to}",
    21212: "Invalid From Number (caller ID): {sender}",
    21408: "Permission to send an SMS has not been enabled for the region indicated by the 'To' "
    "number: {to}",
    21602: "Message body is required.",
    21603: "A 'From' phone number is required.",
    21604: "A 'To' phone number is required.",
    21606: "The 'From' phone number {sender} is not a valid, SMS-capable inbound phone number or "
    "short code for your account.",
    21610: "Attempt to send to unsubscribed recipient",
    21611: "This 'From' number has exceeded the maximum number of queued messages",
    21612: "Message cannot be sent with the current combination of 'To' ({to}) and 'From' "
    "({sender}) numbers.",
    21614: "'To' number is not a valid mobile number: {to}",
    21617: "The concatenated message body exceeds the 1600 character limit.",
    21703: "The Messaging Service does not have a phone number, short code, or alpha sender.",
}
STOP: Final = frozenset(
    ["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"]
)
START: Final = frozenset(["START", "YES", "UNSTOP"])
HELP: Final = frozenset(["HELP", "INFO"])
WORD_ANSWERS: Final[Mapping[str, str]] = {
    "STOP": "You have successfully been unsubscribed. You will not receive any more messages from "
    "this number. Reply START to resubscribe.",
    "START": "You have successfully been re-subscribed to messages from this number. Reply HELP "
    "for help. Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
    "HELP": "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
}

OWN_NUMBER: Final[Json] = {
    "sid": "PN" + "0" * 31 + "1",
    "account_sid": ACCOUNT_SID,
    "friendly_name": "(500) 555-0006",
    "phone_number": NUMBER,
    "capabilities": {"voice": True, "sms": True, "mms": True, "fax": False},
    "sms_url": "",
    "sms_method": "POST",
    "sms_fallback_url": "",
    "sms_fallback_method": "POST",
    "sms_application_sid": "",
    "status_callback": "",
    "status_callback_method": "POST",
}
OWN_SERVICE: Final[Json] = {
    "sid": SERVICE_SID,
    "account_sid": ACCOUNT_SID,
    "friendly_name": "Fake service",
    "inbound_request_url": None,
    "inbound_method": "POST",
    "fallback_url": None,
    "fallback_method": "POST",
    "status_callback": None,
    "use_inbound_webhook_on_number": False,
    "smart_encoding": True,
    "validity_period": 36000,
}


class Refused(Exception):
    """Twilio does not take a message: its code and words."""

    def __init__(self, code: int, words: str) -> None:
        super().__init__(words)
        self.code, self.words = code, words


@dataclass(slots=True)
class Ledger:
    """One account. `messages` are in the order in which they were made."""

    messages: list[Json] = field(default_factory=list)
    numbers: dict[str, Json] = field(default_factory=lambda: {OWN_NUMBER["sid"]: OWN_NUMBER.copy()})
    service: Json = field(default_factory=OWN_SERVICE.copy)
    pool: list[str] = field(default_factory=lambda: [NUMBER])
    stopped: set[tuple[str, str]] = field(default_factory=set)
    status: str = "active"
    # Each start has ids of its own: a gateway takes those that it knows for repeats.
    _serial: "count[int]" = field(default_factory=lambda: count(randbits(64)))

    def take(self, form: Form) -> Json:
        """A message that is sent from now on. Raises `Refused`."""
        to, sender, body = form.get("To", ""), form.get("From", ""), form.get("Body", "")
        service = form.get("MessagingServiceSid", "")
        code = self._fault(to, sender, body, service=service)
        if code:
            raise Refused(code, WORDS[code].format(to=to, sender=sender))
        message = self._made(
            "SM",
            direction="outbound-api",
            to=to,
            sender=sender or (None if service else NUMBER),
            body=body,
            status="accepted" if service else "queued",
        )
        message["messaging_service_sid"] = service or None
        self.messages.append(message)
        return message

    def arrive(self, sender: str, to: str, body: str, media: Sequence[str]) -> Json:
        """A text of a person, as the list of messages shows it; STOP and START are obeyed."""
        word = word_of(body)
        if word == "STOP":
            self.stopped.add((to, sender))
        elif word == "START":
            self.stopped.discard((to, sender))
        message = self._made(
            "MM" if media else "SM",
            direction="inbound",
            to=to,
            sender=sender,
            body=body,
            status="received",
        )
        message["num_media"] = str(len(media))
        self.messages.append(message)
        return message

    def sent_to(self, number: str) -> list[Json]:
        """What was sent to a number through the API, oldest first."""
        return [m for m in self.messages if m["to"] == number and m["direction"] == "outbound-api"]

    def number(self, phone: str) -> Json:
        """The settings of one of the account's numbers."""
        return next(one for one in self.numbers.values() if one["phone_number"] == phone)

    def _fault(self, to: str, sender: str, body: str, *, service: str) -> int:
        """The code with which a message is refused; 0 for one that is taken."""
        faults = {
            21604: not to,
            21603: not sender and not service,
            21703: service and not self.pool,
            21602: not body,
            21617: len(body) > LONGEST,
        }
        found = next((code for code, is_so in faults.items() if is_so), 0)
        return found or MAGIC_SENDERS.get(sender) or self._fault_of_numbers(to, sender)

    def _fault_of_numbers(self, to: str, sender: str) -> int:
        if to in MAGIC_RECIPIENTS:
            return MAGIC_RECIPIENTS[to]
        if not is_number(to):
            return 21211
        if sender and is_number(sender) and sender not in self._phones():
            return 21606
        pool = {sender} if sender else set(self.pool)
        return 21610 if any((own, to) in self.stopped for own in pool) else 0

    def _phones(self) -> set[str]:
        return {one["phone_number"] for one in self.numbers.values()}

    def _made(  # noqa: PLR0913 # the fields of a message
        self, prefix: str, *, direction: str, to: str, sender: str | None, body: str, status: str
    ) -> Json:
        sid = f"{prefix}{next(self._serial):032x}"
        now = formatdate(usegmt=True).replace("GMT", "+0000")
        uri = f"/{VERSION}/Accounts/{ACCOUNT_SID}/Messages/{sid}"
        return {
            "sid": sid,
            "account_sid": ACCOUNT_SID,
            "messaging_service_sid": None,
            "to": to,
            "from": sender,
            "body": body,
            "status": status,
            "num_segments": str(segments(body)) if sender else "0",
            "num_media": "0",
            "direction": direction,
            "api_version": VERSION,
            "price": None,
            "price_unit": "USD",
            "error_code": None,
            "error_message": None,
            "date_created": now,
            "date_updated": now,
            "date_sent": None,
            "uri": f"{uri}.json",
            "subresource_uris": {"media": f"{uri}/Media.json"},
        }


def word_of(body: str) -> str:
    """`STOP`, `START` or `HELP` for a text that is nothing but such a word; else empty."""
    word = body.strip().upper()
    for name, words in (("STOP", STOP), ("START", START), ("HELP", HELP)):
        if word in words:
            return name
    return ""
