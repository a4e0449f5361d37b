"""Customers' data that the app may not see sends a request to a person."""

from __future__ import annotations

import pytest

from tests.casework.scene import SHOP, Scene


@pytest.mark.parametrize(
    "field", ["Customer", "Order.shippingAddress", "ReturnLineItem.customerNote"]
)
def test_nobody_is_refused_for_what_is_withheld(scene: Scene, field: str) -> None:
    refused, spared = scene.asked(days=45), scene.asked(days=45)
    before = scene.run(refused)

    scene.world.control("protected", shop=SHOP, fields=[field])
    after = scene.run(spared)

    assert before is not None
    assert after is not None
    assert (before.status.value, after.status.value) == ("answered", "in_review")
    assert scene.found(spared)["status"] == "REQUESTED"
