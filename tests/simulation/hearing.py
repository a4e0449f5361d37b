"""What the app says of faults of its own: only a full disk explains one."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog

from tests.simulation.disk import is_full

LONGEST = 300


@contextmanager
def heard(broken: list[str]) -> Iterator[None]:
    """Write down every fault that the app logs, and drop all other words of its."""

    def hear(_log: object, method: str, event: Any) -> Any:
        if method in ("exception", "critical") or event.get("exc_info"):
            kind, error, _ = sys.exc_info()
            if not is_full(error):
                name = kind.__name__ if kind else "nothing raised"
                broken.append(f"broke: {event['event']}: {name}: {error}"[:LONGEST])
        raise structlog.DropEvent

    before = structlog.get_config()
    structlog.configure(processors=[hear], cache_logger_on_first_use=False)
    try:
        yield
    finally:
        structlog.configure(**before)
