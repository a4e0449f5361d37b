"""The statutory floor for one line: entitled, silent, or nobody can tell.

A pack's answer can only stop a refusal. Whatever is ambiguous cannot be told, and
what cannot be told is for a person.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from plugin.policy.days import Calendar
from plugin.policy.decision import CANNOT_TELL, MEMORY, SPEAKS, Finding
from plugin.policy.facts import Facts, Line, Place, ReasonClass
from plugin.policy.law_change import change_of_mind
from plugin.policy.law_fault import NOT_COME, fault, late_delivery, may_be_late
from plugin.policy.law_findings import of_business, silent, unclear
from plugin.policy.provisions import LawPack

_FAULT, _MIND = ReasonClass.FAULT, ReasonClass.CHANGE_OF_MIND


def ask_law(
    facts: Facts,
    line: Line,
    packs: Sequence[LawPack | None],
    calendars: Sequence[Calendar | None] = (),
) -> tuple[Finding, ...]:
    """Ask every provision of every pack about one line; each answer once.

    Packs stand in the order of the places, and calendars too unless there are none.
    """
    if not facts.places:
        return (unclear("law", "the customer's country is not known"),)
    known = calendars or (None,) * len(facts.places)
    found = [
        finding
        for place, pack, calendar in zip(facts.places, packs, known, strict=True)
        for finding in _pack_findings(facts, line, place, pack, calendar)
    ]
    return tuple(dict.fromkeys(found)) if len(facts.places) > 1 else tuple(found)


def best(findings: Sequence[Finding]) -> Finding:
    """Pick the finding that protects the customer most; the first among equals.

    Where several packs may apply, the one that is better for the customer counts.
    """
    for says in (SPEAKS, CANNOT_TELL):
        for finding in findings:
            if finding.says is says:
                return finding
    return findings[0]


def _pack_findings(
    facts: Facts,
    line: Line,
    place: Place,
    pack: LawPack | None,
    calendar: Calendar | None,
) -> Iterator[Finding]:
    if pack is None:
        yield unclear(f"{place.country}:none", "no law pack for this country")
    elif not _of_that_day(facts, pack):
        yield unclear(f"{pack.id}:since", "the order is older than the law pack")
    else:
        unread = facts.business and pack.buyers is MEMORY
        if facts.business and pack.b2c_only and not unread:
            yield from _business(facts, line, pack)
        else:
            found = _provisions(facts, line, pack, calendar)
            # Whom the law reaches is remembered, so that it neither entitles a
            # business nor leaves it without what it gives.
            yield from map(of_business, found) if unread else found
        yield from _doubts(line, place, pack)


def _business(facts: Facts, line: Line, pack: LawPack) -> Iterator[Finding]:
    """Give no right of consumers; what others have for a fault is not in the pack."""
    cites, why = pack.change_of_mind.cites, "the law protects consumers only"
    yield silent(f"{pack.id}:business", cites, why, sure=pack.buyers)
    if line.reason_class is _FAULT or _faulty(line, pack):
        why = "what the law gives a business for a fault was not read"
        yield unclear(f"{pack.id}:fault", why)
    if may_be_late(facts, line):
        yield unclear(f"{pack.id}:late-delivery", NOT_COME)


def _of_that_day(facts: Facts, pack: LawPack) -> bool:
    """Tell whether the pack is the law of the day the order was placed on."""
    if pack.since is not None and facts.ordered_on < pack.since:
        return False
    return pack.until is None or facts.ordered_on < pack.until


def _provisions(
    facts: Facts, line: Line, pack: LawPack, calendar: Calendar | None
) -> Iterator[Finding]:
    if line.reason_class is not _MIND or _faulty(line, pack):
        # First, so that a fault is answered by the provision on faults.
        yield fault(facts, line, pack)
    yield change_of_mind(facts, line, pack, calendar)
    if pack.late_delivery is not None:
        yield late_delivery(facts, line, pack, pack.late_delivery)
    elif may_be_late(facts, line):
        yield unclear(f"{pack.id}:late-delivery", NOT_COME)


def _faulty(line: Line, pack: LawPack) -> bool:
    """Tell whether what is known of an item tells of a fault, whatever the reason."""
    return bool(line.repair_days) or not pack.fault.severe.isdisjoint(line.proven)


def _doubts(line: Line, place: Place, pack: LawPack) -> Iterator[Finding]:
    if line.reason_class is ReasonClass.UNCLEAR:
        why = "the reason may be a fault; read the note"
        yield unclear(f"{pack.id}:reason", why)
    elif line.note_tells_fault is not False:
        yield unclear(f"{pack.id}:note", "the note may tell of a fault")
    # Whatever the shop does: what those regions ask for was not read.
    doubt = _region_doubt(place, pack)
    if doubt is not None:
        yield unclear(f"{pack.id}:{place.region or 'region'}", doubt)


def _region_doubt(place: Place, pack: LawPack) -> str | None:
    """Say why a region may have rules that the pack does not know; None if it has none.

    Where a pack tells its regions apart, one that is not known may be any of them.
    """
    if not pack.regions_for_a_person:
        return None
    if pack.regions and place.region is None:
        return "the region is not known, and some have rules of their own"
    for rule in pack.regions_for_a_person:
        if rule.code == place.region:
            return f"{rule.name}: {rule.why}"
    if pack.regions and place.region not in pack.regions:
        return f"`{place.region}` is no region that the law pack knows"
    return None
