"""Fees on several items: a flat one is kept once per return."""

from __future__ import annotations

from decimal import Decimal

from plugin.policy.clauses import Guard
from plugin.policy.decision import Outcome
from plugin.policy.facts import Facts, Line
from plugin.policy.fees import charged_to
from plugin.policy.terms import Fee, Tier
from tests.builders import make_facts, make_line
from tests.policy.fees import make_fee, usd
from tests.policy.parts import at_least, decided, is_flag, make_core, make_rule

GIFT = Guard(is_flag("gift_card"))


def amounts(facts: Facts, *fees: Fee) -> list[dict[str, str | None]]:
    """List by line what each fee comes to for an approved return."""
    verdicts = decided(facts, make_core(make_rule(), fees=fees)).lines
    settled = [verdict.settlement for verdict in verdicts]
    return [
        {c.id: str(c.amount.amount) if c.amount else None for c in each.charges}
        for each in settled
        if each is not None
    ]


def lines(*prices: str) -> list[Line]:
    """Make items of these prices."""
    return [
        make_line(id=f"line-{n}", price=usd(price)) for n, price in enumerate(prices)
    ]


def test_a_flat_fee_is_kept_once_per_return() -> None:
    fee = make_fee(flat=usd("5.00"))

    assert amounts(make_facts(*lines("25.00", "10.00", "4.00")), fee) == [
        {"fee": "5.00"},
        {},
        {},
    ]


def test_a_percentage_is_kept_of_each_item() -> None:
    fee = make_fee(percent=Decimal(10))

    assert amounts(make_facts(*lines("25.00", "10.00")), fee) == [
        {"fee": "2.50"},
        {"fee": "1.00"},
    ]


def test_of_both_only_the_flat_part_is_kept_once() -> None:
    both = make_fee(flat=usd("5.00"), percent=Decimal(10))

    assert amounts(make_facts(*lines("25.00", "10.00")), both) == [
        {"fee": "7.50"},
        {"fee": "1.00"},
    ]


def test_a_flat_tier_is_kept_once_and_a_percentage_of_each_item() -> None:
    tiers = (
        Tier(at_least=0, flat=usd("5.00")),
        Tier(at_least=2000, flat=usd("1.00"), percent=Decimal(10)),
    )
    fee = make_fee(by="price", tiers=tiers)

    assert amounts(make_facts(*lines("25.00", "10.00", "30.00")), fee) == [
        {"fee": "3.50"},
        {},
        {"fee": "3.00"},
    ]


def test_two_flat_fees_are_each_kept_once() -> None:
    one, two = make_fee("one", flat=usd("1.00")), make_fee("two", flat=usd("2.00"))

    assert amounts(make_facts(*lines("25.00", "10.00")), one, two) == [
        {"one": "1.00", "two": "2.00"},
        {},
    ]


def test_a_flat_fee_falls_on_the_first_item_it_applies_to() -> None:
    fee = make_fee(guard=Guard(at_least("price", 2000)), flat=usd("5.00"))

    assert amounts(make_facts(*lines("10.00", "25.00", "30.00")), fee) == [
        {},
        {"fee": "5.00"},
        {},
    ]


def test_a_flat_fee_in_doubt_is_told_once() -> None:
    fee = make_fee(guard=GIFT, flat=usd("5.00"))
    unsure = [make_line(gift_card=None), make_line(id="two", gift_card=None)]

    assert amounts(make_facts(*unsure), fee) == [{"fee": None}, {}]


def test_an_item_that_is_not_taken_back_is_charged_nothing() -> None:
    facts = make_facts()
    verdict = decided(facts, make_core(fees=(make_fee(flat=usd("5.00")),))).lines[0]

    assert verdict.settlement is None
    assert charged_to(verdict) == frozenset()


def test_a_fee_that_the_law_may_forbid_is_for_a_person_on_every_item() -> None:
    # Whichever item bears the flat fee: the order of items is chance.
    told = make_line(id="told", note_tells_fault=None)
    plain = make_line(id="plain")
    policy = make_core(make_rule(), fees=(make_fee(flat=usd("5.00")),))

    def ends(*items: Line) -> dict[str, Outcome]:
        verdicts = decided(make_facts(*items), policy).lines
        return {verdict.line_id: verdict.outcome for verdict in verdicts}

    assert ends(told, plain) == ends(plain, told)
    assert ends(plain, told) == {"told": Outcome.REVIEW, "plain": Outcome.APPROVE}
