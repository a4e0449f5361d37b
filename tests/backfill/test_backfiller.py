"""Step by step: what breaks, what is read again, and what is known in the end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

import pytest

from plugin.archive import past as archive
from plugin.backfiller import AGAIN, ENDED, LATER
from plugin.past import DONE, QUERY_RUNS, READING, BulkReader, BulkState, Piece
from plugin.privacy import Person, Topic
from plugin.shopify import bulk
from tests.archive.shelves import ask
from tests.backfill.library import (
    Shelves,
    advance_until,
    make_backfiller,
    make_past,
)
from tests.casework.scene import SHOP, Crash, Scene
from tests.devstore.world import wait_until

READ_ALL = [
    "read_all_orders",
    "read_customers",
    "read_products",
    "write_discounts",
    "write_orders",
    "write_returns",
]


def read_all(scene: Scene) -> Shelves:
    """Read the past of a scene's shop to its end."""
    shelves = Shelves(scene)
    backfiller = make_backfiller(scene)
    advance_until(backfiller, lambda: False)
    assert shelves.state().state == DONE
    return shelves


@dataclass
class Breaking:
    """A reader whose process dies after so many pieces."""

    reader: BulkReader
    at: int

    def start(self, shop: str) -> str:
        return self.reader.start(shop)

    def look(self, shop: str, operation_id: str) -> BulkState | None:
        return self.reader.look(shop, operation_id)

    def pieces(self, url: str, position: int) -> Iterator[Piece]:
        for count, piece in enumerate(self.reader.pieces(url, position)):
            if count == self.at:
                raise Crash
            yield piece


def test_it_goes_on_after_a_crash_at_any_line(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "PIECE_LINES", 1)
    make_past(scene)
    shelves = Shelves(scene)
    real = make_backfiller(scene)
    crashes = 0
    while True:
        reader = Breaking(real.bulk, at=1)
        try:
            if make_backfiller(scene, bulk=reader).advance(SHOP) == ENDED:
                break
        except Crash:
            crashes += 1
            assert shelves.state().lines == crashes
            assert scene.shelf.history("nobody") is None

    # The last line was followed by the end.
    assert crashes == shelves.state().lines - 1 > 5
    assert shelves.remembered() == shelves.true()
    assert shelves.refunds() == shelves.true_refunds()
    assert len(scene.world.truth(SHOP)["bulk"]) == 1
    starts = [int(asked[6:-1]) for asked in shelves.downloads()]
    assert starts == sorted(set(starts))


def test_it_goes_on_where_a_download_broke_off(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "PIECE_LINES", 1)
    monkeypatch.setattr(bulk, "CHUNK", 100)
    make_past(scene)
    scene.world.control("bulk", shop=SHOP, cut=[900, 900])
    shelves = Shelves(scene)
    backfiller = make_backfiller(scene)
    advance_until(backfiller, lambda: False)

    starts = [int(asked[6:-1]) for asked in shelves.downloads()]
    assert starts[0] == 0
    assert 0 < starts[1] <= 900 < starts[2]
    assert shelves.remembered() == shelves.true()


def test_what_breaks_is_put_off_and_says_why(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "PIECE_LINES", 1)
    monkeypatch.setattr(bulk, "CHUNK", 100)
    make_past(scene)
    scene.world.control("bulk", shop=SHOP, cut=[900])
    shelves = Shelves(scene)
    backfiller = make_backfiller(scene)
    advance_until(backfiller, lambda: shelves.state().why is not None)

    state = shelves.state()
    assert (state.state, state.why, state.tries) == (
        READING,
        "platform_unreachable",
        1,
    )
    assert archive.due(scene.archive.engine, scene.services.clock.now()) == []
    assert archive.due(scene.archive.engine, state.next_at) == [SHOP]


@pytest.mark.parametrize("code", ["INTERNAL_SERVER_ERROR", "TIMEOUT"])
def test_a_failed_operation_is_started_over(scene: Scene, code: str) -> None:
    make_past(scene)
    scene.world.control("bulk", shop=SHOP, failing=[code])
    shelves = Shelves(scene)
    backfiller = make_backfiller(scene)
    advance_until(backfiller, lambda: shelves.state().why is not None)
    failed = shelves.state()
    before = shelves.remembered()
    advance_until(backfiller, lambda: False)

    assert (failed.state, failed.operation_id, failed.tries) == (QUERY_RUNS, None, 1)
    assert failed.why == code.lower()
    # What a failed operation found is a part of the past, and of no use as such.
    assert before == {}
    assert shelves.state().why is None
    assert shelves.remembered() == shelves.true()
    assert len(scene.world.truth(SHOP)["bulk"]) == 2


def test_a_file_that_ran_out_is_gathered_anew(scene: Scene) -> None:
    make_past(scene)
    shelves = Shelves(scene)
    backfiller = make_backfiller(scene)
    assert backfiller.advance(SHOP) == LATER
    wait_until(lambda: scene.world.truth(SHOP)["bulk"][0]["status"] == "COMPLETED")
    scene.world.control("bulk", shop=SHOP, expire=True)
    assert backfiller.advance(SHOP) == LATER
    expired = shelves.state()
    advance_until(backfiller, lambda: False)

    assert (expired.why, expired.operation_id) == ("expired", None)
    assert shelves.remembered() == shelves.true()


def test_it_waits_while_the_shop_has_too_many_operations(scene: Scene) -> None:
    make_past(scene)
    scene.world.control("bulk", shop=SHOP, most=1, seconds=600)
    shelves = Shelves(scene)
    backfiller = make_backfiller(scene)
    backfiller.bulk.start(SHOP)
    backfiller.advance(SHOP)
    waiting = shelves.state()
    scene.world.control("bulk", shop=SHOP, most=5, seconds=0.1)
    advance_until(backfiller, lambda: False)

    assert (waiting.why, waiting.operation_id) == ("throttled", None)
    assert shelves.remembered() == shelves.true()


def test_it_survives_a_lost_answer(scene: Scene) -> None:
    make_past(scene)
    scene.world.control("fail", operation="RunBulk", kind="drop_after_effect")
    shelves = read_all(scene)

    assert shelves.remembered() == shelves.true()


def test_a_shop_without_a_past_is_known_to_have_none(scene: Scene) -> None:
    scene.world.app.extensions["devstore"].shops[SHOP].orders.clear()
    scene.world.control("bulk", shop=SHOP, seconds=0.1)
    shelves = read_all(scene)

    history = scene.shelf.history("gid://shopify/Customer/1")
    assert history is not None
    assert history.returns == ()
    assert shelves.downloads() == []


def test_only_sixty_days_are_seen_without_the_right_to_all_orders(
    scene: Scene,
) -> None:
    old = make_past(scene, days=90)
    new = make_past(scene, days=20)
    shelves = read_all(scene)
    seen = shelves.remembered().keys()
    scene.world.control("scopes", shop=SHOP, scopes=READ_ALL)
    scene.tokens.exchange(SHOP, scene.world.id_token(SHOP))
    due = archive.due(scene.archive.engine, scene.services.clock.now())
    advance_until(make_backfiller(scene), lambda: False)

    assert seen.isdisjoint(old)
    assert set(new) <= seen
    assert due == [SHOP]
    assert shelves.state().since is None
    assert shelves.remembered() == shelves.true()


def test_what_the_app_saw_itself_is_not_undone_by_an_older_file(scene: Scene) -> None:
    make_past(scene)
    return_id = scene.asked(days=20)
    backfiller = make_backfiller(scene)
    backfiller.advance(SHOP)
    wait_until(lambda: scene.world.truth(SHOP)["bulk"][0]["status"] == "COMPLETED")
    scene.run(return_id)
    staff_later = scene.asked(days=20)
    scene.run(staff_later)
    advance_until(backfiller, lambda: False)
    shelves = Shelves(scene)

    assert shelves.remembered().keys() == shelves.true().keys()
    assert shelves.remembered()[staff_later][1:] == shelves.true()[staff_later][1:]


def test_a_long_file_is_read_in_spells(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "PIECE_LINES", 1)
    monkeypatch.setattr("plugin.backfiller.STEP_LINES", 3)
    make_past(scene)
    backfiller = make_backfiller(scene)
    said: list[str] = []

    def ended() -> bool:
        said.append(backfiller.advance(SHOP))
        return said[-1] == ENDED

    wait_until(ended, seconds=60)
    shelves = Shelves(scene)

    assert said.count(AGAIN) == shelves.state().lines // 3
    assert shelves.remembered() == shelves.true()


def test_a_customer_erased_while_the_past_is_read_is_linked_to_nothing(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "PIECE_LINES", 1)
    make_past(scene)
    shelves = Shelves(scene)
    real = make_backfiller(scene)

    def read_a_line() -> bool:
        with suppress(Crash):
            make_backfiller(scene, bulk=Breaking(real.bulk, at=1)).advance(SHOP)
        known = scene.shelf.backfill()
        return known is not None and known.lines > 0

    wait_until(read_a_line, seconds=60)
    orders = scene.store.shops[SHOP].orders.values()
    ids = sorted({each.customer.id for each in orders if each.customer})
    for number, customer_id in enumerate(ids):
        person = Person(customer_id=customer_id)
        ask(scene.shelf, Topic.REDACT_CUSTOMER, person, id=f"ask-{number}")
        scene.shelf.erase_person(person, f"ask-{number}")
    left_to_read = shelves.state().state
    advance_until(make_backfiller(scene), lambda: False)

    assert left_to_read == READING
    assert shelves.remembered() == shelves.true()
    assert ids
    assert shelves.customers() == {None}
