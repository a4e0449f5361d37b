"""A crash before or after any call to the platform or the archive is made good."""

from __future__ import annotations

import pytest

from plugin.case import Status
from tests.casework.scene import Bomb, Crash, Scene

# More than any story makes; the loop ends with the first bomb that is never reached.
MOST_CALLS = 60
ONCE = {
    45: {
        "returnApproveRequest": 0,
        "returnDeclineRequest": 1,
        "discountCodeBasicCreate": 1,
    },
    5: {
        "returnApproveRequest": 1,
        "returnDeclineRequest": 0,
        "discountCodeBasicCreate": 0,
    },
}


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("days", [45, 5], ids=["decline", "approve"])
def test_it_ends_as_if_nothing_had_happened(
    scene: Scene, days: int, after: bool
) -> None:
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
        assert gained == ONCE[days], bomb.calls
        assert len(set(scene.keys(return_id))) == len(scene.keys(return_id))
        if len(bomb.calls) < number:
            break

    assert crashes == number - 1
    assert crashes >= 12
