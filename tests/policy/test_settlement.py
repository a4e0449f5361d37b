"""Settling: what the policy promises, raised to what the law gives at least."""

from __future__ import annotations

import pytest

from plugin.policy.decision import Outcome
from plugin.policy.remedies import (
    FeeRule,
    Owed,
    Payer,
    Pays,
    RefundTerms,
    Remedy,
    Settlement,
    Strike,
)
from plugin.policy.terms import Fee
from tests.builders import make_facts
from tests.policy.parts import (
    SILENT,
    UNCLEAR,
    decided,
    entitling,
    make_core,
    make_rule,
    speaking,
)
from tests.policy.settled import (
    CREDIT,
    DOUBT,
    HANDLING,
    KEPT,
    LABEL,
    MONEY_BACK,
    QUIET,
    doubtful,
    settled,
    usd,
)


def test_a_policy_that_says_nothing_gives_the_money_back() -> None:
    assert settled(QUIET) == (Settlement(remedies=MONEY_BACK), None)


def test_where_the_law_is_silent_the_promise_stands() -> None:
    terms = RefundTerms(
        remedies=(Remedy.STORE_CREDIT, Remedy.EXCHANGE),
        outbound=False,
        return_freight=Payer.CONSUMER,
        send_back_days=7,
        refund_days=10,
        pays=Pays.AT_ONCE,
        bonus_percent=5,
        credit_expires_after_days=365,
    )

    assert settled(QUIET, refund=terms, fees=(HANDLING, LABEL)) == (
        Settlement(
            remedies=(Remedy.STORE_CREDIT, Remedy.EXCHANGE),
            charges=(KEPT["handling"], KEPT["label"]),
            outbound=False,
            return_freight=Payer.CONSUMER,
            send_back_days=7,
            refund_days=10,
            pays=Pays.AT_ONCE,
            bonus_percent=5,
            credit_expires_after_days=365,
        ),
        None,
    )


def test_a_clause_may_promise_something_of_its_own() -> None:
    own = make_rule(refund=RefundTerms(remedies=(Remedy.EXCHANGE,)))

    assert settled(QUIET, refund=CREDIT, clause=own)[0].remedies == (Remedy.EXCHANGE,)
    assert settled(QUIET, refund=CREDIT, clause=make_rule())[0].remedies == (
        Remedy.STORE_CREDIT,
    )


def test_a_law_that_entitles_to_nothing_we_know_raises_nothing() -> None:
    assert settled(speaking(None), refund=CREDIT, fees=(HANDLING,)) == (
        Settlement(remedies=(Remedy.STORE_CREDIT,), charges=(KEPT["handling"],)),
        None,
    )


NO_MONEY = "the law may forbid that no money is given back: XX:doubt"
A_FEE = "the law may forbid a fee: XX:doubt"


@pytest.mark.parametrize(
    ("remedies", "fees", "doubt"),
    [
        (MONEY_BACK, (), None),
        ((Remedy.STORE_CREDIT, Remedy.BANK_TRANSFER), (), None),
        ((Remedy.STORE_CREDIT,), (), NO_MONEY),
        ((Remedy.STORE_CREDIT,), (HANDLING,), NO_MONEY),
        (MONEY_BACK, (HANDLING,), A_FEE),
        (MONEY_BACK, (LABEL,), A_FEE),
    ],
)
def test_less_than_money_is_doubtful_where_the_law_is(
    remedies: tuple[Remedy, ...], fees: tuple[Fee, ...], doubt: str | None
) -> None:
    promised = RefundTerms(remedies=remedies)

    assert settled(QUIET, DOUBT, refund=promised, fees=fees)[1] == doubt
    assert settled(QUIET, refund=promised, fees=fees)[1] is None


def test_a_law_that_entitles_leaves_the_doubt_of_another() -> None:
    allows = speaking(Owed(fee=FeeRule.ALLOWED, return_freight=Payer.CONSUMER))

    assert settled(allows, DOUBT, fees=(HANDLING,))[1] == A_FEE


def test_money_that_one_law_gives_is_no_doubt_of_another() -> None:
    settlement, doubt = settled(speaking(Owed()), DOUBT, refund=CREDIT)

    assert doubt is None
    assert settlement.remedies == (Remedy.ORIGINAL_PAYMENT, Remedy.STORE_CREDIT)


def test_costs_and_days_are_left_open_where_the_law_is_not_clear() -> None:
    promised = RefundTerms(
        outbound=False,
        return_freight=Payer.CONSUMER,
        send_back_days=7,
        refund_days=10,
    )
    law = DOUBT._replace(cites="Act s 9")

    assert settled(QUIET, law, DOUBT, refund=promised) == (
        Settlement(
            remedies=MONEY_BACK,
            refund_days=10,
            doubtful=(
                Strike(what="return_shipping", cites="Act s 9"),
                Strike(what="outbound_shipping", cites="Act s 9"),
                Strike(what="send_back_days", cites="Act s 9"),
            ),
        ),
        None,
    )


@pytest.mark.parametrize("payer", [Payer.TRADER, Payer.UNCLEAR])
@pytest.mark.parametrize("outbound", [True, None])
def test_what_is_given_in_full_is_not_left_open(
    payer: Payer, outbound: bool | None
) -> None:
    promised = RefundTerms(outbound=outbound, return_freight=payer)
    settlement, doubt = settled(DOUBT, refund=promised)

    assert (settlement.outbound, settlement.return_freight) == (outbound, payer)
    assert (settlement.doubtful, doubt) == ((), None)


def test_only_what_is_less_is_left_open() -> None:
    promised = RefundTerms(outbound=True, return_freight=Payer.CONSUMER)
    settlement, _ = settled(DOUBT, refund=promised)

    assert (settlement.outbound, settlement.return_freight) == (True, Payer.UNCLEAR)
    assert doubtful(settlement) == ["return_shipping"]


def test_a_doubtful_settlement_is_for_a_person() -> None:
    policy = make_core(make_rule("yes"), refund=CREDIT)
    verdict = decided(make_facts(), policy, UNCLEAR).lines[0]

    assert verdict.outcome is Outcome.REVIEW
    assert verdict.settlement is None
    assert verdict.decided_by.id == "yes"
    assert verdict.decided_by.effect is Outcome.REVIEW
    assert verdict.decided_by.why == (
        "the law may forbid that no money is given back: UU:change-of-mind"
    )


def test_what_the_law_gives_is_settled_by_the_law() -> None:
    policy = make_core(make_rule("no", Outcome.DECLINE), refund=CREDIT)
    verdict = decided(make_facts(), policy, entitling()).lines[0]

    assert verdict.outcome is Outcome.APPROVE
    assert verdict.decided_by.id == "YY:change-of-mind"
    assert verdict.settlement == Settlement(
        remedies=(Remedy.ORIGINAL_PAYMENT, Remedy.STORE_CREDIT),
        struck=(Strike(what="remedies", cites="YY Act s 1"),),
    )


def test_the_clause_that_approves_gives_its_own_refund() -> None:
    own = make_rule(refund=RefundTerms(remedies=(Remedy.KEEP_ITEM,)))
    verdict = decided(make_facts(), make_core(own), SILENT).lines[0]

    assert verdict.settlement == Settlement(remedies=(Remedy.KEEP_ITEM,))


@pytest.mark.parametrize(
    ("paid", "outbound"), [("25.00", True), ("25.01", None), (None, True)]
)
def test_a_part_of_an_order_is_settled_as_a_part(
    paid: str | None, outbound: bool | None
) -> None:
    total = None if paid is None else usd(paid)
    policy = make_core(make_rule(), refund=RefundTerms(outbound=False))
    law = entitling(Owed(outbound=True))
    settlement = decided(make_facts(order_total=total), policy, law).lines[0].settlement

    assert settlement is not None
    assert settlement.outbound is outbound


@pytest.mark.parametrize(
    ("own", "law", "since", "days", "found"),
    [
        (None, 14, "the notice", 14, "the notice"),
        (30, 14, "the notice", 14, "the notice"),
        (14, 14, "the notice", 14, "the notice"),
        (7, 14, "the notice", 7, None),
        (7, None, None, 7, None),
        (None, None, None, None, None),
    ],
)
def test_the_days_of_the_law_run_from_the_law_s_event(
    own: int | None,
    law: int | None,
    since: str | None,
    days: int | None,
    found: str | None,
) -> None:
    policy = make_core(make_rule(), refund=RefundTerms(refund_days=own))
    owed = Owed(refund_days=law, refund_from=since)
    (verdict,) = decided(make_facts(), policy, entitling(owed)).lines

    assert verdict.settlement is not None
    assert (verdict.settlement.refund_days, verdict.settlement.refund_from) == (
        days,
        found,
    )


def test_the_law_raises_nothing_that_it_says_nothing_of() -> None:
    own = RefundTerms(
        remedies=(Remedy.STORE_CREDIT,),
        bonus_percent=10,
        credit_expires_after_days=90,
        pays=Pays.ON_RECEIPT,
    )
    policy = make_core(make_rule(), refund=own)
    (verdict,) = decided(make_facts(), policy, entitling(Owed())).lines
    found = verdict.settlement

    assert found is not None
    assert found.remedies == (Remedy.ORIGINAL_PAYMENT, Remedy.STORE_CREDIT)
    assert (found.bonus_percent, found.credit_expires_after_days) == (10, 90)
    assert found.pays is Pays.ON_RECEIPT
