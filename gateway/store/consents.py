"""Who may be written to: the ledger of what people said, and the gate that everything passes.

Nothing goes to a person who has opted out, whoever asks for it, but the one confirmation that this
is so, and one answer to HELP. Nothing goes to an address that takes nothing, on the channel where
that was seen, until the person writes from it. Events go to endpoints of the account, not to
people, and pass.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Final

from gateway.rules.consent import Bar
from gateway.store.database import Connection, Database

ALL_CHANNELS: Final = 0

# For each channel that a message stands for, the latest word that covers it counts.
OPTED_OUT: Final = """
EXISTS (
    SELECT FROM unnest(ARRAY[{webhook}, {source}]) AS w(id) CROSS JOIN LATERAL (
        SELECT s.state, s.confirmation_id FROM consents s
        WHERE s.user_id = {user} AND s.address = {address} AND s.webhook_id IN (0, w.id)
        ORDER BY s.changed_at DESC, s.id DESC LIMIT 1) latest
    WHERE latest.state = 'opted_out'
    AND (latest.confirmation_id IS DISTINCT FROM {delivery} OR {sent_before}))
"""
# A rerouted message passes: that its first channel cannot reach the address is why it goes on.
# Whether the person has written since is asked for those alone whom nothing reached.
BARRED: Final = """
(SELECT min(CASE
    WHEN latest.state = 'opted_out'
        AND (latest.confirmation_id IS DISTINCT FROM {delivery} OR {sent_before}) THEN 'opted_out'
    WHEN latest.state = 'unreachable' AND w.id = {webhook} THEN CASE WHEN EXISTS (
        SELECT FROM bot_conversations c JOIN inbound_messages m ON m.conversation_id = c.id
        WHERE c.webhook_id = w.id AND c.participant = {address} AND c.status <> 'archived'
        AND m.received_at > latest.changed_at) THEN 'reached' ELSE 'unreachable' END
    END)
FROM unnest(ARRAY[{webhook}, {source}]) AS w(id) CROSS JOIN LATERAL (
    SELECT s.state, s.confirmation_id, s.changed_at FROM consents s
    WHERE s.user_id = {user} AND s.address = {address} AND s.webhook_id IN (0, w.id)
    ORDER BY s.changed_at DESC, s.id DESC LIMIT 1) latest)
"""
GATE: Final = """
CASE WHEN o.kind = 'event' THEN NULL
WHEN o.kind = 'notification' AND o.event <> 'message.reply' AND EXISTS (
    SELECT FROM unsubscribes u
    WHERE u.user_id = o.user_id AND u.address = o.recipient AND u.webhook_id = o.webhook_id)
THEN 'unsubscribed' ELSE {} END
""".format(
    BARRED.format(
        webhook="o.webhook_id",
        source="o.source_webhook_id",
        user="o.user_id",
        address="o.recipient",
        delivery="o.id",
        sent_before="o.provider_id IS NOT NULL",
    )
)
"""For a claimed row `o` of the outbox: what keeps it from its person, a `Bar`."""
IS_OUT: Final = OPTED_OUT.format(
    webhook="$2::bigint",
    source="$2::bigint",
    user="$1",
    address="$3",
    delivery="0",  # what never stands in the outbox is no confirmation, also where there was none
    sent_before="FALSE",
)
IS_BARRED: Final = BARRED.format(
    webhook="$2::bigint",
    source="$2::bigint",
    user="$1",
    address="$3",
    delivery="0",
    sent_before="FALSE",
)
_ASK: Final = f"SELECT {IS_BARRED}"
_STANDING: Final = f"""
SELECT {IS_OUT} AS is_opted_out, EXISTS (
    SELECT FROM task_proposals p
    WHERE p.user_id = $1 AND p.webhook_id = $2 AND p.participant = $3
    AND p.status IN ('pending', 'undoable') AND p.expires_at > $4) AS is_asked
"""  # noqa: S608 # constants only
WITHHELD: Final = "recipient_opted_out: this person has said that they want no messages"
UNREACHABLE: Final = (
    "recipient_unreachable: this address takes nothing; it is written to again once the person "
    "writes from it"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentStanding:
    """How a person stands with one channel, or with all: `webhook_id` is null then."""

    id: int
    sender_identifier: str
    webhook_id: int | None
    state: str
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentEntry:
    """One entry of the ledger: whose word it was, which one, and when."""

    sender_identifier: str
    webhook_id: int | None
    state: str
    source: str
    words: str
    reason: str
    message_id: int | None
    delivery_id: int | None
    actor: str
    created_at: datetime


_READ_AS: Final = {
    "webhook_id": "NULLIF(webhook_id, 0) AS webhook_id",
    "sender_identifier": "address AS sender_identifier",
}
_ENTRY: Final = ", ".join(_READ_AS.get(f.name, f.name) for f in fields(ConsentEntry))
_LEDGER: Final = f"""
SELECT {_ENTRY} FROM consent_changes WHERE user_id = $1 AND address = $2 ORDER BY id
"""  # noqa: S608 # field names of a record
_LEDGER_OF: Final = f"""
SELECT {_ENTRY} FROM consent_changes WHERE user_id = $1 AND address = ANY($3)
AND (webhook_id = 0 OR (webhook_id, address) IN (SELECT * FROM unnest($2::bigint[], $3::text[])))
ORDER BY id
"""  # noqa: S608 # field names of a record
_STANDINGS: Final = """
SELECT id, address AS sender_identifier, NULLIF(webhook_id, 0) AS webhook_id, state, changed_at
FROM consents
WHERE user_id = $1 AND ($2::text IS NULL OR address = $2) AND ($3::text IS NULL OR state = $3)
AND ($4::bigint IS NULL OR id < $4) ORDER BY id DESC LIMIT $5
"""


async def bar_of(db: Database, *, user_id: int, webhook_id: int, address: str) -> Bar | None:
    """What keeps the messages of a channel from an address."""
    async with db.connection() as connection:
        found: Bar | None = await connection.fetchval(_ASK, user_id, webhook_id, address)
    return found


async def consent_standing(
    db: Database, *, user_id: int, webhook_id: int, address: str, now: datetime
) -> tuple[bool, bool]:
    """Whether a person has opted out of a channel, and whether they were asked anything on it."""
    async with db.connection() as connection:
        row = await connection.fetchrow(_STANDING, user_id, webhook_id, address, now)
    assert row is not None
    return row["is_opted_out"], row["is_asked"]


async def list_consents(  # noqa: PLR0913 # what is asked for
    db: Database,
    *,
    user_id: int,
    sender: str | None = None,
    state: str | None = None,
    before_id: int | None = None,
    limit: int = 200,
) -> list[ConsentStanding]:
    """How people stand with an account's channels, latest first."""
    async with db.connection() as connection:
        rows = await connection.fetch(_STANDINGS, user_id, sender, state, before_id, limit)
    return [ConsentStanding(**dict(row)) for row in rows]


async def consent_ledger(db: Database, *, user_id: int, sender: str) -> list[ConsentEntry]:
    """All that was ever said of one person's consent, oldest first."""
    async with db.connection() as connection:
        rows = await connection.fetch(_LEDGER, user_id, sender)
    return [ConsentEntry(**dict(row)) for row in rows]


async def ledger_on(
    connection: Connection, *, user_id: int, keys: tuple[Sequence[int], Sequence[str]]
) -> list[ConsentEntry]:
    """The same as a part of a transaction, for several senders, each on one webhook."""
    rows = await connection.fetch(_LEDGER_OF, user_id, *keys)
    return [ConsentEntry(**dict(row)) for row in rows]
