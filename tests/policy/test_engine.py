"""The engine: strata in their order, doubts that matter, and what is kept of both."""

from __future__ import annotations

import pytest

from plugin.policy.clauses import Clause
from plugin.policy.conditions import All
from plugin.policy.decision import Finding, Ground, Outcome, Says, Stratum
from plugin.policy.holds import HOLDS
from plugin.policy.provisions import LawPack
from plugin.policy.remedies import Remedy, Settlement
from tests.builders import CONTACT, make_facts
from tests.policy.ends import (
    APPROVE,
    DECLINE,
    GIFT,
    LAW_ID,
    LOOK,
    NO,
    REVIEW,
    UNSURE,
    YES,
    ends,
    verdict,
)
from tests.policy.parts import (
    UNCLEAR,
    WORDS,
    at_least,
    decided,
    entitling,
    is_flag,
    make_core,
    make_rule,
)


def test_a_refusal_carries_all_that_it_owes() -> None:
    policy = make_core(make_rule("late", DECLINE, ground=Ground.RETURN_PERIOD_ENDED))
    decision = decided(make_facts(), policy)

    assert (decision.outcome, decision.ground) == (DECLINE, Ground.RETURN_PERIOD_ENDED)
    assert (decision.policy_version, decision.contact) == ("v1", CONTACT)
    assert (decision.holds, decision.mixed) == ((), False)
    assert decision.lines[0].texts == WORDS
    assert decision.lines[0].settlement is None
    assert decision.lines[0].line_id == "line-1"
    assert decision.lines[0].title == "Blue mug"


def test_an_approval_has_no_ground_but_a_settlement() -> None:
    decision = decided(make_facts(), make_core(YES))

    assert (decision.outcome, decision.ground) == (APPROVE, None)
    assert decision.lines[0].settlement == Settlement(
        remedies=(Remedy.ORIGINAL_PAYMENT,)
    )


def test_every_finding_is_kept_in_the_order_of_the_strata() -> None:
    policy = make_core(
        make_rule("gift", DECLINE, GIFT),
        make_rule("cheap", when=at_least("price", 9)),
        limits=(make_rule("often", REVIEW, at_least("customer_orders", 9)),),
    )
    findings = verdict(make_facts(), policy).findings
    says = {finding.id: finding.says for finding in findings}

    assert list(says) == [
        "XX:change-of-mind",
        *(id for id, _, _ in HOLDS),
        "often",
        "gift",
        "cheap",
        "default",
    ]
    assert findings[-4:] == (
        Finding(
            Stratum.CLAUSE, "often", Says.SILENT, REVIEW, (("customer_orders", 3),)
        ),
        Finding(Stratum.CLAUSE, "gift", Says.SILENT, DECLINE, (("gift_card", False),)),
        Finding(Stratum.CLAUSE, "cheap", Says.SPEAKS, APPROVE, (("price", 2500),)),
        Finding(Stratum.DEFAULT, "default", Says.SPEAKS, REVIEW),
    )


@pytest.mark.parametrize("default", [APPROVE, REVIEW])
def test_the_default_decides_where_no_rule_speaks(default: Outcome) -> None:
    policy = make_core(make_rule("gift", DECLINE, GIFT), default=default)

    assert ends(make_facts(), policy) == (default, "default")


def test_the_first_rule_that_speaks_decides() -> None:
    facts = make_facts()

    assert ends(facts, make_core(NO, YES)) == (DECLINE, "no")
    assert ends(facts, make_core(YES, NO)) == (APPROVE, "yes")
    assert ends(facts, make_core(YES, limits=(NO,))) == (DECLINE, "no")


@pytest.mark.parametrize(
    ("doubted", "then", "end"),
    [
        (APPROVE, YES, (APPROVE, "yes")),
        (APPROVE, NO, (REVIEW, "doubt")),
        (DECLINE, YES, (REVIEW, "doubt")),
        (DECLINE, NO, (DECLINE, "no")),
        (REVIEW, YES, (REVIEW, "doubt")),
        (REVIEW, LOOK, (REVIEW, "look")),
    ],
)
def test_a_doubt_counts_where_it_would_end_otherwise(
    doubted: Outcome, then: Clause, end: tuple[Outcome, str]
) -> None:
    policy = make_core(make_rule("doubt", doubted, GIFT), then)

    assert ends(UNSURE, policy) == end


def test_a_doubt_after_what_decides_does_not_count() -> None:
    policy = make_core(YES, make_rule("doubt", DECLINE, GIFT))

    assert ends(UNSURE, policy) == (APPROVE, "yes")


def test_a_doubt_before_the_default_counts() -> None:
    policy = make_core(make_rule("doubt", DECLINE, GIFT), default=APPROVE)

    assert ends(UNSURE, policy) == (REVIEW, "doubt")


def test_the_first_doubt_that_matters_says_what_is_not_known() -> None:
    policy = make_core(
        make_rule("alike", APPROVE, GIFT),
        make_rule("two", REVIEW, is_flag("business")),
        make_rule("three", DECLINE, at_least("photos", 1)),
        YES,
    )
    found = verdict(UNSURE, policy).decided_by

    assert found == Finding(
        Stratum.CLAUSE,
        "two",
        Says.CANNOT_TELL,
        REVIEW,
        (("business", None),),
        why="not known: business",
    )


def test_a_doubt_names_each_fact_that_is_not_known() -> None:
    when = All((GIFT, at_least("price", 1), is_flag("business")))
    policy = make_core(make_rule("doubt", DECLINE, when), YES)

    assert verdict(UNSURE, policy).decided_by.why == "not known: gift_card, business"


@pytest.mark.parametrize(
    ("rules", "end"),
    [
        ((), (APPROVE, LAW_ID)),
        ((NO,), (APPROVE, LAW_ID)),
        ((NO, LOOK), (APPROVE, LAW_ID)),
        ((LOOK, NO), (REVIEW, "look")),
        ((YES,), (APPROVE, "yes")),
        ((make_rule("doubt", DECLINE, GIFT),), (APPROVE, LAW_ID)),
        ((make_rule("doubt", DECLINE, GIFT), LOOK), (REVIEW, "look")),
        ((make_rule("doubt", APPROVE, GIFT), NO), (APPROVE, LAW_ID)),
        ((make_rule("doubt", REVIEW, GIFT), NO), (REVIEW, "doubt")),
        ((make_rule("doubt", REVIEW, GIFT),), (REVIEW, "doubt")),
    ],
)
def test_the_law_stands_in_for_a_refusal_and_for_the_default(
    rules: tuple[Clause, ...], end: tuple[Outcome, str]
) -> None:
    policy = make_core(*rules)

    assert ends(UNSURE, policy, entitling()) == end


@pytest.mark.parametrize(
    ("pack", "why"),
    [
        (UNCLEAR, "the statute's reach is disputed"),
        (None, "no law pack for this country"),
    ],
)
def test_where_nobody_can_tell_the_law_a_refusal_is_for_a_person(
    pack: LawPack | None, why: str
) -> None:
    found = verdict(make_facts(), make_core(NO), pack)

    assert found.outcome is REVIEW
    assert found.decided_by == found.law._replace(effect=REVIEW)
    assert found.decided_by.why == why
    assert (found.ground, found.texts) == (None, ())


def test_where_nobody_can_tell_the_law_an_approval_stands() -> None:
    assert ends(make_facts(), make_core(YES), UNCLEAR) == (APPROVE, "yes")
