"""How a channel's assistant is to behave, as its `aiConfig` says."""

from typing import Final, cast

from gateway.plugin import JsonValue, Policy
from gateway.records import Webhook
from gateway.rules.consent import ExtraWords

ANSWER_SECONDS: Final = 45.0
SMS_GATHER_SECONDS: Final = 3.0
"""People write texts in fragments, a few seconds apart."""


def policy_of(webhook: Webhook) -> Policy:
    """How the owner of a webhook wants its assistant to behave."""
    config = webhook.ai_config
    language = config.get("language")
    zone = config.get("timeZone")
    personality = config.get("personality")
    return Policy(
        personality=personality if personality in ("friendly", "concise") else "professional",  # type: ignore[arg-type] # checked here
        language=language if isinstance(language, str) else None,
        auto_create_tasks=config.get("autoCreateTasks") is not False,
        time_zone=zone if isinstance(zone, str) else webhook.time_zone,
        confirmation=config.get("confirmation") or "never",  # type: ignore[arg-type] # AiConfig checked it
        answer_seconds=_number(config.get("answerSeconds"), ANSWER_SECONDS),
    )


def words_of(given: JsonValue) -> ExtraWords:
    """The channel's own words on consent."""
    return cast(ExtraWords, given) if isinstance(given, dict) else {}  # AiConfig checked it


def gather_seconds(gather: JsonValue) -> float:
    """How long a message waits for another one."""
    return SMS_GATHER_SECONDS if gather == "sms" else _number(gather, 0.0)


def _number(value: JsonValue, default: float) -> float:
    return float(value) if isinstance(value, int | float) else default
