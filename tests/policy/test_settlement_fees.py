"""Fees under the law: forbidden, capped, allowed, or nobody can tell."""

from __future__ import annotations

import pytest

from plugin.policy.clauses import ALWAYS
from plugin.policy.money import Money
from plugin.policy.remedies import Charge, FeeRule, Owed, Payer
from plugin.policy.terms import Fee
from tests.policy.parts import speaking
from tests.policy.settled import (
    HANDLING,
    KEPT,
    LABEL,
    TENTH,
    raised,
    settled,
    struck,
    usd,
)


@pytest.mark.parametrize(
    ("rule", "freight", "kept", "what"),
    [
        (FeeRule.FORBIDDEN, Payer.CONSUMER, ["label"], ["fees"]),
        (FeeRule.FORBIDDEN, Payer.TRADER, [], ["fees"]),
        (FeeRule.ALLOWED, Payer.CONSUMER, ["handling", "label"], []),
        (FeeRule.ALLOWED, Payer.TRADER, ["handling"], ["fees"]),
    ],
)
def test_the_law_lets_fees_stand_or_not(
    rule: FeeRule, freight: Payer, kept: list[str], what: list[str]
) -> None:
    owed = Owed(fee=rule, return_freight=freight)
    settlement = raised(owed, fees=(HANDLING, LABEL))

    assert settlement.charges == tuple(KEPT[id] for id in kept)
    assert struck(settlement) == what


@pytest.mark.parametrize(
    ("rule", "freight", "fee", "doubtful"),
    [
        (FeeRule.UNCLEAR, Payer.TRADER, HANDLING, True),
        (FeeRule.UNCLEAR, Payer.TRADER, LABEL, False),
        (FeeRule.UNCLEAR, Payer.CONSUMER, LABEL, False),
        (FeeRule.ALLOWED, Payer.UNCLEAR, LABEL, True),
        (FeeRule.ALLOWED, Payer.UNCLEAR, HANDLING, False),
        (FeeRule.FORBIDDEN, Payer.TRADER, HANDLING, False),
        (FeeRule.CAPPED, Payer.TRADER, HANDLING, False),
    ],
)
def test_a_fee_that_the_law_may_forbid_is_doubtful(
    rule: FeeRule, freight: Payer, fee: Fee, doubtful: bool
) -> None:
    law = speaking(Owed(fee=rule, return_freight=freight))
    _, doubt = settled(law, fees=(fee,))

    assert doubt == ("the law may forbid a fee: YY:right" if doubtful else None)


@pytest.mark.parametrize(
    ("percent", "amount", "kept", "rest"),
    [
        (20, None, "5.00", "0.00"),
        (30, None, "5.00", "2.50"),
        (10, None, "2.50", "0.00"),
        (None, "6.00", "5.00", "1.00"),
        (None, "3.00", "3.00", "0.00"),
        (None, "30.00", "5.00", "2.50"),
        (20, "4.00", "4.00", "0.00"),
        (12, "4.00", "3.00", "0.00"),
    ],
)
def test_capped_fees_share_the_lower_of_the_caps(
    percent: int | None, amount: str | None, kept: str, rest: str
) -> None:
    owed = Owed(
        fee=FeeRule.CAPPED,
        fee_percent=percent,
        fee_amount=None if amount is None else usd(amount),
    )
    settlement = raised(owed, fees=(HANDLING, TENTH))

    assert settlement.charges == (
        Charge(id="handling", amount=usd(kept)),
        Charge(id="tenth", amount=usd(rest)),
    )
    assert struck(settlement) == ([] if (kept, rest) == ("5.00", "2.50") else ["fees"])


def test_a_cap_on_fees_leaves_the_way_back_alone() -> None:
    owed = Owed(fee=FeeRule.CAPPED, fee_percent=4, return_freight=Payer.CONSUMER)
    settlement = raised(owed, fees=(LABEL, HANDLING))

    assert settlement.charges == (
        KEPT["label"],
        Charge(id="handling", amount=usd("1.00")),
    )


CANNOT_CAP = Charge(id="handling", amount=None, why="the law caps this fee")


@pytest.mark.parametrize(
    ("owed", "price"),
    [
        (Owed(fee=FeeRule.CAPPED, fee_percent=20), None),
        (Owed(fee=FeeRule.CAPPED, fee_amount=Money.of("9", "EUR")), usd("25.00")),
        (Owed(fee=FeeRule.CAPPED, fee_amount=usd("9.00")), None),
    ],
)
def test_a_cap_that_is_not_known_leaves_the_amount_open(
    owed: Owed, price: Money | None
) -> None:
    settlement = raised(owed, fees=(HANDLING,), price=price)

    assert settlement.charges == (CANNOT_CAP,)
    assert struck(settlement) == ["fees"]


def test_a_fee_without_an_amount_cannot_be_capped() -> None:
    euros = Fee(id="handling", guard=ALWAYS, flat=Money.of("5.00", "EUR"))
    owed = Owed(fee=FeeRule.CAPPED, fee_percent=20)

    assert raised(owed, fees=(euros, TENTH)).charges == (CANNOT_CAP, KEPT["tenth"])
