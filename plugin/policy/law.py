"""The statutory floor for one line: entitled, silent, or nobody can tell.

A pack's answer can only stop a refusal. Whatever is ambiguous cannot be told, and
what cannot be told is for a person.
"""

from __future__ import annotations

from datetime import date, timedelta

from plugin.policy.days import add_months
from plugin.policy.decision import Finding, Outcome, Says, Stratum
from plugin.policy.facts import Facts, Line, Place, ReasonClass
from plugin.policy.terms import ChangeOfMind, Fault, LawPack, Right, Start

# The practice that proves a US-style policy notice was shown before checkout.
POSTED = "policy_posted_before_checkout"
# What all posting states' rules ask for together (New York's GBL 218-a asks most).
POSTED_IN_FULL = frozenset({POSTED, "policy_states_required_items"})
# How strongly a finding protects the customer.
_STRENGTH = {Says.SPEAKS: 2, Says.CANNOT_TELL: 1, Says.SILENT: 0}


def ask_law(
    facts: Facts, line: Line, packs: tuple[LawPack | None, ...]
) -> tuple[Finding, ...]:
    """Ask every provision of every pack about one line; each answer once."""
    if not facts.places:
        return (_unclear("law", "the customer's country is not known"),)
    found = (
        finding
        for place, pack in zip(facts.places, packs, strict=True)
        for finding in _pack_findings(facts, line, place, pack)
    )
    return tuple(dict.fromkeys(found))


def best(findings: tuple[Finding, ...]) -> Finding:
    """Pick the finding that protects the customer most; the first among equals.

    Where several packs may apply, the one that is better for the customer counts.
    """
    return max(findings, key=lambda finding: _STRENGTH[finding.says])


def _pack_findings(
    facts: Facts, line: Line, place: Place, pack: LawPack | None
) -> list[Finding]:
    if pack is None:
        return [_unclear(f"{place.country}:none", "no law pack for this country")]
    if facts.ordered_on < pack.since:
        return [_unclear(f"{pack.id}:since", "the order is older than the law pack")]
    answers = [_change_of_mind(facts, line, pack, pack.change_of_mind)]
    if line.reason_class is not ReasonClass.CHANGE_OF_MIND:
        # First, so that a fault is answered by the provision on faults.
        answers.insert(0, _fault(facts, line, pack, pack.fault))
    if line.reason_class is ReasonClass.UNCLEAR:
        answers.append(
            _unclear(f"{pack.id}:reason", "the reason may be a fault; read the note")
        )
    elif line.note_tells_fault is not False:
        answers.append(_unclear(f"{pack.id}:note", "the note may tell of a fault"))
    if _region_doubtful(place, pack) and not facts.practice >= POSTED_IN_FULL:
        answers.append(
            _unclear(f"{pack.id}:{place.region or 'region'}", "state rules may apply")
        )
    return answers


def _region_doubtful(place: Place, pack: LawPack) -> bool:
    if place.region is None:
        return bool(pack.regions_for_a_person)
    return place.region in pack.regions_for_a_person


def _change_of_mind(
    facts: Facts, line: Line, pack: LawPack, right: ChangeOfMind
) -> Finding:
    id = f"{pack.id}:change-of-mind"
    if right.right is Right.NONE:
        return _silent(id, right.cites, "no right to change one's mind")
    if right.right is Right.DOUBTFUL or right.span is None:
        return _unclear(id, "the statute's reach is disputed", right.cites)
    if right.right is Right.IF_NOT_POSTED and POSTED in facts.practice:
        return _silent(id, right.cites, "the policy was shown before checkout")
    start = _start(facts, line, right.starts)
    inside = _inside(facts, line, right, start)
    if inside is None:
        return _unclear(id, "the end of the period is not known", right.cites, start)
    if not inside:
        return _after_period(facts, id, right, start)
    if right.right is Right.IF_NOT_POSTED:
        return _unclear(id, "the policy may not have been posted", right.cites, start)
    return _exception(line, id, right, start)


def _start(facts: Facts, line: Line, starts: Start) -> date | None:
    if starts is Start.PURCHASE:
        return facts.ordered_on
    if starts is Start.ITEM_DELIVERED:
        return line.delivered_on
    return facts.last_delivered_on


def _inside(
    facts: Facts, line: Line, right: ChangeOfMind, start: date | None
) -> bool | None:
    """Tell whether the request came in time; a parcel still on its way counts."""
    awaiting = _awaiting(facts, line, right)
    if awaiting and right.before_delivery:
        return True
    if start is None or right.span is None:
        return None
    inside = right.span.holds(start, facts.requested_on)
    # Whether a parcel is still on its way is not known: the period may not have begun.
    unsure = right.before_delivery and awaiting is None
    return None if unsure and not inside else inside


def _awaiting(facts: Facts, line: Line, right: ChangeOfMind) -> bool | None:
    # Where each item has its own period, another item's parcel does not count.
    own = right.starts is Start.ITEM_DELIVERED and line.delivered_on is not None
    return False if own else facts.awaiting_delivery


def _after_period(
    facts: Facts, id: str, right: ChangeOfMind, start: date | None
) -> Finding:
    extension = right.not_informed
    over = f"the period of {right.span.days} days is over" if right.span else ""
    if extension is None or extension.needs <= facts.practice or start is None:
        return _silent(id, right.cites, over, start)
    missing = ", ".join(sorted(extension.needs - facts.practice))
    if extension.months is not None and right.span is not None:
        end = add_months(right.span.last_day(start), extension.months)
        # One period more, for a customer who was informed on the very last day.
        if right.span.holds(end, facts.requested_on) is False:
            return _silent(id, right.cites, "even the longer period is over", start)
    why = f"the period may be longer: not confirmed that {missing}"
    return _unclear(id, why, extension.cites, start)


def _exception(line: Line, id: str, right: ChangeOfMind, start: date | None) -> Finding:
    """Ask every exception: one that is proven in full counts, part of one is doubt."""
    proven = [e for e in right.exceptions if e.needs <= line.proven]
    if proven:
        found = proven[0]
        why = "an exception is proven"
        silent = _silent(f"{id}:{found.code}", found.cites, why, start)
        return silent._replace(exception=found.code)
    partly = [e for e in right.exceptions if e.needs & line.proven]
    if partly:
        found = partly[0]
        why = f"the exception `{found.code}` may apply"
        return _unclear(f"{id}:{found.code}", why, found.cites, start)
    return _entitled(id, right.cites, "within the statutory period", start)


def _fault(facts: Facts, line: Line, pack: LawPack, right: Fault) -> Finding:
    id = f"{pack.id}:fault"
    if right.right is not Right.STATUTORY:
        return _unclear(id, "what the law gives for a fault is disputed", right.cites)
    start = line.delivered_on or facts.last_delivered_on
    if facts.awaiting_delivery and start is None:
        return _unclear(id, "the goods are still on their way", right.cites)
    if start is None:
        return _unclear(id, "the day of delivery is not known", right.cites)
    if line.reason not in ("wrong-item", "not-as-described", "defective"):
        return _unclear(id, "the note may tell of a fault", right.cites, start)
    if right.final_sale_needs_person and line.reason == "defective":
        return _unclear(id, "an `as is` sale may limit this right", right.cites, start)
    return _fault_by_age(facts, id, right, start)


def _fault_by_age(facts: Facts, id: str, right: Fault, start: date) -> Finding:
    day = facts.requested_on
    if _within(day, start, right.reject_days, right.burden_on_trader_months):
        return _entitled(id, right.cites, "a fault the trader answers for", start)
    if _within(day, start, right.prompt_days, None):
        return _entitled(id, right.cites, "not what was ordered, told soon", start)
    # Age alone never ends this right: when the fault first showed, and whether a
    # repair prolonged the guarantee, are not known. A person looks.
    return _unclear(id, _age(right, start, day), right.cites, start)


def _age(right: Fault, start: date, day: date) -> str:
    if right.guarantee_months is None:
        return "how long the trader answers is open"
    if day <= add_months(start, right.guarantee_months):
        return "the cause of the fault must be looked at"
    return "the guarantee has run out unless the fault showed before, or was repaired"


def _within(day: date, start: date, days: int | None, months: int | None) -> bool:
    by_days = days is not None and day <= start + timedelta(days=days)
    return by_days or (months is not None and day <= add_months(start, months))


def _entitled(id: str, cites: str, why: str, start: date | None) -> Finding:
    return _finding(id, Says.SPEAKS, Outcome.APPROVE, why, cites, start)


def _silent(id: str, cites: str, why: str, start: date | None = None) -> Finding:
    return _finding(id, Says.SILENT, None, why, cites, start)


def _unclear(
    id: str, why: str, cites: str | None = None, start: date | None = None
) -> Finding:
    return _finding(id, Says.CANNOT_TELL, None, why, cites, start)


def _finding(
    id: str,
    says: Says,
    effect: Outcome | None,
    why: str,
    cites: str | None,
    start: date | None,
) -> Finding:
    read = (("period_starts_on", start),) if start is not None else ()
    return Finding(Stratum.LAW, id, says, effect, read, cites, why)
