"""What is remembered can be seen and erased, also while somebody is being answered."""

from dataclasses import replace

import pytest

from gateway import store
from gateway.plugin.errors import NotFound
from gateway.runtime import Gateway
from gateway.store import Memory, Operation
from tests.store import TEA, claim, later, reply, text, turn

MINT = replace(TEA, key="hates", value="mint", at=later(1))


async def remembering(gw: Gateway) -> int:
    """A conversation that remembers two facts."""
    await store.store_messages(gw.db, [text("Hello")])
    [claimed] = await claim(gw)
    await store.settle_turns(gw.db, [turn(claimed, reply(), memory=(TEA, MINT))])
    return claimed.id


async def erase(gw: Gateway, id_: int, key: str | None = None, *, user_id: int = 1) -> Memory:
    operation = Operation(user_id=user_id, actor="token:1", request_id="r", at=later(3))
    return await store.erase_memory(gw.db, operation, conversation_id=id_, key=key)


@pytest.mark.parametrize(
    ("key", "left"), [("likes", ["hates"]), ("unknown", ["likes", "hates"]), (None, [])]
)
async def test_facts_are_forgotten_one_by_one_or_all_and_the_summary_with_them(
    gw: Gateway, key: str | None, left: list[str]
) -> None:
    id_ = await remembering(gw)

    answered = await erase(gw, id_, key)

    memory = await store.read_memory(gw.db, user_id=1, conversation_id=id_, now=later(4))
    assert [fact.key for fact in memory.facts] == left
    assert memory.context_summary == ""
    assert answered == memory


async def test_an_answer_that_knew_what_was_erased_is_lost_and_made_anew(gw: Gateway) -> None:
    id_ = await remembering(gw)
    await store.store_messages(gw.db, [text("And?", received_at=later(2))])
    [knowing] = await claim(gw, seconds=2)

    await erase(gw, id_)
    outcomes = await store.settle_turns(gw.db, [turn(knowing, reply("You like tea."))])
    [anew] = await claim(gw, seconds=3)

    assert outcomes == ["lost"]
    assert (anew.memory, anew.summary) == ((), "")


async def test_another_users_memory_looks_like_none(gw: Gateway) -> None:
    id_ = await remembering(gw)

    with pytest.raises(NotFound):
        await store.read_memory(gw.db, user_id=2, conversation_id=id_, now=later(1))
    with pytest.raises(NotFound):
        await erase(gw, id_, user_id=2)
