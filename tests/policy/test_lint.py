"""A policy read for its own faults: each kind, and a near miss that is sound."""

from __future__ import annotations

from typing import Any

import pytest

from plugin.policy.linting.lint import lint
from plugin.policy.linting.remark import Remark, Severity
from tests.builders import make_clause, make_policy

NEVER, FIRST = "never_speaks", "shadowed"
IN_TIME = {
    "id": "in-time",
    "when": {"fact": "days_past_window", "at_most": 0},
    "then": "approve",
}
LATE_CARD = {"fact": "gift_card", "equals": True}
LATE = {"fact": "days_past_window", "more_than": 0}


def linted(*clauses: dict[str, Any], **changes: Any) -> tuple[Remark, ...]:
    """Lint a policy of these clauses in English, where no law is known."""
    parts = {"schema": 2, "offers": [], "clauses": [*clauses], **changes}
    return lint(make_policy(**parts), {}, ("en",))


def found(remarks: tuple[Remark, ...]) -> list[tuple[str, str]]:
    """Name what is graver than a hint by kind and place."""
    graver = (r for r in remarks if r.severity is not Severity.HINT)
    return [(remark.kind, remark.where) for remark in graver]


def review(id: str, when: dict[str, Any]) -> dict[str, Any]:
    """Make a clause that sends to a person."""
    return {"id": id, "when": when, "then": "review"}


def approve(id: str, when: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Make a clause that approves."""
    return {"id": id, "when": when, "then": "approve", **more}


def both(*parts: dict[str, Any]) -> dict[str, Any]:
    """Join conditions."""
    return {"all": list(parts)}


def test_it_finds_nothing_amiss_in_a_sound_policy() -> None:
    assert linted(make_clause(), IN_TIME) == ()


@pytest.mark.parametrize(
    ("when", "sound"),
    [
        (
            both({"fact": "price", "more_than": 10}, {"fact": "price", "at_most": 10}),
            both({"fact": "price", "at_least": 10}, {"fact": "price", "at_most": 10}),
        ),
        (
            both(LATE, {"fact": "days_since_delivery", "at_most": 30}),
            both(LATE, {"fact": "days_since_delivery", "at_most": 31}),
        ),
        (
            both(
                {"fact": "days_since_order", "less_than": 5},
                {"fact": "days_since_delivery", "at_least": 5},
            ),
            both(
                {"fact": "days_since_order", "less_than": 6},
                {"fact": "days_since_delivery", "at_least": 5},
            ),
        ),
        (
            both(
                {"fact": "country", "equals": "DE"}, {"fact": "country", "equals": "FR"}
            ),
            both(
                {"fact": "country", "equals": "DE"},
                {"fact": "country", "one_of": ["DE", "FR"]},
            ),
        ),
        (
            both(
                {"fact": "order_tags", "contains": "gift"},
                {"not": {"fact": "order_tags", "contains_any": ["gift", "sale"]}},
            ),
            both(
                {"fact": "order_tags", "contains": "gift"},
                {"not": {"fact": "order_tags", "contains": "sale"}},
            ),
        ),
        (
            {"fact": "used_percent", "more_than": 100},
            {"fact": "used_percent", "more_than": 99},
        ),
        (
            both(
                {"fact": "customer_returns_in_30_days", "at_least": 3},
                {"fact": "customer_returns_in_90_days", "at_most": 2},
            ),
            both(
                {"fact": "customer_returns_in_30_days", "at_most": 3},
                {"fact": "customer_returns_in_90_days", "at_least": 2},
            ),
        ),
    ],
)
def test_it_finds_a_clause_that_can_never_speak(
    when: dict[str, Any], sound: dict[str, Any]
) -> None:
    remarks = linted(review("odd", when), make_clause(), IN_TIME)

    assert found(remarks) == [(NEVER, "clauses.0")]
    assert remarks[0].message == "No request can ever meet the condition of `odd`."
    assert found(linted(review("odd", sound), make_clause(), IN_TIME)) == []


def test_it_names_the_clauses_that_cover_another() -> None:
    cheap = review("cheap", {"fact": "price", "less_than": 100})
    dear = review("dear", {"fact": "price", "at_least": 100})
    gift = approve("gift", {"fact": "gift_card", "equals": True})
    tag = approve("tagged", {"fact": "price", "at_least": 500})
    (remark, *_) = linted(gift, cheap, dear, tag, IN_TIME, make_clause())

    assert (remark.kind, remark.where) == (FIRST, "clauses.3")
    assert remark.message == (
        "`tagged` never decides: `dear` covers every request that meets its condition."
    )
    assert remark.example == (("price", 500),)
    assert remark.fix == "Move `tagged` before `dear`, narrow those, or remove it."


def test_it_names_several_clauses_that_cover_another_together() -> None:
    cheap = review("cheap", {"fact": "price", "less_than": 100})
    dear = review("dear", {"fact": "price", "more_than": 99})
    remarks = linted(cheap, dear, IN_TIME, default="approve")

    assert [r.message for r in remarks if r.kind == FIRST] == [
        "`in-time` never decides: `cheap` and `dear` cover every request that meets"
        " its condition."
    ]


def test_it_leaves_a_clause_that_one_price_gets_through_to() -> None:
    cheap = review("cheap", {"fact": "price", "less_than": 100})
    dear = review("dear", {"fact": "price", "more_than": 100})

    assert found(linted(cheap, dear, IN_TIME)) == []


def test_it_knows_that_a_clause_may_decide_where_a_fact_is_not_known() -> None:
    always = {"any": [{"fact": "gift_card", "equals": flag} for flag in (True, False)]}
    alike = linted(approve("always", always), IN_TIME)
    unlike = linted(review("always", always), IN_TIME, default="approve")

    assert found(alike) == []
    assert found(unlike) == [(FIRST, "clauses.1")]


def test_it_knows_that_the_law_passes_over_a_refusal_in_doubt() -> None:
    always = {"any": [{"fact": "gift_card", "equals": flag} for flag in (True, False)]}
    refusal = make_clause(when=always)

    assert found(linted(refusal, IN_TIME)) == []


def test_it_knows_that_a_clause_with_evidence_waits_for_it() -> None:
    faulty = {"fact": "reason", "equals": "defective"}
    asks = approve("shown", faulty, evidence=[{"kind": "photo", "at_least": 2}])
    later = review("faulty", faulty)

    assert found(linted(asks, later, IN_TIME)) == []
    assert found(linted(later, asks, IN_TIME)) == [(FIRST, "clauses.1")]


def test_it_finds_a_limit_that_a_limit_over_more_days_covers() -> None:
    year = {"id": "year", "counts": "returns", "within_days": 365, "at_most": 3}
    month = {"id": "month", "counts": "returns", "within_days": 30, "at_most": 5}
    limits = [{**year, "then": "review"}, {**month, "then": "review"}]
    ends = {"clauses": [make_clause(), IN_TIME]}

    assert found(linted(*ends["clauses"], limits=limits)) == [(FIRST, "limits.1")]
    assert found(linted(*ends["clauses"], limits=limits[::-1])) == []
