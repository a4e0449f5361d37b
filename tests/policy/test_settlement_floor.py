"""What the law gives at least: remedies, freight, days; struck where less."""

from __future__ import annotations

import pytest

from plugin.policy.money import Money
from plugin.policy.remedies import FeeRule, Owed, Payer, RefundTerms, Remedy, Strike
from tests.policy.parts import speaking
from tests.policy.settled import (
    CREDIT,
    HANDLING,
    MONEY_BACK,
    PRICE,
    doubtful,
    raised,
    settled,
    struck,
    usd,
)


@pytest.mark.parametrize(
    ("promised", "owed", "given"),
    [
        (MONEY_BACK, {Remedy.ORIGINAL_PAYMENT, Remedy.BANK_TRANSFER}, MONEY_BACK),
        (
            (Remedy.STORE_CREDIT,),
            {Remedy.ORIGINAL_PAYMENT, Remedy.BANK_TRANSFER},
            (Remedy.ORIGINAL_PAYMENT, Remedy.STORE_CREDIT),
        ),
        (
            (Remedy.STORE_CREDIT, Remedy.BANK_TRANSFER),
            {Remedy.ORIGINAL_PAYMENT, Remedy.BANK_TRANSFER},
            (Remedy.STORE_CREDIT, Remedy.BANK_TRANSFER),
        ),
        (
            (Remedy.EXCHANGE,),
            {Remedy.REPLACEMENT, Remedy.REPAIR},
            (Remedy.REPAIR, Remedy.EXCHANGE),
        ),
        (
            (Remedy.EXCHANGE,),
            {Remedy.REPLACEMENT, Remedy.ORIGINAL_PAYMENT, Remedy.BANK_TRANSFER},
            (Remedy.ORIGINAL_PAYMENT, Remedy.EXCHANGE),
        ),
    ],
)
def test_at_least_one_remedy_that_is_owed_is_open(
    promised: tuple[Remedy, ...], owed: set[Remedy], given: tuple[Remedy, ...]
) -> None:
    settlement = raised(
        Owed(remedies=frozenset(owed)), refund=RefundTerms(remedies=promised)
    )

    assert settlement.remedies == given
    assert struck(settlement) == ([] if given == promised else ["remedies"])


def test_what_was_struck_names_the_statute() -> None:
    law = speaking(Owed(), cites="Example Act s 3")
    settlement, _ = settled(law, refund=CREDIT)

    assert settlement.struck == (Strike(what="remedies", cites="Example Act s 3"),)


PICKS = frozenset({Remedy.REPAIR, Remedy.REPLACEMENT})


@pytest.mark.parametrize(
    ("promised", "given"),
    [
        ((Remedy.ORIGINAL_PAYMENT,), (Remedy.ORIGINAL_PAYMENT,)),
        (
            (Remedy.STORE_CREDIT,),
            (Remedy.REPAIR, Remedy.REPLACEMENT, Remedy.STORE_CREDIT),
        ),
        (
            (Remedy.STORE_CREDIT, Remedy.REPAIR),
            (Remedy.REPLACEMENT, Remedy.STORE_CREDIT, Remedy.REPAIR),
        ),
        (
            (Remedy.REPLACEMENT, Remedy.REPAIR),
            (Remedy.REPLACEMENT, Remedy.REPAIR),
        ),
    ],
)
def test_in_place_of_money_the_customer_may_pick(
    promised: tuple[Remedy, ...], given: tuple[Remedy, ...]
) -> None:
    settlement = raised(Owed(picks=PICKS), refund=RefundTerms(remedies=promised))

    assert settlement.remedies == given
    assert struck(settlement) == ([] if given == promised else ["remedies"])


@pytest.mark.parametrize("paid", [None, PRICE])
@pytest.mark.parametrize("promised", [True, False, None])
@pytest.mark.parametrize("owed", [True, False, None])
def test_the_way_there_is_paid_back_with_the_whole_order(
    owed: bool | None, promised: bool | None, paid: Money | None
) -> None:
    settlement = raised(
        Owed(outbound=owed), refund=RefundTerms(outbound=promised), paid=paid
    )

    assert settlement.outbound is (True if owed else promised)
    assert struck(settlement) == (
        ["outbound_shipping"] if owed and promised is False else []
    )
    assert settlement.doubtful == ()


@pytest.mark.parametrize(
    ("promised", "given"), [(True, True), (False, None), (None, None)]
)
def test_of_a_part_of_the_order_nobody_can_tell_the_way_there(
    promised: bool | None, given: bool | None
) -> None:
    settlement = raised(
        Owed(outbound=True),
        refund=RefundTerms(outbound=promised),
        paid=usd("25.01"),
    )

    assert settlement.outbound is given
    assert settlement.struck == ()
    open_end = Strike(what="outbound_shipping", cites="Act s 1")
    assert settlement.doubtful == ((open_end,) if promised is False else ())


GIVEN_PAYER = {
    (Payer.TRADER, Payer.CONSUMER): Payer.TRADER,
    (Payer.TRADER, Payer.UNCLEAR): Payer.TRADER,
    (Payer.UNCLEAR, Payer.CONSUMER): Payer.UNCLEAR,
}


@pytest.mark.parametrize("promised", list(Payer))
@pytest.mark.parametrize("owed", list(Payer))
def test_who_pays_the_way_back_is_the_law_s_to_say(
    owed: Payer, promised: Payer
) -> None:
    settlement = raised(
        Owed(return_freight=owed), refund=RefundTerms(return_freight=promised)
    )
    changed = ["return_shipping"] if promised is Payer.CONSUMER else []

    assert settlement.return_freight is GIVEN_PAYER.get((owed, promised), promised)
    assert struck(settlement) == (changed if owed is Payer.TRADER else [])
    assert doubtful(settlement) == (changed if owed is Payer.UNCLEAR else [])


@pytest.mark.parametrize(
    ("promised", "owed", "given"),
    [(7, 14, 14), (14, 7, 14), (14, 14, 14), (None, 14, None), (7, None, 7)],
)
def test_there_is_as_much_time_to_send_back_as_is_owed(
    promised: int | None, owed: int | None, given: int | None
) -> None:
    settlement = raised(
        Owed(send_back_days=owed), refund=RefundTerms(send_back_days=promised)
    )

    assert settlement.send_back_days == given
    assert struck(settlement) == ([] if given == promised else ["send_back_days"])


@pytest.mark.parametrize(
    ("promised", "owed", "given"),
    [(7, 14, 7), (30, 14, 14), (None, 14, 14), (7, None, 7), (None, None, None)],
)
def test_the_money_comes_no_later_than_is_owed(
    promised: int | None, owed: int | None, given: int | None
) -> None:
    settlement = raised(
        Owed(refund_days=owed), refund=RefundTerms(refund_days=promised)
    )

    assert settlement.refund_days == given
    assert struck(settlement) == []


def test_all_that_does_not_stand_is_struck_at_once() -> None:
    owed = Owed(
        fee=FeeRule.FORBIDDEN,
        outbound=True,
        return_freight=Payer.TRADER,
        send_back_days=14,
    )
    promised = RefundTerms(
        remedies=(Remedy.EXCHANGE,),
        outbound=False,
        return_freight=Payer.CONSUMER,
        send_back_days=7,
    )

    assert struck(raised(owed, refund=promised, fees=(HANDLING,))) == [
        "remedies",
        "fees",
        "outbound_shipping",
        "return_shipping",
        "send_back_days",
    ]


def test_two_laws_that_entitle_are_both_met() -> None:
    first = speaking(Owed(fee=FeeRule.FORBIDDEN, send_back_days=14), cites="Act one")
    second = speaking(
        Owed(outbound=True, fee=FeeRule.FORBIDDEN, send_back_days=20), cites="Act two"
    )
    promised = RefundTerms(
        remedies=(Remedy.STORE_CREDIT,), outbound=False, send_back_days=7
    )
    settlement, doubt = settled(first, second, refund=promised, fees=(HANDLING,))

    assert doubt is None
    assert (settlement.remedies, settlement.charges) == (
        (Remedy.ORIGINAL_PAYMENT, Remedy.STORE_CREDIT),
        (),
    )
    assert (settlement.outbound, settlement.send_back_days) == (True, 20)
    assert settlement.struck == (
        Strike(what="remedies", cites="Act one"),
        Strike(what="fees", cites="Act one"),
        Strike(what="send_back_days", cites="Act one"),
        Strike(what="outbound_shipping", cites="Act two"),
        Strike(what="send_back_days", cites="Act two"),
    )
