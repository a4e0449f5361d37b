"""What staff are shown before a refund by hand, and what a click on it comes to."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from plugin.case import Entry
from plugin.casework.granting import OnItsWay, Quote, WasGiven
from plugin.casework.reckoning import ForAPerson
from plugin.policy.money import Money
from plugin.ports import NoAccess, Refused, Unreachable
from plugin.shopify.errors import Denied
from tests.builders import make_line
from tests.pages.seeds import NOW, SHOP, Office, seed_case
from tests.pages.staff import Merchant, Reading

RETURN = "gid://shopify/Return/1001"
PAGE = "/cases/1001/refund"


def usd(amount: str) -> Money:
    return Money(amount=Decimal(amount), currency="USD")


QUOTE = Quote(
    number=2,
    amount=usd("94.94"),
    goods=usd("89.00"),
    tax=usd("7.34"),
    shipping=usd("7.50"),
    fees=usd("8.90"),
    credit=False,
    received=False,
    stays=False,
)
FORM = {"number": "2", "amount": "94.94", "currency": "USD"}


class Till:
    """Quotes what it is told to, and keeps what was given."""

    def __init__(self, quote: Quote | Exception) -> None:
        self.says = quote
        self.given: list[tuple[str, str, str, Quote]] = []

    def quote(self, _shop: str, _return_id: str) -> Quote:
        if isinstance(self.says, Exception):
            raise self.says
        return self.says

    def give(self, shop: str, return_id: str, by: str, quote: Quote) -> None:
        self.given.append((shop, return_id, by, quote))


def at(office: Office, quote: Quote | Exception) -> tuple[Till, Merchant]:
    """Seed an approval, and stand before it with what the store says."""
    seed_case(office.archive, 1001, make_line(delivered_on=date(2026, 11, 20)))
    till = Till(quote)
    app = office.app(quote=till.quote, give=till.give)
    return till, Merchant(app.test_client(), SHOP)


def test_it_shows_every_part_and_gives_what_it_shows(office: Office) -> None:
    till, merchant = at(office, QUOTE)

    page = Reading(merchant.open(PAGE))
    r = merchant.post(PAGE, **page.hidden)

    shown = page.text.partition("Refund Items ")[2]
    assert shown.startswith(
        "89.00 USD Tax 7.34 USD Shipping there 7.50 USD Fees kept back 8.90 USD"
        " Goes back 94.94 USD By way of the original payment"
        " The store does not show yet that the items are back."
    )
    assert (r.status_code, "The refund is on its way." in r.text) == (202, True)
    assert till.given == [(SHOP, RETURN, "staff:101", QUOTE)]


def test_it_does_not_wait_for_an_item_that_stays(office: Office) -> None:
    _, merchant = at(office, replace(QUOTE, stays=True, tax=usd("0")))

    page = Reading(merchant.open(PAGE)).text

    assert "Nothing has to come back: the customer keeps the items." in page
    assert "does not show yet" not in page
    assert "Tax" not in page


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({**FORM, "number": "1"}, "older than the last try to give this refund"),
        ({"amount": "94.94", "currency": "USD"}, "older than the last try"),
        ({**FORM, "amount": "94.95"}, "It comes to another amount by now"),
    ],
)
def test_a_page_that_is_out_of_date_gives_nothing(
    office: Office, form: dict[str, str], said: str
) -> None:
    till, merchant = at(office, QUOTE)

    r = merchant.post(PAGE, **form)

    page = Reading(r)
    assert (r.status_code, till.given) == (409, [])
    assert said in page.text
    assert "Nothing was given by this click" in page.text
    assert page.hidden["amount"] == "94.94"


ON_THE_PAGE = "on the order's page"
REOPEN = "Close Evenhand and open it again in the admin"


@pytest.mark.parametrize(
    ("why", "said", "by_hand"),
    [
        (OnItsWay("it waits"), "is on its way: it waits.", False),
        (WasGiven("by Bob"), "was given already: by Bob.", False),
        (ForAPerson("it is disputed"), "cannot give this refund: it is", True),
        (Unreachable("cut"), "comes to. Nothing was given. Try", False),
        (NoAccess("dead"), f"comes to. Nothing was given. {REOPEN}", False),
        (Denied("no"), f"comes to. Nothing was given. {REOPEN}", True),
        (Refused("no"), "comes to. Nothing was given. Trying again will not", True),
    ],
)
def test_it_says_what_to_do_where_nothing_can_be_given(
    office: Office, why: Exception, said: str, by_hand: bool
) -> None:
    till, merchant = at(office, why)

    pages = [merchant.open(PAGE), merchant.post(PAGE, **FORM)]

    assert [r.status_code for r in pages] == [409, 409]
    assert till.given == []
    assert "by this click" not in Reading(pages[0]).text
    for page in pages:
        text = Reading(page).text
        assert said in text
        assert (ON_THE_PAGE in text.partition("What the customer")[0]) == by_hand
        assert ("Try again in a moment" in text) == isinstance(why, Unreachable)


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        (["refund:asked"], "the store has not said yet what became of it"),
        (["refund:asked", "refund:pending"], "the payment provider has not confirmed"),
        (["refund:granted:1"], "the store has not said yet what became of it"),
    ],
)
def test_a_refund_on_its_way_is_said_so_and_not_offered_again(
    office: Office, keys: list[str], said: str
) -> None:
    _, merchant = at(office, QUOTE)
    before = Reading(merchant.open("/cases/1001"))
    money = {"amount": "89.0", "currency": "USD"}
    body = {"amount": money, "done": {"operation": "refund", "repeated": False}}
    bodies = {"refund:asked": money, "refund:pending": body}
    entries = [
        Entry(key=key, kind="event", body=bodies.get(key, {"why": "x"})) for key in keys
    ]
    office.archive.of(SHOP).append(RETURN, *entries)

    page = Reading(merchant.open("/cases/1001"))

    assert "see-refund" in before.by_id
    assert "see-refund" not in page.by_id
    assert f"A refund of this return is on its way: {said}" in page.text


def test_a_click_that_came_to_nothing_is_told_as_such(office: Office) -> None:
    _, merchant = at(office, QUOTE)
    idle = Entry(key="refund:idle:1", kind="event", body={"clicked_by": "staff:7"})
    office.archive.of(SHOP).append(RETURN, idle)

    page = Reading(merchant.open("/cases/1001")).text

    assert "Clicked, without effect staff member 7, " in page


@pytest.mark.parametrize(
    "key", ["may-pay", "refund:asked", "refund:pending", "refund:left", "call:refund"]
)
def test_an_erased_case_is_shown_with_the_trail_of_its_refund(
    office: Office, merchant: Merchant, key: str
) -> None:
    at(office, QUOTE)
    shelf = office.archive.of(SHOP)
    shelf.append(RETURN, Entry(key=key, kind="event", body={"why": "it was late"}))
    shelf.erase_older(NOW + timedelta(days=1), "retention")

    r = merchant.open("/cases/1001")

    assert (r.status_code, office.case(RETURN).erased) == (200, True)
    assert "it was late" not in r.text
