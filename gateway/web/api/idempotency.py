"""`Idempotency-Key`: a call that is repeated is made once, and answered the same."""

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import uuid4

import structlog

from gateway import store
from gateway.plugin import GatewayError, InvalidPayload, JsonValue
from gateway.plugin.errors import StorageUnavailable
from gateway.vault import VaultError
from gateway.web.api.procedures import Call, Procedure
from gateway.web.failures import KeyInUse, KeyReused
from gateway.web.wire import Body, wire_value

log: Final = structlog.stdlib.get_logger()

KEY: Final = re.compile(r"[\x21-\x7e]{1,255}")
LEASE: Final = timedelta(seconds=60)
"""Longer than any call takes; a key whose process died is free again then."""
KEPT: Final = timedelta(hours=24)


Written = Callable[[object], JsonValue]
"""How an answer goes out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What a call answers, and whether it had been made before."""

    status: int
    answer: JsonValue
    is_replay: bool = False


async def make(
    procedure: Procedure, call: Call, asked: Body, *, written: Written = wire_value
) -> Made:
    """Makes a call; `written` is how its answer goes out."""
    return Made(status=procedure.status, answer=written(await procedure.run(call, asked)))


async def make_once(
    procedure: Procedure, call: Call, asked: Body, key: str, *, written: Written = wire_value
) -> Made:
    """Makes a call unless one with the same key was made; then its answer counts.

    A refused call changes nothing, so its key is free again.
    Raises `KeyInUse` and `KeyReused`, and what the call raises.
    """
    if not KEY.fullmatch(key):
        raise InvalidPayload("Idempotency-Key is 1 to 255 printable ASCII characters, no spaces")
    claim = store.KeyClaim(
        user_id=call.user_id,
        key=key,
        fingerprint=_fingerprint(procedure, call, asked, written),
        lease_id=uuid4(),
        at=call.at,
        leased_until=call.at + LEASE,
        expires_at=call.at + KEPT,
    )
    held = await store.claim_key(call.gw.db, claim)
    if held is not None:
        return _replayed(call, claim, held)
    try:
        made = await make(procedure, call, asked, written=written)
    except GatewayError as refusal:
        # Of a failure here nobody knows what it left behind: the lease runs out instead.
        if refusal.status < 500:
            await store.release_key(call.gw.db, claim)
        raise
    await _keep(call, claim, made)
    return made


def _fingerprint(procedure: Procedure, call: Call, asked: Body, written: Written) -> bytes:
    """What makes it the same call; by another token it is another, which may be allowed less.

    An answer that is to be written otherwise is another one as well.
    """
    told = [call.principal.actor, procedure.name, asked.model_dump_json(exclude_unset=True)]
    if written is not wire_value:
        told.append(written.__name__)
    return hashlib.sha256(json.dumps(told).encode()).digest()


def _replayed(call: Call, claim: store.KeyClaim, held: store.KeyHeld) -> Made:
    if not held.is_same_call:
        raise KeyReused(
            "this Idempotency-Key was sent with another call in the last 24 h; make a new key"
        )
    if held.status is None:
        raise KeyInUse("the first call with this Idempotency-Key is under way; ask again later")
    if held.answer is None:
        raise KeyReused(
            "this call was made, and its answer erased as a person asked for it; look for what it "
            "made, or make a new key"
        )
    try:
        answer = call.gw.vault.open(held.answer, binding=_binding(claim))
    except VaultError:
        raise KeyReused(
            "the answer of this Idempotency-Key cannot be read any more; make a new key"
        ) from None
    return Made(status=held.status, answer=json.loads(answer), is_replay=True)


async def _keep(call: Call, claim: store.KeyClaim, made: Made) -> None:
    """Keeps the answer; it may hold a secret, so it is sealed."""
    sealed = call.gw.vault.seal(json.dumps(made.answer), binding=_binding(claim))
    try:
        await store.keep_answer(call.gw.db, claim, status=made.status, answer=sealed)
    except StorageUnavailable as outage:
        # The call itself was made and is answered.
        log.warning("answer.lost", reason=outage.message)


def _binding(claim: store.KeyClaim) -> str:
    return f"idempotency_keys:{claim.user_id}:{claim.key}:answer"
