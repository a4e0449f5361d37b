"""What the law gives for goods that are faulty, not what was ordered, or late."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from plugin.policy.days import add_months
from plugin.policy.decision import MEMORY, Finding, Sureness
from plugin.policy.facts import FAULT, Facts, Line
from plugin.policy.law_findings import silent, speaks, unclear
from plugin.policy.provisions import Fault, LateDelivery, LawPack, Right
from plugin.policy.remedies import Owed

Ground = tuple[str, Sureness, Owed]

NOT_COME = "the goods may not have come, and by when they had to is not known"


def fault(facts: Facts, line: Line, pack: LawPack) -> Finding:
    """Ask a pack what a fault gives; it is never silent, for a fault is no whim."""
    right = pack.fault
    id = f"{pack.id}:fault"
    if right.right is not Right.STATUTORY:
        return unclear(id, "what the law gives for a fault is disputed", right.cites)
    start = line.delivered_on or facts.last_delivered_on
    if start is None:
        return unclear(id, _not_come(facts), right.cites)
    day = facts.requested_on
    if not right.severe.isdisjoint(line.proven) and _in_guarantee(right, start, day):
        why = "a severe fault: the customer chooses"
        return speaks(id, right.cites, why, start, right.grave, right.owed_money)
    if line.reason not in FAULT:
        why = "a repair" if line.repair_days else "the note"
        return unclear(id, f"{why} may tell of a fault", right.cites, start)
    if right.final_sale_needs_person and line.reason == "defective":
        return unclear(id, "an `as is` sale may limit this right", right.cites, start)
    if _rejected_sooner(right, line, start, day):
        why = "how soon goods that do not last must be rejected is open"
        return unclear(id, why, right.cites, start)
    grounds = list(_grounds(right, start, day, line.repair_days or 0))
    if grounds:
        # One that was read before one that is remembered.
        known = (each for each in grounds if each[1] is not MEMORY)
        why, sure, owed = next(known, grounds[0])
        return speaks(id, right.cites, why, start, sure, owed)
    # Age alone never ends this right: when the fault first showed, and whether a
    # repair prolonged the guarantee, are not known. A person looks.
    return unclear(id, _age(right, start, day), right.cites, start)


def _not_come(facts: Facts) -> str:
    if facts.awaiting_delivery:
        return "the goods are still on their way"
    return "the day of delivery is not known"


def _grounds(right: Fault, start: date, day: date, repaired: int) -> Iterator[Ground]:
    """Give every period that entitles, the best for the customer first."""
    if _within_days(day, start, right.reject_days, repaired):
        yield "in time to reject the goods", right.reject, right.owed_money
    months = right.burden_on_trader_months
    if months is not None and day <= add_months(start, months):
        yield "a fault the trader answers for", right.burden, right.owed
    if _within_days(day, start, right.prompt_days, repaired):
        yield "not what was ordered, told soon", right.prompt, right.owed


def _rejected_sooner(right: Fault, line: Line, start: date, day: date) -> bool:
    """Tell whether the days for rejecting may be fewer for these goods."""
    if right.rejected_sooner.isdisjoint(line.proven):
        return False
    return _within_days(day, start, right.reject_days, line.repair_days or 0)


def _within_days(day: date, start: date, days: int | None, repaired: int) -> bool:
    # The clock stands still while the goods are in repair.
    return days is not None and day <= start + timedelta(days=days + repaired)


def _in_guarantee(right: Fault, start: date, day: date) -> bool:
    months = right.guarantee_months
    return months is None or day <= add_months(start, months)


def _age(right: Fault, start: date, day: date) -> str:
    if right.guarantee_months is None:
        return "how long the trader answers is open"
    if _in_guarantee(right, start, day):
        return "the cause of the fault must be looked at"
    return "the guarantee has run out unless the fault showed before, or was repaired"


def late_delivery(
    facts: Facts, line: Line, pack: LawPack, right: LateDelivery
) -> Finding:
    """Ask a pack what goods that came late give."""
    id = f"{pack.id}:late-delivery"
    due = _due(facts, right)
    late = due is not None and (line.delivered_on or facts.requested_on) > due
    if not late and facts.promised_on is None and may_be_late(facts, line):
        return unclear(id, NOT_COME, right.cites)
    if right.right is Right.NONE:
        return silent(id, right.cites, "lateness gives no right", None, right.sure)
    if not late:
        why = "not late" if due else "no day was promised"
        return silent(id, right.cites, why)
    if right.right is Right.DOUBTFUL:
        return unclear(id, "what lateness gives is disputed", right.cites, due)
    return _late(id, facts, line, pack, right, due)


def _late(
    id: str,
    facts: Facts,
    line: Line,
    pack: LawPack,
    right: LateDelivery,
    due: date | None,
) -> Finding:
    """Say what goods give that came late, or have not come though they had to."""
    if right.ground_alone and _not_kept(facts, line, pack.fault):
        why = "came after the promised day"
        return speaks(id, right.cites, why, due, right.sure, right.owed)
    if right.ground_alone or facts.delivery_refused or not surely_came(facts, line):
        return unclear(id, "the goods are late", right.cites, due)
    if facts.delivery_refused is None:
        why = "came late, and whether it was refused is not known"
        return unclear(id, why, right.cites, due)
    return silent(id, right.cites, "came late, and was kept", due, right.sure)


def surely_came(facts: Facts, line: Line) -> bool:
    """Tell whether an item surely reached the customer; a lost one never does."""
    return line.delivered_on is not None or facts.awaiting_delivery is False


def may_be_late(facts: Facts, line: Line) -> bool:
    """Tell whether goods are out that may have been promised; none for the same day."""
    return facts.requested_on > facts.ordered_on and not surely_came(facts, line)


def _due(facts: Facts, right: LateDelivery) -> date | None:
    if facts.promised_on is not None or right.after_days is None:
        return facts.promised_on
    return facts.ordered_on + timedelta(days=right.after_days)


def _not_kept(facts: Facts, line: Line, right: Fault) -> bool:
    """Tell whether late goods did not come, were refused or complained of soon."""
    if facts.delivery_refused:
        return True
    if line.delivered_on is None:
        return facts.awaiting_delivery is True
    days = right.reject_days
    return days is None or _within_days(facts.requested_on, line.delivered_on, days, 0)
