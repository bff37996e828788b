"""The workflows for n8n in `examples`, run against a real gateway as n8n would run them."""

import json
from datetime import timedelta

import pytest

from tests.house.tree import ROOT
from tests.stories.house import House
from tests.stories.n8n import PARAMETERS, Json, Run

FOLDER = ROOT / "examples" / "n8n"
WORKFLOWS = sorted(path.name for path in FOLDER.glob("*.json"))


def workflow(name: str) -> Json:
    read: Json = json.loads((FOLDER / name).read_text(encoding="utf-8"))
    return read


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_workflow_can_be_imported(name: str) -> None:
    found = workflow(name)

    assert {"name", "nodes", "connections", "settings", "active"} <= found.keys()
    assert found["active"] is False
    nodes = {node["name"]: node for node in found["nodes"]}
    assert len(nodes) == len({node["id"] for node in found["nodes"]}) == len(found["nodes"])
    wires = [
        wire["node"]
        for source, outputs in found["connections"].items()
        for output in outputs["main"]
        for wire in output
        if source in nodes
    ]
    # Every node but the trigger is led to, and by something that exists.
    assert set(found["connections"]) <= set(nodes)
    assert sorted(wires) == sorted(list(nodes)[1:])
    for node in found["nodes"]:
        kind = node["type"].removeprefix("n8n-nodes-base.")
        assert set(node["parameters"]) == PARAMETERS[kind], node["name"]
        assert "credentials" not in node


async def test_the_receiver_takes_an_event_of_the_gateway_and_nothing_else(house: House) -> None:
    channel = await house.create_channel(outboundEvents=[])
    await house.says(channel, "Héllo")
    await house.drain()
    [request], [body] = house.listener.requests, house.listener.bodies
    headers = {name.lower(): value for name, value in request.headers.items()}
    now = house.gw.now()

    def answered(*, secret: str = channel.secret, raw: bytes = body, late: float = 0) -> list[int]:
        run = Run(workflow("receive-events.json"), secret, now + timedelta(seconds=late))
        run.start("Event arrives", {"headers": headers, "body": json.loads(body)}, raw)
        return run.answered if "Your work" in run.made or run.answered == [401] else []

    assert answered() == [200]
    assert answered(secret="another") == [401]
    assert answered(raw=body + b" ") == [401]
    assert answered(late=400) == [401]
    # During a rotation each of the two secrets is enough.
    fresh = await house.api("POST", "/webhooks/1/regenerate-secret", {"overlapSeconds": 600})
    await house.says(channel, "Hello again")
    await house.drain()
    body, request = house.listener.bodies[-1], house.listener.requests[-1]
    headers = {name.lower(): value for name, value in request.headers.items()}
    assert answered(raw=body) == [200]
    assert answered(raw=body, secret=fresh["secretKey"]) == [200]


async def test_the_sender_says_something_that_the_gateway_takes(house: House) -> None:
    channel = await house.create_channel()
    run = Run(workflow("send-message.json"), channel.secret, house.gw.now())

    run.start("Start", {})

    [asked] = run.asked
    status, answer = await house.post(channel, asked["body"].encode(), asked["headers"])
    assert (status, answer["status"]) == (200, "accepted")
    await house.drain()
    [task] = house.listener.told("task.created")
    assert "Acme logo" in task["title"]
    messages = await house.api("GET", "/webhooks/1/messages")
    assert messages["items"][0]["senderIdentifier"] == "ann@example.org"
