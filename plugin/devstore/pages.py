"""Words and figures the templates share."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from flask import Flask

from plugin.devstore.ids import number_of
from plugin.devstore.money import display

STATUSES = {
    "REQUESTED": "Requested",
    "OPEN": "Approved",
    "DECLINED": "Declined",
    "CANCELED": "Taken back",
    "CLOSED": "Closed",
}


def add_words(app: Flask) -> None:
    """Give the templates their filters."""
    app.jinja_env.filters.update(
        money=display, number=number_of, pretty=pretty, status=status, time=time_text
    )


def status(word: str) -> str:
    """A return's status in words."""
    return STATUSES.get(word, word)


def time_text(moment: datetime | None) -> str:
    """A moment for people, in UTC."""
    if moment is None:
        return "not known"
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def pretty(text: str) -> str:
    """JSON laid out; anything else as it is."""
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except ValueError:
        return text
