"""Random worlds: requests, rules, ways to refund, and laws."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any as Anything

from hypothesis import strategies as st

from plugin.policy.catalogue import WINDOW
from plugin.policy.clauses import ALWAYS, Clause, Evidence, Guard
from plugin.policy.conditions import Condition, Operator
from plugin.policy.days import Span
from plugin.policy.decision import Outcome
from plugin.policy.facts import Facts, Line, Past
from plugin.policy.money import Money
from plugin.policy.provisions import ChangeOfMind, LawPack, Right
from plugin.policy.remedies import FeeRule, Owed, Payer, PaysFor, RefundTerms, Remedy
from plugin.policy.terms import Fee, Policy
from tests.builders import ASKED_ON, make_facts, make_line, make_pack
from tests.policy.logic import TRIPLE, conditions
from tests.policy.parts import (
    SILENT,
    UNCLEAR,
    asks,
    at_least,
    entitling,
    is_flag,
    make_core,
    make_rule,
)

Parts = dict[str, Anything]


def _days_ago(days: int | None) -> Anything:
    return None if days is None else ASKED_ON - timedelta(days=days)


def _maybe(*values: Anything) -> st.SearchStrategy[Anything]:
    return st.sampled_from([*values, None])


LINE: Parts = {
    "reason": _maybe("unwanted", "unwanted", "defective", "other"),
    "note_tells_fault": _maybe(False, True),
    "price": _maybe(Money.of("25.00", "USD"), Money.of("9.00", "USD")),
    "product_tags": _maybe(frozenset(), frozenset({"sale"})),
    "gift_card": _maybe(True, False),
    "returnable": _maybe(1),
    "photos": _maybe(0, 2),
    "delivered_on": st.sampled_from([0, 14, 15, 30, 31, 60, None]).map(_days_ago),
}
FACTS: Parts = {
    "business": _maybe(False, True),
    "dispute_open": _maybe(False, False, True),
    "fraud_suspected": _maybe(False),
    "opted_out": _maybe(False),
    "customer_tags": _maybe(frozenset(), frozenset({"vip"})),
    "customer_orders": _maybe(1, 5),
    "returns_before": _maybe((), (Past(on=ASKED_ON),) * 3),
    "decided_on": _maybe(ASKED_ON, ASKED_ON + timedelta(days=9)),
    "order_cancelled": _maybe(False),
    "order_total": _maybe(Money.of("25.00", "USD"), Money.of("90.00", "USD")),
}


def lines() -> st.SearchStrategy[Line]:
    """Make an item of which anything may be not known."""
    return st.builds(make_line, **LINE)


@st.composite
def clear_requests(draw: st.DrawFn, most: int = 1) -> Facts:
    """Make a request that no hold stops and that tells of no fault."""
    clear = {
        "reason": st.just("unwanted"),
        "note_tells_fault": st.just(False),
        "returnable": st.just(1),
    }
    known = dict.fromkeys(
        ("dispute_open", "fraud_suspected", "opted_out", "order_cancelled"),
        st.just(False),
    )
    one = st.builds(make_line, **{**LINE, **clear})
    items = draw(st.lists(one, min_size=1, max_size=most))
    named = [_numbered(item, n) for n, item in enumerate(items)]
    return make_facts(*named, **draw(st.fixed_dictionaries({**FACTS, **known})))


@st.composite
def requests(draw: st.DrawFn, most: int = 1) -> Facts:
    """Make a request for some items, of which anything may be not known."""
    items = draw(st.lists(lines(), min_size=1, max_size=most))
    named = [_numbered(item, n) for n, item in enumerate(items)]
    return make_facts(*named, **draw(st.fixed_dictionaries(FACTS)))


def _numbered(line: Line, number: int) -> Line:
    return replace(line, id=f"line-{number}")


LEAVES = st.sampled_from(
    [
        is_flag("gift_card"),
        is_flag("business"),
        is_flag("note_tells_fault", False),
        asks("reason", Operator.EQUALS, "unwanted"),
        asks("product_tags", Operator.CONTAINS, "sale"),
        asks("customer_tags", Operator.CONTAINS, "vip"),
        at_least("price", 1000),
        at_least("customer_orders", 2),
        at_least("customer_returns_in_90_days", 3),
        at_least(WINDOW, 1),
        asks(WINDOW, Operator.AT_MOST, 0),
        asks("days_since_delivery", Operator.AT_MOST, 14),
    ]
)
PHOTOS = (Evidence(fact="photos", at_least=1, within_days=7),)


def rules() -> st.SearchStrategy[tuple[Clause, ...]]:
    """Make rules in an order; some that approve ask for photos."""
    parts = st.tuples(st.sampled_from(Outcome), conditions(LEAVES), st.booleans())
    return st.lists(parts, max_size=4).map(_rules)


def _rules(parts: list[tuple[Outcome, Condition, bool]]) -> tuple[Clause, ...]:
    return tuple(
        make_rule(
            f"rule-{number}",
            then,
            when,
            evidence=PHOTOS if shown and then is Outcome.APPROVE else (),
        )
        for number, (then, when, shown) in enumerate(parts)
    )


DEFAULTS = st.sampled_from([Outcome.APPROVE, Outcome.REVIEW])
REFUNDS = st.builds(
    RefundTerms,
    remedies=st.lists(
        st.sampled_from(
            [Remedy.ORIGINAL_PAYMENT, Remedy.STORE_CREDIT, Remedy.EXCHANGE]
        ),
        min_size=1,
        unique=True,
    ).map(tuple),
    outbound=st.sampled_from(TRIPLE),
    return_freight=st.sampled_from(Payer),
    send_back_days=_maybe(7, 30),
    refund_days=_maybe(7, 30),
)
FEES = st.lists(
    st.sampled_from(
        [
            Fee(id="flat", guard=ALWAYS, flat=Money.of("5.00", "USD")),
            Fee(id="share", guard=ALWAYS, percent=Decimal(20)),
            Fee(
                id="label",
                guard=Guard(is_flag("gift_card")),
                percent=Decimal(5),
                pays_for=PaysFor.RETURN_SHIPPING,
            ),
        ]
    ),
    max_size=2,
    unique_by=lambda fee: fee.id,
).map(tuple)


def policies() -> st.SearchStrategy[Policy]:
    """Make policies with clauses of any order, fees and ways to refund."""
    return st.builds(
        lambda made, **parts: make_core(*made, **parts),
        rules(),
        default=DEFAULTS,
        refund=REFUNDS,
        fees=FEES,
    )


OWED = st.builds(
    Owed,
    fee=st.sampled_from(FeeRule),
    fee_percent=_maybe(10),
    fee_amount=_maybe(Money.of("3.00", "USD")),
    picks=st.sampled_from([frozenset(), frozenset({Remedy.EXCHANGE})]),
    outbound=st.sampled_from(TRIPLE),
    return_freight=st.sampled_from(Payer),
    send_back_days=_maybe(14),
    refund_days=_maybe(14),
)
POSTED = make_pack(
    id="PP",
    change_of_mind=ChangeOfMind(
        right=Right.IF_NOT_POSTED,
        cites="Posting Act s 1",
        span=Span(days=30),
        unless=frozenset({"policy_posted_before_checkout"}),
    ),
)


def laws() -> st.SearchStrategy[LawPack | None]:
    """Make a law that entitles, is silent, is not clear, or is missing."""
    others = st.sampled_from([SILENT, UNCLEAR, POSTED, None])
    return st.one_of(st.builds(entitling, OWED), others)
