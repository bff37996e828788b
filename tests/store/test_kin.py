"""However many threads a person has opened, a turn looks at so many of them, and no more."""

from typing import Final

import pytest

from gateway.plugin import Answer
from gateway.runtime import Gateway
from gateway.store.kin import _KIN, MOST_KIN
from tests.parts import ModelResponder
from tests.store import rows, value
from tests.stories.house import House
from tests.stories.post import ANN, Post

MANY: Final = MOST_KIN + 100
_OPENED: Final = """
INSERT INTO bot_conversations (
    user_id, webhook_id, participant, thread, status, context_memory, created_at, updated_at,
    context_summary, message_count, event_sequence, attempts, superseded, has_proposals)
SELECT $1, $2, $3, 'thread ' || n, CASE WHEN n % 2 = 0 THEN 'active' ELSE 'archived' END,
    $4::jsonb, now(), now(), '', 2, 0, 0, 0, FALSE
FROM generate_series(1, $5::int) n
"""
_ASKED: Final = """
INSERT INTO agency_tasks (
    user_id, source_webhook_id, conversation_id, title, priority, status, created_at, updated_at,
    description, source_index)
SELECT user_id, webhook_id, id, 'Task of ' || thread, 'medium', 'pending', now(), now(), '', 0
FROM bot_conversations WHERE thread IN ('thread 1', 'thread ' || $1::bigint)
"""
KNOWN: Final = """
{"street": {"value": "Elm Street 1", "messageId": 1, "at": "2026-01-01T00:00:00+00:00",
    "kind": "contact", "expiresAt": null}}
"""


@pytest.fixture
async def post(house: House) -> Post:
    """A person who has opened hundreds of threads, and has a task in the first and the last."""
    opened = await Post.connected(house, aiConfig={"responder": "model"})
    await rows(house.gw, _OPENED, house.user_id, opened.id, ANN, KNOWN, MANY)
    await rows(house.gw, _ASKED, MANY)
    return opened


async def test_a_turn_sees_the_threads_that_began_last(house: House, post: Post) -> None:
    ModelResponder.answers = [Answer(reply="Hello.")]
    await post.gets("Hello", thread_hint="now")

    [claimed] = await house.claim()

    assert len(claimed.kin) == MOST_KIN
    assert {task.title for task in claimed.open_tasks} == {f"Task of thread {MANY}"}
    assert [fact.value for fact in claimed.memory] == ["Elm Street 1"]


async def test_an_old_thread_still_sees_itself_and_the_latest(house: House, post: Post) -> None:
    ModelResponder.answers = [Answer(reply="Hello.")]
    await rows(house.gw, "UPDATE bot_conversations SET status = 'active' WHERE thread = 'thread 1'")
    await post.gets("Any news?", thread_hint="thread 1")

    [claimed] = await house.claim()

    assert claimed.id not in claimed.kin
    titles = {task.title for task in claimed.open_tasks}
    assert titles == {"Task of thread 1", f"Task of thread {MANY}"}


async def test_what_is_forgotten_is_forgotten_in_the_oldest_thread_too(
    house: House, post: Post
) -> None:
    await post.says("forget everything", thread_hint="now")

    left = "SELECT count(*) FROM bot_conversations WHERE context_memory::text LIKE '%Elm%'"
    assert await value(house.gw, left) == 0


async def test_the_threads_of_a_person_are_read_in_their_order(
    gw: Gateway, house: House, post: Post
) -> None:
    for other in range(12):
        person = f"other{other}@example.org"
        await rows(gw, _OPENED, house.user_id, post.id, person, "{}", MANY)
    async with gw.db.transaction() as connection:
        await connection.execute("ANALYZE bot_conversations")
        plan = await connection.fetch(
            f"EXPLAIN {_KIN}", [1], [post.id], [ANN], gw.now(), [], [], []
        )

    assert "bot_conversations_threads_idx" in "\n".join(row[0] for row in plan)
