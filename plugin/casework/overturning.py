"""Overturning: what others make of our refusals, counted for the rules that gave them.

A refusal counts for its rules once it was sent, or once staff decided on a proposed
one. It is overturned when staff approve what was refused, refund it, reject it, or
approve the same items when they are asked for again. What was taken out of a return is
refused too, item by item, whatever became of the rest.
"""

from __future__ import annotations

from decimal import Decimal

import structlog

from plugin.case import Case, Status
from plugin.casework.linking import BEFORE
from plugin.casework.record import OVERRIDDEN
from plugin.casework.splitting import PLAN, REMOVED
from plugin.policy.decision import Outcome
from plugin.policy.remedies import Remedy
from plugin.ports import RefundSeen, ReturnState, Services, Shelf
from plugin.shop import Caution

APPROVED = "approved"
REFUNDED = "refunded"
REJECTED = "rejected"
ASKED_AGAIN = "asked_again"
# Where a return stands that somebody approved.
TAKEN = ("OPEN", "CLOSED")

log = structlog.get_logger(__name__)


def count_refusal(services: Services, case: Case) -> None:
    """Count a refusal that went out for its rules, and stop those that err often."""
    shelf = services.archive.of(case.shop)
    keys = shelf.keys(case.return_id)
    refused = _is_refusal(case) or REMOVED in keys
    if not refused or OVERRIDDEN in keys:
        return
    rules, version = rules_of(shelf, case.return_id)
    shelf.note_refusal(case.return_id, rules, version)
    _stop_rules(shelf, case.shop, rules)


def overturn(shelf: Shelf, case: Case, how: str) -> None:
    """Record that a refusal was overturned, and stop the rules that err often."""
    rules, version = rules_of(shelf, case.return_id)
    shelf.note_overturned(case, rules, version, how)
    _stop_rules(shelf, case.shop, rules)


def follow_return(services: Services, case: Case, state: ReturnState) -> None:
    """See in where a return stands by now whether a refusal was overturned."""
    shelf = services.archive.of(case.shop)
    refused = _is_refusal(case)
    if state.status in TAKEN:
        if refused:
            overturn(shelf, case, APPROVED)
        for earlier in _asked_before(shelf, case):
            if _is_refusal(earlier):
                overturn(shelf, earlier, ASKED_AGAIN)
    elif state.status == "DECLINED" and refused:
        # Staff sent the refusal that we had proposed, or one like it.
        count_refusal(services, case)


def follow_refund(
    shelf: Shelf, case: Case, refund: RefundSeen, price: Decimal | None
) -> None:
    """See in a refund whether it pays back what was refused; `price` is all of it.

    A refund that names no items may be for anything, and less than the price may be
    the offer to keep the item.
    """
    goods = Decimal(refund.goods)
    taken_out = _taken_out(shelf, case.return_id)
    if goods > 0 and not taken_out.isdisjoint(refund.items):
        overturn(shelf, case, REFUNDED)
    about = refund.return_id == case.return_id or refund.items
    if not _is_refusal(case) or not about or goods <= 0:
        return
    keeps = any(offer.remedy is Remedy.KEEP_ITEM for offer in case.offers)
    if keeps and (price is None or goods < price):
        return
    overturn(shelf, case, REFUNDED)


def rules_of(shelf: Shelf, return_id: str) -> tuple[tuple[str, ...], str]:
    """Name the rules that refused a case's items, and the policy version."""
    decision = shelf.body(return_id, "decision") or {"lines": (), "policy_version": ""}
    refusing = (
        line["decided_by"]["id"]
        for line in decision["lines"]
        if line["outcome"] == Outcome.DECLINE.value
    )
    return tuple(dict.fromkeys(refusing)), decision["policy_version"]


def why_rule_stops(declined: int, overturned: int, caution: Caution) -> str | None:
    """Say why a rule stops refusing by itself; None while it holds up."""
    if declined < caution.overturned_of:
        return None
    if overturned * 100 <= caution.overturned_percent * declined:
        return None
    return f"{overturned} of its {declined} refusals were overturned"


def _stop_rules(shelf: Shelf, shop: str, rules: tuple[str, ...]) -> None:
    tenant = shelf.shop()
    if tenant is None:
        return
    for rule in rules:
        why = why_rule_stops(*shelf.overturned(rule), tenant.preferences.caution)
        if why is not None and shelf.pull(rule, why):
            log.warning("rule_stopped", shop=shop, rule=rule, message=why)


def _is_refusal(case: Case) -> bool:
    """Tell whether a case is a refusal of ours that was sent or proposed."""
    ours = case.status in (Status.ANSWERED, Status.PROPOSED)
    return ours and case.outcome is Outcome.DECLINE


def _taken_out(shelf: Shelf, return_id: str) -> frozenset[str]:
    """Name the items that were taken out of a return, as a refund names them.

    One that has the name of an approved item is left out: nobody tells those apart.
    """
    plan = shelf.body(return_id, PLAN) if shelf.has(return_id, REMOVED) else None
    if plan is None:
        return frozenset()
    return frozenset(plan["refuse"]) - frozenset(plan["approve"])


def _asked_before(shelf: Shelf, case: Case) -> list[Case]:
    starts = f"{BEFORE}gid:"
    keys = [key for key in shelf.keys(case.return_id) if key.startswith(starts)]
    found = (shelf.find(key.removeprefix(BEFORE)) for key in sorted(keys))
    return [earlier for earlier in found if earlier is not None]
