"""What is sent is what is described: each event against the schema that is served."""

import json
import re

from jsonschema import Draft202012Validator

from gateway.rules.event_shapes import SHAPES, event_example, event_schema
from gateway.rules.events import CONSENT_CHANGED, DELIVERY_FAILED, DELIVERY_REROUTED, EVENTS
from gateway.rules.health import NOTICES
from tests.house.tree import DOCS
from tests.stories.house import House
from tests.stories.shapes import faults


def test_every_event_has_a_schema_with_a_valid_example() -> None:
    assert set(SHAPES) == set(EVENTS)
    for event in EVENTS:
        schema = event_schema(event)
        Draft202012Validator.check_schema(schema)
        assert faults(event_example(event)) == []
        assert schema["examples"] == [event_example(event)]
        assert schema["title"] == event


def test_the_reference_shows_the_same_examples() -> None:
    page = (DOCS / "reference" / "events.md").read_text(encoding="utf-8")
    shown = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", page, re.DOTALL)]

    assert {example["event"] for example in shown} == set(EVENTS)
    for example in shown:
        assert faults(example) == []
        assert example["data"] == event_example(example["event"])["data"]


async def test_every_event_is_sent_as_its_schema_says(house: House) -> None:
    channel = await house.create_channel()
    logo = {"type": "image/png", "url": "https://example.org/logo.png", "name": "logo.png"}
    await house.says(channel, "Please send the Acme logo to Dana by Friday", attachments=[logo])
    await house.says(channel, "Please call Bob tomorrow")
    await house.drain()
    await house.api("POST", "/tasks/1/complete", {"result": "sent"})
    await house.api("POST", "/tasks/2/fail", {"error": "no answer"})
    await house.drain()
    await house.api("POST", "/webhooks/1/test", {})
    await house.api("POST", "/webhooks/1/verify", {})

    # Of an endpoint in trouble and of people who are texted tell the stories of those.
    elsewhere = {*NOTICES, CONSENT_CHANGED, DELIVERY_FAILED, DELIVERY_REROUTED}
    assert {told["event"] for told in house.listener.events} == set(EVENTS) - elsewhere
    assert [fault for told in house.listener.events for fault in faults(told)] == []


async def test_the_schemas_are_served(house: House) -> None:
    answer = await house.api("GET", "/event-types")

    assert {item["name"]: item["schema"] for item in answer["items"]} == {
        event: event_schema(event) for event in EVENTS
    }
    assert all(item["example"] == event_example(item["name"]) for item in answer["items"])
