"""Fees and refunds in a policy document: built, or refused by path."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from plugin.policy.clauses import ALWAYS
from plugin.policy.conditions import Operator
from plugin.policy.conditions import Test as Comparison
from plugin.policy.money import Money
from plugin.policy.remedies import Payer, Pays, PaysFor, RefundTerms, Remedy
from plugin.policy.terms import Tier
from tests.builders import between, errors_of, faults_of, make_document, policy_of

GIFT = {"fact": "gift_card", "equals": True}
IS_GIFT = Comparison(fact="gift_card", operator=Operator.EQUALS, value=True)
FIVE = {"amount": "5", "currency": "USD"}
FEE = {"id": "fee", "flat": FIVE}

Errors = dict[str, list[str]]


def test_a_fee_has_its_amount_for_whom_and_what_for() -> None:
    flat = {
        "id": "label",
        "text": {"en": "A label costs 5 dollars."},
        "pays_for": "return_shipping",
        "when": GIFT,
        "flat": FIVE,
        "tax_percent": "1.75",
        "cap": {"amount": "9.99", "currency": "USD"},
    }
    tiers = [{"at_least": 0}, {"at_least": 15, "percent": 10}]
    label, late = policy_of(
        fees=[flat, {"id": "stepped", "by": "days_since_delivery", "tiers": tiers}]
    ).fees

    assert (label.flat, label.percent) == (Money.of("5", "USD"), None)
    assert (label.tax_percent, label.cap) == (Decimal("1.75"), Money.of("9.99", "USD"))
    assert (label.pays_for, label.guard.when) == (PaysFor.RETURN_SHIPPING, IS_GIFT)
    assert label.texts == (("en", "A label costs 5 dollars."),)
    assert (late.pays_for, late.guard) == (PaysFor.HANDLING, ALWAYS)
    assert (late.by, late.tiers) == (
        "days_since_delivery",
        (Tier(at_least=0), Tier(at_least=15, percent=Decimal(10))),
    )


ONE_KIND = ["give `flat`, or `percent`, or `tiers` with `by`"]
TOGETHER = ["give `tiers` and `by` together"]
NUMBER = ['give a number, with decimals in quotes: "5.95"']
FREE = [{"at_least": 0}]


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"flat": None}, {"": ONE_KIND}),
        ({"tiers": FREE}, {"": TOGETHER}),
        ({"by": "price"}, {"": TOGETHER}),
        ({"tiers": FREE, "by": "price"}, {"": ONE_KIND}),
        ({"by": "vendor"}, {"by": ["`vendor` is no number"]}),
        ({"by": "prce"}, {"by": ["unknown name `prce`; did you mean `price`?"]}),
        (
            {"cap": {"amount": "1", "currency": "EUR"}},
            {"": ["give all amounts of a fee in one currency"]},
        ),
        ({"percent": 1.75}, {"percent": NUMBER}),
        ({"percent": True}, {"percent": NUMBER}),
        ({"percent": 0}, {"percent": ["give a percentage above 0, at most 100"]}),
        ({"percent": 101}, {"percent": ["give a percentage above 0, at most 100"]}),
        ({"percent": "1.23456"}, {"percent": ["give at most 4 decimals"]}),
        (
            {"pays_for": "fun"},
            {"pays_for": ["use one of: handling, return_shipping"]},
        ),
        ({"text": {"en": " "}}, {"text.en": ["write a sentence for the customer"]}),
        ({"flat": "5 USD"}, {"flat": ["give names with values"]}),
    ],
)
def test_it_names_the_fault_in_a_fee(changes: dict[str, Any], errors: Errors) -> None:
    assert faults_of("fees", {**FEE, **changes}) == errors


BELOW = ["give an amount without a minus; nothing is below 0"]
BOUNDS = ["give an amount above 0, below a thousand million"]


@pytest.mark.parametrize(
    ("amount", "currency", "errors"),
    [
        ("5.00", "USD", {}),
        (5, "USD", {}),
        ("1.555", "KWD", {}),
        ("1.234", "USD", {"flat.amount": ["USD has 2 decimals"]}),
        ("1.5", "JPY", {"flat.amount": ["JPY has 0 decimals"]}),
        (5.5, "USD", {"flat.amount": NUMBER}),
        ("-1", "USD", {"flat.amount": BELOW}),
        (-1, "USD", {"flat.amount": BELOW}),
        ("-1.555", "USD", {"flat.amount": BELOW}),
        ("1e3", "USD", {"flat.amount": NUMBER}),
        ("\u0663", "USD", {"flat.amount": NUMBER}),
        ("0", "USD", {"flat.amount": BOUNDS}),
        ("999999999.99", "USD", {}),
        ("1000000000", "USD", {"flat.amount": BOUNDS}),
        ("1", "usd", {"flat.currency": ["use a code such as EUR"]}),
    ],
)
def test_an_amount_is_exact(amount: object, currency: str, errors: Errors) -> None:
    flat = {"amount": amount, "currency": currency}

    assert faults_of("fees", {"id": "fee", "flat": flat}) == errors


def test_a_refund_has_its_remedies_and_all_that_comes_with_them() -> None:
    refund = {
        "remedies": ["store_credit", "exchange", "store_credit"],
        "outbound_shipping": False,
        "return_shipping": "consumer",
        "send_back_days": 14,
        "refund_days": 0,
        "pays": "on_receipt",
        "credit": {"bonus_percent": 10, "expires_after_days": 365},
    }

    assert policy_of(refund=refund).refund == RefundTerms(
        remedies=(Remedy.STORE_CREDIT, Remedy.EXCHANGE),
        outbound=False,
        return_freight=Payer.CONSUMER,
        send_back_days=14,
        refund_days=0,
        pays=Pays.ON_RECEIPT,
        bonus_percent=10,
        credit_expires_after_days=365,
    )


@pytest.mark.parametrize(
    ("refund", "errors"),
    [
        ({"remedies": []}, {"remedies": ["give 1 to 7 entries"]}),
        (
            {"remedies": ["code"]},
            {
                "remedies.0": [
                    "use one of: original_payment, bank_transfer, store_credit, "
                    "exchange, replacement, repair, keep_item"
                ]
            },
        ),
        (
            {"outbound_shipping": "yes"},
            {"outbound_shipping": ["give true or false"]},
        ),
        (
            {"return_shipping": "me"},
            {"return_shipping": ["use one of: consumer, trader, unclear"]},
        ),
        ({"send_back_days": 0}, {"send_back_days": between(1, 365)}),
        ({"refund_days": -1}, {"refund_days": between(0, 365)}),
        (
            {"pays": "soon"},
            {"pays": ["use one of: at_once, on_receipt, without_return"]},
        ),
        (
            {"credit": {"bonus_percent": 101, "expires_after_days": 0}},
            {
                "credit.bonus_percent": between(0, 100),
                "credit.expires_after_days": between(1, 3650),
            },
        ),
    ],
)
def test_it_names_the_fault_in_a_refund(refund: dict[str, Any], errors: Errors) -> None:
    found = errors_of(make_document(refund=refund))

    assert found == {f"refund.{path}": why for path, why in errors.items()}
