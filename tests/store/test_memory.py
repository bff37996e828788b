"""What is remembered can be seen and erased, also while somebody is being answered."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from gateway import store
from gateway.plugin.errors import NotFound
from gateway.runtime import Gateway
from tests.store import TEA, claim, later, reply, text, turn

MINT = replace(TEA, key="hates", value="mint", at=later(1))


async def remembering(gw: Gateway) -> int:
    """A conversation that remembers two facts."""
    await store.store_messages(gw.db, [text("Hello")])
    [claimed] = await claim(gw)
    await store.settle_turns(gw.db, [turn(claimed, reply(), memory=(TEA, MINT))])
    return claimed.id


@pytest.mark.parametrize(
    ("keys", "left"), [((), ["likes", "hates"]), (("likes", "x"), ["hates"]), (None, [])]
)
async def test_facts_are_forgotten_one_by_one_or_all_with_the_summary(
    gw: Gateway, keys: Sequence[str] | None, left: list[str]
) -> None:
    id_ = await remembering(gw)

    await store.erase_memory(gw.db, user_id=1, conversation_id=id_, keys=keys, now=later(2))

    memory = await store.read_memory(gw.db, user_id=1, conversation_id=id_, now=later(3))
    assert [fact.key for fact in memory.facts] == left
    assert bool(memory.summary) is (keys is not None)


async def test_an_answer_that_knew_what_was_erased_is_lost_and_made_anew(gw: Gateway) -> None:
    id_ = await remembering(gw)
    await store.store_messages(gw.db, [text("And?", received_at=later(2))])
    [knowing] = await claim(gw, seconds=2)

    await store.erase_memory(gw.db, user_id=1, conversation_id=id_, keys=None, now=later(3))
    outcomes = await store.settle_turns(gw.db, [turn(knowing, reply("You like tea."))])
    [anew] = await claim(gw, seconds=3)

    assert outcomes == ["lost"]
    assert (anew.memory, anew.summary) == ((), "")


async def test_another_users_memory_looks_like_none(gw: Gateway) -> None:
    id_ = await remembering(gw)

    with pytest.raises(NotFound):
        await store.read_memory(gw.db, user_id=2, conversation_id=id_, now=later(1))
    with pytest.raises(NotFound):
        await store.erase_memory(gw.db, user_id=2, conversation_id=id_, keys=None, now=later(1))
