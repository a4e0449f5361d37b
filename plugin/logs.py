"""Logs: one JSON object a line, without secrets or personal data.

Only fields that are named here leave the process; whatever else somebody logs is
dropped, so a token or a name cannot slip out by a forgotten argument.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

FIELDS = frozenset(
    {
        "api_version",
        "attempt",
        "code",
        "event",
        "events",
        "exception",
        "level",
        "method",
        "operation",
        "path",
        "request_id",
        "result",
        "return_id",
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
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.getLogger("dbos").setLevel(logging.WARNING)


def only_named_fields(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Drop every field that is not on the list."""
    return {name: value for name, value in event.items() if name in FIELDS}
