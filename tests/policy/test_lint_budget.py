"""With fewer steps the linter says less, and never anything else."""

from __future__ import annotations

import pytest

from plugin.policy.linting.doubts import doubtful_fees
from plugin.policy.linting.floors import short_windows
from plugin.policy.linting.lawyer import Lawyer
from plugin.policy.linting.refunds import struck_terms
from plugin.policy.linting.solve import Solver
from plugin.policy.linting.study import Study
from plugin.policy.remedies import FeeRule, Owed
from tests.builders import PACKS, make_clause, make_policy
from tests.policy.test_lint_law import pack

FEE = {"id": "restocking", "percent": 15}
LAWS = {"DE": PACKS.law_packs["DE"], "XX": pack(Owed(fee=FeeRule.UNCLEAR))}
POLICY = make_policy(
    window={"days": 10},
    clauses=[
        make_clause(),
        {
            "id": "in-time",
            "when": {"fact": "days_past_window", "at_most": 0},
            "then": "approve",
        },
    ],
    fees=[FEE],
)


def said(steps: int) -> tuple[set[tuple[str, str]], int]:
    """Ask about the law with so many steps: what is said of what, and what is open."""
    study = Study(POLICY)
    study.solver = Solver(study.world, total_steps=steps)
    lawyer = Lawyer(study, LAWS)
    remarks = [*short_windows(lawyer), *struck_terms(lawyer), *doubtful_fees(lawyer)]
    return {(r.kind, r.where) for r in remarks}, study.solver.not_proven


WHOLE, OPEN = said(1_000_000)


def test_with_steps_enough_it_says_all_of_it() -> None:
    assert OPEN == 0
    assert {kind for kind, _ in WHOLE} >= {"fee_forbidden", "fee_doubtful"}


@pytest.mark.parametrize("steps", [0, 1, 10, 30, 100, 200, 400, 800, 1600, 3200, 6400])
def test_with_fewer_steps_it_says_less_and_nothing_else(steps: int) -> None:
    remarks, left_open = said(steps)

    assert remarks <= WHOLE
    assert remarks == WHOLE or left_open > 0


def test_without_steps_the_law_gives_nothing_for_sure() -> None:
    study = Study(POLICY)
    study.solver = Solver(study.world, total_steps=0)
    lawyer = Lawyer(study, LAWS)

    assert lawyer.entitled("DE", 1, "unwanted") is False
    assert lawyer.make((), 1, lawyer.pins("DE", "unwanted")) is None
    assert lawyer.affords_rules() is False
