"""Custom webhooks: JSON, form and text come in, signed HTTP calls go out."""

from typing import Any

from gateway.plugin import Parser, Transport, Verifier, hookimpl
from gateway_custom_http.custom_http import CustomHttpParser, CustomHttpTransport
from gateway_custom_http.verifiers import (
    ApiKeyVerifier,
    BearerVerifier,
    HmacVerifier,
    OpenVerifier,
)


@hookimpl
def register_parsers() -> list[type[Parser[Any]]]:
    return [CustomHttpParser]


@hookimpl
def register_verifiers() -> list[type[Verifier[Any]]]:
    return [OpenVerifier, BearerVerifier, ApiKeyVerifier, HmacVerifier]


@hookimpl
def register_transports() -> list[type[Transport[Any]]]:
    return [CustomHttpTransport]
