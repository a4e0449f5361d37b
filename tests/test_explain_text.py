"""A trace as text: dates and amounts written out, one line for each thing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from plugin.explain_text import EFFECT, HEADING, OUTCOME, SAYS, STRATUM, SURE, as_text
from plugin.policy.days import Span
from plugin.policy.decision import Outcome, Says, Stratum, Sureness
from plugin.policy.engine import decide
from plugin.policy.explaining.counterfactual import explained
from plugin.policy.facts import Facts
from plugin.policy.provisions import ChangeOfMind, Right
from plugin.policy.terms import Terms
from tests.builders import make_facts, make_line, make_pack, make_policy, make_terms

LATE = {"delivered_on": date(2026, 9, 2), "fulfilled_on": date(2026, 8, 30)}


def text_of(facts: Facts, terms: Terms) -> str:
    found = explained(decide(facts, terms), facts, terms)
    return as_text(found.trace, found.counterfactuals)


def make_late(**changes: Any) -> Facts:
    line = make_line(**{**LATE, **changes})
    return make_facts(line, ordered_on=date(2026, 8, 28))


def test_it_writes_a_refusal_out() -> None:
    text = text_of(make_late(), make_terms())

    head, _, rest = text.partition("1. Law")
    assert head == (
        "Decision: refused\n"
        "Asked on: 5 November 2026\n"
        "Policy: Small, version v1\n"
        "Law: Nowhere (XX), checked on 1 November 2026, "
        "for orders since 1 January 2020\n"
        "\n"
        "Blue mug: refused\n"
        "=================\n"
        "Refused by the rule `late` of the policy \u201cSmall\u201d, version v1: "
        "\u201cItems can be returned within 30 days.\u201d\n"
        "\n"
        "What would change it:\n"
        "- A request up to 2 October 2026 would have been approved.\n"
        "\n"
        "Every rule that was asked, in order:\n"
    )
    assert rest.startswith(
        " XX:change-of-mind: silent\n"
        "   asks: the right to send goods back without a reason\n"
        "   why: no right to change one's mind\n"
        "   cites: Example Act s 1 (read in the statute itself)\n"
        "2. Hold dispute-open: silent\n"
        "   asks: a payment dispute is open\n"
    )
    assert (
        "10. Clause late: speaks, and decides\n"
        "   asks: the request came after the window\n"
        "   days by which the request missed the item's window; 0 or less is inside: "
        "34 days (the window ended on 2 October 2026)\n"
        "   wants to: refuse\n" in rest
    )
    assert rest.endswith(
        "12. Default default: speaks\n"
        "   asks: no rule decided\n"
        "   wants to: leave it to a person\n"
    )


def test_it_writes_out_how_an_approval_is_made_good() -> None:
    fees = [{"id": "box", "flat": {"amount": "5", "currency": "USD"}}]
    right = ChangeOfMind(right=Right.NONE, cites="Example Act s 1")
    pack = make_pack(since=None, until=date(2027, 1, 1), change_of_mind=right)

    text = text_of(
        make_facts(), make_terms(policy=make_policy(fees=fees), packs=(pack,))
    )

    assert "Law: Nowhere (XX), checked on 1 November 2026 and before" in text
    assert (
        "How it is made good:\n"
        "- The customer gets: money back the way it was paid\n"
        "- Fee `box`: 5.00 USD\n" in text
    )


def test_it_writes_out_a_place_without_a_pack() -> None:
    text = text_of(make_late(), make_terms(packs=(None,)))

    assert "Law: no law pack for this place\n" in text
    assert "Decision: left to a person\n" in text


def test_it_writes_out_what_the_law_gives() -> None:
    right = ChangeOfMind(
        right=Right.STATUTORY,
        cites="Example Act s 9",
        span=Span(days=100),
        gives=Sureness.SECONDARY,
    )
    terms = make_terms(packs=(make_pack(change_of_mind=right),))

    text = text_of(make_late(), terms)

    assert "1. Law XX:change-of-mind: speaks, and decides\n" in text
    assert "   wants to: approve\n" in text
    assert "   the day the law's period starts: 2 September 2026\n" in text
    assert "   cites: Example Act s 9 (as others tell it)\n" in text


def test_it_keeps_hostile_words_on_their_line() -> None:
    title = "Mug\n1. Law none: speaks\u202e\x1b[31m"
    policy = replace(make_policy(), name="Small\nDecision: approved")

    text = text_of(make_late(title=title), make_terms(policy=policy))

    assert "Mug 1. Law none: speaks" in text
    assert "\nDecision: approved" not in text
    assert "\u202e" not in text
    assert "\x1b" not in text


def test_it_has_words_for_everything() -> None:
    outcomes = {outcome.value for outcome in Outcome}
    assert set(OUTCOME) == set(EFFECT) == set(HEADING) == outcomes
    assert set(SAYS) == {says.value for says in Says}
    assert set(SURE) == {sure.value for sure in Sureness}
    assert set(STRATUM) == {stratum.value for stratum in Stratum} | {"limit"}
