"""Engines that keep to one shop are made once, and never another's."""

from __future__ import annotations

import gc
import weakref

import pytest
import sqlalchemy as sa

from plugin.archive import scope
from plugin.archive.scope import OPTION, of_shop

ALPINE, NORTH = "alpine.myshopify.com", "north.myshopify.com"


def test_each_shop_has_its_own() -> None:
    engine = sa.create_engine("sqlite://")

    scopes = [
        of_shop(engine, shop).get_execution_options()[OPTION]
        for shop in (ALPINE, NORTH, ALPINE)
    ]

    assert scopes == [ALPINE, NORTH, ALPINE]
    assert of_shop(engine, ALPINE) is of_shop(engine, ALPINE)
    assert OPTION not in engine.get_execution_options()


def test_as_many_are_kept_as_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scope, "MOST_KEPT", 3)
    engine = sa.create_engine("sqlite://")

    for number in range(10):
        made = of_shop(engine, f"{number}.myshopify.com")
        assert made.get_execution_options()[OPTION] == f"{number}.myshopify.com"
        assert len(engine.__dict__[scope.KEPT]) <= 3


def test_they_go_with_their_engine() -> None:
    engine = sa.create_engine("sqlite://")
    gone = weakref.ref(of_shop(engine, ALPINE))

    del engine
    gc.collect()

    assert gone() is None
