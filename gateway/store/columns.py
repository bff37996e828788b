"""Values to and from jsonb columns, and the rows of tasks, which have one."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields
from datetime import datetime
from typing import Final

import asyncpg
from pydantic_core import PydanticSerializationError, to_json

from gateway.plugin import Analysis, Attachment, Fact, JsonValue, Person, StructuredTask
from gateway.records import Task
from gateway.rules.media import WAITING
from gateway.rules.storable import storable_value

_NUL: Final = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


def json_text(value: object) -> str:
    """Compact JSON text for a jsonb parameter, which holds neither NUL nor lone surrogates."""
    try:
        # For every message, several times: json.dumps would take five times as long.
        text = to_json(value).decode()
    except PydanticSerializationError:  # a lone surrogate, which is no UTF-8
        return json_text(storable_value(json.loads(json.dumps(value))))
    if _NUL.search(text):
        return json_text(storable_value(json.loads(text)))
    return text


def json_value(column: str | None) -> JsonValue:
    """What a jsonb column holds."""
    value: JsonValue = json.loads(column) if column is not None else None
    return value


def json_object(column: str | None) -> dict[str, JsonValue]:
    """What a jsonb column that holds an object holds; an empty one for NULL."""
    value = json_value(column)
    return value if isinstance(value, dict) else {}


def structured_json(task: StructuredTask) -> str:
    """A spelled-out task for its column."""
    return json_text(
        {
            "title": task.title,
            "description": task.description,
            "priority": task.priority,
            "deadline": iso(task.deadline),
        }
    )


def structured_task(column: str | None) -> StructuredTask | None:
    """The spelled-out task in a column."""
    if column is None:
        return None
    fields = json.loads(column)
    deadline = fields["deadline"]
    return StructuredTask(
        title=fields["title"],
        description=fields["description"],
        priority=fields["priority"],
        deadline=datetime.fromisoformat(deadline) if deadline else None,
    )


def attachments(column: str | None) -> tuple[Attachment, ...]:
    """The attachments in a column."""
    if not column:
        return ()
    return tuple(map(_attachment, json.loads(column)))


def _attachment(item: Mapping[str, str]) -> Attachment:
    is_there = item.get("state", "kept") == "kept" and not item.get("isBusy")
    return Attachment(
        type=item["type"],
        url=item["url"],
        name=item["name"],
        media_id=item.get("mediaId"),
        problem="" if is_there else item["reason"] or WAITING,
        words=item.get("words", ""),
    )


def facts_json(facts: Iterable[Fact]) -> str:
    """What is remembered of a person for its column, by key."""
    return json_text(
        {
            fact.key: {
                "value": fact.value,
                "kind": fact.kind,
                "messageId": fact.message_id,
                "at": iso(fact.at),
                "expiresAt": iso(fact.expires_at),
            }
            for fact in facts
        }
    )


def facts(column: str | None) -> tuple[Fact, ...]:
    """The facts in a column, the oldest first; anything else in it was written before they were."""
    entries: dict[str, object] = json.loads(column) if column else {}
    found = [
        Fact(
            key=key,
            value=entry["value"],
            kind=entry["kind"],
            message_id=entry["messageId"],
            at=datetime.fromisoformat(entry["at"]),
            expires_at=datetime.fromisoformat(entry["expiresAt"]) if entry["expiresAt"] else None,
        )
        for key, entry in entries.items()
        if isinstance(entry, dict) and "kind" in entry
    ]
    return tuple(sorted(found, key=lambda fact: fact.at))


def person_json(person: Person | None) -> str | None:
    """A person for their column."""
    return json_text(asdict(person)) if person else None


def person_in(column: str | None) -> Person | None:
    """The person in a column."""
    return Person(**json.loads(column)) if column else None


def task_in(row: asyncpg.Record) -> Task:
    """The task that a row holds, whatever else may stand in it."""
    found = {field.name: row[field.name] for field in fields(Task)}
    return Task(**{**found, "requester": person_in(found["requester"])})


def analysis_json(analysis: Analysis) -> Mapping[str, JsonValue]:
    """An analysis with the API's names."""
    return {
        "intent": analysis.intent,
        "urgency": analysis.urgency,
        "language": analysis.language,
        "confidence": round(analysis.confidence, 3),
        "entities": {
            "dates": [
                {"text": date.span, "at": iso(date.at), "hasTime": date.has_time}
                for date in analysis.entities.dates
            ],
            "names": list(analysis.entities.names),
            "projects": list(analysis.entities.projects),
            "priority": analysis.entities.priority,
        },
    }


def iso(moment: datetime | None) -> str | None:
    """RFC 3339 text with a Z, or None."""
    return moment.isoformat().replace("+00:00", "Z") if moment else None
