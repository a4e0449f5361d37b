"""After four hours in which events were lost, two sweeps have caught up with all."""

from __future__ import annotations

from collections import Counter

import pytest

from plugin.case import Status
from tests.casework.scene import SHOP
from tests.sweeps.town import HOUR, Town

ASKS = 24


@pytest.mark.slow
@pytest.mark.parametrize("percent", [1, 50, 100])
def test_two_sweeps_catch_up_with_four_hours_of_lost_events(
    fast_town: Town, percent: float
) -> None:
    town = fast_town
    orders = town.orders(ASKS // 2, days=5) + town.orders(ASKS // 2, days=45)
    town.sweep()
    town.drop(percent)

    returns = []
    for order in orders:
        returns.append(town.ask(order))
        town.let_pass(4 * HOUR / ASKS)
    lost = town.told("returns/request")["dropped"]
    town.drop(0)
    words = [town.sweep(), town.sweep()]

    cases = [town.scene.shelf.find(each) for each in returns]
    assert town.pending() == set()
    assert {case and case.status for case in cases} == {Status.ANSWERED}
    assert Counter(case and case.outcome and case.outcome.value for case in cases) == {
        "approve": ASKS // 2,
        "decline": ASKS // 2,
    }
    assert set(town.effects()) == {1}
    assert len(town.scene.alive_codes()) == ASKS // 2
    # Only what the first turn could not know, its own answers, is left to the second.
    assert words[1] == "started 0"
    assert {1: lost < ASKS, 50: 0 < lost < ASKS, 100: lost == ASKS}[int(percent)]


@pytest.mark.slow
def test_a_backlog_of_many_pages_is_answered_once(town: Town) -> None:
    orders = town.orders(60, days=45)
    town.world.control("throttle", shop=SHOP, restore_rate=2000)
    town.drop(100)
    returns = [town.ask(order) for order in orders]

    words = [town.sweep(), town.sweep()]

    assert town.pending() == set()
    # The first turn may also see what its own answers changed.
    assert int(words[0].removeprefix("started ")) >= len(returns)
    assert words[1] == "started 0"
    assert town.effects() == {1: 2 * len(returns)}
    assert len(town.scene.alive_codes()) == len(returns)


def test_it_looks_again_at_what_it_could_not_list(town: Town) -> None:
    town.drop(100)
    return_id = town.ask(town.orders(1, days=5)[0])
    town.world.control("fail", operation="RecentChanges", kind="http_500", times=1)
    town.world.control("fail", operation="PendingReturns", kind="http_500", times=1)

    words = [town.sweep(), town.sweep(), town.sweep()]

    assert words == [
        "failed:platform_unreachable",
        "failed:platform_unreachable",
        "started 0",
    ]
    assert town.scene.found(return_id)["status"] == "OPEN"
    assert SHOP in next(iter(town.sweeps()))
