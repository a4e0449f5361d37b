"""A file that stays bad is gathered anew, and what a shop refuses is not asked soon."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from plugin.archive import past as archive
from plugin.backfiller import FIRST_PAUSE, LATER
from plugin.past import DONE, QUERY_RUNS, READING
from plugin.shopify import bulk
from tests.backfill.library import Shelves, advance_until, make_backfiller, make_past
from tests.backfill.test_backfiller import READ_ALL, read_all
from tests.casework.scene import SHOP, Scene


@pytest.fixture
def scene(on_both: Scene) -> Scene:
    return on_both


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        ({"refusing": [403]}, "file_refused"),
        ({"refusing": [404]}, "file_refused"),
        ({"refusing": [410]}, "file_refused"),
        ({"garbled": 1}, "file_unreadable"),
        ({"lost": 1}, "file_missing"),
    ],
)
def test_a_bad_file_is_gathered_anew(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, broken: dict[str, Any], why: str
) -> None:
    monkeypatch.setattr(bulk, "PIECE_LINES", 1)
    make_past(scene)
    scene.world.control("bulk", shop=SHOP, **broken)
    shelves = Shelves(scene)
    backfiller = make_backfiller(scene)
    advance_until(backfiller, lambda: shelves.state().why is not None)
    bad = shelves.state()
    advance_until(backfiller, lambda: False)

    assert (bad.state, bad.operation_id, bad.position) == (QUERY_RUNS, None, 0)
    assert (bad.why, bad.tries) == (why, 1)
    assert bad.next_at >= scene.services.clock.now() - timedelta(minutes=1)
    assert (shelves.state().why, shelves.state().tries) == (None, 0)
    assert shelves.remembered() == shelves.true()
    assert len(scene.world.truth(SHOP)["bulk"]) == 2


def test_a_server_in_trouble_is_asked_for_the_same_file_again(scene: Scene) -> None:
    make_past(scene)
    scene.world.control("bulk", shop=SHOP, refusing=[503])
    shelves = Shelves(scene)
    backfiller = make_backfiller(scene)
    advance_until(backfiller, lambda: shelves.state().why is not None)
    put_off = shelves.state()
    advance_until(backfiller, lambda: False)

    assert (put_off.why, put_off.operation_id is None) == (
        "platform_unreachable",
        False,
    )
    assert put_off.state in (QUERY_RUNS, READING)
    assert len(scene.world.truth(SHOP)["bulk"]) == 1


def test_a_wider_past_that_is_refused_is_put_off_ever_longer(scene: Scene) -> None:
    make_past(scene)
    shelves = read_all(scene)
    known = shelves.remembered()
    scene.world.control("scopes", shop=SHOP, scopes=READ_ALL)
    scene.tokens.exchange(SHOP, scene.world.id_token(SHOP))
    scene.world.control("bulk", shop=SHOP, most=1, seconds=600)
    backfiller = make_backfiller(scene)
    backfiller.bulk.start(SHOP)
    engine, now = scene.archive.engine, scene.services.clock.now
    due_first = archive.due(engine, now())
    begun = now()

    said = [backfiller.advance(SHOP), backfiller.advance(SHOP)]

    state = shelves.state()
    assert (due_first, said) == ([SHOP], [LATER, LATER])
    assert (state.state, state.why, state.tries) == (DONE, "throttled", 2)
    assert state.next_at >= begun + 2 * FIRST_PAUSE
    assert archive.due(engine, state.next_at - timedelta(seconds=1)) == []
    assert archive.due(engine, state.next_at) == [SHOP]
    # What was read stays known.
    assert scene.shelf.history("gid://shopify/Customer/1") is not None
    assert shelves.remembered() == known


def test_a_past_that_was_forgotten_is_not_known_again_by_a_refusal(
    scene: Scene,
) -> None:
    make_past(scene)
    shelves = read_all(scene)
    tenant, known = scene.shelf.shop(), shelves.state()
    assert tenant is not None
    with scene.archive.engine.begin() as db:
        archive.forget_past(db, SHOP)

    make_backfiller(scene)._put_off(SHOP, tenant, known, "throttled")

    assert scene.shelf.backfill() is None
