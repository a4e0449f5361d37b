"""Clauses and limits in a policy document: built, or refused by path."""

from __future__ import annotations

from typing import Any

import pytest

from plugin.policy.clauses import Clause, Evidence
from plugin.policy.conditions import All, Operator
from plugin.policy.conditions import Test as Comparison
from plugin.policy.decision import Outcome
from plugin.policy.remedies import RefundTerms, Remedy
from tests.builders import (
    between,
    errors_of,
    faults_of,
    make_clause,
    make_document,
    policy_of,
)

GIFT = {"fact": "gift_card", "equals": True}
IS_GIFT = Comparison(fact="gift_card", operator=Operator.EQUALS, value=True)
YES = {"id": "yes", "then": "approve", "when": GIFT}
LIMIT = {
    "id": "often",
    "counts": "returns",
    "within_days": 90,
    "at_most": 3,
    "then": "review",
}

Errors = dict[str, list[str]]


PLACEHOLDERS = (
    "the placeholders are {window_days}, {window_start}, {window_hours}, {window_end}"
)
ONLY_APPROVES = "only a clause that approves has it; leave it out"


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"id": "Final Sale"}, {"id": ["use kebab-case, as `in-time`"]}),
        ({"id": "late\n"}, {"id": ["use kebab-case, as `in-time`"]}),
        (
            {"then": "refuse"},
            {"then": ["use one of: approve, decline, review"]},
        ),
        ({"ground": "LATE"}, None),
        (
            {"then": "approve"},
            {"ground": ["only a refusal has `ground`; leave it out"]},
        ),
        (
            {"text": {"de": "Zu spät."}},
            {"text.en": ["a refusal needs its words, in English at least"]},
        ),
        (
            {"text": {"en": " .\x00"}},
            {"text.en": ["write a sentence for the customer"]},
        ),
        (
            {"text": {"en": "x" * 161}},
            {"text.en": ["write at most 160 characters"]},
        ),
        (
            {"text": {"en": "🙂" * 81}},
            {"text.en": ["write at most 160 characters"]},
        ),
        (
            {"text": {"en": "Within {days} days."}},
            {"text.en": [PLACEHOLDERS]},
        ),
        (
            {"text": {"en": "Within {{window_days}} days."}},
            {"text.en": [PLACEHOLDERS]},
        ),
        ({"offer": "yes"}, {"offer": ["give true or false"]}),
        (
            {"then": "review", "text": {}, "ground": "OTHER"},
            {"ground": ["only a refusal has `ground`; leave it out"]},
        ),
        ({"evidence": [{"kind": "photo"}]}, {"evidence": [ONLY_APPROVES]}),
        ({"refund": {"remedies": ["exchange"]}}, {"refund": [ONLY_APPROVES]}),
        ({"id": "x" * 65}, {"id": ["give at most 64 characters"]}),
        (
            {"text": {"en": "No.", "english": "No."}},
            {"text.english": ["use the code of a language, such as `en` or `pt-BR`"]},
        ),
        (
            {"grounds": "OTHER"},
            {"grounds": ["unknown name `grounds`; did you mean `ground`?"]},
        ),
    ],
)
def test_it_names_the_fault_in_a_clause(
    changes: dict[str, Any], errors: dict[str, list[str]] | None
) -> None:
    found = errors_of(make_document(clauses=[make_clause(**changes)]))
    wanted = errors or {
        "ground": ["use one of: FINAL_SALE, RETURN_PERIOD_ENDED, OTHER"]
    }

    assert found == {f"clauses.0.{path}": why for path, why in wanted.items()}


def test_a_refusal_needs_a_ground_and_words() -> None:
    clause = make_clause()
    del clause["ground"], clause["text"]
    errors = errors_of(make_document(clauses=[clause]))

    assert errors == {
        "clauses.0.ground": ["a refusal needs a ground"],
        "clauses.0.text.en": ["a refusal needs its words, in English at least"],
    }


def test_a_clause_may_ask_for_evidence_and_refund_in_its_own_way() -> None:
    shown = [
        {"kind": "photo", "at_least": 2, "within_days": 7},
        {"kind": "video"},
        {"kind": "receipt"},
    ]
    refund = {"remedies": ["exchange"]}
    (clause,) = policy_of(
        clauses=[{**YES, "evidence": shown, "refund": refund}]
    ).clauses

    assert clause.evidence == (
        Evidence(fact="photos", at_least=2, within_days=7),
        Evidence(fact="videos", at_least=1),
        Evidence(fact="receipts", at_least=1),
    )
    assert clause.refund == RefundTerms(remedies=(Remedy.EXCHANGE,))


@pytest.mark.parametrize(
    ("evidence", "errors"),
    [
        ([{"kind": "photo"}] * 6, {"evidence": ["give at most 5 entries"]}),
        (
            [{"kind": "photos"}],
            {"evidence.0.kind": ["use one of: photo, video, receipt"]},
        ),
        (
            [{"kind": "photo", "at_least": 0, "within_days": 366}],
            {
                "evidence.0.at_least": between(1, 20),
                "evidence.0.within_days": between(1, 365),
            },
        ),
    ],
)
def test_it_names_the_fault_in_evidence(evidence: Any, errors: Errors) -> None:
    assert faults_of("clauses", {**YES, "evidence": evidence}) == errors


def test_a_limit_becomes_a_rule_on_what_was_before() -> None:
    (plain,) = policy_of(limits=[LIMIT]).limits
    (some,) = policy_of(limits=[{**LIMIT, "when": GIFT, "counts": "items"}]).limits
    reached = Comparison(
        fact="customer_returns_in_90_days", operator=Operator.AT_LEAST, value=3
    )

    assert (plain.id, plain.then, plain.when) == ("often", Outcome.REVIEW, reached)
    assert some.when == All(
        (
            IS_GIFT,
            Comparison(
                fact="customer_items_in_90_days",
                operator=Operator.AT_LEAST,
                value=3,
            ),
        )
    )
    assert isinstance(plain, Clause)


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        (
            {"then": "approve"},
            {"then": ["a limit ends in `review` or `decline`"]},
        ),
        (
            {"then": "decline"},
            {
                "ground": ["a refusal needs a ground"],
                "text.en": ["a refusal needs its words, in English at least"],
            },
        ),
        ({"counts": "money"}, {"counts": ["use one of: returns, items, offers"]}),
        ({"within_days": 0}, {"within_days": between(1, 3650)}),
        ({"within_days": 3651}, {"within_days": between(1, 3650)}),
        ({"at_most": -1}, {"at_most": between(0, 10000)}),
        ({"at_most": 10001}, {"at_most": between(0, 10000)}),
        ({"offer": True}, {"offer": ["a review has no `offer`; leave it out"]}),
        (
            {"evidence": []},
            {
                "evidence": [
                    "unknown name `evidence`; use one of at_most, counts, ground, id, "
                    "offer, text, then, when, within_days"
                ]
            },
        ),
    ],
)
def test_it_names_the_fault_in_a_limit(changes: dict[str, Any], errors: Errors) -> None:
    assert faults_of("limits", {**LIMIT, **changes}) == errors
