"""What the fakes of the providers say and refuse: always the same answer, and a loose schema."""

import json
import re
from typing import Any, Final

from gateway.plugin.messages import Conversation, Policy, Turn
from gateway.plugin.testing import NOW

TITLE_CHARACTERS: Final = 80
BOUNDS: Final = frozenset({"minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems"})
REQUESTS: Final = ("please", "bitte", "por favor", "s'il")


def rehearsed_answer(document: str) -> str:
    """An answer that fits the schema, to the document of a `Question`: JSON for JSON.

    A message with a date or a `please` becomes a task; the reply says what was noted. One that
    begins with a `#` and the number of an open task changes that task.
    """
    shown = json.loads(document)
    messages = shown.get("messages", [])
    changes = [change for message in messages if (change := _change(message))]
    tasks = [_task(message) for message in messages if _asks(message)]
    latest = messages[-1] if messages else {"number": 1, "text": ""}
    words = "; ".join(str(task["title"]) for task in tasks)
    dates = [date["means"] for message in messages for date in message.get("dates", [])]
    due = f", due {dates[0]}" if tasks and dates else ""
    told: dict[str, object] = {
        "reply": f"Noted: {words}{due}." if tasks else f"You said: {latest['text'] or 'nothing'}",
        "language": "en",
        "messages": [_understood(message) for message in messages],
        "tasks": tasks,
        "changes": changes,
        "summary": f"Last said: {latest['text']}"[:500],
        "facts": [
            {
                "key": "last_topic",
                "value": str(latest["text"])[:100],
                "kind": "topic",
                "message": latest["number"],
            }
        ],
        "forget": [],
    }
    return json.dumps(told, ensure_ascii=False)


def _understood(message: dict[str, Any]) -> dict[str, object]:
    return {
        "number": message["number"],
        "intent": "task" if _asks(message) else "update",
        "urgency": "medium",
        "names": [],
        "projects": [],
        "confidence": 0.9,
    }


def conversation(*pending: Turn) -> Conversation:
    """A conversation in Madrid that waits for an answer to these messages, its first."""
    return Conversation(
        id=1,
        webhook_id=1,
        participant="ann",
        participant_name=None,
        turns=(),
        pending=pending,
        open_tasks=(),
        summary="",
        memory=(),
        policy=Policy(time_zone="Europe/Madrid"),
        now=NOW,
    )


def schema_fault(schema: dict[str, Any]) -> str:
    """What a provider would refuse in a strict schema; empty for a good one."""
    if schema.get("type") == "object":
        if schema.get("additionalProperties") is not False:
            return "additionalProperties must be false"
        if set(schema.get("required", ())) != set(schema["properties"]):
            return "required must name every property"
        return next(filter(None, map(schema_fault, schema["properties"].values())), "")
    bounds = BOUNDS & schema.keys()
    if bounds:
        return f"{min(bounds)} is not supported"
    return schema_fault(schema["items"]) if schema.get("type") == "array" else ""


def _asks(message: dict[str, Any]) -> bool:
    text = str(message["text"]).lower()
    if "form" in message or _change(message):
        return False
    return "dates" in message or any(word in text for word in REQUESTS)


def _change(message: dict[str, Any]) -> dict[str, object] | None:
    """As in "#1 is done", "#2 by Friday"."""
    found = re.match(r"#(\d+) ", str(message["text"]))
    if found is None:
        return None
    dates = message.get("dates", [])
    return {
        "message": message["number"],
        "task": int(found[1]),
        "becomes": "completed" if "done" in message["text"] else "open",
        "title": "",
        "priority": "high" if "urgent" in message["text"] else "",
        "deadline": dates[0]["words"] if dates else "",
        "assignee": "",
        "confidence": 0.9,
    }


def _task(message: dict[str, Any]) -> dict[str, object]:
    dates = message.get("dates", [])
    return {
        "message": message["number"],
        "title": str(message["text"]).strip()[:TITLE_CHARACTERS] or "Untitled",
        "description": "",
        "priority": "medium",
        "deadline": dates[0]["words"] if dates else "",
        "project": "",
        "assignee": "",
        "confidence": 0.9,
        "revises": "",
    }
