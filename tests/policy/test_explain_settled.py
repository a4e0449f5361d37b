"""How an approval is made good, and why one may be doubtful."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from plugin.policy.decision import Outcome
from plugin.policy.engine import decide
from plugin.policy.explaining.explain import explain
from plugin.policy.explaining.settlement_terms import settlement_terms
from plugin.policy.explaining.trace import Term
from plugin.policy.remedies import FeeRule, Payer, Pays, Remedy, Settlement
from tests.builders import make_facts, make_line, make_terms
from tests.builders import make_policy as make_small
from tests.policy.told import (
    LATE,
    decided,
    entitling,
    line_of,
    make_policy,
)


@pytest.mark.parametrize(
    ("default", "said"),
    [("review", "Left to a person by"), ("approve", "Approved by")],
)
def test_it_tells_the_default(default: str, said: str) -> None:
    policy = make_policy(clauses=[], default=default)

    line = line_of(make_facts(), make_terms(policy=policy))

    assert decided(line).asks == "no rule decided"
    assert line.summary == (
        f"{said} the default of the policy \u201cSmall\u201d, version v1, "
        "since no rule spoke."
    )


def test_it_tells_a_limit_as_a_limit() -> None:
    limit = {
        "id": "often",
        "counts": "returns",
        "within_days": 30,
        "at_most": 0,
        "then": "review",
    }
    policy = make_policy(limits=[limit])

    line = line_of(make_facts(returns_before=()), make_terms(policy=policy))

    assert decided(line).stratum == "limit"
    assert decided(line).asks == "customer returns in 30 days are at least 0"
    assert line.summary == (
        "Left to a person by the limit `often` of the policy \u201cSmall\u201d, "
        "version v1."
    )


def test_it_tells_how_an_approval_is_made_good() -> None:
    policy = make_policy(
        fees=[{"id": "restocking", "flat": {"amount": "5", "currency": "USD"}}],
        refund={"remedies": ["store_credit"], "return_shipping": "consumer"},
    )
    pack = entitling(fee=FeeRule.FORBIDDEN, return_freight=Payer.TRADER)

    line = line_of(make_facts(), make_terms(policy=policy, packs=(pack,)))

    assert line.settlement is not None
    assert line.terms == (
        Term(
            name="The customer gets",
            said="money back the way it was paid, or store credit",
        ),
        Term(name="The way back is paid by", said="the shop"),
        Term(
            name="Struck by law",
            said="that no money is given back (Example Act s 9)",
        ),
        Term(name="Struck by law", said="the fees (Example Act s 9)"),
        Term(
            name="Struck by law",
            said="that the customer pays the way back (Example Act s 9)",
        ),
    )


@pytest.mark.parametrize(
    ("clauses", "said"),
    [
        (None, "though the rule `in-time` approves: the law may forbid a fee"),
        ([], "though the default of the policy"),
    ],
)
def test_it_tells_an_approval_that_the_law_makes_doubtful(
    clauses: list[Any] | None, said: str
) -> None:
    fees = [{"id": "restocking", "flat": {"amount": "5", "currency": "USD"}}]
    kept = make_small().clauses if clauses is None else ()
    policy = replace(
        make_policy(fees=fees, default="approve", clauses=[]), clauses=kept
    )

    line = line_of(make_facts(), make_terms(policy=policy, packs=(None,)))

    assert line.outcome is Outcome.REVIEW
    assert line.summary.startswith(f"A person decides, {said}")
    assert "the law may forbid a fee" in (decided(line).why or "")


def test_it_tells_a_statutory_approval_that_is_doubtful() -> None:
    fees = [{"id": "restocking", "flat": {"amount": "5", "currency": "USD"}}]
    policy = make_policy(fees=fees)
    terms = make_terms(policy=policy, packs=(entitling(fee=FeeRule.UNCLEAR),))

    line = line_of(make_facts(make_line(delivered_on=LATE)), terms)

    assert line.summary == (
        "A person decides, though the law approves (Example Act s 9, "
        "XX:change-of-mind): the law may forbid a fee: XX:change-of-mind. "
        "The rule `late` would refuse."
    )


def test_it_marks_one_of_two_equal_findings_as_deciding() -> None:
    facts = make_facts(make_line(delivered_on=LATE))
    decision = decide(facts, make_terms())
    (verdict,) = decision.lines
    doubled = replace(verdict, findings=(*verdict.findings, verdict.decided_by))

    (line,) = explain(replace(decision, lines=(doubled,)), facts, make_terms()).lines

    assert [step.decided for step in line.steps].count(True) == 1


@pytest.mark.parametrize(
    ("pays", "said"),
    [
        (Pays.AT_ONCE, "as soon as the return is approved"),
        (Pays.ON_RECEIPT, "once the item is back"),
        (Pays.WITHOUT_RETURN, "as soon as the return is approved; the item stays"),
    ],
)
def test_it_tells_when_money_goes_back(pays: Pays, said: str) -> None:
    settlement = Settlement(remedies=(Remedy.ORIGINAL_PAYMENT,), pays=pays)

    assert settlement_terms(settlement)[-1] == Term(name="Money goes back", said=said)


@pytest.mark.parametrize(
    ("remedies", "said"),
    [
        ((Remedy.ORIGINAL_PAYMENT, Remedy.STORE_CREDIT), []),
        (
            (Remedy.ORIGINAL_PAYMENT, Remedy.EXCHANGE),
            ["The platform cannot offer an exchange by itself: a person must."],
        ),
        (
            (Remedy.REPAIR, Remedy.REPLACEMENT),
            [
                "The platform cannot arrange a repair: a person must."
                " The platform cannot send a replacement: a person must."
            ],
        ),
    ],
)
def test_it_says_what_only_a_person_can_give(
    remedies: tuple[Remedy, ...], said: list[str]
) -> None:
    terms = settlement_terms(Settlement(remedies=remedies))

    assert [term.said for term in terms if term.name == "For a person to do"] == said
