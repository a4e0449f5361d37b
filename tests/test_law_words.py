"""A pack's rules in words: what the engine reads, said plainly."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from plugin.law_words import (
    change_of_mind_words,
    fault_words,
    late_delivery_words,
    scope_words,
)
from plugin.policy.days import CountFrom, EndRoll, Span
from plugin.policy.decision import Sureness
from plugin.policy.money import Money
from plugin.policy.provisions import (
    ChangeOfMind,
    Extension,
    Fault,
    LateDelivery,
    RegionRule,
    Right,
    Start,
)
from plugin.policy.remedies import FeeRule, Owed, Payer
from tests.builders import make_pack

NEEDS = frozenset({"informed_of_right"})
RIGHT = ChangeOfMind(right=Right.STATUTORY, cites="s 1", span=Span(days=14))
LATE = LateDelivery(right=Right.STATUTORY, cites="s 3")


@pytest.mark.parametrize(
    ("right", "sentence"),
    [
        (replace(RIGHT, right=Right.NONE), "There is no right to change one's mind."),
        (replace(RIGHT, span=None), "For how long is not known: a person."),
        (
            replace(RIGHT, span=Span(days=5, business=True), starts=Start.PURCHASE),
            "It lasts 5 business days from the purchase.",
        ),
        (
            replace(RIGHT, span=Span(days=8, count_from=CountFrom.SAME_DAY)),
            "The day itself is day one.",
        ),
        (
            replace(RIGHT, span=Span(days=8, end_roll=EndRoll.HUMAN_IF_NONWORKING)),
            "An end on a day off is for a person.",
        ),
        (
            replace(RIGHT, unless=frozenset({"policy_posted_before_checkout"})),
            "It is gone where the shop declares: policy_posted_before_checkout.",
        ),
        (
            replace(RIGHT, reaches_web=False),
            "Whether the statute reaches web shops is not settled: a person.",
        ),
        (
            replace(RIGHT, not_up_to=Money.of("50", "CAD")),
            "Orders of no more than 50 CAD are outside it.",
        ),
        (
            replace(RIGHT, gives=Sureness.MEMORY),
            "Known from memory only: nobody is entitled by it without a person.",
        ),
        (
            replace(RIGHT, ends=Sureness.MEMORY),
            "Its end is known from memory only: nobody is refused without a person.",
        ),
    ],
)
def test_it_says_what_a_change_of_mind_gives(
    right: ChangeOfMind, sentence: str
) -> None:
    assert sentence in list(change_of_mind_words(right))


@pytest.mark.parametrize(
    ("longer", "sentence"),
    [
        (
            Extension(needs=NEEDS, cites="s 2", endless=True),
            "Without informed_of_right it does not end (s 2).",
        ),
        (
            Extension(needs=NEEDS, cites="s 2", whole=Span(days=90)),
            "Without informed_of_right it lasts 90 days (s 2).",
        ),
        (
            Extension(needs=NEEDS, cites="s 2", months=4, restart=Span(days=7)),
            "Without informed_of_right it lasts 4 months more; told late, the customer "
            "has 7 days from then (s 2).",
        ),
        (
            Extension(needs=NEEDS, cites="s 2"),
            "Without informed_of_right how long it lasts is not known: a person (s 2).",
        ),
    ],
)
def test_it_says_how_the_period_may_be_longer(longer: Extension, sentence: str) -> None:
    right = replace(RIGHT, not_informed=longer)

    assert sentence in list(change_of_mind_words(right))


@pytest.mark.parametrize(
    ("owed", "words"),
    [
        (
            Owed(fee=FeeRule.FORBIDDEN, return_freight=Payer.CONSUMER, refund_days=14),
            "money back; no fee may be kept; the customer pays for the way back; paid "
            "within 14 days",
        ),
        (
            Owed(
                fee=FeeRule.CAPPED,
                fee_percent=5,
                fee_amount=Money(amount=Decimal(100), currency="ILS"),
                outbound=True,
            ),
            "money back; a fee of at most 5 % or 100 ILS, the lower, may be kept; who "
            "pays for the way back is not clear; what was paid for the way there comes "
            "back",
        ),
        (
            Owed(fee=FeeRule.CAPPED, fee_percent=5),
            "money back; a fee of at most 5 % may be kept; who pays for the way back "
            "is not clear",
        ),
        (
            Owed(fee=FeeRule.CAPPED, fee_amount=Money.of("100", "ILS")),
            "money back; a fee of at most 100 ILS may be kept; who pays for the way "
            "back is not clear",
        ),
    ],
)
def test_it_says_what_is_owed(owed: Owed, words: str) -> None:
    said = list(change_of_mind_words(replace(RIGHT, owed=owed)))

    assert f"What is owed: {words}." in said


def test_it_says_what_a_fault_gives() -> None:
    fault = Fault(
        right=Right.STATUTORY,
        cites="s 2",
        reject_days=30,
        prompt_days=10,
        severe=frozenset({"item_is_unsafe"}),
        final_sale_needs_person=True,
    )
    owed = (
        "money back; whether a fee may be kept is not clear; who pays for the way back "
        "is not clear"
    )

    assert list(fault_words(fault)) == [
        f"Within 30 days: {owed}. Repairs stop this clock.",
        f"Told within 10 days: {owed}.",
        f"A severe fault (item_is_unsafe): {owed}.",
        "A defect in goods sold `as is` is for a person.",
        "Every other fault is for a person; age alone never ends this right.",
    ]
    assert list(fault_words(replace(fault, right=Right.DOUBTFUL))) == [
        "What is owed for a fault is disputed: a person."
    ]


def test_it_says_what_lateness_gives() -> None:
    disputed = list(late_delivery_words(replace(LATE, right=Right.DOUBTFUL)))
    alone = list(late_delivery_words(replace(LATE, ground_alone=True, after_days=30)))

    assert list(late_delivery_words(replace(LATE, right=Right.NONE))) == [
        "Lateness gives no right."
    ]
    assert disputed[-1] == "What lateness gives is disputed: a person."
    assert alone[1] == "Where none was promised, it is late after 30 days."
    assert alone[2].startswith("Lateness alone is a ground: money back;")


def test_it_says_whom_the_law_protects() -> None:
    assert list(scope_words(make_pack(b2c_only=False))) == [
        "It is for every buyer, a business too."
    ]
    rule = RegionRule(code="NY", name="New York", why="its rule was not read")
    named = make_pack(regions_for_a_person=(rule,))
    assert list(scope_words(named)) == [
        "It protects consumers only, not a buyer who is known to be a business.",
        "For a person in New York: its rule was not read.",
    ]
    assert list(scope_words(replace(named, regions=frozenset({"NY", "TX"}))))[2:] == [
        "For a person where the region is not known or not among the known ones.",
    ]
    remembered = make_pack(buyers=Sureness.MEMORY)
    assert list(scope_words(remembered))[1:] == [
        "That is known from memory only: a business is for a person.",
    ]
