"""What the law gives a customer who changed their mind."""

from __future__ import annotations

from datetime import date

from plugin.policy.days import Calendar
from plugin.policy.decision import MEMORY, Finding
from plugin.policy.facts import Facts, Line
from plugin.policy.law_findings import silent, speaks, unclear
from plugin.policy.law_periods import Reach, reach, told_in_time
from plugin.policy.money import Money
from plugin.policy.provisions import (
    Act,
    ChangeOfMind,
    LawPack,
    Right,
    StatutoryException,
)

# The practice after which a customer may have to pay for the way back.
TOLD_COST = "told_return_cost"

_NONE, _DOUBTFUL, _STATUTORY = Right.NONE, Right.DOUBTFUL, Right.STATUTORY
_GOODS = Act.GOODS_RETURNED
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
_IF_BACK = ", if the goods are back by its last day"
_WENT_BACK = "the parcel was refused, and may have been back before the last day"
# The platform's word for an order that was placed at a till.
_TILL = "pos"
# What shows that goods are no longer as they came.
_USED = frozenset({"used", "worn", "washed", "assembled", "damaged"})


def change_of_mind(
    facts: Facts, line: Line, pack: LawPack, calendar: Calendar | None
) -> Finding:
    """Ask a pack for the right to send goods back without a reason."""
    right = pack.change_of_mind
    id = f"{pack.id}:change-of-mind"
    if right.right is _NONE:
        why = "no right to change one's mind"
        return silent(id, right.cites, why, sure=right.gone)
    if right.right is _DOUBTFUL or right.span is None:
        return unclear(id, "the statute's reach is disputed", right.cites)
    in_store = right.distance and facts.channel == _TILL
    if _gone(facts, right) and not in_store:
        return silent(id, right.cites, _GONE[right.right], sure=right.gone)
    found = reach(facts, line, right, right.span, calendar)
    if in_store and found.inside is not False:
        why = "the law of sales at a distance says nothing of a store"
        return unclear(id, why, right.cites, found.start)
    return _answer(id, facts, line, right, found)


def _answer(
    id: str, facts: Facts, line: Line, right: ChangeOfMind, found: Reach
) -> Finding:
    """Answer by the period, then by the exceptions, then by what else is open."""
    proven, perhaps = _exceptions(facts, line, right)
    over, statutory = found.inside is False, right.right is _STATUTORY
    by_goods = right.act is _GOODS
    # An exception that was read counts before an end that is remembered.
    if over and (proven is None or found.sure is not MEMORY):
        if by_goods and facts.delivery_refused:
            return unclear(id, _WENT_BACK, right.cites, found.start)
        why, start, sure = found.why, found.start, found.sure
        return silent(id, right.cites, why, start, sure, statutory=statutory)
    if proven is not None:
        return _excepted(f"{id}:{proven.code}", proven, found.start, statutory)
    if perhaps is not None:
        why = f"the exception `{perhaps.code}` may apply"
        return unclear(f"{id}:{perhaps.code}", why, perhaps.cites, found.start)
    doubt = found.why if found.inside is None else _doubt(facts, line, right)
    if doubt is not None:
        return unclear(id, doubt, found.cites, found.start)
    told = right.owed_if_told if TOLD_COST in facts.practice else None
    sure = found.sure or MEMORY
    why = found.why + _IF_BACK if by_goods else found.why
    return speaks(id, right.cites, why, found.start, sure, told or right.owed)


def _excepted(
    id: str, proven: StatutoryException, start: date | None, statutory: bool
) -> Finding:
    why, sure, code = "an exception is proven", proven.sure, proven.code
    return silent(id, proven.cites, why, start, sure, code, statutory=statutory)


def _gone(facts: Facts, right: ChangeOfMind) -> bool:
    """Tell whether the shop did all that takes the right away, for this customer too.

    What a shop does as a rule says nothing of a customer who was told later.
    """
    if not right.unless or not right.unless <= facts.practice:
        return False
    return told_in_time(facts)


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
        elif proven is None or proven.sure is MEMORY:
            proven = each
    return proven, perhaps


def _doubt(facts: Facts, line: Line, right: ChangeOfMind) -> str | None:
    if right.not_up_to is not None and not _large(facts, right.not_up_to):
        return "whether the order is large enough for the right is not known"
    if right.unless and right.unless.isdisjoint(facts.lacking):
        return _PERHAPS_GONE[right.right]
    if not right.reaches_web:
        return "whether the statute reaches web shops is not settled"
    if right.as_new and line.condition and not _USED.isdisjoint(line.condition):
        return "goods that are no longer as they came may be outside the right"
    return None


def _large(facts: Facts, least: Money) -> bool:
    """Tell whether an order is surely worth more than what gives no right.

    What was paid for the goods can only show that it is: freight and taxes may count.
    """
    total = facts.order_total
    if total is None or total.currency != least.currency:
        return False
    return total.amount > least.amount
