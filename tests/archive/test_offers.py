"""Goodwill offers are counted by the shop's own days, and never spent twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from plugin.archive.store import SqlShelf
from plugin.case import Status
from plugin.policy.facts import Past
from plugin.ports import OffersMade, StaleCase
from tests.archive.shelves import PRESET, PROFILE, at_once, make_case
from tests.conftest import HandClock

CUSTOMER = "gid://shopify/Customer/1"
# In Denver it is the evening before.
NIGHT = datetime(2026, 11, 24, 3, tzinfo=UTC)


def return_id(number: int) -> str:
    return f"gid://shopify/Return/{number}"


def test_it_counts_what_went_out_or_still_may(shelf: SqlShelf) -> None:
    for number, status in enumerate(Status):
        shelf.open(make_case(return_id=return_id(number), status=status))

    made = shelf.offers_made(CUSTOMER, shop_too=True)

    assert (len(made.before), made.shop_today) == (3, 3)


@pytest.mark.parametrize(
    ("changes", "customer", "shop"),
    [
        ({}, 1, 1),
        ({"offers": ()}, 0, 0),
        ({"customer_id": "gid://shopify/Customer/2"}, 0, 1),
        ({"customer_id": None}, 0, 1),
        ({"offers": make_case().offers * 2}, 1, 1),
    ],
)
def test_it_counts_answers_with_offers_to_a_customer(
    shelf: SqlShelf, changes: dict[str, object], customer: int, shop: int
) -> None:
    shelf.open(make_case(**changes))

    made = shelf.offers_made(CUSTOMER, shop_too=True)

    assert (len(made.before), made.shop_today) == (customer, shop)


def test_it_counts_nothing_of_a_guest_or_of_another_shop(
    shelf: SqlShelf, other: SqlShelf
) -> None:
    shelf.open(make_case())

    assert shelf.offers_made(None, shop_too=False) == OffersMade(
        before=(), shop_today=None
    )
    assert other.offers_made(CUSTOMER, shop_too=True) == OffersMade(
        before=(), shop_today=0
    )


def test_a_day_is_the_shops_own(shelf: SqlShelf, clock: HandClock) -> None:
    clock.moment = NIGHT
    shelf.open(make_case())
    evening = shelf.offers_made(CUSTOMER, shop_too=True)
    clock.pass_by(hours=3)
    shelf.open(make_case(return_id=return_id(2)))
    before_midnight = shelf.offers_made(CUSTOMER, shop_too=True)
    clock.pass_by(hours=1)

    after_midnight = shelf.offers_made(CUSTOMER, shop_too=True)

    assert evening == OffersMade(before=(Past(on=date(2026, 11, 23)),), shop_today=1)
    assert before_midnight.shop_today == 2
    assert after_midnight.shop_today == 0
    assert after_midnight.before == (Past(on=date(2026, 11, 23)),) * 2


def test_a_zone_that_is_not_known_here_is_read_as_utc(
    shelf: SqlShelf, clock: HandClock
) -> None:
    clock.moment = NIGHT
    names = PROFILE.__slots__
    values = {name: getattr(PROFILE, name) for name in names}
    shelf.install(type(PROFILE)(**{**values, "zone": "Mars/Olympus"}), PRESET)
    shelf.open(make_case())

    made = shelf.offers_made(CUSTOMER, shop_too=False)

    assert made.before == (Past(on=date(2026, 11, 24)),)


def test_it_refuses_a_case_whose_count_is_old(shelf: SqlShelf) -> None:
    counted = shelf.offers_made(CUSTOMER, shop_too=False)
    shelf.open(make_case(), counted=counted)
    second = make_case(return_id=return_id(2))

    with pytest.raises(StaleCase):
        shelf.open(second, counted=counted)

    assert shelf.find(second.return_id) is None
    assert shelf.open(second, counted=shelf.offers_made(CUSTOMER, shop_too=False))


def test_what_was_not_counted_may_change(shelf: SqlShelf) -> None:
    counted = shelf.offers_made(CUSTOMER, shop_too=False)
    stranger = "gid://shopify/Customer/2"
    shelf.open(make_case(return_id=return_id(2), customer_id=stranger))

    assert shelf.open(make_case(), counted=counted)


def test_one_of_many_spends_the_last_offer(shelf: SqlShelf) -> None:
    counted = shelf.offers_made(CUSTOMER, shop_too=True)

    def task(number: int) -> Callable[[], object]:
        case = make_case(return_id=return_id(number))
        return lambda: shelf.open(case, counted=counted)

    raised = at_once([task(number) for number in range(8)])

    assert [type(error) for error in raised] == [StaleCase] * 7
    assert shelf.offers_made(CUSTOMER, shop_too=True).shop_today == 1
