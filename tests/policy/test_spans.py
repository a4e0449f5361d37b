"""Runs of days and numbers in words."""

from __future__ import annotations

from datetime import date

import pytest

from plugin.policy.decision import Outcome
from plugin.policy.explaining.spans import Span, days_said, numbers_said

LOW, HIGH = date(2026, 11, 3).toordinal(), date(2026, 11, 9).toordinal()


def run(low: int | None, high: int | None) -> Span:
    return Span(first=0, last=0, outcome=Outcome.APPROVE, low=low, high=high)


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (LOW, HIGH, "from 3 November 2026 to 9 November 2026"),
        (LOW, None, "3 November 2026 or later"),
        (None, HIGH, "9 November 2026 or before"),
        (None, None, None),
    ],
)
def test_a_run_of_days_names_its_ends(
    low: int | None, high: int | None, said: str | None
) -> None:
    assert days_said(run(low, high)) == said


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (1, 3, "from 1 to 3"),
        (1, None, "at least 1"),
        (None, 3, "at most 3"),
        (None, None, "any number"),
    ],
)
def test_a_run_of_numbers_names_its_ends(
    low: int | None, high: int | None, said: str
) -> None:
    assert numbers_said(run(low, high)) == said
