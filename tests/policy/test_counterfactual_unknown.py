"""What is not known of a case that waits, and how knowing it settles it."""

from __future__ import annotations

import pytest

from plugin.policy.catalogue import known
from plugin.policy.days import Span
from plugin.policy.explaining.changes import changed
from plugin.policy.provisions import (
    ChangeOfMind,
    Right,
)
from tests.builders import make_facts, make_line, make_pack
from tests.policy.otherwise import (
    A,
    D,
    make_old,
    make_terms,
    old_line,
    refuses,
    tried,
)


def test_it_says_which_delivery_days_would_settle_a_review() -> None:
    facts = make_old(old_line(delivered_on=None))

    assert tried(facts, make_terms()) == [
        (
            "unknown",
            D,
            "Once the day of delivery is known to be 19 September 2026 or before, "
            "this would be refused.",
        ),
        (
            "unknown",
            A,
            "Once the day of delivery is known to be 20 September 2026 or later, "
            "this would be approved.",
        ),
    ]


def test_it_says_that_any_day_would_settle_a_review() -> None:
    facts = make_facts(make_line(delivered_on=None))

    assert tried(facts, make_terms()) == [
        (
            "unknown",
            A,
            "Once the day of delivery is known, whichever it is, "
            "this would be approved.",
        )
    ]


def test_it_says_which_days_of_dispatch_or_of_the_last_parcel_settle_it() -> None:
    sent = make_facts(make_line(fulfilled_on=None))
    window = {"days": 4, "starts": "fulfilled"}
    right = ChangeOfMind(right=Right.STATUTORY, cites="s 9", span=Span(days=20))
    packs = (make_pack(change_of_mind=right),)
    other = make_line(id="line-2", delivered_on=None)

    assert tried(sent, make_terms(window=window))[0] == (
        "unknown",
        D,
        "Once the day of dispatch is known to be 31 October 2026 or before, "
        "this would be refused.",
    )
    assert tried(make_old(old_line(), other), make_terms(packs=packs))[0] == (
        "unknown",
        D,
        "Once the day on which the last parcel came is known to be "
        "29 September 2026 or before, this would be refused.",
    )


def test_it_says_which_numbers_would_settle_a_review() -> None:
    few = {"fact": "customer_orders", "at_least": 2}
    many = {"fact": "customer_orders", "more_than": 5}
    terms = make_terms(refuses("new", {"all": [few, {"not": many}]}))

    assert tried(make_facts(customer_orders=None), terms) == [
        (
            "unknown",
            A,
            "Once it is known that customer orders are at most 1, "
            "this would be approved.",
        ),
        (
            "unknown",
            D,
            "Once it is known that customer orders are from 2 to 5, "
            "this would be refused.",
        ),
        (
            "unknown",
            A,
            "Once it is known that customer orders are at least 6, "
            "this would be approved.",
        ),
    ]


@pytest.mark.parametrize("counts", ["returns", "items", "offers"])
def test_it_says_which_history_would_settle_a_review(counts: str) -> None:
    limit = {
        "id": "often",
        "counts": counts,
        "within_days": 90,
        "at_most": 3,
        "then": "decline",
        "ground": "OTHER",
        "text": {"en": "Too often."},
    }

    assert tried(make_facts(), make_terms(limits=[limit]))[:2] == [
        (
            "unknown",
            A,
            f"Once it is known that customer {counts} in 90 days are at most 2, "
            "this would be approved.",
        ),
        (
            "unknown",
            D,
            f"Once it is known that customer {counts} in 90 days are at least 3, "
            "this would be refused.",
        ),
    ]


def test_it_says_which_words_and_flags_would_settle_a_review() -> None:
    terms = make_terms(
        refuses("sale", {"fact": "product_tags", "contains": "sale"}),
        refuses("card", {"fact": "gift_card", "equals": True}),
        refuses("store", {"fact": "return_method", "one_of": ["store"]}),
    )
    known = {"product_tags": frozenset[str](), "gift_card": False}

    tags = make_facts(make_line(product_tags=None), return_method="mail")
    card = make_facts(make_line(gift_card=None), return_method="mail")
    way = make_facts(make_line(**known))

    assert tried(tags, terms) == [
        (
            "unknown",
            D,
            "Once it is known that product tags contain `sale`, this would be refused.",
        ),
        (
            "unknown",
            A,
            "Once it is known that product tags contain none of sale, "
            "this would be approved.",
        ),
    ]
    assert tried(card, terms) == [
        (
            "unknown",
            D,
            "Once it is known that the item is a gift card, this would be refused.",
        ),
        (
            "unknown",
            A,
            "Once it is known that it is not so that the item is a gift card, "
            "this would be approved.",
        ),
    ]
    assert tried(way, terms) == [
        (
            "unknown",
            D,
            "Once it is known that return method is `store`, this would be refused.",
        ),
    ]


def test_it_says_what_a_window_in_doubt_hangs_on() -> None:
    long = {
        "id": "long",
        "days": 365,
        "when": {"fact": "product_tags", "contains": "slow"},
    }
    facts = make_old(old_line(product_tags=None))

    assert tried(facts, make_terms(windows=[long]))[:2] == [
        (
            "unknown",
            A,
            "Once it is known that product tags contain `slow`, "
            "this would be approved.",
        ),
        (
            "unknown",
            D,
            "Once it is known that product tags contain none of slow, "
            "this would be refused.",
        ),
    ]


@pytest.mark.parametrize(
    ("what", "most"), [("returns", 200), ("offers", 200), ("items", 10_000)]
)
def test_it_makes_up_no_history_that_nobody_reads(what: str, most: int) -> None:
    name = f"customer_{what}_in_90_days"
    facts = make_facts(returns_before=None, offers_before=None)
    moved = changed(facts, "line-1", name, most)

    assert moved is not None
    assert known(name).reads(moved, moved.lines[0]) == most
    if what != "items":
        assert changed(facts, "line-1", name, most + 1) is None
