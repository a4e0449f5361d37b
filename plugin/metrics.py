"""Metrics: whether the promises hold, as Prometheus reads it.

Everything is read from the database, so any process may be asked and all give the
same answer; no label ever names a shop.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

import sqlalchemy as sa
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from plugin.archive import tallies
from plugin.archive.counted import BOUNDS, count_entries
from plugin.archive.scope import Across, across
from plugin.archive.standing import Standing, standing
from plugin.metering import write_down

PREFIX = "evenhand"
# Counter -> what it counts; docs/operators.md says what each means and when to worry.
COUNTERS = {
    "events": "events that were acknowledged, by topic and what became of them",
    "events_refused": "events that were refused, by code",
    "decisions": "decisions, by outcome and the strongest word of the law",
    "outcomes": "where cases came to stand",
    "effects": "writes at the platform, and whether the effect was there before",
    "steps": "steps of stories told, and how they ended",
    "tries": "tries again after a failure",
    "given_up": "stories that were given up",
    "platform_calls": "calls of the platform, by operation and result",
    "user_errors": "writes that the platform refused, by its own code",
    "throttled": "calls that the platform put off",
    "throttled_seconds": "seconds that calls waited for the platform's budget",
    "other_api_version": "answers that came as another version than was asked for",
    "other_event_version": "events that were made in another version than is declared",
    "token_requests": "tokens asked for, by result",
    "told": "tries to tell merchants' own systems, by kind and result",
}
# Piles: how many, and how old the oldest.
PILES = {
    "events": "events kept and not handed over yet",
    "undecided": "handed over and not finished yet",
    "asleep": "stories that sleep until a merchant opens the app",
    "unanswered": "cases decided and not answered yet",
    "people": "cases that wait for a person",
    "codes": "live discount codes beside no answer",
    "requests": "requests by law not done yet",
    "untold": "owed to merchants' own systems and not taken yet",
}

Counts = Mapping[str, Mapping[tuple[tuple[str, str], ...], float]]


def exposition(engine: sa.Engine, now: datetime) -> bytes:
    """Write every metric in Prometheus's text format, as of now."""
    write_down(engine)
    count_entries(engine, now)
    with across(engine, Across.METRICS).connect() as db:
        counts = _counts(db)
        state = standing(db, now)
    registry = CollectorRegistry()
    registry.register(_Collected([*_counters(counts), *_gauges(state, now)]))
    return generate_latest(registry)


class _Collected(Collector):
    """Metrics that were read already."""

    def __init__(self, metrics: list[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> Iterator[Metric]:
        """Give them out."""
        return iter(self._metrics)


def _counts(db: sa.Connection) -> Counts:
    found: dict[str, dict[tuple[tuple[str, str], ...], float]] = {}
    for key, value in tallies.read(db):
        found.setdefault(key.name, {})[key.labels] = value
    return found


def _counters(counts: Counts) -> Iterator[Metric]:
    for name, help in COUNTERS.items():
        rows = counts.get(name, {})
        labels = sorted({label for row in rows for label, _ in row})
        family = CounterMetricFamily(f"{PREFIX}_{name}", help, labels=labels)
        for row, value in rows.items():
            given = dict(row)
            family.add_metric([given.get(label, "") for label in labels], value)
        yield family
    yield _answer_times(counts)


def _answer_times(counts: Counts) -> Metric:
    """Add the counts between two bounds up to what Prometheus wants: up to a bound."""
    each = counts.get("answer_seconds_bucket", {})
    total, buckets = 0.0, []
    for bound in (*(str(float(top)) for top in BOUNDS), "+Inf"):
        total += each.get((("le", bound),), 0.0)
        buckets.append((bound, total))
    family = HistogramMetricFamily(
        f"{PREFIX}_answer_seconds", "from an event to where the app left its case"
    )
    family.add_metric([], buckets, counts.get("answer_seconds_sum", {}).get((), 0.0))
    return family


def _gauges(state: Standing, now: datetime) -> Iterator[Metric]:
    for name, help in PILES.items():
        pile = getattr(state, name)
        yield _gauge(f"{name}_waiting", help, pile.count)
        yield _gauge(
            f"{name}_oldest_seconds", f"age of the oldest: {help}", pile.age(now)
        )
    cases = _family("cases", "cases by status and outcome", ["status", "outcome"])
    for (status, outcome), count in sorted(state.cases.items()):
        cases.add_metric([status, outcome], count)
    yield cases
    workflows = _family("workflows", "unfinished workflows by status", ["status"])
    for status, count in state.workflows.items():
        workflows.add_metric([status], count)
    yield workflows
    yield from _of_shops(state, now)


def _of_shops(state: Standing, now: datetime) -> Iterator[Metric]:
    yield _gauge("shops", "shops that have the app", state.shops)
    yield _gauge(
        "shops_without_token", "of them without a usable token", state.tokenless
    )
    yield _gauge("shops_silent", "of them without an event for a week", state.silent)
    since = {
        "quietest_shop_seconds": (
            "since the quietest shop's last event",
            state.event_of_quietest,
        ),
        "worker_seen_seconds": ("since a worker was last seen", state.worker_seen),
    }
    for name, (help, at) in since.items():
        if at is not None:
            yield _gauge(name, help, max((now - at).total_seconds(), 0.0))


def _gauge(name: str, help: str, value: float) -> Metric:
    return GaugeMetricFamily(f"{PREFIX}_{name}", help, value=value)


def _family(name: str, help: str, labels: list[str]) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"{PREFIX}_{name}", help, labels=labels)
