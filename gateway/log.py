"""structlog: one line an event, `noun.verb_past`, ids as fields, never a text body or a secret."""

import json
import logging
import sys
from typing import Final

import structlog
from pydantic_core import PydanticSerializationError, to_json

from gateway.sections import Log

LEVELS: Final = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
}


def configure_logging(settings: Log) -> None:
    """Sends the house's log lines, and the warnings of its libraries, to standard error."""
    is_terminal = sys.stderr.isatty()
    for_people = settings.format == "console" or (settings.format == "auto" and is_terminal)
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    shown: list[structlog.typing.Processor] = (
        [structlog.dev.ConsoleRenderer(colors=is_terminal)]
        if for_people
        else [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(_json)]
    )
    structlog.configure(
        processors=[*shared, *shown],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[settings.level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *shown],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    # SAQ logs each job, and each queue outage with a traceback; gateway.queue has one line for it.
    logging.getLogger("saq").setLevel(logging.CRITICAL)


def _json(event: object, **_: object) -> str:
    """One line of JSON; the library in C takes a third of the time, and refuses lone surrogates."""
    try:
        return to_json(event, fallback=repr).decode()
    except PydanticSerializationError:
        return json.dumps(event, default=repr)
