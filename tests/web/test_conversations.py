"""Conversations through the API: found, read page by page, and moved as their lifecycle allows."""

from urllib.parse import quote

import pytest

from tests.stories.house import House

LIFECYCLE = {
    "active": (),
    "paused": ("pause",),
    "resolved": ("resolve",),
    "archived": ("archive",),
}
POSSIBLE = {
    "active": ["pause", "resolve", "archive"],
    "paused": ["resume", "archive"],
    "resolved": ["reopen", "archive"],
    "archived": [],
}


@pytest.mark.parametrize("status", LIFECYCLE)
async def test_what_the_lifecycle_does_not_allow_is_refused_with_what_it_does(
    house: House, status: str
) -> None:
    channel = await house.create_channel()
    await house.says(channel, "Hello")
    for action in LIFECYCLE[status]:
        await house.api("POST", f"/conversations/1/{action}", {})
    before = await house.api("GET", "/conversations/1")

    assert (before["status"], before["possibleActions"]) == (status, POSSIBLE[status])
    for action in {"pause", "resume", "resolve", "reopen", "archive"} - {*POSSIBLE[status]}:
        refused = await house.api("POST", f"/conversations/1/{action}", {}, status=409)
        assert refused["error"]["code"] == "CONFLICT"
        message = refused["error"]["message"]
        assert f"is {status}" in message
        assert [word for word in POSSIBLE[status] if word not in message] == []
    assert await house.api("GET", "/conversations/1") == before
    assert len((await house.api("GET", "/conversations/1/history"))["items"]) == (
        1 if status == "active" else 2
    )


async def test_the_history_says_who_moved_a_conversation_and_why(house: House) -> None:
    channel = await house.create_channel()
    await house.says(channel, "Hello")
    paused = await house.api("POST", "/conversations/1/pause", {"reason": "lunch"})
    await house.api("POST", "/conversations/1/resume", {})

    first = await house.api("GET", "/conversations/1/history?limit=2")
    rest = await house.api("GET", f"/conversations/1/history?cursor={first['nextCursor']}")

    assert paused["status"] == "paused"
    resumed, noted, opened = first["items"] + rest["items"]
    assert (noted["fromStatus"], noted["toStatus"], noted["reason"]) == (
        "active",
        "paused",
        "lunch",
    )
    assert noted["actor"].startswith("token:")
    assert resumed["reason"] == ""
    assert (opened["fromStatus"], opened["actor"]) == (None, "participant")
    long = await house.api("POST", "/conversations/1/pause", {"reason": "x" * 201}, status=400)
    assert long["error"]["fields"][0]["pointer"] == "/reason"


async def test_what_both_sides_said_is_read_page_by_page(house: House) -> None:
    channel = await house.create_channel()
    expected: list[tuple[str, str | None]] = []
    for number in range(3):
        for part in "ab":
            await house.says(channel, f"{number}{part}")
            expected.append(("inbound", f"{number}{part}"))
        await house.drain()
        expected.append(("outbound", None))
    await house.says(channel, "waits")
    expected.append(("inbound", "waits"))
    whole = (await house.api("GET", "/conversations/1/messages"))["items"]

    page = await house.api("GET", "/conversations/1/messages?limit=2")
    pages = page["items"]
    while page["nextCursor"]:
        path = f"/conversations/1/messages?limit=2&cursor={page['nextCursor']}"
        page = await house.api("GET", path)
        pages += page["items"]

    assert pages == whole
    shown = [(s["direction"], s["content"] if s["direction"] == "inbound" else None) for s in whole]
    assert shown == expected[::-1]
    assert [s["status"] for s in whole[:2]] == ["received", "delivered"]
    assert whole[1]["inReplyTo"] == 6
    for cursor in ("x", "1", "0.1", "1.2.3", f"1.{2**63}"):
        path = f"/conversations/1/messages?cursor={cursor}"
        refused = await house.api("GET", path, status=400)
        assert refused["error"]["fields"][0]["pointer"] == "?cursor"


async def test_conversations_are_found_by_status_webhook_and_participant(house: House) -> None:
    first, second = [await house.create_channel() for _ in range(2)]
    for channel in (first, second):
        for sender in ("ann", "bob+1"):
            await house.says(channel, "Hello", senderIdentifier=sender)
    await house.api("POST", "/conversations/1/archive", {})
    await house.says(first, "Hello", senderIdentifier="ann")
    await house.api("POST", "/conversations/2/pause", {})
    await house.api("POST", "/conversations/3/resolve", {})
    newest = (await house.api("GET", "/conversations?limit=1"))["nextCursor"]

    for query, expected in (
        ("", [5, 4, 3, 2, 1]),
        ("webhookId=1", [5, 2, 1]),
        ("webhookId=99", []),
        ("participant=ann", [5, 3, 1]),
        (f"participant={quote('bob+1')}", [4, 2]),
        ("participant=ann&webhookId=1", [5, 1]),
        ("participant=ann&status=archived", [1]),
        ("status=active", [5, 4]),
        ("status=paused", [2]),
        ("status=resolved", [3]),
        ("status=archived&webhookId=2", []),
        ("limit=2", [5, 4]),
        (f"cursor={newest}&limit=2", [4, 3]),
        (f"cursor={newest}&participant=ann", [3, 1]),
    ):
        found = await house.api("GET", f"/conversations?{query}")
        assert [item["id"] for item in found["items"]] == expected, query
    listed = await house.api("GET", "/webhooks/1/conversations?limit=2")
    assert [item["id"] for item in listed["items"]] == [5, 2]
