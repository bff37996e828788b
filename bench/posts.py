"""Signed messages as the bytes of whole HTTP requests, made before the clock runs."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, count
from typing import Final, NamedTuple

from gateway.plugin.signatures import prd_signature

MIXED: Final = (
    "Please send the signed contract to Dana by Friday 5pm",
    "What is the status of the Apollo launch?",
    "Remind me to call the plumber tomorrow at 9:30",
    "Yes, that works for me, thank you",
    "The invoice of last month is paid, just so you know",
    "URGENT: the checkout page is down, fix it today please",
    "Could you move my meeting with Priya to next Tuesday?",
    "Schedule a review of project Borealis for 12 March, high priority",
)
"""What people write: tasks, questions, updates and confirmations."""

TASKS: Final = (
    "Please send the signed contract to Dana by Friday 5pm",
    "Remind me to call the plumber tomorrow at 9:30",
)


class Post(NamedTuple):
    """One request, ready to be written to a connection."""

    raw: bytes
    sender: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where messages go: a path of a local server, and the secret that signs them."""

    port: int
    path: str
    secret: str


def posts(
    target: Target,
    *,
    ready: int,
    texts: Sequence[str] = MIXED,
    senders: int | None = None,
    serial: Iterator[int] | None = None,
) -> Iterator[Post]:
    """Endless posts with external ids of their own, the first `ready` of them made at once.

    `senders` come round again and again; without it each message has a sender of its own.
    """
    numbers = serial if serial is not None else count()
    head = f"POST {target.path} HTTP/1.1\r\nHost: 127.0.0.1:{target.port}\r\n"

    def make() -> Post:
        number = next(numbers)
        sender = f"sender-{number % senders if senders else number}@example.org"
        body = json.dumps(
            {
                "content": texts[number % len(texts)],
                "senderIdentifier": sender,
                "externalMessageId": f"bench-{number}",
            }
        ).encode()
        headers = (
            f"{head}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
            f"X-Webhook-Signature: {prd_signature(target.secret, body)}\r\n\r\n"
        )
        return Post(headers.encode() + body, sender)

    made = [make() for _ in range(ready)]
    return chain(made, iter(make, None))
