"""Clauses: the merchant's rules as data, compiled once per version.

Logic is three-valued (Kleene): a condition on an unknown fact is unknown, not false.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from plugin.policy.compiling import Values, compile_rules
from plugin.policy.conditions import All, Condition, facts_read
from plugin.policy.decision import Ground, Outcome
from plugin.policy.remedies import RefundTerms

Asks = Callable[[Values], bool | None]


def compile_condition(condition: Condition) -> Asks:
    """Turn one condition into a function from known values to True, False or None."""
    answers = compile_rules(((condition, ()),))
    return lambda values: answers(values)[0][0]


class Guard:
    """A condition, compiled: what limits a window, a fee or an offer to a case."""

    __slots__ = ("asks", "reads", "when")

    def __init__(self, when: Condition) -> None:
        """Compile the condition; it stays readable beside its answer."""
        self.when = when
        self.asks = compile_condition(when)
        self.reads = facts_read(when)


# What always holds: every part of nothing.
ALWAYS = Guard(All(()))

Texts = tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """What the customer has to show before a clause speaks, and for how many days.

    `fact` names the catalogued number of pieces; the days run from the request.
    """

    fact: str
    at_least: int
    within_days: int | None = None


class Clause:
    """One named rule of a policy: when its condition holds, its outcome is meant.

    `texts` are the words for the customer, a pair of language and sentence each.
    """

    __slots__ = (
        "asks",
        "evidence",
        "ground",
        "id",
        "offers",
        "reads",
        "refund",
        "texts",
        "then",
        "when",
    )

    def __init__(
        self,
        *,
        id: str,
        when: Condition,
        then: Outcome,
        texts: Texts = (),
        ground: Ground | None = None,
        offers: bool = True,
        evidence: tuple[Evidence, ...] = (),
        refund: RefundTerms | None = None,
    ) -> None:
        """Compile the condition; the parts stay readable beside it."""
        self.id = id
        self.when = when
        self.then = then
        self.texts = texts
        self.ground = ground
        self.offers = offers
        self.evidence = evidence
        self.refund = refund
        self.asks = compile_condition(when)
        shown = tuple(item.fact for item in evidence)
        self.reads = tuple(dict.fromkeys((*facts_read(when), *shown)))
