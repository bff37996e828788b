"""What a model in a play says: the answer of the fakes of the providers, always the same."""

import json
from typing import Any, Final

TITLE_CHARACTERS: Final = 80
REQUESTS: Final = ("please", "bitte", "por favor", "s'il")


def rehearsed_answer(document: str) -> str:
    """An answer that fits the schema, to the document of a `Question`: JSON for JSON.

    A message with a date or a `please` becomes a task; the reply says what was noted.
    """
    shown = json.loads(document)
    messages = shown.get("messages", [])
    tasks = [_task(message) for message in messages if _asks(message)]
    latest = messages[-1] if messages else {"number": 1, "text": ""}
    words = "; ".join(str(task["title"]) for task in tasks)
    dates = [date["means"] for message in messages for date in message.get("dates", [])]
    due = f", due {dates[0]}" if tasks and dates else ""
    told: dict[str, object] = {
        "reply": f"Noted: {words}{due}." if tasks else f"You said: {latest['text'] or 'nothing'}",
        "language": "en",
        "messages": [
            {
                "number": message["number"],
                "intent": "task" if _asks(message) else "update",
                "urgency": "medium",
                "names": [],
                "projects": [],
                "confidence": 0.9,
            }
            for message in messages
        ],
        "tasks": tasks,
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


def _asks(message: dict[str, Any]) -> bool:
    text = str(message["text"]).lower()
    return "form" not in message and ("dates" in message or any(word in text for word in REQUESTS))


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
