"""SMS and MMS through Twilio."""

from typing import Any

from gateway.plugin import Parser, Transport, Verifier, hookimpl
from gateway_sms_twilio.twilio import TwilioSms


@hookimpl
def register_parsers() -> list[type[Parser[Any]]]:
    return [TwilioSms]


@hookimpl
def register_verifiers() -> list[type[Verifier[Any]]]:
    return [TwilioSms]


@hookimpl
def register_transports() -> list[type[Transport[Any]]]:
    return [TwilioSms]
