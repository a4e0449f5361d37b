"""Guarding: what a refusal must pass before it goes out by itself."""

from __future__ import annotations

from collections.abc import Sequence

import structlog

from plugin.case import Case, Entry, Status
from plugin.casework.holding import holds, is_held
from plugin.casework.record import GOING_OUT
from plugin.policy.decision import Outcome
from plugin.ports import ALL_RULES, Brake, Services, Shelf
from plugin.shop import Caution

# The entry that says what kept a refusal in.
BRAKED = "braked"
# A share is unusual from so many times the usual one on, and from so many refusals.
UNUSUAL = 3
FEWEST = 6
# The usual share is that of so many requests before the latest ones.
USUAL_OF = 200

log = structlog.get_logger(__name__)


def guard(services: Services, case: Case) -> Status | None:
    """Say where a refusal waits instead of going out by itself; None when it may.

    What could have changed since the decision is read again: whether the customer
    wants a person, a dispute, a cancelled order.
    """
    shelf = services.archive.of(case.shop)
    if not shelf.keys(case.return_id).isdisjoint(GOING_OUT):
        return None
    state = services.platform.order(case.shop, case.order_id)
    if state is None:
        return Status.IN_REVIEW
    shelf.append(case.return_id, *holds(state, shelf.keys(case.return_id)))
    if is_held(shelf.keys(case.return_id)):
        return Status.IN_REVIEW
    _watch_share(shelf, case.shop)
    brake = braking(shelf.brakes(), case.decided_by)
    if brake is None:
        return None
    body = {"what": brake.what, "why": brake.why, "since": brake.since}
    shelf.append(case.return_id, Entry(key=BRAKED, kind="event", body=body))
    return Status.PROPOSED


def braking(brakes: Sequence[Brake], rules: Sequence[str]) -> Brake | None:
    """Find a brake that keeps a refusal by these rules in."""
    pulled = (brake for brake in brakes if brake.ended_at is None)
    return next((b for b in pulled if b.what in (ALL_RULES, *rules)), None)


def why_all_stop(
    latest: Sequence[Outcome], before: Sequence[Outcome], caution: Caution
) -> str | None:
    """Say why no rule may refuse by itself any more; None while the share is usual.

    Without a cap of the merchant's and without enough requests before the latest ones
    nothing is known to be usual.
    """
    refused = _refused(latest)
    if len(latest) < caution.declined_of or refused < FEWEST:
        return None
    share = f"{refused} of the last {len(latest)} requests would have been refused"
    cap = caution.declined_percent
    if cap is not None:
        over = refused * 100 > cap * len(latest)
        return f"{share}; your limit is {cap} %" if over else None
    if len(before) < caution.declined_of:
        return None
    # One refusal more than there were, so that a shop without any has a share too.
    usual, of = _refused(before) + 1, len(before) + 1
    if refused * of <= UNUSUAL * usual * len(latest):
        return None
    return f"{share}; before, it was {_refused(before)} of {len(before)}"


def _watch_share(shelf: Shelf, shop: str) -> None:
    tenant = shelf.shop()
    if tenant is None:
        return
    caution = tenant.preferences.caution
    freed = [b.ended_at for b in shelf.brakes() if b.what == ALL_RULES and b.ended_at]
    found = shelf.outcomes(caution.declined_of + USUAL_OF)
    latest = [
        outcome
        for at, outcome in found[: caution.declined_of]
        if not freed or at > max(freed)
    ]
    before = [outcome for _, outcome in found[len(latest) :]]
    why = why_all_stop(latest, before, caution)
    if why is not None and shelf.pull(ALL_RULES, why):
        log.warning("refusals_stopped", shop=shop, message=why)


def _refused(outcomes: Sequence[Outcome]) -> int:
    return sum(outcome is Outcome.DECLINE for outcome in outcomes)
