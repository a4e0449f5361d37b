"""Refusals written for tests."""

from __future__ import annotations

from datetime import date
from typing import Any

from plugin.case import Letter
from plugin.letters import Letters
from plugin.policy.decision import Outcome
from plugin.policy.engine import decide
from plugin.policy.facts import Facts
from plugin.policy.offers import offers_for
from plugin.policy.terms import Terms
from tests.builders import (
    CONFIG,
    make_clause,
    make_facts,
    make_line,
    make_policy,
    make_terms,
)

MESSAGES = CONFIG / "messages"
LETTERS = Letters.load(MESSAGES)
LATE = make_facts(
    make_line(delivered_on=date(2026, 10, 9)), requested_on=date(2026, 11, 23)
)
TEXT = {
    "en": "Items can be returned within {window_days} days of delivery.",
    "de": "Artikel können innerhalb von {window_days} Tagen zurückgegeben werden.",
    "zh-CN": "商品自送达之日起 {window_days} 天内可以退货。",
}


def write(
    facts: Facts = LATE,
    terms: Terms | None = None,
    *,
    code: str | None = "MUG-7K2P",
    locale: str | None = "en",
    return_name: str = "#1001-R1",
) -> Letter:
    """Decide a request that is refused, and write the letter."""
    terms = terms or make_terms(
        policy=make_policy(version="v3", clauses=[make_clause(text=TEXT)])
    )
    decision = decide(facts, terms)
    assert decision.outcome is Outcome.DECLINE
    offers = offers_for(decision, facts, terms)
    return LETTERS.decline(
        decision, facts, terms, offers, code, locale=locale, return_name=return_name
    )


def refusing(clause: dict[str, Any], **changes: Any) -> Terms:
    """Make terms with one clause that refuses."""
    policy = make_policy(version="v3", clauses=[make_clause(**clause)], offers={})
    return make_terms(policy=policy, **changes)
