"""What makes law or a hold doubtful about a line, and what would settle it."""

from __future__ import annotations

from collections.abc import Iterator

from plugin.policy.decision import Outcome, Says
from plugin.policy.explaining.asking import Asking, would_be
from plugin.policy.explaining.phrases import name_said
from plugin.policy.explaining.trace import Change, Counterfactual
from plugin.policy.facts import PRACTICE
from plugin.policy.holds import holds
from plugin.policy.provisions import ChangeOfMind, StatutoryException

# The holds that hang on one fact of the order each.
_FACT_OF_HOLD = {
    "dispute-open": "dispute_open",
    "fraud-suspected": "fraud_suspected",
    "opted-out": "opted_out",
    "order-cancelled": "order_cancelled",
}


def by_doubt(asking: Asking) -> Iterator[Counterfactual]:
    """Find what, once known, lets law and holds be answered, and with which end."""
    if asking.base is not Outcome.REVIEW:
        return
    if asking.verdict.law.says is Says.CANNOT_TELL:
        yield from _by_practice(asking)
        yield from _by_proof(asking)
    yield from _by_holds(asking)


def _rights(asking: Asking) -> Iterator[ChangeOfMind]:
    return (pack.change_of_mind for pack in asking.terms.packs if pack is not None)


def _by_practice(asking: Asking) -> Iterator[Counterfactual]:
    """Try what the shop may confirm, the smallest set of it first."""
    known = asking.facts.practice | asking.facts.lacking
    sets: set[frozenset[str]] = set()
    for right in _rights(asking):
        longer = right.not_informed.needs if right.not_informed else frozenset()
        sets |= {(longer & PRACTICE_NAMES) - known, right.unless - known}
    sets |= {frozenset({name}) for each in sets for name in each}
    sets.add(frozenset().union(*sets))
    for names in sorted(filter(None, sets), key=lambda s: (len(s), sorted(s))):
        ordered = sorted(names)
        outcome = asking.telling(*((name, True) for name in ordered))
        if outcome is not None:
            listed = ", ".join(name_said(name) for name in ordered)
            said = f"Once the shop confirms this: {listed}, {would_be(outcome)}."
            changes = (Change(fact=name, was=None, to=True) for name in ordered)
            yield asking.found("unknown", said, outcome, *changes)
            return


def _by_proof(asking: Asking) -> Iterator[Counterfactual]:
    """Try an exception of which a part is proven: with the rest, and without it."""
    for right in _rights(asking):
        for exception in right.exceptions:
            missing = _unproven(asking, exception)
            if missing:
                yield from _proofs(asking, missing)


def _unproven(asking: Asking, exception: StatutoryException) -> frozenset[str]:
    known = asking.line.proven | asking.facts.practice
    if exception.needs.isdisjoint(asking.line.proven):
        return frozenset()
    return exception.needs - known - PRACTICE_NAMES


def _proofs(asking: Asking, missing: frozenset[str]) -> Iterator[Counterfactual]:
    listed = ", ".join(name_said(name) for name in sorted(missing))
    for fact, verb in (("proven", "proven"), ("disproven", "proven to be untrue")):
        was: frozenset[str] = getattr(asking.line, fact)
        outcome = asking.telling((fact, was | missing))
        if outcome is not None:
            said = f"Once this is {verb}: {listed}, {would_be(outcome)}."
            change = Change(fact=fact, was=was, to=was | missing)
            yield asking.found("unknown", said, outcome, change)


def _by_holds(asking: Asking) -> Iterator[Counterfactual]:
    """Try all open holds at once, each of them answered with no."""
    open_ = [h for h in holds(asking.facts) if h.says is Says.CANNOT_TELL]
    changes = [_answered(asking, hold.id) for hold in open_]
    outcome = asking.telling(*((c.fact, c.to) for c in changes)) if changes else None
    if outcome is not None:
        listed = "; ".join(hold.why or hold.id for hold in open_)
        said = f"Once it is known that none of this is so: {listed}; "
        said += f"{would_be(outcome)}."
        yield asking.found("unknown", said, outcome, *changes)


def _answered(asking: Asking, hold: str) -> Change:
    if hold in _FACT_OF_HOLD:
        return Change(fact=_FACT_OF_HOLD[hold], was=None, to=False)
    return Change(fact="returnable", was=None, to=asking.line.quantity)


PRACTICE_NAMES = frozenset(PRACTICE)
