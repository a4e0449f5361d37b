"""The past of a shop is read once, whoever tells and whatever breaks."""

from __future__ import annotations

from datetime import timedelta

import pytest

from plugin.past import DONE
from tests.backfill.library import Past, make_past
from tests.casework.scene import SHOP
from tests.workflows.running import wait_for


def test_the_store_tells_when_its_past_is_gathered(past: Past) -> None:
    make_past(past.scene)
    planned = past.turn()
    wait_for(past.done)
    again = past.turn()

    assert (planned, again) == (1, 0)
    assert past.shelves.remembered() == past.shelves.true()
    assert past.shelves.refunds() == past.shelves.true_refunds() != set()
    state = past.shelves.state()
    assert state.since is not None
    assert past.clock.now() - state.since < timedelta(days=61)
    assert state.lines == state.objects > 0
    assert past.told("bulk_operations/finish")["200"] == 1
    # Who serves the file never sees the shop's token.
    assert past.shelves.downloads() == ["bytes=0-"]


def test_who_is_not_told_looks(past: Past) -> None:
    make_past(past.scene)
    past.drop(100)
    past.turn()
    past.quiet()
    wait_for(lambda: past.world.truth(SHOP)["bulk"][0]["status"] == "COMPLETED")
    # As if the next turn had come.
    past.enqueue_spell("turn-later")
    wait_for(past.done)

    assert past.shelves.remembered() == past.shelves.true()
    assert past.told("bulk_operations/finish")["dropped"] == 1


def test_an_event_that_is_told_often_starts_nothing_twice(past: Past) -> None:
    make_past(past.scene)
    past.world.control("deliveries", copies=3)
    past.turn()
    wait_for(past.done)
    past.quiet()

    assert len(past.world.truth(SHOP)["bulk"]) == 1
    assert past.shelves.state().state == DONE


def test_a_reinstalled_shop_is_read_anew(past: Past) -> None:
    make_past(past.scene)
    past.turn()
    wait_for(past.done)
    past.scene.leave()
    late = make_past(past.scene)
    past.scene.install()
    planned = past.turn()
    wait_for(lambda: past.shelves.state().generation == 2 and past.done())

    assert planned == 1
    assert set(late) < past.shelves.remembered().keys()
    assert past.shelves.remembered() == past.shelves.true()


@pytest.mark.parametrize("ends", ["left", "no token"])
def test_nothing_is_asked_of_a_shop_that_cannot_answer(past: Past, ends: str) -> None:
    if ends == "left":
        past.scene.leave()
    else:
        found = past.scene.tokens.vault.load(SHOP)
        assert found is not None
        past.scene.tokens.vault.forget(SHOP, found.access)

    assert past.turn() == 0
    assert past.scene.shelf.backfill() is None
