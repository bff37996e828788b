"""What a responder needs that asks a language model: prompt, question, checked answer, failures.

A plugin derives its part from `ModelResponder` and writes one method, `ask`, that makes one call.
"""

from gateway.plugin.assistant.answers import ANSWER_SCHEMA
from gateway.plugin.assistant.failures import ProviderError, QuestionRefused, provider_failure
from gateway.plugin.assistant.prices import Prices
from gateway.plugin.assistant.questions import Question
from gateway.plugin.assistant.responder import ModelReply, ModelResponder, ModelSettings
from gateway.plugin.assistant.sending import SdkRequest, relayed

__all__ = [
    "ANSWER_SCHEMA",
    "ModelReply",
    "ModelResponder",
    "ModelSettings",
    "Prices",
    "ProviderError",
    "Question",
    "QuestionRefused",
    "SdkRequest",
    "provider_failure",
    "relayed",
]
