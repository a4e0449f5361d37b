"""Finding out: the answer that a store shows is ours, though word of it was lost."""

from __future__ import annotations

from dataclasses import replace

from plugin.case import Case, Status
from plugin.casework.coding import did_not_arrive, keep_promise, was_sent
from plugin.casework.overturning import count_refusal
from plugin.casework.record import BEGUN, settle
from plugin.policy.decision import Outcome
from plugin.ports import ReturnState, Services


def is_unsure(case: Case, keys: frozenset[str]) -> bool:
    """Tell whether a case was given up while its answer was on its way."""
    return case.status is Status.FAILED and BEGUN in keys


def find_out(services: Services, case: Case, state: ReturnState) -> Case | None:
    """Settle a case whose answer went out after all; None where it did not.

    What is still asked for shows that it did not, so that whoever answers it later is
    never taken for us; raises `Unreachable` while it may still arrive.
    """
    keys = services.archive.of(case.shop).keys(case.return_id)
    if not is_unsure(case, keys):
        return None
    if state.status == "REQUESTED":
        did_not_arrive(services, case)
    if not was_sent(case, state, keys):
        return None
    if case.outcome is Outcome.REVIEW:
        # The rest of a split return is what was approved.
        case = replace(case, outcome=Outcome.APPROVE)
    # Once it is settled nobody looks here again.
    keep_promise(services, case)
    count_refusal(services, case.moved(Status.ANSWERED))
    return settle(services, case, Status.ANSWERED, state.status)
