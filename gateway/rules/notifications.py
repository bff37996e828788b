"""Notifications, pure: in which words, on which channel, when, and when another one is tried."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal

from gateway.rules.quiet import QuietHours, quiet_until
from gateway.rules.vocabulary import FALLBACK

LOOK_AGAIN: Final = timedelta(seconds=5)
"""How soon a notification under way is looked at again; later as it grows older."""
LOOK_SHARE: Final = 0.1
LONGEST_LOOK: Final = timedelta(minutes=10)
LONGEST_RESULT: Final = 300
CRITICAL: Final = "critical"

Delivery = Literal["pending", "leased", "delivered", "dead"]
"""What became of what was sent: `leased` is on its way right now."""

_DONE: Final[Mapping[str, str]] = {
    "en": "Done: {title}.",
    "de": "Erledigt: {title}.",
    "es": "Hecho: {title}.",
    "fr": "Fait\u00a0: {title}.",
}
_FAILED: Final[Mapping[str, str]] = {
    "en": "This did not work: {title}.",
    "de": "Das hat nicht geklappt: {title}.",
    "es": "No se ha podido hacer: {title}.",
    "fr": "Cela n'a pas abouti\u00a0: {title}.",
}


_UNREACHABLE: Final[Mapping[str, str]] = {
    "en": "Nothing reaches {address} any more: {reason}. It is written to again once they write.",
    "de": "An {address} kommt nichts mehr an: {reason}. Sobald von dort geschrieben wird, geht "
    "wieder etwas dorthin.",
    "es": "Ya no llega nada a {address}: {reason}. Se le volver\u00e1 a escribir cuando escriba.",
    "fr": "Plus rien n'arrive \u00e0 {address}\u00a0: {reason}. Les envois reprendront "
    "d\u00e8s qu'un message en viendra.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A channel on which a notification may go, in the order in which they are tried.

    `told_id` is the delivery that tells the channel of the event as such.
    """

    webhook_id: int
    is_first: bool
    is_usable: bool
    is_verified: bool
    is_well: bool
    takes_events: bool
    recipient: str
    language: str | None = None
    told_id: int | None = None
    is_barred: bool = False
    """Whether the recipient wants nothing more, or nothing reaches it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """How an account wants to be told."""

    is_on: bool = True
    quiet: QuietHours | None = None
    critical_at_once: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How far a notification has come."""

    priority: str
    created_at: datetime
    tried: Sequence[int] = ()
    webhook_id: int | None = None
    delivery: Delivery | None = None
    candidates: Sequence[Candidate] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What comes next: wait until `due_at`, go on at `to`, or it is over.

    `withdraws`: the delivery before, which waits for an endpoint that fails, is taken back.
    """

    state: Literal["waiting", "sending", "delivered", "undeliverable", "off"]
    due_at: datetime | None = None
    to: Candidate | None = None
    withdraws: bool = False
    reason: str = ""


def step(standing: Standing, wishes: Wishes, *, now: datetime) -> Step:
    """What is to be done with a notification now."""
    if standing.delivery == "delivered" or not wishes.is_on:
        is_done = standing.delivery == "delivered"
        return Step(state="delivered" if is_done else "off")
    following = next((c for c in standing.candidates if _may_go(c, standing)), None)
    if standing.delivery in ("pending", "leased"):
        if following is None or not _is_stuck(standing):
            return Step(state="sending", due_at=now + _patience(standing, now))
        return Step(state="sending", to=following, withdraws=True, due_at=now + LOOK_AGAIN)
    waits = quiet_until(now, wishes.quiet) if wishes.quiet else None
    if waits is not None and not (wishes.critical_at_once and standing.priority == CRITICAL):
        return Step(state="waiting", due_at=waits, reason="quiet hours")
    if following is None:
        return Step(state="undeliverable", reason="no channel is left that it could go to")
    return Step(state="sending", to=following, due_at=now + LOOK_AGAIN)


def may_be_told(candidate: Candidate) -> bool:
    """Whether the person behind a channel may be written to: the one place that asks for it."""
    return not candidate.is_barred


def words(status: str, title: str, detail: str | None, *, language: str | None) -> str:
    """A notification as a person reads it."""
    sentences = _FAILED if status == "failed" else _DONE
    said = sentences.get(language or FALLBACK, sentences[FALLBACK]).format(
        title=title.strip().rstrip(".")
    )
    more = " ".join((detail or "").split())
    if len(more) > LONGEST_RESULT:
        more = f"{more[: LONGEST_RESULT - 1].rstrip()}\u2026"
    return f"{said} {more}".strip()


def unreachable_words(address: str, reason: str, *, language: str | None) -> str:
    """That nothing reaches an address any more, as the owner of its channel reads it."""
    sentences = _UNREACHABLE.get(language or FALLBACK, _UNREACHABLE[FALLBACK])
    why = " ".join(reason.split()).rstrip(".") or "no reason given"
    if len(why) > LONGEST_RESULT:
        why = f"{why[: LONGEST_RESULT - 1].rstrip()}\u2026"
    return sentences.format(address=address, reason=why)


def _may_go(candidate: Candidate, standing: Standing) -> bool:
    return (
        candidate.webhook_id not in standing.tried
        and candidate.webhook_id != standing.webhook_id
        and candidate.is_usable
        and candidate.is_well
        and (candidate.is_verified or candidate.is_first)
        and (candidate.takes_events or bool(candidate.recipient))
        and may_be_told(candidate)
    )


def _is_stuck(standing: Standing) -> bool:
    """Whether what was sent waits for a channel that fails, is off or may not be used any more."""
    if standing.delivery == "leased":
        return False
    current = next((c for c in standing.candidates if c.webhook_id == standing.webhook_id), None)
    return current is None or not (current.is_well and current.is_usable)


def _patience(standing: Standing, now: datetime) -> timedelta:
    age = now - standing.created_at
    return min(max(LOOK_AGAIN, age * LOOK_SHARE), LONGEST_LOOK)
