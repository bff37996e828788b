"""The six hooks. Each returns classes; they are called once, at start-up."""

# A hook specification is a signature and a docstring; pluggy never runs its body.
# mypy: disable-error-code="empty-body"

from typing import Any

import pluggy

from gateway.plugin.doors import Listener
from gateway.plugin.media import MediaReader
from gateway.plugin.parts import Parser, Responder, Transport, Verifier

ENTRY_POINT_GROUP = "gateway.v1"
"""The entry-point group that plugins register in; its name holds the contract's major version."""

hookspec = pluggy.HookspecMarker(ENTRY_POINT_GROUP)
hookimpl = pluggy.HookimplMarker(ENTRY_POINT_GROUP)


@hookspec
def register_parsers() -> list[type[Parser[Any]]]:
    """Returns the parser classes of this plugin."""


@hookspec
def register_verifiers() -> list[type[Verifier[Any]]]:
    """Returns the verifier classes of this plugin."""


@hookspec
def register_responders() -> list[type[Responder[Any]]]:
    """Returns the responder classes of this plugin."""


@hookspec
def register_transports() -> list[type[Transport[Any]]]:
    """Returns the transport classes of this plugin."""


@hookspec
def register_listeners() -> list[type[Listener[Any]]]:
    """Returns the listener classes of this plugin: its ways in beside HTTP."""


@hookspec
def register_media_readers() -> list[type[MediaReader[Any]]]:
    """Returns the classes of this plugin that read words out of files."""
