"""Fees of a return stay within the law's cap, and within what was paid."""

from __future__ import annotations

from decimal import Decimal
from itertools import permutations

import pytest

from plugin.policy.decision import Finding, LineVerdict, Outcome, Says, Stratum
from plugin.policy.fees import fitted
from plugin.policy.money import Money
from plugin.policy.provisions import LawPack
from plugin.policy.remedies import (
    Charge,
    FeeCap,
    FeeRule,
    Owed,
    Payer,
    PaysFor,
    Remedy,
    Settlement,
    Strike,
)
from tests.builders import make_facts, make_line, make_place
from tests.policy.fees import STEPPED, amounts, approved, items, make_fee, usd
from tests.policy.parts import (
    decided,
    entitling,
    is_flag,
    make_core,
    make_rule,
)

LAW = Finding(Stratum.LAW, "XX:law", Says.SILENT, None)


def test_fees_are_no_more_than_what_was_paid() -> None:
    fees = make_fee("one", flat=usd("8.00")), make_fee("two", flat=usd("6.00"))

    assert approved(make_facts(*items("10.00")), *fees) == [
        {"one": "8.00", "two": "2.00"}
    ]
    assert approved(make_facts(*items("8.00")), *fees) == [{"one": "8.00"}]
    assert approved(make_facts(*items("10.00", "4.00")), *fees) == [
        {"one": "8.00", "two": "6.00"},
        {},
    ]


def test_a_price_that_is_not_known_sets_no_bound() -> None:
    fee = make_fee(flat=usd("80.00"))
    facts = make_facts(*items("10.00"), make_line(id="gift", price=None))

    assert approved(facts, fee) == [{"fee": "80.00"}, {}]


def test_only_what_is_made_good_counts_as_paid() -> None:
    policy = make_core(
        make_rule("no", Outcome.DECLINE, is_flag("gift_card")),
        make_rule("yes"),
        fees=(make_fee(flat=usd("80.00")),),
    )
    card = make_line(id="card", gift_card=True, price=usd("50.00"))
    lines = decided(make_facts(*items("10.00"), card), policy).lines

    assert amounts(lines) == [{"fee": "10.00"}]


@pytest.mark.parametrize("most", ["8.00", "6.00", "5.00", "0.01"])
def test_all_handling_of_a_return_is_within_the_cap_of_the_law(most: str) -> None:
    capped = Owed(fee=FeeRule.CAPPED, fee_amount=usd(most))
    policy = make_core(make_rule(), fees=(make_fee(percent=Decimal(20)),))
    facts = make_facts(*items("25.00", "15.00"))
    found = amounts(decided(facts, policy, entitling(capped)).lines)

    assert sum(Decimal(line.get("fee") or 0) for line in found) == Decimal(most)


def test_what_the_cap_of_a_return_takes_is_struck_with_its_statute() -> None:
    capped = Owed(fee=FeeRule.CAPPED, fee_amount=usd("6.00"))
    policy = make_core(make_rule(), fees=(make_fee(percent=Decimal(20)),))
    facts = make_facts(*items("25.00", "15.00", "5.00"))
    lines = decided(facts, policy, entitling(capped)).lines
    fees = Strike(what="fees", cites="YY Act s 1")

    assert amounts(lines) == [{"fee": "5.00"}, {"fee": "1.00"}, {}]
    assert [v.settlement.struck for v in lines if v.settlement] == [
        (),
        (fees,),
        (fees,),
    ]


def test_what_was_struck_of_a_line_already_is_not_struck_twice() -> None:
    capped = Owed(fee=FeeRule.CAPPED, fee_percent=10, fee_amount=usd("3.00"))
    policy = make_core(make_rule(), fees=(make_fee(percent=Decimal(20)),))
    facts = make_facts(*items("25.00", "15.00"))
    lines = decided(facts, policy, entitling(capped)).lines

    assert amounts(lines) == [{"fee": "2.50"}, {"fee": "0.50"}]
    assert [len(v.settlement.struck) for v in lines if v.settlement] == [1, 1]


def test_what_was_not_paid_is_no_term_that_the_law_took_out() -> None:
    policy = make_core(make_rule(), fees=(make_fee(flat=usd("80.00")),))
    settlement = decided(make_facts(), policy).lines[0].settlement

    assert settlement is not None
    assert settlement.struck == ()


def test_the_cap_on_handling_leaves_the_way_back_alone() -> None:
    label = make_fee("label", flat=usd("9.00"), pays_for=PaysFor.RETURN_SHIPPING)
    capped = Owed(
        fee=FeeRule.CAPPED,
        fee_amount=usd("7.00"),
        return_freight=Payer.CONSUMER,
    )
    fees = (label, make_fee("handling", percent=Decimal(40)))
    lines = decided(make_facts(), make_core(make_rule(), fees=fees), entitling(capped))

    assert amounts(lines.lines) == [{"label": "9.00", "handling": "7.00"}]


@pytest.mark.parametrize(
    ("one", "other", "kept"),
    [("6.00", None, "6.00"), (None, "6.00", "6.00"), ("6.00", "4.00", "4.00")],
)
def test_the_lowest_cap_of_several_laws_counts(
    one: str | None, other: str | None, kept: str
) -> None:
    def law(most: str | None) -> LawPack:
        amount = None if most is None else usd(most)
        rule = FeeRule.ALLOWED if most is None else FeeRule.CAPPED
        return entitling(Owed(fee=rule, fee_amount=amount))

    policy = make_core(make_rule(), fees=(make_fee(percent=Decimal(20)),))
    places = (make_place("YY"), make_place("ZZ"))
    facts = make_facts(*items("25.00", "25.00"), places=places)
    found = amounts(decided(facts, policy, law(one), law(other)).lines)

    assert sum(Decimal(line.get("fee") or 0) for line in found) == Decimal(kept)


def verdict_of(id: str, *charges: Charge, at_most: Money | None = None) -> LineVerdict:
    """Make the verdict of a line that is made good for these charges."""
    cap = None if at_most is None else FeeCap(amount=at_most, cites="Act s 5")
    settlement = Settlement(
        remedies=(Remedy.ORIGINAL_PAYMENT,), charges=charges, fees_at_most=cap
    )
    return LineVerdict(
        line_id=id,
        title="Mug",
        outcome=Outcome.APPROVE,
        decided_by=LAW,
        law=LAW,
        findings=(),
        settlement=settlement,
    )


def test_lines_without_fees_stay_as_they_are() -> None:
    lines = (verdict_of("one"), verdict_of("two"))

    assert fitted(lines, make_facts()) is lines
    assert fitted((), make_facts()) == ()


def test_a_cap_in_another_currency_bounds_nothing() -> None:
    charge = Charge(id="fee", amount=usd("5.00"))
    line = verdict_of("line-1", charge, at_most=Money.of("1.00", "EUR"))

    assert amounts(fitted((line,), make_facts())) == [{"fee": "5.00"}]


def test_an_unknown_fee_stays_unknown_under_a_cap() -> None:
    unknown, known = Charge(id="a", amount=None), Charge(id="b", amount=usd("5.00"))
    line = verdict_of("line-1", unknown, known, at_most=usd("3.00"))

    assert amounts(fitted((line,), make_facts())) == [{"a": None, "b": "3.00"}]


def test_the_lowest_of_several_caps_counts() -> None:
    charge = Charge(id="fee", amount=usd("5.00"))
    one = verdict_of("line-1", charge, at_most=usd("4.00"))
    two = verdict_of("line-2", charge, at_most=usd("7.00"))

    for order in permutations((one, two)):
        lines = fitted(tuple(order), make_facts(*items("25.00", "25.00")))
        assert sum(Decimal(line.get("fee") or 0) for line in amounts(lines)) == 4


@pytest.mark.parametrize("order", list(permutations(["8.00", "25.00", "90.00"])))
@pytest.mark.parametrize("most", [None, "7.00"])
def test_the_order_of_items_leaves_the_sum_of_fees(
    most: str | None, order: tuple[str, ...]
) -> None:
    amount = None if most is None else usd(most)
    capped = Owed(fee=FeeRule.CAPPED, fee_percent=50, fee_amount=amount)
    facts = make_facts(*items(*order))
    policy = make_core(make_rule(), fees=(STEPPED, make_fee("plain", flat=usd("3.00"))))
    lines = amounts(decided(facts, policy, entitling(capped)).lines)
    sums = [sum(Decimal(amount or 0) for amount in line.values()) for line in lines]

    assert sum(sums) == Decimal(most or "17.00")
