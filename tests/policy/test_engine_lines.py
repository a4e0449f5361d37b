"""Lines: their grounds, how they fold, and the law of each place."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from plugin.policy.clauses import Clause
from plugin.policy.days import Calendar, EndRoll, Span
from plugin.policy.decision import Finding, Ground, LineVerdict, Outcome, Says, Stratum
from plugin.policy.engine import decide, fold
from plugin.policy.facts import Facts
from plugin.policy.provisions import ChangeOfMind, LawPack, Right, StatutoryException
from plugin.policy.remedies import RefundTerms, Remedy, Settlement
from plugin.policy.terms import Terms
from tests.builders import CONTACT, make_facts, make_line, make_pack, make_place
from tests.policy.ends import APPROVE, DECLINE, GIFT, LAW_ID, NO, REVIEW, YES, verdict
from tests.policy.parts import SILENT, decided, entitling, make_core, make_rule

EXCEPTED = make_pack(
    id="EX",
    change_of_mind=ChangeOfMind(
        right=Right.STATUTORY,
        cites="Example Act s 1",
        span=Span(days=14),
        exceptions=(
            StatutoryException(
                code="made_to_order",
                needs=frozenset({"made_to_order"}),
                cites="Example Act s 2",
            ),
        ),
    ),
)
FINAL = make_rule("final", DECLINE, ground=Ground.FINAL_SALE)


LATE = make_rule("late", DECLINE, ground=Ground.RETURN_PERIOD_ENDED)
PLAIN = make_rule("no", DECLINE, ground=Ground.OTHER)
MADE = make_facts(make_line(proven=frozenset({"made_to_order"})))
OVER = make_facts(requested_on=date(2026, 12, 24))


@pytest.mark.parametrize(
    ("facts", "rule", "pack", "ground"),
    [
        (make_facts(), FINAL, SILENT, Ground.FINAL_SALE),
        (make_facts(), LATE, SILENT, Ground.RETURN_PERIOD_ENDED),
        (MADE, FINAL, EXCEPTED, Ground.OTHER),
        (MADE, LATE, EXCEPTED, Ground.OTHER),
        (MADE, PLAIN, EXCEPTED, Ground.OTHER),
        (OVER, FINAL, EXCEPTED, Ground.OTHER),
        (OVER, LATE, EXCEPTED, Ground.RETURN_PERIOD_ENDED),
    ],
)
def test_a_ground_is_named_only_where_no_statute_says_otherwise(
    facts: Facts, rule: Clause, pack: LawPack, ground: Ground
) -> None:
    # A right by statute cannot be sold away; it ends, or knows an exception.
    assert decided(facts, make_core(rule), pack).ground is ground


def test_an_exception_is_kept_with_the_law() -> None:
    found = verdict(MADE, make_core(PLAIN), EXCEPTED)

    assert found.law.exception == "made_to_order"


def test_the_statute_of_one_place_of_two_is_enough() -> None:
    places = (make_place("XX"), make_place("EX"))
    facts = replace(MADE, places=places)

    assert decided(facts, make_core(FINAL), SILENT, EXCEPTED).ground is Ground.OTHER


def test_a_refusal_without_a_ground_of_its_own_is_of_another() -> None:
    plain = make_rule("no", DECLINE, ground=None)

    assert decided(make_facts(), make_core(plain)).ground is Ground.OTHER


@pytest.mark.parametrize(
    ("grounds", "ground"),
    [
        ((Ground.FINAL_SALE, Ground.FINAL_SALE), Ground.FINAL_SALE),
        ((Ground.FINAL_SALE, Ground.RETURN_PERIOD_ENDED), Ground.OTHER),
        ((Ground.FINAL_SALE, None), Ground.OTHER),
    ],
)
def test_a_refusal_has_the_ground_that_all_its_lines_have(
    grounds: tuple[Ground | None, ...], ground: Ground
) -> None:
    gifts, others = (
        make_rule("gifts", DECLINE, GIFT, ground=grounds[0]),
        make_rule("others", DECLINE, ground=grounds[1]),
    )
    lines = (make_line(gift_card=True), make_line(id="line-2"))

    assert decided(make_facts(*lines), make_core(gifts, others)).ground is ground


@pytest.mark.parametrize(
    ("outcomes", "folded"),
    [
        ([APPROVE, APPROVE], APPROVE),
        ([DECLINE, DECLINE], DECLINE),
        ([APPROVE, DECLINE], REVIEW),
        ([APPROVE, REVIEW], REVIEW),
        ([DECLINE, REVIEW], REVIEW),
        ([REVIEW, REVIEW], REVIEW),
        ([], REVIEW),
    ],
)
def test_lines_fold_to_what_they_agree_on(
    outcomes: list[Outcome], folded: Outcome
) -> None:
    finding = Finding(Stratum.CLAUSE, "rule", Says.SPEAKS, None)
    verdicts = tuple(
        LineVerdict(
            line_id=str(n),
            title="Mug",
            outcome=outcome,
            decided_by=finding,
            law=finding,
            findings=(),
        )
        for n, outcome in enumerate(outcomes)
    )

    assert fold(verdicts) is folded


def test_lines_that_differ_are_for_a_person_and_keep_their_own_ends() -> None:
    lines = (make_line(gift_card=True), make_line(id="line-2"))
    policy = make_core(make_rule("gifts", DECLINE, GIFT), YES)
    decision = decided(make_facts(*lines), policy)

    assert (decision.outcome, decision.ground, decision.mixed) == (REVIEW, None, True)
    assert [line.outcome for line in decision.lines] == [DECLINE, APPROVE]
    assert [finding.id for finding in decision.reasons] == ["gifts", "yes"]


def test_the_law_of_each_place_is_asked_and_the_kindest_counts() -> None:
    places = (make_place("XX"), make_place("YY"))
    facts = make_facts(places=places)
    found = verdict(facts, make_core(NO), SILENT, entitling())

    assert (found.outcome, found.law.id) == (APPROVE, LAW_ID)
    assert [f.id for f in found.findings[:2]] == ["XX:change-of-mind", LAW_ID]


ROLLS = make_pack(
    id="YY",
    change_of_mind=ChangeOfMind(
        right=Right.STATUTORY,
        cites="YY Act s 1",
        span=Span(days=3, end_roll=EndRoll.NEXT_WORKING_DAY),
    ),
)


@pytest.mark.parametrize(
    ("holiday", "end"),
    [(True, (APPROVE, LAW_ID)), (False, (DECLINE, "no"))],
)
def test_the_holidays_of_each_place_are_known_to_its_law(
    holiday: bool, end: tuple[Outcome, str]
) -> None:
    # Delivered on a Monday: three days end on Thursday, and on Friday after a holiday.
    thursday, friday = date(2026, 11, 5), date(2026, 11, 6)
    calendar = Calendar(certain=frozenset({thursday}) if holiday else frozenset())
    terms = Terms(
        policy=make_core(NO), packs=(ROLLS,), contact=CONTACT, calendars=(calendar,)
    )
    found = decide(make_facts(requested_on=friday), terms).lines[0]

    assert (found.outcome, found.decided_by.id) == end


def test_a_clause_is_found_again_by_its_stratum() -> None:
    # A clause may be called like the default; it lends the default no words.
    named = make_rule("default", DECLINE, GIFT)
    found = verdict(make_facts(), make_core(named, default=APPROVE))

    assert (found.outcome, found.texts, found.ground) == (APPROVE, (), None)


def test_a_refund_of_its_own_belongs_to_the_rule_that_decided() -> None:
    credit = RefundTerms(remedies=(Remedy.STORE_CREDIT,))
    first = make_rule("first", when=GIFT, refund=credit)
    found = verdict(make_facts(), make_core(first, YES))

    assert found.settlement == Settlement(remedies=(Remedy.ORIGINAL_PAYMENT,))
