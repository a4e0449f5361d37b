"""A shop that tells nothing any more is noticed; a quiet shop is left in peace."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from plugin.casework.silence import QUIET, USED_TO, silence

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
LATELY = NOW - timedelta(hours=1)
LONG_AGO = NOW - QUIET - timedelta(seconds=1)


@pytest.mark.parametrize(
    ("last", "before", "untold", "word"),
    [
        (LATELY, 50, {}, None),
        (None, 0, {}, None),
        (LONG_AGO, USED_TO, {}, "no_events"),
        (NOW - QUIET, USED_TO, {}, None),
        (LONG_AGO, USED_TO - 1, {}, None),
        (None, 0, {"returns/request": 1}, "untold:returns/request"),
        (
            LATELY,
            50,
            {"refunds/create": 1, "returns/request": 3},
            "untold:returns/request",
        ),
        (LATELY, 50, {"refunds/create": 0}, None),
    ],
)
def test_it_tells_silence_from_quiet(
    last: datetime | None, before: int, untold: dict[str, int], word: str | None
) -> None:
    found = silence(now=NOW, last_event_at=last, events_before=before, untold=untold)

    assert found == word
