"""The first day on which a policy that refuses everything gets its way, by law."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from plugin.library import Library
from plugin.packs import parse_policy
from plugin.policy.decision import Outcome
from plugin.policy.engine import decide
from plugin.policy.facts import PRACTICE
from tests.builders import (
    CONTACT,
    DELIVERED,
    PACKS,
    make_clause,
    make_document,
    make_facts,
    make_line,
    make_place,
)

NONE = frozenset[str]()
ALL = frozenset(PRACTICE)
LIBRARY = Library(PACKS)
REFUSES_ALL = parse_policy(
    make_document(
        clauses=[
            make_clause(id="never", when={"fact": "days_since_order", "at_least": 0})
        ]
    ),
    version="v1",
)


def first_refusal(
    place: str, reason: str, practice: frozenset[str], days: int
) -> date | None:
    """Find the first day on which a policy that refuses everything gets its way."""
    for day in range(days):
        asked = DELIVERED + timedelta(days=day)
        facts = make_facts(
            make_line(reason=reason),
            requested_on=asked,
            places=(make_place(place),),
            practice=practice,
        )
        terms = LIBRARY.terms(REFUSES_ALL, facts, CONTACT)
        if decide(facts, terms).outcome is Outcome.DECLINE:
            return asked
    return None


# Delivered on Monday 2 November 2026, ordered on 28 October.
INFORMED = {
    ("DE", "unwanted"): date(2026, 11, 17),
    ("FR", "unwanted"): date(2026, 11, 17),
    ("SE", "unwanted"): date(2026, 11, 17),
    # The Irish count ends a day earlier; the day between is for a person.
    ("IE", "unwanted"): date(2026, 11, 17),
    ("GB", "unwanted"): date(2026, 11, 17),
    ("CN", "unwanted"): date(2026, 11, 10),
    ("TW", "unwanted"): date(2026, 11, 10),
    ("BR", "unwanted"): date(2026, 11, 10),
    ("US-TX", "unwanted"): DELIVERED,
    ("US-NY", "unwanted"): DELIVERED,
    ("US-CA", "unwanted"): DELIVERED,
    # Which state's rules apply is not known.
    ("US", "unwanted"): None,
    ("JP", "unwanted"): DELIVERED,
    ("CA-QC", "unwanted"): DELIVERED,
    ("IN", "unwanted"): None,
    ("EG", "unwanted"): None,
    ("DE", "defective"): None,
    ("FR", "defective"): None,
    ("GB", "defective"): None,
    ("SE", "defective"): None,
    ("CN", "defective"): None,
    ("US-TX", "wrong-item"): None,
    ("US-CA", "defective"): None,
    ("DE", "other"): None,
    ("US-TX", "other"): None,
}
NOT_INFORMED = {
    # A year after 16 November, and 14 days for whoever was told on its last day.
    ("DE", "unwanted"): date(2027, 12, 1),
    # Scotland has 30 November off.
    ("GB", "unwanted"): date(2027, 12, 2),
    ("TW", "unwanted"): date(2027, 3, 17),
    ("CN", "unwanted"): date(2026, 11, 10),
    ("JP", "unwanted"): date(2026, 11, 10),
    ("US-TX", "unwanted"): DELIVERED,
    # 30 days end on 27 November, which New York works on; California does not.
    ("US-NY", "unwanted"): date(2026, 11, 28),
    ("US-CA", "unwanted"): date(2026, 12, 1),
    ("CA-QC", "unwanted"): None,
    ("US", "unwanted"): None,
}


@pytest.mark.parametrize(("case", "day"), list(INFORMED.items()), ids=str)
def test_it_refuses_no_earlier_than_the_law_lets(
    case: tuple[str, str], day: date | None
) -> None:
    assert first_refusal(*case, ALL, 2300) == day


@pytest.mark.parametrize(("case", "day"), list(NOT_INFORMED.items()), ids=str)
def test_it_refuses_later_where_the_shop_did_not_inform(
    case: tuple[str, str], day: date | None
) -> None:
    assert first_refusal(*case, NONE, 500) == day
