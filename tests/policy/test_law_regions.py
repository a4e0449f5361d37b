"""Regions whose own rules nobody has read: a person looks, and is told why."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from plugin.library import Library
from plugin.packs import parse_policy
from plugin.policy.decision import Outcome
from plugin.policy.engine import decide
from plugin.policy.explaining.explain import explain
from plugin.policy.facts import PRACTICE
from plugin.policy.provisions import RegionRule
from tests.builders import CONTACT, PACKS, make_facts, make_line, make_place

STRICT = parse_policy(PACKS.preset("strict-14-days"), version="v1")
PROVINCES = ("AB", "BC", "MB", "NB", "NL", "NS", "NT", "NU", "PE", "SK", "YT")


def told(code: str, **changes: Any) -> tuple[Outcome, str]:
    """Decide a final sale in a place, for a shop that does all a law may ask."""
    facts = make_facts(
        make_line(product_tags=frozenset({"final-sale"})),
        places=(make_place(code),),
        practice=frozenset(PRACTICE),
        **changes,
    )
    terms = Library(PACKS).terms(STRICT, facts, CONTACT)
    decision = decide(facts, terms)
    (line,) = explain(decision, facts, terms).lines
    return decision.outcome, line.summary


@pytest.mark.parametrize("rule", PACKS.law_packs["US"].regions_for_a_person)
def test_a_state_with_a_rule_that_was_not_read_is_named(rule: RegionRule) -> None:
    outcome, summary = told(f"US-{rule.code}")

    assert outcome is Outcome.REVIEW
    assert f"(US:{rule.code}): {rule.name}: its rule on" in summary
    assert "was not read" in summary


@pytest.mark.parametrize("code", ["US-PR", "US-AE", "US-ZZ"])
def test_a_code_that_is_no_state_is_named(code: str) -> None:
    outcome, summary = told(code)

    assert outcome is Outcome.REVIEW
    assert f"`{code[3:]}` is no region that the law pack knows" in summary


@pytest.mark.parametrize("code", ["US", "CA", "CA-ZZ", *(f"CA-{p}" for p in PROVINCES)])
def test_a_place_is_for_a_person_where_its_region_or_its_law_is_not_known(
    code: str,
) -> None:
    outcome, summary = told(code)

    assert outcome is Outcome.REVIEW
    assert "nobody can tell what the law gives" in summary


@pytest.mark.parametrize("code", ["CN-HK", "CN-MO", "CN-TW"])
def test_what_is_listed_under_a_country_but_has_its_own_law_is_for_a_person(
    code: str,
) -> None:
    assert told(code, requested_on=date(2026, 11, 20))[0] is Outcome.REVIEW


@pytest.mark.parametrize("code", ["US-TX", "US-DC", "CA-QC", "CA-ON"])
def test_other_regions_follow_their_pack(code: str) -> None:
    assert told(code)[0] is Outcome.DECLINE
