"""The prompts that ship with the gateway, one file for each version."""

from importlib.resources import files
from string import Template
from typing import Final

from gateway.plugin.messages import Personality, Policy

VERSION: Final = "answer-2"
"""The prompt that is used; a change of its words that matters gets a new file."""

MANNERS: Final[dict[Personality, str]] = {
    "professional": "Be courteous, clear and to the point. No emoji, no slang.",
    "friendly": "Be warm and personal, as to a colleague one likes. At most one emoji.",
    "concise": "Be as short as possible: one or two sentences, no courtesies.",
}
CREATED: Final = "Each task that you list is created at once, so you may say that it is."
CHANGED: Final = (
    "The gateway itself makes the changes that you list, or asks about them, and says so with each "
    "new date: do not repeat it."
)
ASKED: Final = (
    "The gateway itself asks the person about the tasks that you list, or says how to undo them: "
    "neither say that they are created nor ask whether to create them."
)
NOT_CREATED: Final = (
    "Tasks are not created on this channel: list none, and say that the request has been noted."
)


def system_prompt(policy: Policy, *, longest: int, instructions: str = "", own: str = "") -> str:
    """The standing orders for one channel; `own` replaces the words that ship with the gateway.

    Placeholders such as `$manner` are filled in, unknown ones stay. The same channel always gets
    the same text, so that a provider can cache it.
    """
    words = own or files(__package__).joinpath(f"{VERSION}.md").read_text(encoding="utf-8")
    return Template(words).safe_substitute(
        manner=MANNERS[policy.personality],
        language=f"Write in the language with the ISO 639-1 code {policy.language}."
        if policy.language
        else "Write in the language of the person's latest message.",
        tasks=_tasks(policy),
        longest=longest,
        instructions=instructions.strip() or "None.",
    )


def _tasks(policy: Policy) -> str:
    if not policy.auto_create_tasks:
        return NOT_CREATED
    return f"{CREATED if policy.confirmation == 'never' else ASKED} {CHANGED}"
