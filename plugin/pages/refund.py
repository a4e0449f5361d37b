"""A refund by hand: what it comes to, and the click that gives exactly that."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from plugin.casework.granting import OnItsWay, Quote, WasGiven
from plugin.casework.reckoning import ForAPerson
from plugin.install import current_staff
from plugin.pages.case import find, page
from plugin.pages.desk import Desk
from plugin.policy.money import BadMoney, Money
from plugin.ports import PlatformError

GIVING = "The refund is on its way."
CHANGED = "It comes to another amount by now. Nothing was given by this click."
OUTDATED = (
    "This page was older than the last try to give this refund. Nothing was given by"
    " this click; read below what became of that try, and click again if it is due."
)
ON_ITS_WAY = (
    "A refund of this return is on its way: {why}.{click} Reload the page in a few"
    " minutes to see what became of it."
)
WAS_GIVEN = "A refund of this return was given already: {why}.{click}"
CLICK = " Nothing was given by this click."
FOR_A_PERSON = (
    "Evenhand cannot give this refund: {why}. Give it on the order's page, if it is"
    " due."
)
# What helps where the platform said no, by the code of the error.
LATER = "Try again in a moment."
HELPS = {
    "no_access": "Close Evenhand and open it again in the admin, which renews its"
    " access to your store; then try again.",
    "access_denied": "Close Evenhand and open it again in the admin, and approve what"
    " the platform asks; then try again. Until then give it on the order's page.",
}
BY_HAND = "Trying again will not help: give it on the order's page, if it is due."


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
    quote, trouble = _quote(desk, case.return_id, click=CLICK)
    if quote is not None:
        trouble = _outdated(quote)
    if quote is None or trouble is not None:
        return page(shelf, case, number, quote=quote, trouble=trouble), 409
    desk.give(staff.shop, case.return_id, staff.signature, quote)
    return page(shelf, find(shelf, number), number, notice=GIVING), 202


def _quote(
    desk: Desk, return_id: str, *, click: str = ""
) -> tuple[Quote | None, str | None]:
    """Ask what a refund comes to; else say why it cannot be given here."""
    try:
        return desk.quote(current_staff().shop, return_id), None
    except OnItsWay as waits:
        return None, ON_ITS_WAY.format(why=waits.why, click=click)
    except WasGiven as given:
        return None, WAS_GIVEN.format(why=given.why, click=click)
    except ForAPerson as person:
        return None, FOR_A_PERSON.format(why=person.why)
    except PlatformError as error:
        said = "The store did not say what this refund comes to."
        return None, f"{said} Nothing was given. {_helps(error)}"


def _helps(error: PlatformError) -> str:
    """Say what to do about an answer of the platform."""
    return HELPS.get(error.code, BY_HAND if error.permanent else LATER)


def _outdated(quote: Quote) -> str | None:
    """Say why a form is not the one that would be drawn now; None where it is."""
    if request.form.get("number") != str(quote.number):
        return OUTDATED
    return None if quote.amount == _agreed() else CHANGED


def _agreed() -> Money | None:
    try:
        return Money.of(request.form["amount"], request.form["currency"])
    except (KeyError, BadMoney):
        return None
