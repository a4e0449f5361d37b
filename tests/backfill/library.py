"""A store with a past, and an app that reads it in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import requests
import sqlalchemy as sa

from plugin import backfill, jobs, workflows
from plugin.archive.past import Backfill, due
from plugin.archive.tables import past_items, past_refunds, past_returns
from plugin.backfiller import LATER, Backfiller
from plugin.past import DONE
from plugin.shopify.bulk import PastReturns
from tests.casework.scene import SHOP, Scene
from tests.devstore.world import wait_until
from tests.sweeps.town import Town

# As long as an operation takes here, in the store's time.
SECONDS = 0.1
PAST = ("approve", "decline", None)


class Shelves:
    """What the app remembers of the past, beside what the store knows of it."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.engine = scene.archive.engine

    def remembered(self) -> dict[str, tuple[str, int, list[tuple[int, str]]]]:
        """Every return: where it stands, how many items, each line and its reason."""
        with self.engine.connect() as db:
            items = db.execute(sa.select(past_items)).all()
            returns = db.execute(sa.select(past_returns)).all()
        return {
            row.return_id: (
                row.status,
                row.items,
                sorted((i.quantity, i.reason) for i in items if i.return_id == row[1]),
            )
            for row in returns
        }

    def true(self) -> dict[str, tuple[str, int, list[tuple[int, str]]]]:
        """The same as the store knows it."""
        return {
            each["id"]: (
                each["status"],
                sum(line["quantity"] for line in each["lines"]),
                sorted((line["quantity"], line["reason"]) for line in each["lines"]),
            )
            for each in self.scene.world.truth(SHOP)["returns"]
        }

    def refunds(self) -> set[str]:
        """Every refund that is remembered."""
        with self.engine.connect() as db:
            return set(db.scalars(sa.select(past_refunds.c.refund_id)))

    def customers(self) -> set[str | None]:
        """Every tag by which returns and refunds name a customer."""
        with self.engine.connect() as db:
            tables = (past_returns, past_refunds)
            return {c for t in tables for c in db.scalars(sa.select(t.c.customer))}

    def true_refunds(self) -> set[str]:
        """Every refund there is."""
        return {each["id"] for each in self.scene.world.truth(SHOP)["refunds"]}

    def state(self) -> Backfill:
        """How the reading stands; it must have begun."""
        found = self.scene.shelf.backfill()
        assert found is not None
        return found

    def downloads(self) -> list[str]:
        """From which byte on the newest file was asked for, each time."""
        newest = self.scene.world.truth(SHOP)["bulk"][-1]
        return list(newest["downloads"])


def make_past(scene: Scene, *, days: int = 20, count: int = 3) -> list[str]:
    """Let customers ask, and staff answer and refund, while nobody tells the app."""
    scene.world.control("deliveries", drop_percent=100)
    asked = [scene.asked(days=days) for _ in range(count)]
    for return_id, verb in zip(asked, PAST * count, strict=False):
        if verb is not None:
            staff(scene, return_id, verb)
    number = scene.found(asked[0])["order_name"].removeprefix("#")
    refund = scene.world.post(f"/{SHOP}/admin/orders/{number}/refund", json={})
    assert refund.status_code < 400
    scene.world.control("deliveries", drop_percent=0)
    scene.world.control("bulk", shop=SHOP, seconds=SECONDS)
    return asked


def staff(scene: Scene, return_id: str, verb: str) -> None:
    """Let staff answer in the admin."""
    path = f"/{SHOP}/admin/returns/{return_id}/{verb}"
    answer = scene.world.post(path, json={"reason": "OTHER", "note": "No."})
    assert answer.status_code < 400


def make_backfiller(scene: Scene, **changes: Any) -> Backfiller:
    """Make what reads the past of a scene's shop."""
    bulk = PastReturns(client=scene.client, session=requests.Session())
    made: dict[str, Any] = {
        "services": scene.services,
        "bulk": bulk,
        "engine": scene.archive.engine,
        "keyring": scene.archive.keyring,
    }
    return Backfiller(**{**made, **changes})


def advance_until(backfiller: Backfiller, ended: Callable[[], bool]) -> None:
    """Let it work spell by spell, as turns and events do."""

    def spell() -> bool:
        return backfiller.advance(SHOP) != LATER or ended()

    wait_until(spell, seconds=60)


class Past(Town):
    """A town whose app reads the past, when a turn or the store itself says so."""

    def __init__(self, folder: Path, database_url: str) -> None:
        super().__init__(folder, database_url)
        self.shelves = Shelves(self.scene)

    def _work(self) -> None:
        backfill.register(make_backfiller(self.scene))
        super()._work()
        backfill.launch(0.05)

    def turn(self) -> int:
        """Let a turn come for whoever is due."""
        self.turns += backfill.EVERY_SECONDS
        shops = due(self.engine, self.clock.now())
        return backfill.plan(self.client, shops, now=self.turns)

    def enqueue_spell(self, subject: str) -> None:
        """Let a spell of work come that no event asked for."""
        with self.engine.begin() as db:
            job = jobs.backfill(SHOP, subject)
            workflows.enqueue(self.client, db, job)

    def done(self) -> bool:
        """Tell whether the past was read."""
        found = self.scene.shelf.backfill()
        return found is not None and found.state == DONE
