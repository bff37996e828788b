"""SMS through Vonage."""

from typing import Any

from gateway.plugin import Parser, Transport, Verifier, hookimpl
from gateway_sms_vonage.vonage import VonageSms


@hookimpl
def register_parsers() -> list[type[Parser[Any]]]:
    return [VonageSms]


@hookimpl
def register_verifiers() -> list[type[Verifier[Any]]]:
    return [VonageSms]


@hookimpl
def register_transports() -> list[type[Transport[Any]]]:
    return [VonageSms]
