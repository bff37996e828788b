"""What is said about a change of a task: made, asked about, or left alone."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from gateway.rules.edits import Edit
from gateway.rules.phrases.changing import Changing
from gateway.rules.replies import Setting
from gateway.rules.titles import shortened

_TITLE: Final = 70


def made(edit: Edit, changing: Changing, setting: Setting) -> str:
    """That a change is made; each deadline is said back."""
    sentence = {
        "pending": changing.changed if edit.fields else changing.unchanged,
        "completed": changing.completed,
        "cancelled": changing.cancelled,
    }[edit.becomes]
    return sentence.format(title=_title(edit), what=_what(edit, changing, setting))


def proposed(edit: Edit, code: str, changing: Changing, setting: Setting) -> str:
    """The question whether a change is to be made."""
    sentence = {
        "pending": changing.propose,
        "completed": changing.propose_completed,
        "cancelled": changing.propose_cancelled,
    }[edit.becomes]
    return sentence.format(title=_title(edit), what=_what(edit, changing, setting), code=code)


def about(sentence: str, edit: Edit, **parts: str) -> str:
    """A sentence about the task of a change."""
    return sentence.format(title=_title(edit), **parts)


def _title(edit: Edit) -> str:
    return shortened(edit.task.title, _TITLE)


def _what(edit: Edit, changing: Changing, setting: Setting) -> str:
    return ", ".join(_parts(edit, changing, setting))


def _parts(edit: Edit, changing: Changing, setting: Setting) -> Iterator[str]:
    fields = edit.fields
    if "title" in fields:
        yield changing.renamed.format(title=shortened(str(fields["title"]), _TITLE))
    if "deadline" in fields:
        at = fields["deadline"]
        due = setting.due(at).lstrip(", ") if isinstance(at, datetime) else ""
        yield due or changing.no_deadline
    if "priority" in fields:
        yield changing.priorities[str(fields["priority"])]
    if "assignee" in fields:
        name = fields["assignee"]
        yield changing.assigned.format(name=name) if name else changing.unassigned
