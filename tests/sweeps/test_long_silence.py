"""A shop that stays silent stays flagged, until it is heard again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from plugin import casework, workflows
from plugin.archive.sweeps import Find, Swept, keep_finds, keep_swept, swept
from plugin.archive.tables import finds, inbox
from plugin.housekeeping import forget
from plugin.listed import Part
from plugin.privacy import Topic
from plugin.shopify.listing import OrderListing
from plugin.sweeper import Sweeper
from tests.archive.shelves import ask
from tests.casework.scene import SHOP, Scene
from tests.devstore.world import ROOT, Receiver, World
from tests.outgoing.town import LateClock


class Place:
    """A shop whose events come when a test says so."""

    def __init__(self, world: World, folder: Path, database_url: str) -> None:
        self.clock = LateClock()
        self.scene = Scene(world, folder, database_url=database_url, clock=self.clock)
        self.engine = self.scene.archive.engine
        workflows.migrate(self.engine)
        self.client = workflows.client(self.engine)
        self.sweeper = Sweeper(
            services=self.scene.services,
            listing=OrderListing(self.scene.client),
            engine=self.engine,
            client=self.client,
        )

    def hears(self, topic: str = "returns/request", *, days_ago: float = 0) -> None:
        at = self.clock.now() - timedelta(days=days_ago)
        row = {
            "shop": SHOP,
            "topic": topic,
            "webhook_id": f"{topic}:{at.isoformat()}",
            "body_sha256": "",
            "job": "{}",
            "state": "handed",
            "received_at": at,
        }
        with self.engine.begin() as db:
            db.execute(sa.insert(inbox).values(row))

    def finds(self, topic: str) -> None:
        now = self.clock.now()
        found = Find(topic=topic, subject=now.isoformat(), happened_at=now)
        with self.engine.begin() as db:
            keep_finds(db, SHOP, [found], now)

    def swept(self) -> Swept:
        self.sweeper.end(SHOP, None, 0)
        found = swept(self.engine, SHOP)
        assert found is not None
        return found

    def let_pass(self, spell: timedelta) -> None:
        """Let time pass, with the house kept."""
        self.clock.ahead += spell
        # Who keeps the house goes by the real clock.
        self._shift(-spell)
        forget(self.engine, self.client)
        self._shift(spell)

    def _shift(self, spell: timedelta) -> None:
        with self.engine.begin() as db:
            for table, at in ((inbox, "received_at"), (finds, "found_at")):
                for row in db.execute(sa.select(table)).mappings().all():
                    this = [
                        table.c[key.name] == row[key.name] for key in table.primary_key
                    ]
                    moved = sa.update(table).where(*this)
                    db.execute(moved.values({at: row[at] + spell}))


class Looks:
    """A listing that remembers since when it was asked."""

    def __init__(self, listing: Any) -> None:
        self.listing = listing
        self.since: list[datetime] = []

    def page(self, shop: str, part: Part, *, since: datetime, after: Any) -> Any:
        self.since.append(since)
        return self.listing.page(shop, part, since=since, after=after)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.listing, name)


@pytest.fixture
def shop(tmp_path: Path, database_url: str) -> Iterator[Place]:
    ear = Receiver()
    world = World(app_url=ear.url, manifest=ROOT / "shopify.app.toml")
    made = Place(world, tmp_path, database_url)
    yield made
    made.client.destroy()
    made.engine.dispose()
    world.close()
    ear.close()


def test_it_stays_flagged_when_its_old_events_are_forgotten(shop: Place) -> None:
    for day in range(12):
        shop.hears(days_ago=8 + day / 10)
    first = shop.swept()

    shop.let_pass(timedelta(days=40))
    with shop.engine.connect() as db:
        left = db.execute(sa.select(inbox)).all()
    later = shop.swept()
    shop.hears()
    after = shop.swept()

    assert left == []
    assert (first.silent, later.silent) == ("no_events", "no_events")
    assert later.silent_since == first.silent_since
    assert (after.silent, after.silent_since) == (None, None)


def test_a_lost_event_of_a_rare_topic_is_flagged_for_a_month_and_no_longer(
    shop: Place,
) -> None:
    shop.hears(days_ago=1)
    shop.finds("returns/cancel")
    first = shop.swept()
    shop.hears("returns/request")
    same = shop.swept()

    shop.let_pass(timedelta(days=40))
    shop.hears("returns/request")
    later = shop.swept()

    assert (first.silent, same.silent) == ("untold:returns/cancel",) * 2
    assert same.silent_since == first.silent_since
    assert later.silent is None


def test_a_quiet_shop_is_left_in_peace(shop: Place) -> None:
    shop.hears(days_ago=9)

    assert shop.swept().silent is None


def test_a_shop_that_was_never_looked_through_is_looked_at_from_its_beginning(
    shop: Place,
) -> None:
    came = shop.clock.now()
    shop.scene.leave()
    gone = shop.sweeper.begin(SHOP)

    shop.clock.ahead += timedelta(hours=47)
    shop.scene.install()
    since = shop.sweeper.begin(SHOP)

    assert gone is None
    assert since is not None
    assert datetime.fromisoformat(since) < came


def test_what_was_forgotten_is_not_looked_for_again(shop: Place) -> None:
    came = shop.clock.now()
    before = Swept(swept_at=came, seen_until=came, silent=None, silent_since=None)
    keep_swept(shop.engine, SHOP, before)
    shop.scene.leave()
    shop.clock.ahead += timedelta(hours=49)
    ask(shop.scene.shelf, Topic.REDACT_SHOP)
    shop.scene.install()
    begun = shop.sweeper.begin(SHOP)
    looks = Looks(shop.sweeper.listing)

    casework.forget_shop(shop.scene.services, shop=SHOP, request_id="ask-1")
    # One sweep was under way meanwhile, another comes after it.
    for since in (begun, shop.sweeper.begin(SHOP)):
        assert since is not None
        sweeper = replace(shop.sweeper, listing=looks)
        sweeper.look(SHOP, 1, Part.RECENT.value, since, None)

    assert datetime.fromisoformat(begun or "") < came
    assert [since > came for since in looks.since] == [True, True]


def test_what_happened_while_a_shop_was_away_makes_nobody_silent(shop: Place) -> None:
    since = shop.sweeper.begin(SHOP)
    shop.scene.leave()
    shop.scene.asked(days=5)
    shop.clock.ahead += timedelta(hours=40)
    shop.scene.install()

    assert since is not None
    looked = shop.sweeper.look(SHOP, 1, Part.PENDING.value, since, None)

    assert looked["started"] == 1
    with shop.engine.connect() as db:
        assert db.execute(sa.select(finds)).all() == []
