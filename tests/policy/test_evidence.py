"""Evidence: what the customer has to show before a clause speaks."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from plugin.policy.clauses import Evidence
from plugin.policy.decision import Finding, Outcome, Says
from tests.builders import ASKED_ON, make_facts, make_line
from tests.policy.parts import decided, entitling, is_flag, make_core, make_rule

TWO_PHOTOS = Evidence(fact="photos", at_least=2)
IN_TIME = Evidence(fact="photos", at_least=2, within_days=7)
RECEIPT = Evidence(fact="receipts", at_least=1, within_days=3)


def found(
    *evidence: Evidence, decided_on: date | None = None, **shown: int | None
) -> Finding:
    """Decide by one clause that asks for evidence, and give its finding."""
    policy = make_core(make_rule("damaged", evidence=evidence))
    facts = make_facts(make_line(**shown), decided_on=decided_on)
    findings = {f.id: f for f in decided(facts, policy).lines[0].findings}
    return findings["damaged"]


@pytest.mark.parametrize("photos", [2, 3])
def test_a_clause_speaks_once_enough_was_shown(photos: int) -> None:
    finding = found(TWO_PHOTOS, photos=photos)

    assert (finding.says, finding.why) == (Says.SPEAKS, None)
    assert finding.read == (("photos", photos),)


@pytest.mark.parametrize("photos", [0, 1, None])
def test_evidence_without_a_day_is_asked_for_and_waited_for(
    photos: int | None,
) -> None:
    late = ASKED_ON + timedelta(days=400)
    finding = found(TWO_PHOTOS, photos=photos, decided_on=late)

    assert (finding.says, finding.why) == (Says.CANNOT_TELL, "asks for 2 photos")


@pytest.mark.parametrize(
    ("days", "photos", "says"),
    [
        (None, 1, Says.CANNOT_TELL),
        (0, 1, Says.CANNOT_TELL),
        (7, 1, Says.CANNOT_TELL),
        (8, 1, Says.SILENT),
        (8, 0, Says.SILENT),
        (8, None, Says.CANNOT_TELL),
        (8, 2, Says.SPEAKS),
    ],
)
def test_evidence_is_waited_for_until_its_day(
    days: int | None, photos: int | None, says: Says
) -> None:
    today = None if days is None else ASKED_ON + timedelta(days=days)
    finding = found(IN_TIME, photos=photos, decided_on=today)
    wanted = "asks for 2 photos by 2026-11-12"

    assert finding.says is says
    assert finding.why == (wanted if says is Says.CANNOT_TELL else None)


@pytest.mark.parametrize(
    ("days", "photos", "receipts", "says", "why"),
    [
        (0, 2, 1, Says.SPEAKS, None),
        (0, 0, 0, Says.CANNOT_TELL, "asks for 2 photos by 2026-11-12"),
        (0, 2, 0, Says.CANNOT_TELL, "asks for 1 receipt by 2026-11-08"),
        (5, 0, 1, Says.CANNOT_TELL, "asks for 2 photos by 2026-11-12"),
        (5, 0, 0, Says.SILENT, None),
        (5, None, 0, Says.SILENT, None),
        (5, 2, 0, Says.SILENT, None),
        (5, 2, None, Says.CANNOT_TELL, "asks for 1 receipt by 2026-11-08"),
        (9, 0, None, Says.SILENT, None),
    ],
)
def test_every_kind_of_evidence_is_asked_for(
    days: int, photos: int | None, receipts: int | None, says: Says, why: str | None
) -> None:
    today = ASKED_ON + timedelta(days=days)
    finding = found(
        IN_TIME, RECEIPT, photos=photos, receipts=receipts, decided_on=today
    )

    assert (finding.says, finding.why) == (says, why)


def test_missing_evidence_is_for_a_person() -> None:
    policy = make_core(
        make_rule("damaged", evidence=(IN_TIME,)), make_rule("no", Outcome.DECLINE)
    )
    decision = decided(make_facts(make_line(photos=0)), policy)

    assert decision.outcome is Outcome.REVIEW
    assert decision.reasons[0].why == "asks for 2 photos by 2026-11-12"


def test_a_clause_that_does_not_hold_asks_for_nothing() -> None:
    rule = make_rule("damaged", when=is_flag("gift_card"), evidence=(IN_TIME,))
    policy = make_core(rule, make_rule("no", Outcome.DECLINE))
    sure = decided(make_facts(make_line(photos=0)), policy)
    unsure = decided(make_facts(make_line(photos=0, gift_card=None)), policy)

    assert sure.outcome is Outcome.DECLINE
    assert unsure.outcome is Outcome.REVIEW
    assert unsure.reasons[0].why == "not known: gift_card"


def test_what_the_law_gives_needs_no_evidence() -> None:
    policy = make_core(
        make_rule("damaged", evidence=(IN_TIME,)), make_rule("no", Outcome.DECLINE)
    )
    decision = decided(make_facts(make_line(photos=0)), policy, entitling())

    assert decision.outcome is Outcome.APPROVE
