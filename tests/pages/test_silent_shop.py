"""The list of cases says when a shop's events seem not to arrive."""

from __future__ import annotations

import pytest

from plugin.archive.sweeps import Swept, keep_swept
from tests.pages.seeds import NOW, OTHER_SHOP, SHOP, Office
from tests.pages.staff import Merchant, Reading


def sweep(office: Office, shop: str, silent: str | None) -> None:
    done = Swept(
        swept_at=NOW,
        seen_until=None,
        silent=silent,
        silent_since=NOW if silent else None,
    )
    keep_swept(office.archive.engine, shop, done)


@pytest.mark.parametrize(
    ("silent", "said"),
    [
        ("untold:returns/request", "Shopify has not told Evenhand of everything"),
        ("no_events", "Shopify has told Evenhand nothing for more than a week"),
    ],
)
def test_it_says_that_a_shop_seems_silent(
    office: Office, merchant: Merchant, silent: str, said: str
) -> None:
    sweep(office, SHOP, silent)

    text = Reading(merchant.open("/")).text

    assert said in text
    assert "23 Nov 2026, 06:05" in text


def test_it_says_nothing_while_events_arrive(
    office: Office, merchant: Merchant
) -> None:
    before = Reading(merchant.open("/")).text
    sweep(office, SHOP, None)
    sweep(office, OTHER_SHOP, "no_events")

    after = Reading(merchant.open("/")).text

    assert "Shopify has" not in before + after
