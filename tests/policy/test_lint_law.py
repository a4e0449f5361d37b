"""Refusals, windows, refunds and fees that fall short of the law of some place."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from plugin.policy.days import Span
from plugin.policy.decision import Outcome
from plugin.policy.engine import decide
from plugin.policy.facts import PRACTICE
from plugin.policy.linting.lawyer import Lawyer
from plugin.policy.linting.lint import lint
from plugin.policy.linting.remark import Remark
from plugin.policy.linting.study import Study
from plugin.policy.provisions import ChangeOfMind, Fault, LawPack, Right
from plugin.policy.remedies import FeeRule, Owed
from plugin.policy.terms import Terms
from tests.builders import PACKS, make_clause, make_pack, make_policy

DE, GB, US = (PACKS.law_packs[id] for id in ("DE", "GB", "US"))
MIND = {"fact": "reason", "one_of": ["unwanted", "color", "style"]}
LATE = {"fact": "days_past_window", "more_than": 0}
TAGGED = {"fact": "product_tags", "contains": "final"}
IN_TIME = {
    "id": "in-time",
    "when": {"fact": "days_past_window", "at_most": 0},
    "then": "approve",
}


def refuses(when: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Make a clause that refuses only what the customer no longer wants."""
    return make_clause(when={"all": [MIND, when]}, **more)


def document(*clauses: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Make the changes of a document whose clauses come before an approval."""
    parts = {"schema": 2, "offers": [], "clauses": [*clauses, IN_TIME]}
    return {**parts, **changes}


def linted(
    *clauses: dict[str, Any], packs: dict[str, LawPack], **changes: Any
) -> list[Remark]:
    """Lint a policy of these clauses, and leave what has nothing to do with law."""
    remarks = lint(make_policy(**document(*clauses, **changes)), packs, ("en",))
    return [remark for remark in remarks if remark.kind != "overlap"]


def short(remarks: list[Remark]) -> list[tuple[str, str, str]]:
    """Name each remark by kind, place and message."""
    return [(remark.kind, remark.where, remark.message) for remark in remarks]


def pack(owed: Owed | None = None, **changes: Any) -> LawPack:
    """Make a pack that gives ten days from the delivery to change one's mind."""
    owed = owed or Owed(fee=FeeRule.ALLOWED)
    right = ChangeOfMind(
        right=Right.STATUTORY,
        cites="Example Act s 1",
        span=Span(days=10),
        owed=owed,
        owed_if_told=owed,
    )
    return make_pack(change_of_mind=replace(right, **changes))


def test_it_shows_the_days_on_which_a_refusal_becomes_an_approval() -> None:
    remarks = linted(refuses(LATE), packs={"DE": DE, "US": US}, window={"days": 10})

    assert short(remarks) == [
        (
            "below_law",
            "clauses.0",
            "Refusals of items by `late` on days 11 to 14 after the delivery will be"
            " approved by law in DE.",
        ),
        (
            "below_law",
            "window",
            "The window is over while the law still gives a return in DE: on days 11"
            " to 14 after the delivery.",
        ),
    ]
    assert remarks[0].example == (
        ("country", "DE"),
        ("days_past_window", 1),
        ("days_since_delivery", 11),
        ("reason", "unwanted"),
    )


def test_it_leaves_a_window_that_is_as_long_as_the_law() -> None:
    assert linted(refuses(LATE), packs={"DE": DE, "GB": GB}, window={"days": 14}) == []


def test_it_finds_a_final_sale_that_the_law_does_not_know() -> None:
    (remark,) = linted(refuses(TAGGED), packs={"XX": pack()})

    assert remark.message == (
        "Refusals of items by `late` on days 0 to 10 after the delivery will be"
        " approved by law in XX."
    )


def test_it_leaves_a_refusal_of_what_the_law_does_not_protect() -> None:
    business = {"fact": "business", "equals": True}

    assert linted(refuses(business), packs={"XX": pack()}) == []
    assert linted(refuses({"not": business}), packs={"XX": pack()}) != []


def test_it_puts_places_with_the_same_days_together() -> None:
    same, other = pack(), pack(span=Span(days=3))
    remarks = linted(refuses(TAGGED), packs={"AA": same, "BB": other, "CC": same})

    assert [remark.message for remark in remarks] == [
        "Refusals of items by `late` on days 0 to 10 after the delivery will be"
        " approved by law in AA, CC.",
        "Refusals of items by `late` on days 0 to 3 after the delivery will be"
        " approved by law in BB.",
    ]


def test_it_says_one_day_as_one_day() -> None:
    (remark, _) = linted(refuses(LATE), packs={"XX": pack()}, window={"days": 9})

    assert "by `late` on day 10 after" in remark.message


@pytest.mark.parametrize(
    ("named", "where"),
    [({"equals": "BR"}, ["BR"]), ({"one_of": ["BR", "DE"]}, ["BR"])],
)
def test_it_asks_for_a_country_only_where_the_clause_means_it(
    named: dict[str, Any], where: list[str]
) -> None:
    packs = {place: pack() for place in ("CL", "BR", "CA")}
    when = {"all": [TAGGED, {"fact": "country", **named}]}
    remarks = linted(refuses(when), packs=packs)
    apart = linted(refuses({"not": {"all": [TAGGED, when]}}), packs=packs)

    assert [r.message.partition("law in ")[2] for r in remarks] == [
        f"{place}." for place in where
    ]
    assert [r.message.partition("law in ")[2] for r in apart] == ["CL, BR, CA."]


def test_it_asks_for_a_region_only_where_the_clause_means_it() -> None:
    region = {"all": [TAGGED, {"fact": "region", "equals": "ON"}]}
    packs = {place: pack() for place in ("CA-ON", "CA-QC", "CA")}
    (remark,) = linted(refuses(region), packs=packs)

    assert remark.message.endswith("approved by law in CA-ON.")


def test_it_finds_refusals_of_faulty_items() -> None:
    faulty = {"fact": "reason", "equals": "defective"}
    clause = make_clause(when={"all": [faulty, TAGGED]})
    remarks = linted(clause, packs={"DE": DE, "US": US})
    faults = [r for r in remarks if "faulty" in r.message]

    assert [remark.message for remark in faults] == [
        "Refusals of faulty items by `late` on day 0 as on day 365 after the delivery"
        " will be approved by law in DE."
    ]


def test_it_does_not_take_a_mixed_reason_for_a_change_of_mind() -> None:
    mixed = {"fact": "reason", "one_of": ["defective", "unwanted"]}
    fault = Fault(right=Right.DOUBTFUL, cites="Example Act s 2")
    packs = {"XX": replace(pack(), fault=fault)}
    clause = make_clause(when={"all": [mixed, TAGGED]})
    remarks = linted(clause, packs=packs)

    assert [remark.message.partition(" after")[0] for remark in remarks] == [
        "Refusals of items by `late` on days 0 to 10",
        # One may also change one's mind about what is faulty.
        "Refusals of faulty items by `late` on day 0 as on day 7",
    ]


def test_it_finds_a_window_rule_that_is_too_short() -> None:
    rule = {"id": "sale", "days": 5, "when": TAGGED}
    remarks = linted(refuses(LATE), packs={"XX": pack()}, windows=[rule])

    assert [(r.where, r.message.partition(" on days ")[2][:7]) for r in remarks] == [
        ("clauses.0", "6 to 10"),
        ("windows.0", "6 to 10"),
    ]


@pytest.mark.parametrize("window", [{"hours": 48}, {"days": 2, "starts": "delivered"}])
def test_it_counts_hours_as_it_counts_days(window: dict[str, Any]) -> None:
    remarks = linted(refuses(LATE), packs={"XX": pack()}, window=window)

    assert [(r.where, r.message.partition(" on days ")[2][:7]) for r in remarks] == [
        ("clauses.0", "3 to 10"),
        ("window", "3 to 10"),
    ]


def test_it_counts_from_the_order_where_the_window_does() -> None:
    window = {"days": 10, "starts": "ordered"}
    remarks = linted(refuses(LATE), packs={"XX": pack()}, window=window)

    assert [(r.where, r.message) for r in remarks] == [
        (
            "clauses.0",
            "Refusals of items by `late` on days 8 to 10 after the delivery will be"
            " approved by law in XX, if it comes 3 days after the order.",
        ),
        (
            "window",
            "The window is over while the law still gives a return in XX: on days 8 to"
            " 10 after the delivery, if it comes 3 days after the order.",
        ),
    ]


def test_it_says_how_long_a_parcel_is_taken_to_be_on_its_way() -> None:
    window = {"days": 10, "starts": "fulfilled"}
    remarks = linted(refuses(LATE), packs={"XX": pack()}, window=window)
    old = refuses({"fact": "days_since_order", "more_than": 5})
    (of_order,) = linted(old, packs={"XX": pack()})

    assert [r.message.partition(" XX")[2] for r in remarks] == [
        ", if it comes 2 days after it left.",
        ": on days 9 to 10 after the delivery, if it comes 2 days after it left.",
    ]
    assert of_order.message == (
        "Refusals of items by `late` on days 3 to 10 after the delivery will be"
        " approved by law in XX, if it comes 3 days after the order."
    )


def test_it_leaves_windows_up_to_a_day_alone() -> None:
    window = {"until": "2199-12-31"}

    assert linted(refuses(LATE), packs={"XX": pack()}, window=window) == []


def test_it_counts_a_season_for_everybody() -> None:
    season = {"id": "always", "add_days": 6}
    window = {"days": 4}
    remarks = linted(
        refuses(LATE), packs={"XX": pack()}, window=window, seasons=[season]
    )

    assert [remark.where for remark in remarks] == ["window"]


def test_its_example_is_approved_by_the_engine_under_that_law() -> None:
    policy = make_policy(**document(refuses(LATE), window={"days": 10}))
    study = Study(policy)
    lawyer = Lawyer(study, {"DE": DE})
    facts = lawyer.refused(study.rules[0], "DE", 12, ("unwanted",))

    assert facts is not None
    assert lawyer.refused(study.rules[0], "DE", 10, ("unwanted",)) is None
    verdict = lawyer.verdict(facts, policy, "DE")
    assert verdict is not None
    assert verdict.outcome is Outcome.APPROVE
    none = Terms(policy=policy, packs=(make_pack(),), contact="a person")
    facts = replace(facts, practice=frozenset(PRACTICE))
    assert decide(facts, none).lines[0].outcome is Outcome.DECLINE
