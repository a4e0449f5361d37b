"""Rules that meet: exceptions are left alone, all else is told, once."""

from __future__ import annotations

from typing import Any

from plugin.policy.linting.remark import Remark, Severity
from tests.builders import make_clause
from tests.policy.test_lint import IN_TIME, LATE, approve, both, linted, review

CARD = {"fact": "gift_card", "equals": True}
DEAR = {"fact": "price", "more_than": 10}
LATE_RULE = make_clause()


def told(*clauses: dict[str, Any], **changes: Any) -> list[Remark]:
    """Give what is said of rules that meet."""
    found = linted(*clauses, **changes)
    return [remark for remark in found if remark.kind in ("overlap", "order")]


def test_it_tells_of_a_special_rule_under_a_general_one() -> None:
    (remark,) = told(LATE_RULE, review("card", CARD), IN_TIME)

    assert remark == Remark(
        kind="overlap",
        severity=Severity.HINT,
        where="clauses.1",
        message=(
            "A request may meet `card` and also `late`, which comes first; by `late`"
            " it is declined, not left to a person."
        ),
        example=(("days_past_window", 1), ("gift_card", True)),
        fix="If `card` should win there, move it further up.",
    )


def test_it_names_all_general_rules_above_a_special_one() -> None:
    fresh = approve("fresh", {"fact": "days_since_delivery", "at_most": 3})
    (remark,) = told(LATE_RULE, fresh, review("card", CARD), IN_TIME)

    assert remark.message == (
        "A request may meet `card` and also `late` and `fresh`, which come first; by"
        " `late` it is declined, not left to a person."
    )


def test_it_says_nothing_of_exceptions_above_their_rule() -> None:
    late_card = review("late-card", both(LATE, CARD))
    dear_card = review("dear-card", both(CARD, DEAR))
    card = approve("card", CARD)

    assert told(late_card, LATE_RULE, IN_TIME) == []
    # What asks for more than the time is an exception from rules that do not.
    assert told(review("card", CARD), LATE_RULE, IN_TIME) == []
    # A rule that is wholly inside another is an exception whatever both ask for.
    assert told(dear_card, card, default="approve") == []
    assert [remark.kind for remark in told(card, dear_card)] == []


def test_it_says_once_which_of_several_special_rules_win() -> None:
    new = approve("new", {"fact": "customer_orders", "at_most": 1})
    rules = (review("card", CARD), review("dear", DEAR), new)
    (remark,) = told(*rules, LATE_RULE, IN_TIME)

    assert remark == Remark(
        kind="order",
        severity=Severity.HINT,
        where="clauses",
        message=(
            "A request may meet several of these rules, and the first one decides:"
            " `card` before `new`; `dear` before `new`."
        ),
        example=(("customer_orders", 1), ("gift_card", True)),
        fix="Move a rule further up where it should win.",
    )


def test_a_rule_that_asks_for_evidence_is_not_a_general_one() -> None:
    shown = approve("shown", LATE, evidence=[{"kind": "photo"}])
    (remark,) = told(review("card", CARD), shown, LATE_RULE, IN_TIME)

    assert (remark.kind, remark.message.partition(": ")[2]) == (
        "order",
        "`card` before `shown`.",
    )


def test_it_tells_of_two_general_rules_that_meet() -> None:
    fresh = approve("fresh", {"fact": "days_since_delivery", "at_most": 40})
    (remark,) = told(fresh, LATE_RULE)

    assert (remark.kind, remark.where) == ("overlap", "clauses.1")


def test_it_counts_no_overlap_of_clauses_that_end_alike() -> None:
    rules = (review("card", CARD), review("dear", DEAR))

    assert told(*rules, default="approve") == []


def test_it_shows_no_overlap_that_no_request_can_have() -> None:
    # What is kept and what is sent back are together what was paid.
    kept = review("kept", {"fact": "kept_value", "at_least": 60})
    total = both(
        {"fact": "order_total", "at_most": 100}, {"fact": "price", "at_least": 60}
    )

    assert told(kept, approve("small", total), IN_TIME) == []


def test_a_rule_that_ends_alike_hides_no_other_one() -> None:
    alike = review("alike", {"fact": "price", "more_than": 5})
    other = approve("other", {"fact": "customer_orders", "at_most": 1})
    (remark,) = told(alike, other, review("card", CARD))

    assert remark.message.partition(": ")[2] == (
        "`alike` before `other`; `other` before `card`."
    )
