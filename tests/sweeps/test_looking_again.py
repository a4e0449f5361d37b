"""Refunds are looked at again one by one over the day, not all at its beginning."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from plugin import sweeps
from plugin.archive.sweeps import swept
from plugin.case import Entry
from plugin.ports import Unreachable
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


class Unreadable:
    """Lists everything; every refund comes back half, for good."""

    def __init__(self, listing: Any) -> None:
        self._listing = listing

    def __getattr__(self, name: str) -> Any:
        return getattr(self._listing, name)

    def refund(self, shop: str, refund_id: str) -> Any:
        raise Unreachable("a refund came back half: KeyError")


def test_one_refund_that_cannot_be_read_does_not_keep_a_sweep_from_its_end(
    shop: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    return_id = shop.scene.asked(days=5)
    shop.scene.run(return_id)
    shop.scene.shelf.append(return_id, Entry(key="audit:1", kind="audit", body={}))
    monkeypatch.setattr(sweeps, "_step", lambda do, *arguments: do(*arguments))
    sweeper = replace(shop.sweeper, listing=Unreadable(shop.sweeper.listing))
    said = []
    for turn in range(1, 4):
        shop.clock.ahead += timedelta(days=1)
        said.append(sweeps._sweep(sweeper, SHOP, turn))
    done = swept(shop.engine, SHOP)

    assert [each.partition(" ")[0] for each in said] == ["started"] * 3
    assert done is not None
    assert done.swept_at > shop.clock.now() - timedelta(days=1)
