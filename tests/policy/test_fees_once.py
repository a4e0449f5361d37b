"""Fees on several items: flat ones once, all of them within the caps of a return."""

from __future__ import annotations

from decimal import Decimal

from plugin.policy.clauses import Guard
from plugin.policy.decision import Outcome
from plugin.policy.facts import Line
from tests.builders import make_facts, make_line
from tests.policy.fees import STEPPED, approved, items, make_fee, usd
from tests.policy.parts import (
    at_least,
    decided,
    is_flag,
    make_core,
    make_rule,
)

GIFT = Guard(is_flag("gift_card"))


def test_a_flat_fee_is_kept_once_per_return() -> None:
    fee = make_fee(flat=usd("5.00"))

    assert approved(make_facts(*items("25.00", "10.00", "4.00")), fee) == [
        {"fee": "5.00"},
        {},
        {},
    ]


def test_a_percentage_is_kept_of_each_item() -> None:
    fee = make_fee(percent=Decimal(10))

    assert approved(make_facts(*items("25.00", "10.00")), fee) == [
        {"fee": "2.50"},
        {"fee": "1.00"},
    ]


def test_two_flat_fees_are_each_kept_once() -> None:
    one, two = make_fee("one", flat=usd("1.00")), make_fee("two", flat=usd("2.00"))

    assert approved(make_facts(*items("25.00", "10.00")), one, two) == [
        {"one": "1.00", "two": "2.00"},
        {},
    ]


def test_a_flat_fee_falls_on_the_first_item_it_applies_to() -> None:
    fee = make_fee(guard=Guard(at_least("price", 2000)), flat=usd("5.00"))

    assert approved(make_facts(*items("10.00", "25.00", "30.00")), fee) == [
        {},
        {"fee": "5.00"},
        {},
    ]


def test_a_flat_tier_is_kept_once_at_its_largest() -> None:
    assert approved(make_facts(*items("10.00", "25.00", "30.00")), STEPPED) == [
        {},
        {"fee": "5.00"},
        {},
    ]


def test_a_tier_of_a_percentage_stands_beside_a_flat_one() -> None:
    assert approved(make_facts(*items("10.00", "90.00", "100.00")), STEPPED) == [
        {"fee": "2.00"},
        {"fee": "9.00"},
        {"fee": "10.00"},
    ]


def test_what_is_surely_owed_stands_before_what_may_be() -> None:
    fee = make_fee(guard=GIFT, flat=usd("5.00"))
    sure = make_line(id="sure", gift_card=True)
    unsure = make_line(id="unsure", gift_card=None)

    assert approved(make_facts(sure, unsure), fee) == [{"fee": "5.00"}, {}]
    assert approved(make_facts(unsure, sure), fee) == [{}, {"fee": "5.00"}]


def test_a_flat_fee_in_doubt_is_told_once() -> None:
    fee = make_fee(guard=GIFT, flat=usd("5.00"))
    unsure = [make_line(id=id, gift_card=None) for id in ("one", "two")]

    assert approved(make_facts(*unsure), fee) == [{"fee": None}, {}]


def test_an_item_that_is_not_taken_back_is_charged_nothing() -> None:
    facts = make_facts()
    verdict = decided(facts, make_core(fees=(make_fee(flat=usd("5.00")),))).lines[0]

    assert verdict.settlement is None


def test_a_fee_that_the_law_may_forbid_is_for_a_person_on_every_item() -> None:
    # Whichever item bears the flat fee: the order of items is chance.
    told = make_line(id="told", note_tells_fault=None)
    plain = make_line(id="plain")
    policy = make_core(make_rule(), fees=(make_fee(flat=usd("5.00")),))

    def ends(*lines: Line) -> dict[str, Outcome]:
        verdicts = decided(make_facts(*lines), policy).lines
        return {verdict.line_id: verdict.outcome for verdict in verdicts}

    assert ends(told, plain) == ends(plain, told)
    assert ends(plain, told) == {"told": Outcome.REVIEW, "plain": Outcome.APPROVE}
