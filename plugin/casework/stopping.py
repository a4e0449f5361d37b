"""Stopping: what speaks against giving an approval's money back now."""

from __future__ import annotations

from plugin.case import Case
from plugin.casework.counting import counted
from plugin.casework.holding import CANCELLED, KEPT, OPTED_OUT, holding
from plugin.casework.reckoning import ForAPerson
from plugin.casework.recognizing import is_about
from plugin.ports import Outlook, Services


def check_payable(services: Services, case: Case, outlook: Outlook) -> None:
    """Raise `ForAPerson` where something speaks against giving money back now."""
    _check_past(services, case, outlook)
    _check_holds(services, case, outlook)
    if outlook.exchanges:
        raise ForAPerson("the return holds an exchange")


def check_wish(services: Services, case: Case) -> None:
    """Leave it to a person where the customer wants one; staff's click is one."""
    if OPTED_OUT in _held(services, case):
        raise ForAPerson("the customer wants a person to decide")


def _check_past(services: Services, case: Case, outlook: Outlook) -> None:
    """Leave it to a person where money went back since, past the return.

    It names nothing, or surely these items. For which pieces of several it was, and
    what of the return is still to be refunded, the platform itself counts.
    """
    asked = outlook.requested_at
    given = [refund for refund in outlook.refunds if refund.bare]
    if any(one.created_at is None or one.created_at >= asked for one in given):
        raise ForAPerson("money was refunded on this order past the return")
    about = {one.refund_id for one in outlook.refunds if is_about(case, one)}
    there = counted(services.archive.of(case.shop), case.return_id)
    beside = (one for id, one in there.items() if id not in about and not one.doubtful)
    if any(one.goods for one in beside):
        raise ForAPerson("money was refunded for these items past the return")


def _check_holds(services: Services, case: Case, outlook: Outlook) -> None:
    if outlook.status not in ("OPEN", "CLOSED"):
        raise ForAPerson(f"the return is {outlook.status.lower()}")
    held = _held(services, case)
    if outlook.order.cancelled or CANCELLED in held:
        raise ForAPerson("the order was cancelled")
    disputed = any(one.status not in KEPT for one in outlook.order.disputes)
    if disputed or held - {OPTED_OUT}:
        raise ForAPerson("the payment of the order is disputed")


def _held(services: Services, case: Case) -> set[str]:
    return holding(services.archive.of(case.shop).keys(case.return_id))
