"""Refunds are looked at again one by one over the day, not all at its beginning."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from plugin.case import Entry
from tests.casework.scene import SHOP
from tests.sweeps.test_long_silence import Place, shop

__all__ = ["shop"]

REFUNDS = 300
SWEEPS = 144


def test_each_has_a_moment_of_the_day(shop: Place) -> None:
    return_id = shop.scene.asked(days=5)
    shop.scene.run(return_id)
    audits = (Entry(key=f"audit:{n}", kind="audit", body={}) for n in range(REFUNDS))
    shop.scene.shelf.append(return_id, *audits)
    shop.swept()

    looks = []
    for _ in range(SWEEPS):
        shop.clock.ahead += timedelta(minutes=10)
        looks.append([id for id, _ in shop.sweeper.due_again(SHOP)])
        shop.swept()

    told = Counter(id for each in looks for id in each)
    # The clock goes on a little while the test runs.
    assert len(told) == REFUNDS
    assert sum(told.values()) <= REFUNDS + 5
    assert max(len(each) for each in looks) < 15
