"""Refund terms and fees that the law of some place would strike."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from plugin.policy.linting.remark import Remark
from plugin.policy.money import Money
from plugin.policy.provisions import Right
from plugin.policy.remedies import FeeRule, Owed, Payer
from tests.builders import make_pack
from tests.policy.test_lint_law import LATE, TAGGED, linted, pack

FORBIDS = Owed(
    fee=FeeRule.FORBIDDEN,
    outbound=True,
    return_freight=Payer.TRADER,
    send_back_days=14,
)
FEE = {"id": "restocking", "percent": 15}
TIERED = {
    "id": "used",
    "by": "days_since_delivery",
    "tiers": [
        {"at_least": 3, "flat": {"amount": "5.00", "currency": "USD"}},
        {"at_least": 8, "flat": {"amount": "9.00", "currency": "USD"}},
    ],
}


def struck(**changes: Any) -> list[Remark]:
    """Lint terms, and leave what is said of a fee for other reasons."""
    return [
        r for r in linted(**changes) if r.kind not in ("fee_doubtful", "unused_fee")
    ]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"refund": {"remedies": ["store_credit", "original_payment"]}}, []),
        (
            {"refund": {"remedies": ["store_credit"]}},
            [("credit_only_forbidden", "refund")],
        ),
        (
            {"refund": {"outbound_shipping": False}},
            [("outbound_shipping", "refund")],
        ),
        ({"refund": {"return_shipping": "consumer"}}, [("return_shipping", "refund")]),
        ({"refund": {"send_back_days": 7}}, [("send_back_days", "refund")]),
        ({"refund": {"send_back_days": 14}}, []),
        ({"fees": [FEE]}, [("fee_forbidden", "fees.0")]),
        ({"fees": [TIERED]}, [("fee_forbidden", "fees.0")]),
        ({"fees": [{**FEE, "when": LATE}]}, []),
        ({"fees": [{**FEE, "when": TAGGED}]}, [("fee_forbidden", "fees.0")]),
        (
            {"fees": [{**FEE, "when": {"fact": "reason", "equals": "defective"}}]},
            [("fee_forbidden", "fees.0")],
        ),
    ],
)
def test_it_finds_terms_that_the_law_strikes(
    changes: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    remarks = struck(packs={"XX": pack(FORBIDS), "YY": pack()}, **changes)

    assert [(remark.kind, remark.where) for remark in remarks] == expected
    assert all("will not stand in XX" in remark.message for remark in remarks)


def test_it_finds_terms_of_a_clause() -> None:
    credit = {"remedies": ["store_credit"]}
    gift = {"id": "gift", "when": TAGGED, "then": "approve", "refund": credit}
    (remark,) = linted(gift, packs={"XX": pack()})

    assert (remark.kind, remark.where) == ("credit_only_forbidden", "clauses.0.refund")
    assert remark.message == (
        "The remedies without money of `gift` will not stand in XX: the law gives the"
        " customer more."
    )
    assert remark.example == (
        ("country", "XX"),
        ("days_since_delivery", 1),
        ("product_tags", ("final",)),
        ("reason", "unwanted"),
    )


def test_it_leaves_terms_where_a_person_looks_at_the_law() -> None:
    doubtful = replace(pack(FORBIDS), change_of_mind=pack().change_of_mind)
    doubt = make_pack(
        change_of_mind=replace(pack().change_of_mind, right=Right.DOUBTFUL)
    )
    packs = {"XX": doubt, "YY": doubtful}

    assert struck(packs=packs, fees=[FEE]) == []


def test_it_reads_a_price_in_the_fees_own_currency() -> None:
    capped = Owed(
        fee=FeeRule.CAPPED, fee_amount=Money.of("4.00", "USD"), fee_percent=100
    )
    low = {"id": "low", "flat": {"amount": "4.00", "currency": "USD"}}
    high = {"id": "high", "flat": {"amount": "4.01", "currency": "USD"}}
    remarks = struck(packs={"XX": pack(capped)}, fees=[low, high])

    assert [(remark.kind, remark.where) for remark in remarks] == [
        ("fee_forbidden", "fees.1")
    ]
