"""What the law gives a customer who changed their mind."""

from __future__ import annotations

from plugin.policy.days import Calendar
from plugin.policy.decision import Finding, Sureness
from plugin.policy.facts import Facts, Line
from plugin.policy.law_findings import silent, speaks, unclear
from plugin.policy.law_periods import reach
from plugin.policy.provisions import (
    ChangeOfMind,
    LawPack,
    Right,
    StatutoryException,
)

# The practice after which a customer may have to pay for the way back.
TOLD_COST = "told_return_cost"

_GONE = {
    Right.STATUTORY_WAIVABLE: "the shop's own term was shown as the law asks",
    Right.IF_NOT_POSTED: "the policy was shown before checkout",
    Right.IF_DISCLOSURE_FAILED: "the customer was given what the law asks for",
}
_PERHAPS_GONE = {
    Right.STATUTORY_WAIVABLE: "a term that was shown may take the right away",
    Right.IF_NOT_POSTED: "the policy may not have been posted",
    Right.IF_DISCLOSURE_FAILED: "the required information may not have been given",
}


def change_of_mind(
    facts: Facts, line: Line, pack: LawPack, calendar: Calendar | None
) -> Finding:
    """Ask a pack for the right to send goods back without a reason."""
    right = pack.change_of_mind
    id = f"{pack.id}:change-of-mind"
    if right.right is Right.NONE:
        why = "no right to change one's mind"
        return silent(id, right.cites, why, sure=right.gone)
    if right.right is Right.DOUBTFUL or right.span is None:
        return unclear(id, "the statute's reach is disputed", right.cites)
    if right.unless and right.unless <= facts.practice:
        return silent(id, right.cites, _GONE[right.right], sure=right.gone)
    found = reach(facts, line, right, right.span, calendar)
    if found.inside is False:
        return silent(id, right.cites, found.why, found.start, found.sure)
    proven, perhaps = _exceptions(facts, line, right)
    if proven is not None:
        why, code = "an exception is proven", proven.code
        id = f"{id}:{code}"
        return silent(id, proven.cites, why, found.start, proven.sure, code)
    small = _too_small(facts, right)
    if small:
        why, code = "the order is too small for the right", "below_min_value"
        id = f"{id}:{code}"
        return silent(id, right.cites, why, found.start, right.threshold, code)
    if perhaps is not None:
        why = f"the exception `{perhaps.code}` may apply"
        return unclear(f"{id}:{perhaps.code}", why, perhaps.cites, found.start)
    doubt = found.why if found.inside is None else _doubt(facts, right, small)
    if doubt is not None:
        return unclear(id, doubt, found.cites, found.start)
    told = right.owed_if_told if TOLD_COST in facts.practice else None
    sure = found.sure or Sureness.MEMORY
    return speaks(id, right.cites, found.why, found.start, sure, told or right.owed)


def _exceptions(
    facts: Facts, line: Line, right: ChangeOfMind
) -> tuple[StatutoryException | None, StatutoryException | None]:
    """Find an exception that is proven in full, and one of which a part is proven."""
    known = line.proven | facts.practice
    denied = line.disproven | facts.lacking
    proven = perhaps = None
    for each in right.exceptions:
        if (each.hints or each.needs).isdisjoint(known):
            continue
        if not each.needs.isdisjoint(denied):
            continue
        if not each.needs <= known:
            perhaps = perhaps or each
        elif proven is None or proven.sure is Sureness.MEMORY:
            proven = each
    return proven, perhaps


def _too_small(facts: Facts, right: ChangeOfMind) -> bool | None:
    if right.not_up_to is None:
        return False
    total = facts.order_total
    if total is None or total.currency != right.not_up_to.currency:
        return None
    return total.amount <= right.not_up_to.amount


def _doubt(facts: Facts, right: ChangeOfMind, small: bool | None) -> str | None:
    if small is None:
        return "whether the order is large enough for the right is not known"
    if right.unless and right.unless.isdisjoint(facts.lacking):
        return _PERHAPS_GONE[right.right]
    if not right.reaches_web:
        return "whether the statute reaches web shops is not settled"
    return None
