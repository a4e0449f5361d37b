"""The values of the core: frozen, named, without room for anything else."""

from __future__ import annotations

import dataclasses
from datetime import date
from types import ModuleType
from typing import Any

import pytest

from plugin.policy import (
    conditions,
    decision,
    facts,
    known,
    money,
    offers,
    provisions,
    remedies,
    terms,
)
from plugin.policy.clauses import ALWAYS, Evidence
from plugin.policy.facts import Line, Past, Place, ReasonClass
from plugin.policy.offers import Offer
from plugin.policy.remedies import Owed, RefundTerms, Remedy, Settlement
from plugin.policy.terms import OfferTerms
from tests.policy.parts import make_core, make_rule

MODULES = (
    conditions,
    decision,
    facts,
    known,
    money,
    offers,
    provisions,
    remedies,
    terms,
)
# Conditions are written as they are read: All((a, b)), Not(a).
BY_POSITION = {"All", "Any", "Not"}


def values_of(module: ModuleType) -> list[type]:
    """List the dataclasses that a module defines."""
    own = vars(module).values()
    return [
        one
        for one in own
        if isinstance(one, type)
        and dataclasses.is_dataclass(one)
        and one.__module__ == module.__name__
    ]


VALUES = [Evidence, *(value for module in MODULES for value in values_of(module))]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: value.__name__)
def test_a_value_is_frozen_named_and_closed(value: Any) -> None:
    by_name = {field.kw_only for field in dataclasses.fields(value)}

    assert value.__dataclass_params__.frozen is True
    assert "__slots__" in vars(value)
    assert by_name == {value.__name__ not in BY_POSITION}


@pytest.mark.parametrize(
    ("reason", "sorted_as"),
    [
        ("unwanted", ReasonClass.CHANGE_OF_MIND),
        ("color", ReasonClass.CHANGE_OF_MIND),
        ("style", ReasonClass.CHANGE_OF_MIND),
        ("size-too-small", ReasonClass.CHANGE_OF_MIND),
        ("size-too-large", ReasonClass.CHANGE_OF_MIND),
        ("defective", ReasonClass.FAULT),
        ("not-as-described", ReasonClass.FAULT),
        ("wrong-item", ReasonClass.FAULT),
        ("other", ReasonClass.UNCLEAR),
        ("unknown", ReasonClass.UNCLEAR),
        ("cancel-order", ReasonClass.UNCLEAR),
        (None, ReasonClass.UNCLEAR),
    ],
)
def test_a_reason_is_sorted_into_what_the_law_knows(
    reason: str | None, sorted_as: ReasonClass
) -> None:
    line = Line(id="line-1", title="Mug", quantity=1, reason=reason)

    assert line.reason_class is sorted_as


def test_what_is_not_given_is_nothing_and_never_a_guess() -> None:
    day = date(2026, 11, 2)
    offer = OfferTerms(
        id="o", remedy=Remedy.EXCHANGE, guard=ALWAYS, expires_after_days=1
    )
    made = Offer(remedy=Remedy.EXCHANGE, ends_on=day)

    assert Place(country="DE").region is None
    assert (Past(on=day).items, Past(on=day).value) == (1, None)
    assert (offer.percent, offer.bonus_percent, offer.amount) == (0, 0, None)
    assert (made.percent, made.bonus_percent, made.amount) == (0, 0, None)
    assert RefundTerms().bonus_percent == 0
    assert Settlement(remedies=()).bonus_percent == 0
    assert Owed().picks == frozenset()


def test_a_policy_is_what_it_says_and_not_how_it_is_compiled() -> None:
    rule, words = make_rule(), {"en": {"thanks": "Hello."}}
    policy, same = make_core(rule, words=words), make_core(rule, words=words)

    assert policy == same
    assert hash(policy) == hash(same)
    assert "plan" not in repr(policy)
    assert policy != make_core(rule)
