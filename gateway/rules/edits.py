"""What becomes of a task that is there already."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, Literal

from gateway.plugin.messages import OpenTask

TaskStatus = Literal["pending", "completed", "cancelled"]
Value = str | datetime | None
FIELDS: Final = ("title", "priority", "deadline", "assignee")
"""What a person can change of a task by words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """What a task becomes: the `fields` that change, and how it stands afterwards.

    `task` is the task before; it is changed only while it still stands as `was`. `message_id` is
    the message that decided it, once one has.
    """

    task: OpenTask
    fields: Mapping[str, Value] = field(default_factory=dict, hash=False)
    becomes: TaskStatus = "pending"
    was: TaskStatus = "pending"
    message_id: int | None = None

    @property
    def changed(self) -> OpenTask:
        """The task afterwards."""
        return _with(self.task, self.fields)

    @property
    def is_idle(self) -> bool:
        """Whether nothing would be different."""
        return not self.fields and self.becomes == self.was


def edit_of(task: OpenTask, wanted: Mapping[str, Value], becomes: TaskStatus) -> Edit:
    """What is to change of an open task; what it has already is left out."""
    fields = {name: value for name, value in wanted.items() if getattr(task, name) != value}
    return Edit(task=task, fields=fields, becomes=becomes)


def undoing(edit: Edit) -> Edit:
    """What takes an edit back."""
    before = {name: getattr(edit.task, name) for name in edit.fields}
    return Edit(task=edit.changed, fields=before, becomes=edit.was, was=edit.becomes)


def together(first: Edit | None, second: Edit) -> Edit:
    """Two edits of one task as one: the later word counts."""
    if first is None:
        return second
    fields = {**first.fields, **second.fields}
    decided_by = first.message_id if second.is_idle else second.message_id
    return replace(first, fields=fields, becomes=second.becomes, message_id=decided_by)


def _with(task: OpenTask, fields: Mapping[str, Value]) -> OpenTask:
    changes: dict[str, Any] = dict(fields)
    return replace(task, **changes)
