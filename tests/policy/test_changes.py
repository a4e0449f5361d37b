"""Facts with another value: what moves along with what was changed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from plugin.policy.explaining.changes import changed
from plugin.policy.facts import Past
from tests.builders import make_facts, make_line

NOON = datetime(2026, 11, 5, 12, tzinfo=UTC)
EARLIER = date(2026, 11, 3)
ASKED_ON = make_facts(requested_on=NOON.date(), requested_at=NOON)


def test_a_day_of_delivery_comes_with_its_hour() -> None:
    moved = changed(ASKED_ON, "line-1", "delivered_on", EARLIER)

    assert moved is not None
    assert moved.lines[0].delivered_on == EARLIER
    assert moved.lines[0].delivered_at == NOON - timedelta(days=2)
    assert (moved.last_delivered_on, moved.awaiting_delivery) == (EARLIER, False)


def test_a_day_of_dispatch_comes_with_its_hour() -> None:
    moved = changed(ASKED_ON, "line-1", "fulfilled_on", EARLIER)

    assert moved is not None
    assert moved.lines[0].fulfilled_at == NOON - timedelta(days=2)


@pytest.mark.parametrize("fact", ["delivered_on", "fulfilled_on"])
def test_without_an_hour_of_the_request_there_is_none(fact: str) -> None:
    moved = changed(make_facts(), "line-1", fact, EARLIER)

    assert moved is not None
    assert (moved.lines[0].delivered_at, moved.lines[0].fulfilled_at) == (None, None)


def test_the_last_parcel_stays_open_while_another_s_day_is_not_known() -> None:
    lines = (make_line(), make_line(id="line-2", delivered_on=None))
    facts = make_facts(*lines, awaiting_delivery=None)
    moved = changed(facts, "line-1", "delivered_on", EARLIER)

    assert moved is not None
    assert (moved.last_delivered_on, moved.awaiting_delivery) == (None, None)


def test_a_request_that_moves_takes_its_hour_and_leaves_what_came_later() -> None:
    past = (Past(on=EARLIER), Past(on=date(2026, 11, 4)))
    facts = make_facts(
        requested_on=NOON.date(),
        requested_at=NOON,
        decided_on=date(2026, 11, 7),
        returns_before=past,
        offers_before=past,
    )
    moved = changed(facts, "line-1", "requested_on", EARLIER)

    assert moved is not None
    assert moved.requested_at == NOON - timedelta(days=2)
    assert moved.decided_on == date(2026, 11, 5)
    assert moved.returns_before == moved.offers_before == (Past(on=EARLIER),)
