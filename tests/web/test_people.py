"""Senders are linked, listed and told apart by their owner; what is held of them is held of one."""

from gateway import store
from gateway.web.auth import issue_token
from tests.store import rows
from tests.stories.ann import NUMBER, Ann
from tests.stories.house import House, Json
from tests.stories.post import ANN

LOGO = "Please send the Acme logo to Dana"


async def test_what_the_owner_erases_for_one_is_erased_for_all(house: House) -> None:
    ann = await Ann.known(house)
    await ann.texts("My name is Anneliese")
    await ann.mails("Hello")

    left = await house.api("DELETE", "/conversations/2/memory")

    assert left["linkedFacts"] == []
    assert "Anneliese" not in await ann.texts("what do you know about me")


async def test_a_third_sender_brings_the_others_together(house: House) -> None:
    ann = await Ann.known(house)
    channel = await house.create_channel()
    await house.says(channel, LOGO)
    await house.drain()
    third: Json = {"webhookId": channel.id, "senderIdentifier": "dana"}
    fourth: Json = {"webhookId": channel.id, "senderIdentifier": "ann"}

    other = await house.api("POST", "/people", {"senders": [third, fourth]})
    merged = await house.api("POST", "/people", {"senders": [third, ann.senders[0]]})
    again = await house.api("POST", "/people", {"senders": [fourth, ann.senders[1]]})

    assert merged == again
    assert merged["id"] < other["id"]
    assert [(s["senderIdentifier"], s["hasWritten"]) for s in merged["senders"]] == [
        (NUMBER, False),
        (ANN, False),
        ("dana", True),
        ("ann", False),
    ]
    assert (await house.api("GET", "/people"))["items"] == [merged]
    assert "logo" in await ann.mails("STATUS")


async def test_linking_is_in_the_audit_trail_without_an_address(house: House) -> None:
    ann = await Ann.known(house)
    person = await ann.is_linked()
    await ann.is_unlinked()
    await ann.is_unlinked()

    trail = (await house.api("GET", "/audit"))["items"]
    told = [(e["event"], e["webhookId"], e["detail"]) for e in trail if "link" in e["event"]]
    detail = {"personId": person["id"]}
    assert told == [
        ("sender.unlinked", ann.phone.id, detail),
        ("sender.linked", ann.post.id, detail),
        ("sender.linked", ann.phone.id, detail),
    ]


async def test_a_person_needs_two_senders_and_has_at_most_twenty(house: House) -> None:
    ann = await Ann.known(house, is_linked=False)
    one = ann.senders[0]

    alone = await house.api("POST", "/people", {"senders": [one, one]}, status=400)
    senders = [{**one, "senderIdentifier": f"+1555010{number:04}"} for number in range(20)]
    await house.api("POST", "/people", {"senders": senders})
    full = await house.api("POST", "/people", {"senders": [senders[0], one]}, status=400)

    assert "two or more" in alone["error"]["message"]
    assert "DELETE /api/v1/people/senders" in full["error"]["message"]
    [person] = (await house.api("GET", "/people"))["items"]
    assert len(person["senders"]) == 20


async def test_channels_of_another_account_cannot_be_linked_or_told_apart(house: House) -> None:
    ann = await Ann.known(house)
    stranger = await store.create_user(name="Stranger")
    token = await issue_token(user_id=stranger.id, name="s", scopes=["conversations:write"])
    own = house.headers
    house.headers = {"Authorization": f"Bearer {token}"}

    refused = await house.api("POST", "/people", {"senders": ann.senders}, status=404)
    query = f"webhookId={ann.post.id}&senderIdentifier={ANN}"
    await house.api("DELETE", f"/people/senders?{query}", status=404)

    assert refused["error"]["code"] == "WEBHOOK_NOT_FOUND"
    house.headers = own
    assert len((await house.api("GET", "/people"))["items"]) == 1


async def test_a_linked_person_is_told_of_and_copied_whole(house: House) -> None:
    ann = await Ann.known(house)
    await ann.texts(LOGO)
    await ann.mails("Please pay the invoice of Bolt")

    held = await house.api("GET", f"/senders/{ANN}")
    copy = await house.api("GET", f"/senders/{ANN}/export")

    assert sorted(s["senderIdentifier"] for s in held["linked"]) == [NUMBER, ANN]
    assert (held["conversations"], held["tasks"]) == (2, 2)
    assert [m["senderIdentifier"] for m in copy["messages"]] == [NUMBER, ANN]
    assert sorted(c["participant"] for c in copy["conversations"]) == [NUMBER, ANN]


async def test_an_erased_person_is_gone_from_all_channels_and_no_other_is(house: House) -> None:
    ann = await Ann.known(house)
    channel = await house.create_channel()
    await ann.texts(LOGO)
    await ann.mails("Please pay the invoice of Bolt")
    await house.says(channel, LOGO, senderIdentifier=NUMBER)
    await house.drain()

    receipt = await house.api("DELETE", f"/senders/{ANN}")

    assert receipt["conversations"] == 2
    assert len(receipt["linkedHashes"]) == 1
    senders = await rows(house.gw, "SELECT webhook_id, sender FROM inbound_messages ORDER BY 1")
    assert [tuple(row) for row in senders] == [
        (ann.phone.id, "erased"),
        (ann.post.id, "erased"),
        (channel.id, NUMBER),
    ]
    assert await rows(house.gw, "SELECT FROM people_senders") == []
    assert "logo" not in await ann.mails("STATUS")


async def test_a_linked_sender_who_has_never_written_can_be_erased(house: House) -> None:
    await Ann.known(house)

    held = await house.api("GET", f"/senders/{ANN}")
    await house.api("DELETE", f"/senders/{ANN}")

    assert held["messages"] == 0
    assert await rows(house.gw, "SELECT FROM people_senders") == []
