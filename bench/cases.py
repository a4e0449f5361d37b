"""Ten thousand varied requests, the same ones in every run."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from plugin.policy.facts import Facts, Line, Past, Place
from plugin.policy.money import Money

FIRST_DAY = date(2026, 7, 1)
NOON = time(12, tzinfo=UTC)

REASONS = ("unwanted", "color", "size-too-small", "size-too-large", "defective")
TYPES = ("shoes", "phones", "laptops", "food", "plants", "furniture", "mug", "shirt")
VENDORS = ("apple", "sony", "bose", "potter", "weaver", "tinker")
TAGS = ("hygiene", "final-sale", "clearance", "summer", "new", "gift")
CONDITIONS = ("unopened", "opened", "unused", "used", "worn", "washed", "assembled")
METHODS = ("card", "paypal", "cash on delivery", "invoice")
# What a store may not know; each is left out now and then.
MAY_BE_UNKNOWN = ("condition", "discount_percent", "delivered_at", "note_tells_fault")


def make_cases(count: int, *, unknown: bool, seed: int = 20261123) -> list[Facts]:
    """Make requests; with `unknown`, every fifth lacks some of its facts."""
    dice = random.Random(seed)
    cases = [_case(dice) for _ in range(count)]
    return [_less_known(case, dice) for case in cases] if unknown else cases


def _case(dice: random.Random) -> Facts:
    ordered = FIRST_DAY + timedelta(days=dice.randrange(90))
    delivered = ordered + timedelta(days=dice.randrange(1, 9))
    requested = delivered + timedelta(days=dice.choice((2, 5, 13, 14, 20, 29, 31, 60)))
    price = Money.of(f"{dice.randrange(300, 180_000) / 100:.2f}", "EUR")
    line = Line(
        id="line-1",
        title="Item",
        quantity=1,
        reason=dice.choice(REASONS),
        note_tells_fault=dice.random() < 0.05,
        price=price,
        product_tags=frozenset(dice.sample(TAGS, dice.randrange(3))),
        product_type=dice.choice(TYPES),
        vendor=dice.choice(VENDORS),
        gift_card=dice.random() < 0.03,
        fulfilled_on=ordered,
        fulfilled_at=datetime.combine(ordered, NOON),
        delivered_on=delivered,
        delivered_at=datetime.combine(delivered, NOON),
        returnable=1,
        discount_percent=dice.randrange(0, 80),
        condition=frozenset(dice.sample(CONDITIONS, dice.randrange(3))),
    )
    return Facts(
        requested_on=requested,
        requested_at=datetime.combine(requested, NOON),
        ordered_on=ordered,
        ordered_at=datetime.combine(ordered, NOON),
        lines=(line,),
        places=(Place(country="DE"),),
        last_delivered_on=delivered,
        awaiting_delivery=False,
        order_tags=frozenset(dice.sample(("gift", "express"), dice.randrange(2))),
        order_cancelled=False,
        order_total=price,
        channel=dice.choice(("web", "web", "pos")),
        payment_methods=frozenset({dice.choice(METHODS)}),
        business=dice.random() < 0.02,
        customer_known=dice.random() < 0.8,
        customer_tags=frozenset(dice.sample(("gold", "silver", "wholesale"), 1)),
        customer_orders=dice.randrange(1, 20),
        customer_returns=dice.randrange(0, 12),
        returns_before=(Past(on=ordered),),
        offers_before=(),
        dispute_open=False,
        fraud_suspected=False,
        opted_out=False,
        practice=frozenset(
            {"informed_of_right", "withdrawal_function_live", "told_return_cost"}
        ),
    )


def _less_known(case: Facts, dice: random.Random) -> Facts:
    if dice.random() >= 0.2:
        return case
    missing = dice.sample(MAY_BE_UNKNOWN, dice.randrange(1, 4))
    unknown: dict[str, Any] = dict.fromkeys(missing)
    line = replace(case.lines[0], **unknown)
    return replace(case, lines=(line,))
