"""Holds: what makes a person look, whatever the policy says."""

from __future__ import annotations

from collections.abc import Callable

from plugin.policy.decision import Finding, Outcome, Says, Stratum
from plugin.policy.facts import Facts, Line

Answer = bool | None


def _quantity_wrong(facts: Facts) -> Answer:
    wrong = [_too_many(line) for line in facts.lines]
    if any(wrong):
        return True
    return None if None in wrong else False


def _too_many(line: Line) -> Answer:
    if line.quantity < 1:
        return True
    return None if line.returnable is None else line.quantity > line.returnable


def _asked_before(facts: Facts) -> Answer:
    return any(line.asked_before is not None for line in facts.lines)


HOLDS: tuple[tuple[str, str, Callable[[Facts], Answer]], ...] = (
    ("dispute-open", "a payment dispute is open", lambda f: f.dispute_open),
    ("fraud-suspected", "the order looks fraudulent", lambda f: f.fraud_suspected),
    ("opted-out", "the customer asked for a person", lambda f: f.opted_out),
    ("order-cancelled", "the order was cancelled", lambda f: f.order_cancelled),
    ("quantity", "the quantity does not add up", _quantity_wrong),
    ("asked-before", "the same item was asked for before", _asked_before),
    ("incomplete", "the return is larger than was read", lambda f: not f.complete),
    ("no-lines", "the return names no items", lambda f: not f.lines),
)


def holds(facts: Facts) -> tuple[Finding, ...]:
    """Ask every hold; a hold on an unknown fact cannot tell."""
    return tuple([answers[ask(facts)] for ask, answers in _ANSWERS])


def _answers(id: str, why: str) -> dict[Answer, Finding]:
    """Make a hold's three findings once; they read nothing else of a request."""
    said = {True: Says.SPEAKS, False: Says.SILENT, None: Says.CANNOT_TELL}
    return {
        answer: Finding(Stratum.HOLD, id, says, Outcome.REVIEW, why=why)
        for answer, says in said.items()
    }


_ANSWERS = tuple((ask, _answers(id, why)) for id, why, ask in HOLDS)
