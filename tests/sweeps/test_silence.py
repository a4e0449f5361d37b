"""A shop whose events stay away is flagged, and no longer once they come again."""

from __future__ import annotations

from tests.sweeps.town import HOUR, Town


def test_it_flags_a_shop_whose_events_stay_away(fast_town: Town) -> None:
    town = fast_town
    orders = town.orders(3, days=45)
    town.answered(orders.pop())
    town.sweep()
    before = town.swept().silent

    town.drop(100)
    town.ask(orders.pop())
    town.let_pass(HOUR)
    town.sweep()
    lost = town.swept()

    town.drop(0)
    town.answered(orders.pop())
    town.sweep()

    assert before is None
    assert lost.silent == "untold:returns/request"
    assert lost.silent_since is not None
    assert (town.swept().silent, town.swept().silent_since) == (None, None)


def test_it_flags_no_shop_for_an_event_that_is_only_on_its_way(town: Town) -> None:
    town.drop(100)
    town.ask(town.orders(1, days=45)[0])

    town.sweep()

    assert town.swept().silent is None
