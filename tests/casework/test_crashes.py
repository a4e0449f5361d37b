"""A crash before or after any call to the platform or the archive is made good."""

from __future__ import annotations

from typing import Any

import pytest

from plugin.case import Status
from tests.casework.scene import DECIDING, Bomb, Crash, Scene

# More than any story makes; the loop ends with the first bomb that is never reached.
MOST_CALLS = 60
NOTHING = dict.fromkeys(DECIDING, 0)
DECLINED = {**NOTHING, "returnDeclineRequest": 1, "discountCodeBasicCreate": 1}
APPROVED = {**NOTHING, "returnApproveRequest": 1}
SHIPPING = {
    "id": "ship",
    "remedy": "free_shipping",
    "on": ["approve"],
    "expires_after_days": 30,
    "per_customer": {"at_most": 1000, "within_days": 30},
}


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(
    ("days", "offers", "once"),
    [
        (45, None, DECLINED),
        (5, None, APPROVED),
        (5, [SHIPPING], {**APPROVED, "discountCodeFreeShippingCreate": 1}),
    ],
    ids=["decline", "approve", "approve with a code"],
)
def test_it_ends_as_if_nothing_had_happened(
    scene: Scene,
    days: int,
    offers: list[dict[str, Any]] | None,
    once: dict[str, int],
    after: bool,
) -> None:
    if offers is not None:
        scene.change_policy(offers=offers)
    crashes = 0
    for number in range(1, MOST_CALLS):
        return_id = scene.asked(days=days)
        before = scene.effects()
        bomb = Bomb(at=number, after=after)
        try:
            scene.run(return_id, scene.mined(bomb))
        except Crash:
            crashes += 1
        case = scene.run(return_id)
        gained = {name: n - before[name] for name, n in scene.effects().items()}

        assert case is not None
        assert case.status is Status.ANSWERED, bomb.calls
        assert gained == once, bomb.calls
        assert len(set(scene.keys(return_id))) == len(scene.keys(return_id))
        if len(bomb.calls) < number:
            break

    assert crashes == number - 1
    assert crashes >= 12
