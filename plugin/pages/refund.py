"""A refund by hand: what it comes to, and the click that gives exactly that."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from plugin.casework.granting import Quote
from plugin.casework.owing import ForAPerson
from plugin.install import current_staff
from plugin.pages.case import find, page
from plugin.pages.desk import Desk
from plugin.policy.money import BadMoney, Money
from plugin.ports import PlatformError

GIVING = "The refund is on its way."
CHANGED = "It comes to another amount by now. Nothing was given by this click."


def show(desk: Desk, number: str) -> ResponseReturnValue:
    """Show what a refund comes to, as the store counts it now."""
    shelf = desk.shelf()
    case = find(shelf, number)
    quote, trouble = _quote(desk, case.return_id)
    drawn = page(shelf, case, number, quote=quote, trouble=trouble)
    return drawn, 409 if trouble else 200


def give(desk: Desk, number: str) -> ResponseReturnValue:
    """Give the refund that was shown, once; what changed meanwhile is shown again."""
    shelf = desk.shelf()
    case = find(shelf, number)
    staff = current_staff()
    quote, trouble = _quote(desk, case.return_id)
    if quote is not None and quote.amount != _agreed():
        trouble = CHANGED
    if quote is None or trouble is not None:
        return page(shelf, case, number, quote=quote, trouble=trouble), 409
    desk.give(staff.shop, case.return_id, staff.signature, quote.amount)
    return page(shelf, find(shelf, number), number, notice=GIVING), 202


def _quote(desk: Desk, return_id: str) -> tuple[Quote | None, str | None]:
    """Ask what a refund comes to; else say why it cannot be given here."""
    try:
        return desk.quote(current_staff().shop, return_id), None
    except ForAPerson as person:
        said = f"Evenhand cannot give this refund: {person.why}."
        return None, f"{said} Give it on the order's page, if it is due."
    except PlatformError as error:
        said = f"The store did not say what this refund comes to ({error.code})."
        return None, f"{said} Nothing was given; try again in a moment."


def _agreed() -> Money | None:
    try:
        return Money.of(request.form["amount"], request.form["currency"])
    except (KeyError, BadMoney):
        return None
