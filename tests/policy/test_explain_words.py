"""Traces in words: rules, windows, settlements and doubts as a merchant reads them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from plugin.archive.canonical import canonical
from plugin.policy.decision import Finding, Outcome, Says, Stratum
from plugin.policy.engine import decide
from plugin.policy.explaining.explain import explain
from plugin.policy.facts import Line
from plugin.policy.money import Money
from tests.builders import make_clause, make_facts, make_line, make_terms
from tests.policy.told import (
    LATE,
    PHOTO,
    decided,
    entitling,
    line_of,
    make_policy,
    trace_of,
)


def test_it_tells_a_missing_pack_and_an_unknown_country() -> None:
    late = make_line(delivered_on=LATE)

    missing = trace_of(make_facts(late), make_terms(packs=(None,)))
    nowhere = trace_of(make_facts(late, places=()), make_terms(packs=()))

    assert missing.packs == (None,)
    assert decided(missing.lines[0]).asks == (
        "whether there is a law pack for the customer's country"
    )
    assert decided(nowhere.lines[0]).asks == "whether another law may apply"


def test_it_fills_a_rules_words_with_the_window() -> None:
    text = (
        "{window_days} days, {window_hours} hours, from {window_start} to {window_end}"
    )
    clause = make_clause(text={"en": text})
    line = make_line(delivered_on=LATE)

    for window, said in (
        ({"days": 30}, "30 days, 720 hours, from delivery to 2 October 2026"),
        (
            {"hours": 48, "starts": "fulfilled"},
            "2 days, 48 hours, from dispatch to 1 November 2026",
        ),
        (
            {"until": "2026-10-30", "starts": "ordered"},
            "2 days, 48 hours, from the order to 30 October 2026",
        ),
        (
            {"until": "2026-10-30"},
            "58 days, 1392 hours, from delivery to 30 October 2026",
        ),
    ):
        policy = make_policy(window=window, clauses=[always(clause)])

        summary = line_of(make_facts(line), make_terms(policy=policy)).summary

        assert said in summary


def test_it_fills_what_is_not_known_of_a_window_with_words() -> None:
    text = "{window_days}, {window_hours}, {window_end}"
    clause = always(make_clause(text={"en": text}))
    policy = make_policy(window={"until": "2026-10-30"}, clauses=[clause])
    nobody = make_policy(window={"hours": 5}, clauses=[clause])
    line = make_line(delivered_on=None)

    until = line_of(make_facts(line), make_terms(policy=policy)).summary
    unknown = line_of(make_facts(line), make_terms(policy=nobody)).summary

    assert "30 October 2026, 30 October 2026, 30 October 2026" in until
    assert "1, 5, its last day" in unknown


def always(clause: dict[str, Any]) -> dict[str, Any]:
    return {**clause, "when": {"fact": "reason", "equals": "unwanted"}}


def test_it_says_where_inside_the_window_a_request_came() -> None:
    inside = line_of(make_facts(), make_terms())
    two = {
        "windows": [{"id": "w", "days": 3, "when": {"fact": "photos", "at_least": 1}}]
    }
    open_ = line_of(
        make_facts(make_line(delivered_on=date(2026, 11, 5))),
        make_terms(policy=make_policy(**two)),
    )

    assert (
        decided(inside).reads[0].said == "inside (the window ends on 2 December 2026)"
    )
    assert decided(open_).reads[0].said == "not known"


def test_it_says_the_days_of_a_window_whose_end_has_no_day() -> None:
    late = make_line(delivered_on=None, delivered_at=None)
    policy = make_policy()
    facts = make_facts(late)
    decision = decide(facts, make_terms(policy=policy))
    read = (("days_past_window", 3),)
    finding = Finding(Stratum.CLAUSE, "late", Says.SPEAKS, Outcome.DECLINE, read)
    (verdict,) = decision.lines
    changed = replace(
        decision, lines=(replace(verdict, findings=(finding,), decided_by=finding),)
    )

    (line,) = explain(changed, facts, make_terms(policy=policy)).lines

    assert decided(line).reads[0].said == "3 days"


def test_it_gives_every_line_its_own_trace_and_exactly_one_that_decided() -> None:
    lines: tuple[Line, ...] = (
        make_line(),
        make_line(id="line-2", title="Old mug", delivered_on=LATE),
    )

    trace = trace_of(make_facts(*lines), make_terms())

    assert [(line.line_id, decided(line).id) for line in trace.lines] == [
        ("line-1", "in-time"),
        ("line-2", "late"),
    ]
    assert trace.outcome is Outcome.REVIEW


def test_it_can_be_archived() -> None:
    facts = make_facts(make_line(price=Money.of("19.90", "EUR")))

    assert '"outcome":"approve"' in canonical(trace_of(facts, make_terms()))


def test_it_names_no_rule_where_none_would_have_refused() -> None:
    policy = make_policy(clauses=[])
    terms = make_terms(policy=policy, packs=(entitling(),))

    assert line_of(make_facts(), terms).summary == (
        "Approved by law (Example Act s 9, XX:change-of-mind): within the statutory "
        "period."
    )


def test_it_asks_for_evidence_without_a_last_day() -> None:
    clause = {**PHOTO, "evidence": [{"kind": "receipt"}]}
    policy = make_policy(clauses=[clause])

    line = line_of(make_facts(), make_terms(policy=policy))

    assert decided(line).why == "the customer is asked for 1 receipt"
