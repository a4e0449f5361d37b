"""Fees under the law: forbidden, capped, allowed, or nobody can tell."""

from __future__ import annotations

from dataclasses import replace

import pytest

from plugin.policy.clauses import ALWAYS
from plugin.policy.money import Money
from plugin.policy.remedies import FeeCap, FeeRule, Owed, Payer, PaysFor
from plugin.policy.terms import Fee
from tests.policy.parts import speaking
from tests.policy.settled import (
    DOUBT,
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


# The customer bears what the way back costs, and no share of a price is that.
SHARE = replace(TENTH, id="share", pays_for=PaysFor.RETURN_SHIPPING)


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
        (FeeRule.ALLOWED, Payer.CONSUMER, SHARE, True),
        (FeeRule.ALLOWED, Payer.TRADER, SHARE, False),
    ],
)
def test_a_fee_that_the_law_may_forbid_is_doubtful(
    rule: FeeRule, freight: Payer, fee: Fee, doubtful: bool
) -> None:
    law = speaking(Owed(fee=rule, return_freight=freight))
    _, doubt = settled(law, fees=(fee,))

    assert doubt == ("the law may forbid a fee: YY:right" if doubtful else None)


def test_one_fee_in_doubt_among_several_is_enough() -> None:
    law = speaking(Owed(fee=FeeRule.ALLOWED, return_freight=Payer.UNCLEAR))

    assert settled(law, fees=(HANDLING, LABEL))[1] == (
        "the law may forbid a fee: YY:right"
    )


def test_a_fee_that_one_law_takes_out_is_no_doubt_of_another() -> None:
    forbids = speaking(Owed(fee=FeeRule.FORBIDDEN, return_freight=Payer.TRADER))
    unclear = speaking(Owed())

    for laws in ((forbids, unclear), (unclear, forbids), (forbids, DOUBT)):
        assert settled(*laws, fees=(HANDLING, LABEL))[1] is None


def test_the_cap_on_a_whole_return_is_kept_with_the_line() -> None:
    capped = Owed(fee=FeeRule.CAPPED, fee_amount=usd("7.00"))

    cap = FeeCap(amount=usd("7.00"), cites="Act s 1")

    assert raised(capped, fees=(HANDLING,)).fees_at_most == cap
    assert raised(replace(capped, fee=FeeRule.ALLOWED)).fees_at_most is None
    assert raised(replace(capped, fee_amount=None)).fees_at_most is None


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [
        ("7.00 USD", "6.00 USD", "6.00 USD"),
        ("6.00 USD", "7.00 USD", "6.00 USD"),
        ("7.00 USD", "1.00 EUR", "7.00 USD"),
    ],
)
def test_of_two_caps_on_a_return_the_lower_is_kept(
    first: str, second: str, kept: str
) -> None:
    laws = [
        speaking(Owed(fee=FeeRule.CAPPED, fee_amount=Money.of(*most.split())))
        for most in (first, second)
    ]
    settlement, _ = settled(*laws)

    assert settlement.fees_at_most is not None
    assert settlement.fees_at_most.amount == Money.of(*kept.split())


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
        replace(KEPT["handling"], amount=usd(kept)),
        replace(KEPT["tenth"], amount=usd(rest)),
    )
    assert struck(settlement) == ([] if (kept, rest) == ("5.00", "2.50") else ["fees"])


def test_a_cap_on_fees_leaves_the_way_back_alone() -> None:
    owed = Owed(fee=FeeRule.CAPPED, fee_percent=4, return_freight=Payer.CONSUMER)
    settlement = raised(owed, fees=(LABEL, HANDLING))

    assert settlement.charges == (
        KEPT["label"],
        replace(KEPT["handling"], amount=usd("1.00")),
    )


CANNOT_CAP = replace(KEPT["handling"], amount=None, why="the law caps this fee")


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
