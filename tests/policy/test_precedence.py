"""Precedence: every law, hold, limit, clause and default of a small world, in full.

The answer to compare with is made in another way than the engine's: each rule that
cannot tell is let speak and be silent, and where the ends differ a person looks.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

import pytest

from plugin.policy.decision import Outcome
from plugin.policy.facts import Facts, Past
from plugin.policy.provisions import LawPack
from plugin.policy.remedies import RefundTerms, Remedy
from plugin.policy.terms import Policy
from tests.builders import ASKED_ON, make_facts, make_line
from tests.policy.parts import (
    SILENT,
    UNCLEAR,
    at_least,
    decided,
    entitling,
    is_flag,
    make_core,
    make_rule,
)

APPROVE, DECLINE, REVIEW = Outcome.APPROVE, Outcome.DECLINE, Outcome.REVIEW
MONEY, CREDIT = Remedy.ORIGINAL_PAYMENT, Remedy.STORE_CREDIT
LAWS: dict[str, LawPack | None] = {
    "entitles": entitling(),
    "silent": SILENT,
    "unclear": UNCLEAR,
    "missing": None,
}
Answer = bool | None
ANSWERS: tuple[Answer, ...] = (True, False, None)


class Rules(NamedTuple):
    """What the limit, both clauses and the default end in, and what is given back."""

    limit: Outcome
    first: Outcome
    second: Outcome
    default: Outcome
    remedy: Remedy


class World(NamedTuple):
    """What the law says, whether there is a dispute, and which rules speak."""

    law: str
    dispute: Answer
    limit: Answer
    first: Answer
    second: Answer


RULES = [
    Rules(*each)
    for each in product(
        (REVIEW, DECLINE), Outcome, Outcome, (APPROVE, REVIEW), (MONEY, CREDIT)
    )
]
WORLDS = [World(*each) for each in product(LAWS, ANSWERS, ANSWERS, ANSWERS, ANSWERS)]
PHOTOS = {True: 1, False: 0, None: None}
HISTORY = {True: (Past(on=ASKED_ON),), False: (), None: None}


def make(rules: Rules) -> Policy:
    """Build a policy of one limit and two clauses."""
    reached = at_least("customer_returns_in_90_days", 1)
    return make_core(
        make_rule("first", rules.first, is_flag("gift_card")),
        make_rule("second", rules.second, at_least("photos", 1)),
        limits=(make_rule("limit", rules.limit, reached),),
        default=rules.default,
        refund=RefundTerms(remedies=(rules.remedy,)),
    )


def request(world: World) -> Facts:
    """Make the request in which the rules speak, are silent or cannot tell."""
    return make_facts(
        make_line(gift_card=world.first, photos=PHOTOS[world.second]),
        returns_before=HISTORY[world.limit],
        dispute_open=world.dispute,
    )


def expected(world: World, rules: Rules) -> tuple[Outcome, tuple[Remedy, ...]]:
    """Say by the plain rules of precedence how a request ends, and with what."""
    if world.dispute:
        return REVIEW, ()
    ends = {_end(spoken, world, rules) for spoken in _fully_known(world)}
    if len(ends) > 1:
        return REVIEW, ()
    outcome = ends.pop()
    if outcome is DECLINE and not (world.law == "silent" and world.dispute is False):
        return REVIEW, ()
    if outcome is APPROVE:
        return _given(world.law, rules.remedy)
    return outcome, ()


def _fully_known(world: World) -> Iterator[tuple[bool, ...]]:
    rules = (world.limit, world.first, world.second)
    yield from product(*((True, False) if one is None else (one,) for one in rules))


def _end(spoken: tuple[bool, ...], world: World, rules: Rules) -> Outcome:
    """Find the first rule that speaks; to whom the law entitles, no refusal counts."""
    ends = zip(spoken, rules[:3], strict=True)
    entitled = world.law == "entitles"
    default = APPROVE if entitled else rules.default
    end = next((end for speaks, end in ends if speaks), default)
    return APPROVE if entitled and end is DECLINE else end


def _given(law: str, remedy: Remedy) -> tuple[Outcome, tuple[Remedy, ...]]:
    """Give money first where the law does, and ask a person where it may."""
    if remedy is MONEY or law == "silent":
        return APPROVE, (remedy,)
    return (APPROVE, (MONEY, CREDIT)) if law == "entitles" else (REVIEW, ())


def test_the_small_world_is_tried_in_full() -> None:
    assert len(RULES) * len(WORLDS) == 23_328


@pytest.mark.parametrize("first", Outcome)
@pytest.mark.parametrize("second", Outcome)
def test_every_layer_has_its_place(first: Outcome, second: Outcome) -> None:
    for rules in (r for r in RULES if (r.first, r.second) == (first, second)):
        policy = make(rules)
        for world in WORLDS:
            decision = decided(request(world), policy, LAWS[world.law])
            settlement = decision.lines[0].settlement
            remedies = settlement.remedies if settlement else ()
            kept = () if decision.holds else remedies

            assert (decision.outcome, kept) == expected(world, rules), (world, rules)


def test_a_refusal_needs_the_law_and_every_hold_to_be_silent() -> None:
    refused = [
        (world.law, world.dispute)
        for rules in RULES
        for world in WORLDS
        if expected(world, rules)[0] is DECLINE
    ]

    assert set(refused) == {("silent", False)}
    assert len(refused) == 480
