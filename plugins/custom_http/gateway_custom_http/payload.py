"""The inbound message of the PRD's Appendix A.2: fields in, one `InboundMessage` out."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, get_args
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)
from pydantic.alias_generators import to_camel

from gateway.plugin import (
    Attachment,
    FieldError,
    InboundMessage,
    JsonValue,
    MessageKind,
    Priority,
    StructuredTask,
)
from gateway_custom_http.bodies import FAULT_LIMIT, Fields, pointer, refusal, refuse

CONTENT_LIMIT = 100_000
TITLE_LIMIT = 200
SENDER_LIMIT = 320
URL_LIMIT = 2048
ATTACHMENT_LIMIT = 20
DEFAULT_SENDER = "webhook"
SENDER_HINTS = ("from", "email", "phone")

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_EXTERNAL_ID = re.compile(r"[!-~]{1,255}")


def _http_url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme.lower() not in {"http", "https"} or not parts.hostname or " " in url:
        raise ValueError("not an http URL")
    return url


def _moment(value: object) -> datetime:
    """A time without a zone is UTC; a date alone means the end of that day, as in a sentence."""
    if not isinstance(value, str):
        raise ValueError("not text")  # noqa: TRY004 - pydantic collects ValueError alone
    text = value.strip()
    if _DATE.fullmatch(text):
        text += "T23:59"
    moment = datetime.fromisoformat(text)
    try:
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except OverflowError as error:
        raise ValueError("outside the years 1 to 9999") from error


def _line(limit: int) -> StringConstraints:
    return StringConstraints(strip_whitespace=True, min_length=1, max_length=limit)


class AttachmentFields(BaseModel):
    """One attachment as it was posted."""

    model_config = ConfigDict(strict=True, frozen=True)

    type: Annotated[str, _line(100)]
    url: Annotated[str, _line(URL_LIMIT), AfterValidator(_http_url)]
    name: Annotated[str, _line(255)] | None = None


class MessageFields(BaseModel):
    """The known fields as they were posted; all optional, because empty ones were left out."""

    model_config = ConfigDict(strict=True, frozen=True, alias_generator=to_camel)

    content: Annotated[str, StringConstraints(max_length=CONTENT_LIMIT)] = ""
    sender_identifier: Annotated[str, _line(SENDER_LIMIT)] | None = None
    sender_name: Annotated[str, _line(200)] | None = None
    message_type: MessageKind | None = None
    external_message_id: Annotated[str, _line(255)] | None = None
    attachments: Annotated[list[AttachmentFields], Field(max_length=ATTACHMENT_LIMIT)] = []
    metadata: dict[str, object] = {}
    task_title: Annotated[str, _line(TITLE_LIMIT)] = ""
    task_description: Annotated[str, StringConstraints(max_length=CONTENT_LIMIT)] = ""
    task_priority: Priority | None = None
    task_deadline: Annotated[datetime, BeforeValidator(_moment)] | None = None


KNOWN = frozenset(map(to_camel, MessageFields.model_fields))

# What each field must be, for the sender of one that is not.
WANTED: Mapping[str, str] = {
    "content": f"a string of at most {CONTENT_LIMIT:,} characters",
    "senderIdentifier": f"a string of at most {SENDER_LIMIT} characters, such as an email address",
    "senderName": "a string of at most 200 characters",
    "messageType": f"one of {', '.join(get_args(MessageKind))}",
    "externalMessageId": "a string of at most 255 characters",
    "attachments": f"a list of at most {ATTACHMENT_LIMIT} objects with type and url",
    "attachments.type": "a string of at most 100 characters, such as image/png",
    "attachments.url": f"an http:// or https:// URL of at most {URL_LIMIT:,} characters",
    "attachments.name": "a string of at most 255 characters",
    "metadata": "an object",
    "taskTitle": f"a string of at most {TITLE_LIMIT} characters",
    "taskDescription": f"a string of at most {CONTENT_LIMIT:,} characters",
    "taskPriority": f"one of {', '.join(get_args(Priority))}",
    "taskDeadline": "an ISO 8601 time such as 2026-01-31T17:00:00Z, or a date",
}


def read_message(fields: Fields, *, external_id: str | None) -> InboundMessage:
    """The message that the fields spell out; `external_id` counts unless the body has its own.

    Raises `InvalidPayload` that names every field at fault. Fields that are not known are kept.
    """
    given = {
        name: value for name, value in fields.items() if name in KNOWN and _says_something(value)
    }
    posted = _validated(given)
    text = posted.content or posted.task_title
    is_task = bool(posted.task_title) or posted.message_type == "structured"
    return InboundMessage(
        sender=posted.sender_identifier or _sender_in(posted.metadata),
        sender_name=posted.sender_name,
        text=text,
        external_id=posted.external_message_id or external_id,
        kind=posted.message_type or _kind(posted),
        attachments=tuple(
            Attachment(type=each.type, url=each.url, name=each.name) for each in posted.attachments
        ),
        structured=_task(posted) if is_task else None,
        facts=_facts(fields, given, is_task=is_task),
    )


def external_id_of(headers: Mapping[str, str]) -> str | None:
    """The id that the sender put into `Idempotency-Key` or `webhook-id`, if any.

    Raises `InvalidPayload` for one that cannot be an id.
    """
    for name in ("idempotency-key", "webhook-id"):
        # RFC 8941 writes the key as a quoted string, most clients write it bare.
        value = headers.get(name, "").strip().strip('"')
        if value and not _EXTERNAL_ID.fullmatch(value):
            wanted = f"must be 1 to 255 visible ASCII characters in the header {name}"
            refuse([FieldError(pointer="/externalMessageId", message=wanted)])
        if value:
            return value
    return None


def _says_something(value: JsonValue) -> bool:
    """False for what form builders send in place of a field that was left empty."""
    if isinstance(value, str):
        return bool(value.strip())
    return value is not None and value not in ([], {})


def _validated(given: Fields) -> MessageFields:
    missing = []
    if not given.keys() & {"content", "taskTitle", "attachments"}:
        wanted = f"is missing: it must be {WANTED['content']}, and not empty"
        missing.append(FieldError(pointer="/content", message=wanted))
    try:
        posted = MessageFields.model_validate(given)
    except ValidationError as error:
        faults = [_wanted(each["loc"], each["type"]) for each in error.errors(include_input=False)]
        raise refusal((missing + faults)[:FAULT_LIMIT]) from error
    refuse(missing)
    return posted


def _wanted(path: tuple[int | str, ...], kind: str) -> FieldError:
    known = ".".join(step for step in path if isinstance(step, str))
    start = "is missing: it must be" if kind == "missing" else "must be"
    return FieldError(pointer=pointer(path), message=f"{start} {WANTED.get(known, 'valid')}")


def _sender_in(metadata: Mapping[str, object]) -> str:
    for name in SENDER_HINTS:
        hint = metadata.get(name)
        if isinstance(hint, str) and 0 < len(hint.strip()) <= SENDER_LIMIT:
            return hint.strip()
    return DEFAULT_SENDER


def _kind(posted: MessageFields) -> MessageKind:
    if posted.task_title:
        return "structured"
    if not posted.attachments:
        return "text"
    family = posted.attachments[0].type.lower().partition("/")[0]
    return "image" if family == "image" else "audio" if family == "audio" else "file"


def _task(posted: MessageFields) -> StructuredTask:
    first_line = next(iter(posted.content.strip().splitlines()), "Task")
    return StructuredTask(
        title=posted.task_title or first_line[:TITLE_LIMIT],
        description=posted.task_description,
        priority=posted.task_priority,
        deadline=posted.task_deadline,
    )


def _facts(fields: Fields, given: Fields, *, is_task: bool) -> Fields:
    """What was posted and no field of the message holds."""
    facts = {name: value for name, value in given.items() if name == "metadata"}
    task = {name: value for name, value in given.items() if name.startswith("task")}
    extra = {name: value for name, value in fields.items() if name not in KNOWN}
    if task and not is_task:
        facts["task"] = task
    if extra:
        facts["extra"] = extra
    return facts
