"""What an answer is made of: the sentences of a language in one tone, and its calendar."""

from dataclasses import dataclass
from typing import Literal

Heard = Literal["question", "news", "unsure", "agreed", "greeting", "thanks", "attachment", "empty"]
"""What a message was that brought no task."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tone:
    """The sentences of one personality; braces name what is put in.

    `{name}` is the first name with the comma before it and `{who}` with a space; both may be empty.
    """

    created: str
    created_many: str
    not_created: str
    listed: str
    nothing_listed: str
    nothing_due: str
    question: str
    news: str
    unsure: str
    agreed: str
    greeting: str
    thanks: str
    attachment: str
    empty: str

    def answer_to(self, heard: Heard) -> str:
        """The sentence that answers such a message."""
        return {
            "question": self.question,
            "news": self.news,
            "unsure": self.unsure,
            "agreed": self.agreed,
            "greeting": self.greeting,
            "thanks": self.thanks,
            "attachment": self.attachment,
            "empty": self.empty,
        }[heard]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """A language: its tones, how it writes a date, and the labels of a summary."""

    professional: Tone
    friendly: Tone
    concise: Tone
    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    day: str
    day_with_year: str
    with_time: str
    twelve_hours: bool
    due: str
    more: str
    summary: str
    open_tasks: str
    no_open_tasks: str
    asked_for: str
    asked: str
    reported: str
    answered: str
    sent_media: str
    sent_nothing: str
