"""Giving up: what cannot be answered goes to a person, with the reason."""

from __future__ import annotations

from plugin.case import Case, Status
from plugin.casework.closing import leave_closing
from plugin.casework.coding import take_code_back
from plugin.casework.finding_out import find_out, is_unsure
from plugin.casework.leaving import leave_refund
from plugin.casework.overturning import count_refusal
from plugin.casework.paying import awaits_goods
from plugin.casework.reckoning import pays
from plugin.casework.record import CLICKED, SHOP_LEFT, failed
from plugin.casework.splitting import REMOVED, as_left
from plugin.casework.turns import is_begun, is_granted
from plugin.policy.remedies import Pays
from plugin.ports import PlatformError, Services, Shelf
from plugin.shop import Shop


def give_up(
    services: Services, *, shop: str, return_id: str, why: str, by: str | None = None
) -> None:
    """Give a request that cannot be answered to a person, with the reason.

    What a member of staff decided is given up with the story of a click only; `by` is
    who clicked. Safe to repeat, and to be repeated until it passes: only then is it
    sure that no code is left beside a refusal that was never sent. In a shop that left
    nothing can be looked at; its codes are tidied once it is back.
    """
    shelf = services.archive.of(shop)
    case = shelf.find(return_id)
    if by is None and not shelf.keys(return_id).isdisjoint(CLICKED):
        return
    entry = failed(why)
    tenant, here = shelf.shop(), _is_here(shelf)
    if case is None and tenant is not None and here:
        shelf.open(_unread(tenant, return_id), entry)
    if case is not None and case.status is Status.DECIDED:
        shelf.keep(_as_it_is(shelf, case), entry, was=Status.DECIDED)
    given = shelf.find(return_id)
    if given is not None and shelf.has(return_id, REMOVED):
        count_refusal(services, given)
    if here and given is not None and is_unsure(given, shelf.keys(return_id)):
        _look(services, given)
    leave_rest(services, shop=shop, return_id=return_id, why=why, patient=True)


def leave_rest(
    services: Services, *, shop: str, return_id: str, why: str, patient: bool = False
) -> None:
    """Leave to a person what was not done: money not given, a return not closed.

    Money that waits for its goods waits on, whatever else could not be done. Where that
    cannot be seen a person looks, unless whoever calls is `patient` and is told again.
    """
    leave_closing(services, shop=shop, return_id=return_id)
    shelf = services.archive.of(shop)
    case = shelf.find(return_id)
    keys = shelf.keys(return_id)
    if case is None or (why == SHOP_LEFT and not is_begun(case, keys)):
        # Should the shop come back, so may the goods, and begin it.
        return
    if _is_here(shelf) and _awaits_goods(services, case, patient=patient):
        # Nothing of its money was due yet: what comes in will be told.
        return
    said = "it could not be given"
    if pays(case) is Pays.ON_RECEIPT and not is_granted(keys):
        said = "whether the items are back could not be seen, or it could not be given"
    leave_refund(services, case, f"{said} ({why})")


def _awaits_goods(services: Services, case: Case, *, patient: bool) -> bool:
    try:
        return awaits_goods(services, case)
    except PlatformError:
        if patient:
            raise
        return False


def _is_here(shelf: Shelf) -> bool:
    tenant = shelf.shop()
    return tenant is not None and tenant.installed


def _as_it_is(shelf: Shelf, case: Case) -> Case:
    """Leave a case to a person, without what was done before it was given up."""
    moved = case.moved(Status.FAILED)
    return as_left(moved) if shelf.has(case.return_id, REMOVED) else moved


def _unread(tenant: Shop, return_id: str) -> Case:
    """Stand in for a return that could never be read."""
    return Case(
        shop=tenant.domain,
        return_id=return_id,
        return_name="",
        order_id="",
        order_name="",
        customer_id=None,
        status=Status.FAILED,
        mode=tenant.preferences.mode,
    )


def _look(services: Services, case: Case) -> None:
    """Look whether the answer was sent after all; if not, leave no live code."""
    state = services.platform.state(case.shop, case.return_id)
    if state is None or find_out(services, case, state) is None:
        take_code_back(services, case)
