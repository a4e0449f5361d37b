"""Logs: one JSON object a line, without secrets or personal data.

Only fields that are named here leave the process; whatever else somebody logs is
dropped, so a token or a name cannot slip out by a forgotten argument.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from contextlib import suppress
from typing import Any, TextIO, cast

import structlog

FIELDS = frozenset(
    {
        "api_version",
        "attempt",
        "code",
        "event",
        "events",
        "exception",
        "fields",
        "level",
        "message",
        "method",
        "operation",
        "path",
        "request_id",
        "result",
        "return_id",
        "rule",
        "shop",
        "status",
        "step",
        "story",
        "timestamp",
        "topic",
        "webhook_id",
        "worker",
    }
)


def configure(level: str) -> None:
    """Send logs of at least `level` to the standard error stream."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            only_named_fields,
            structlog.processors.JSONRenderer(sort_keys=True),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        # Text and newline in one write, so that lines of several threads never mix.
        logger_factory=structlog.WriteLoggerFactory(cast(TextIO, Spare(sys.stderr))),
        cache_logger_on_first_use=False,
    )
    _relay("dbos")


class Spare:
    """A stream that is done without where it takes nothing.

    A full disk may cost a line of the log, never the answer that the line is about.
    """

    def __init__(self, stream: TextIO) -> None:
        """Write there as long as it goes."""
        self._stream = stream

    def write(self, text: str) -> None:
        """Write, or let it be."""
        with suppress(OSError):
            self._stream.write(text)

    def flush(self) -> None:
        """Bring what was written to its place, or let it be."""
        with suppress(OSError):
            self._stream.flush()


class Relay(logging.Handler):
    """Pass a library's own log records on as ours: the same form, the same stream."""

    def emit(self, record: logging.LogRecord) -> None:
        """Log one record under its logger's name."""
        structlog.get_logger().log(
            record.levelno,
            record.name,
            message=record.getMessage(),
            exc_info=record.exc_info,
        )


def _relay(library: str) -> None:
    logger = logging.getLogger(library)
    logger.handlers = [Relay()]
    logger.propagate = False
    logger.setLevel(logging.WARNING)


def only_named_fields(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Drop every field that is not on the list."""
    return {name: value for name, value in event.items() if name in FIELDS}
