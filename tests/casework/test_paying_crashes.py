"""Money goes back once, whatever request or word to the archive is cut off."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest

from plugin.case import Status
from plugin.ports import Unreachable
from tests.casework.paying import balance, lets_pay, paid_back, pay
from tests.casework.scene import SHOP, Bomb, Crash, Scene

MOST_CALLS = 80
FEES = [{"id": "restocking", "percent": 10}]
KINDS: dict[str, tuple[str, dict[str, Any], str]] = {
    "through the return": ("at_once", {}, "returnProcess"),
    "as credit": ("at_once", {"remedies": ["store_credit"]}, "returnProcess"),
    "beside the return": ("without_return", {}, "refundCreate"),
}


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(
    ("name", "error"), [*((name, Crash) for name in KINDS), ("as credit", Unreachable)]
)
def test_it_is_given_once(
    scene: Scene, name: str, error: type[BaseException], after: bool
) -> None:
    pays, terms, call = KINDS[name]
    lets_pay(scene, pays, fees=FEES, **terms)
    given = Decimal(0)
    for number in range(1, MOST_CALLS):
        return_id = scene.asked(days=5)
        bomb = Bomb(at=number, after=after, error=error)
        before = scene.effects()[call]
        with suppress(Crash, Unreachable):
            scene.run(return_id, scene.mined(bomb))
        case = scene.run(return_id)
        again = pay(scene, return_id)
        given += Decimal("80.1")

        assert case is not None
        assert case.status is again.status is Status.ANSWERED, bomb.calls
        assert paid_back(scene, return_id) == [Decimal("80.1")], bomb.calls
        assert scene.effects()[call] == before + 1, bomb.calls
        assert "call:refund" in scene.keys(return_id), bomb.calls
        if len(bomb.calls) < number:
            break

    assert number > 18
    accounts = scene.store.shops[SHOP].credits.values()
    credit = sum((account.balance for account in accounts), Decimal(0))
    assert credit == (given if name == "as credit" else Decimal(0))
    assert balance(scene, return_id) <= credit
