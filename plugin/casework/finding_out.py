"""Finding out: the answer that a store shows is ours, though word of it was lost."""

from __future__ import annotations

from dataclasses import replace

from plugin.case import Case, Status
from plugin.casework.coding import keep_promise, not_sent, was_sent
from plugin.casework.overturning import count_refusal
from plugin.casework.record import BEGUN, settle
from plugin.policy.decision import Outcome
from plugin.ports import ReturnState, Services


def is_unsure(case: Case, keys: frozenset[str]) -> bool:
    """Tell whether a case was given up while its answer was on its way."""
    return case.status is Status.FAILED and BEGUN in keys


def recognize(services: Services, case: Case, state: ReturnState) -> Case | None:
    """Settle a case whose answer went out after all; None where it did not.

    What is still asked for shows that it did not, so that whoever answers it later is
    never taken for us.
    """
    keys = services.archive.of(case.shop).keys(case.return_id)
    if not is_unsure(case, keys):
        return None
    if state.status == "REQUESTED":
        not_sent(services, case, "the return was still asked for")
    if not was_sent(case, state, keys):
        return None
    if case.outcome is Outcome.REVIEW:
        # The rest of a split return is what was approved.
        case = replace(case, outcome=Outcome.APPROVE)
    answered = settle(services, case, Status.ANSWERED, state.status)
    count_refusal(services, answered)
    keep_promise(services, answered)
    return answered
