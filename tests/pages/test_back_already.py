"""Who comes back before their leaving is heard of has the app, over HTTP."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from plugin import casework
from plugin.parts import Parts
from tests.devstore.world import ALPINE
from tests.pages.town import Town


@pytest.fixture
def town(town: Town) -> Town:
    town.open_as_staff()
    return town


def leave(town: Town, *, ago: timedelta = timedelta(0)) -> str:
    """Remove the app; gives the time that the event will bear."""
    town.world.control("install", shop=ALPINE, installed=False)
    return (datetime.now(UTC) - ago).isoformat()


def hear(worker: Parts, left_at: str | None) -> str:
    return casework.say_goodbye(worker.services, shop=ALPINE, left_at=left_at)


def is_here(worker: Parts) -> bool:
    shop = worker.archive.of(ALPINE).shop()
    return shop is not None and shop.installed


def test_a_shop_that_came_back_is_not_taken_for_gone(town: Town, worker: Parts) -> None:
    left_at = leave(town, ago=timedelta(seconds=10))
    town.world.post(f"/{ALPINE}/admin/oauth/install")
    shown = town.open_as_staff()

    told = hear(worker, left_at)
    here = is_here(worker)
    again = town.open_as_staff()

    assert (shown, told, here, again) == (200, "back_already", True, 200)
    # The token of the first install ended with it; opening the app brought another.
    assert casework.refresh_shop(worker.services, shop=ALPINE) == "refreshed"


@pytest.mark.parametrize("named", [True, False])
def test_a_shop_that_left_is_gone(town: Town, worker: Parts, named: bool) -> None:
    left_at = leave(town, ago=timedelta(seconds=-10))

    told = hear(worker, left_at if named else None)

    assert (told, is_here(worker)) == ("uninstalled", False)
