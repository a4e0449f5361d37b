"""An order that concerns several countries is dated in the customer's favour."""

from __future__ import annotations

from datetime import date

from tests.shopify.shown import answer, facts, parcel, read


def test_days_are_read_by_the_clocks_of_every_place() -> None:
    sent = parcel(createdAt="2026-10-30T17:00:00Z", deliveredAt="2026-11-02T17:00:00Z")
    there = {"countryCodeV2": "CO", "provinceCode": None}
    bill = {"countryCodeV2": "JP", "provinceCode": None}
    found = facts(
        createdAt="2026-10-28T17:00:00Z",
        shippingAddress=there,
        billingAddress=bill,
        fulfillments=[sent],
    )
    item = found.lines[0]

    assert (item.fulfilled_on, item.delivered_on, found.last_delivered_on) == (
        date(2026, 10, 31),
        date(2026, 11, 3),
        date(2026, 11, 3),
    )
    assert (found.ordered_on, found.requested_on) == (
        date(2026, 10, 29),
        date(2026, 11, 5),
    )


def test_a_request_is_dated_by_the_clock_that_is_furthest_behind() -> None:
    asked = {**answer(), "createdAt": "2026-11-05T02:00:00Z"}
    there = {"countryCodeV2": "DE", "provinceCode": None}
    bill = {"countryCodeV2": "CO", "provinceCode": None}
    asked["order"] = {**asked["order"], "shippingAddress": there}
    billed = {**asked["order"], "billingAddress": bill}

    assert read(asked).facts.requested_on == date(2026, 11, 5)
    assert read({**asked, "order": billed}).facts.requested_on == date(2026, 11, 4)
