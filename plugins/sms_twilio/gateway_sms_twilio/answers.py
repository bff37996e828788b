"""What an answer of Twilio's REST API means for a message. Pure."""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Final, NoReturn

from pydantic import BaseModel, ValidationError

from gateway.plugin import (
    HttpResponse,
    PartFailure,
    PermanentFailure,
    RecipientOptedOut,
    TemporaryFailure,
    UncertainFailure,
)
from gateway_sms_twilio.errors import OPTED_OUT, Known, known

EXCERPT_LIMIT: Final = 1024
# How long a queue or a cap takes to have room again, where Twilio does not say.
WAITS_SECONDS: Final = {21611: 60.0, 30001: 60.0, 30022: 60.0, 30023: 3600.0, 63038: 3600.0}
_SECONDS: Final = re.compile(r"[0-9]{1,6}")


class Message(BaseModel):
    """A message as Twilio shows it, as far as it is of use here."""

    sid: str
    body: str | None = None
    direction: str = ""
    status: str | None = None
    num_segments: str | None = None
    date_created: str | None = None

    @property
    def segments(self) -> int | None:
        """How many segments Twilio counted; None while it has not."""
        told = self.num_segments or ""
        return int(told) if re.fullmatch("[1-9][0-9]{0,3}", told) else None

    @property
    def is_lost(self) -> bool:
        """Whether it has reached nobody, and never will."""
        return self.status in {"undelivered", "failed", "canceled"}

    def is_since(self, moment: datetime) -> bool:
        """Whether it was made at `moment` or later; True where nobody can tell."""
        try:
            return parsedate_to_datetime(self.date_created or "") >= moment
        except (ValueError, TypeError, IndexError):
            return True


class _Page(BaseModel):
    messages: list[Message]
    next_page_uri: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some of the messages of an account, newest first, and where the older ones are."""

    messages: tuple[Message, ...]
    next_uri: str


class _Problem(BaseModel):
    """Either form of an error body: Twilio's own, and RFC 9457."""

    code: int | None = None
    message: str = ""
    detail: str = ""
    title: str = ""


def created(response: HttpResponse) -> Message:
    """The message that Twilio took. Raises the failure that any other answer means."""
    if response.status not in range(200, 300):
        _refuse(response)
    try:
        return Message.model_validate(_json(response))
    except (ValidationError, ValueError):
        raise UncertainFailure(
            "something else than Twilio answered: check twilioBaseUrl",
            response_status=response.status,
            response_excerpt=excerpt(response),
        ) from None


def listed(response: HttpResponse) -> Page:
    """A page of messages. Raises `TemporaryFailure`, or `UncertainFailure` when none will come."""
    if response.status == HTTPStatus.OK:
        try:
            page = _Page.model_validate(_json(response))
        except (ValidationError, ValueError):
            raise UncertainFailure(
                "Twilio's list of messages cannot be read: look for the message in the Console",
                response_status=response.status,
                response_excerpt=excerpt(response),
            ) from None
        return Page(messages=tuple(page.messages), next_uri=page.next_page_uri or "")
    failure = TemporaryFailure if is_passing(response.status) else UncertainFailure
    raise failure(
        f"Twilio's list of messages cannot be had ({told(response)}): whether the message went is "
        "not known",
        response_status=response.status,
        response_excerpt=excerpt(response),
    )


def told(response: HttpResponse) -> str:
    """What an answer says of itself, in short: its status, its code, its words."""
    problem = _problem(response)
    words = problem.message or problem.detail or problem.title
    code = f"{problem.code}: " if problem.code else ""
    return f"{response.status} {code}{words}".strip()[:300].replace("\x00", "\ufffd")


def excerpt(response: HttpResponse) -> str:
    """The beginning of an answer, as it can be stored."""
    text = response.body[: EXCERPT_LIMIT * 4].decode("utf-8", "replace")
    return text.replace("\x00", "\ufffd")[:EXCERPT_LIMIT]


def error_code(response: HttpResponse) -> int | None:
    """Twilio's own code of an error, if the answer has one."""
    return _problem(response).code


def _refuse(response: HttpResponse) -> NoReturn:
    code = error_code(response)
    found = known(code)
    raise _failure(response, code, found)


def _failure(response: HttpResponse, code: int | None, found: Known | None) -> PartFailure:
    sentence = f"Twilio answered {told(response)}"
    if found is not None:
        sentence = f"{sentence}; {found.advice}"
    status, shown = response.status, excerpt(response)
    if code == OPTED_OUT:
        return RecipientOptedOut(sentence, response_status=status, response_excerpt=shown)
    if status == HTTPStatus.TOO_MANY_REQUESTS or (found is not None and found.kind == "busy"):
        # Twilio promises that a 429 was never looked at.
        return TemporaryFailure(
            sentence,
            retry_after_seconds=retry_after(response) or WAITS_SECONDS.get(code or 0),
            response_status=status,
            response_excerpt=shown,
            not_accepted=True,
        )
    if is_passing(status):
        return UncertainFailure(sentence, response_status=status, response_excerpt=shown)
    if found is None and status in range(300, 400):
        sentence = f"{sentence}; redirects are not followed: check twilioBaseUrl"
    if found is None and status == HTTPStatus.UNAUTHORIZED:
        found = known(20003)
    # Another provider may send what this account cannot; it may not what this person cannot take.
    return PermanentFailure(
        sentence,
        response_status=status,
        response_excerpt=shown,
        not_accepted=found is not None and found.kind == "settings",
    )


def is_passing(status: int) -> bool:
    """Whether a status says that the other side is in trouble, not the request."""
    return status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in {
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.TOO_EARLY,
        HTTPStatus.TOO_MANY_REQUESTS,
    }


def retry_after(response: HttpResponse) -> float | None:
    """How long Twilio asks to be left alone, in seconds."""
    value = response.headers.get("retry-after", "").strip()
    return float(value) if _SECONDS.fullmatch(value) else None


def _problem(response: HttpResponse) -> _Problem:
    try:
        return _Problem.model_validate(_json(response))
    except (ValidationError, ValueError):
        return _Problem()


def _json(response: HttpResponse) -> object:
    try:
        found: object = json.loads(response.body)
    except RecursionError:
        raise ValueError("too deep") from None
    return found
