"""Whoever opens the app brings a token anew where the store refuses it, over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from config.settings import read
from plugin import casework, logs
from plugin.parts import Parts, build
from plugin.ports import NoAccess
from tests.devstore.world import ALPINE
from tests.pages.town import Town


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    made = Town(tmp_path, monkeypatch)
    made.world.post(f"/{ALPINE}/admin/oauth/install")
    yield made
    made.close()
    logs.configure("critical")


@pytest.fixture
def worker(town: Town) -> Iterator[Parts]:
    """The parts of another process of the same app."""
    made = build(read())
    yield made
    made.use.close()
    made.engine.dispose()


def open_app(town: Town) -> int:
    return town.open(f"/settings?id_token={town.world.id_token()}").status_code


def issued(town: Town) -> dict[str, int]:
    found: dict[str, int] = town.world.truth()["tokens"]
    return found


def test_opening_the_app_exchanges_a_token_that_was_refused(
    town: Town, worker: Parts
) -> None:
    first = open_app(town)
    town.world.control("tokens/refuse", shop=ALPINE)
    with pytest.raises(NoAccess):
        casework.refresh_shop(worker.services, shop=ALPINE)
    before = issued(town)

    again = [open_app(town), open_app(town)]

    assert (first, again) == (200, [200, 200])
    assert before == {"issued": 1, "refreshed": 1}
    # Once: the new one works, so that it is not fetched anew at every opening.
    assert issued(town) == {"issued": 2, "refreshed": 1}
    assert casework.refresh_shop(worker.services, shop=ALPINE) == "refreshed"


def test_a_token_that_works_is_not_fetched_anew(town: Town, worker: Parts) -> None:
    open_app(town)
    town.world.control("tokens/expire", shop=ALPINE)
    casework.refresh_shop(worker.services, shop=ALPINE)

    status = open_app(town)

    assert status == 200
    assert issued(town) == {"issued": 1, "refreshed": 1}
