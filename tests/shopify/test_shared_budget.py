"""Programs that work for one shop keep to its budget together, and to its own only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from plugin.archive.buckets import SqlBuckets
from plugin.devstore.buckets import Bucket as StoresBucket
from plugin.listed import Part
from plugin.shopify.budget import Budget
from plugin.shopify.client import Client
from plugin.shopify.errors import Throttled
from plugin.shopify.listing import OrderListing
from tests.conftest import HandClock
from tests.shopify.desk import ALPINE, NORTH, Desk

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
MOST = 2000


@dataclass
class Programs:
    """Two programs on one database, and the bucket as the store itself keeps it."""

    desk: Desk
    engine: sa.Engine
    clock: HandClock

    def __post_init__(self) -> None:
        self.desk.install(NORTH)
        buckets = self.desk.store.buckets
        for shop in (ALPINE, NORTH):
            # It fills up as the hand clock goes.
            buckets._buckets[shop] = StoresBucket(seconds=self._seconds)
        self.first, self.second = self._start(), self._start()

    def _seconds(self) -> float:
        return self.clock.now().timestamp()

    def _start(self) -> Client:
        return Client(
            session=self.desk.session,
            tokens=self.desk.tokens,
            shop_url=f"{self.desk.url}/{{shop}}",
            sleep=lambda seconds: self.clock.pass_by(seconds=seconds),
            budget=Budget(now=self.clock.now, shared=SqlBuckets(engine=self.engine)),
        )

    def left(self, shop: str = ALPINE) -> float:
        return self.desk.store.buckets.of(shop).available()

    def drain(self, shop: str, points: float) -> None:
        self.desk.control("throttle", shop=shop, points=points)

    def table(self) -> list[Any]:
        with self.engine.connect() as db:
            return list(db.execute(sa.text("SELECT shop, available FROM buckets")))


@pytest.fixture
def programs(desk: Desk, engine: sa.Engine, clock: HandClock) -> Programs:
    return Programs(desk, engine, clock)


def page(client: Client, shop: str = ALPINE) -> bool:
    """Read a page for the background; False where it has to wait."""
    listing = OrderListing(client)
    try:
        listing.page(shop, Part.RECENT, since=LONG_AGO, after=None)
    except Throttled:
        return False
    return True


def ask(client: Client, shop: str = ALPINE) -> None:
    """Read something for a customer's request."""
    client.execute(shop, "shop_info", {})


@contextmanager
def recorded(engine: sa.Engine) -> Iterator[list[str]]:
    said: list[str] = []

    def note(_c: Any, _cur: Any, sql: str, *_rest: Any) -> None:
        said.append(sql)

    sa.event.listen(engine, "before_cursor_execute", note)
    yield said
    sa.event.remove(engine, "before_cursor_execute", note)


def test_the_background_of_both_leaves_most_of_the_bucket(programs: Programs) -> None:
    for client in (programs.first, programs.second):
        page(client)
    lowest, done = float(MOST), 0
    for turn in range(200):
        # As much as two programs can ask: the store's time stands still meanwhile.
        client = (programs.first, programs.second)[turn % 2]
        done += page(client)
        lowest = min(lowest, programs.left())

    assert done > 10
    assert lowest >= MOST * 0.7


def test_one_program_knows_of_the_storm_in_another(programs: Programs) -> None:
    assert page(programs.second)
    programs.clock.pass_by(seconds=30)
    programs.drain(ALPINE, 700)
    ask(programs.first)
    before = programs.left()

    assert not page(programs.second)
    assert programs.left() == before


def test_it_goes_on_once_the_bucket_has_filled_up(programs: Programs) -> None:
    assert page(programs.second, NORTH)
    programs.drain(ALPINE, 700)
    ask(programs.first)
    refused = [page(programs.second)]
    programs.clock.pass_by(seconds=10)

    assert (refused, page(programs.second)) == ([False], True)


def test_a_storm_in_one_shop_delays_no_other(programs: Programs) -> None:
    programs.drain(ALPINE, 300)
    ask(programs.first)

    assert [page(programs.second, shop) for shop in (ALPINE, NORTH)] == [False, True]
    assert [row[0] for row in programs.table()] == [ALPINE]


def test_a_quiet_shop_writes_nothing(programs: Programs) -> None:
    with recorded(programs.engine) as said:
        for _ in range(5):
            programs.clock.pass_by(seconds=600)
            page(programs.first)
            ask(programs.second)
            ask(programs.second)

    # A sweep asks once what others saw; what a story in hand asks costs nothing at all.
    assert [sql.split()[0] for sql in said] == ["SELECT"] * 5
    assert programs.table() == []


def test_a_storm_writes_once_for_each_tenth_of_the_bucket(programs: Programs) -> None:
    with recorded(programs.engine) as said:
        for points in range(2000, 0, -10):
            programs.drain(ALPINE, points)
            ask(programs.first)

    assert len([sql for sql in said if sql.startswith("INSERT")]) in (8, 9)


def test_what_was_seen_earlier_is_no_news(programs: Programs) -> None:
    programs.drain(ALPINE, 500)
    ask(programs.first)
    late = programs.table()
    programs.clock.pass_by(seconds=-5)
    programs.drain(ALPINE, 100)
    ask(programs.second)

    assert programs.table() == late


def test_no_call_is_lost_where_nothing_can_be_told(programs: Programs) -> None:
    with programs.engine.begin() as db:
        db.execute(sa.text("DROP TABLE buckets"))
    programs.drain(ALPINE, 1700)

    ask(programs.first)

    assert page(programs.second)


def test_a_clock_that_is_ahead_stops_no_other_program(programs: Programs) -> None:
    ahead = HandClock()
    ahead.pass_by(seconds=9 * 3600)
    buckets = SqlBuckets(engine=programs.engine)
    status = {"currentlyAvailable": 500, "maximumAvailable": MOST, "restoreRate": 100}
    other = Budget(now=ahead.now, shared=buckets)
    other.note(
        ALPINE, "shop_info", {"extensions": {"cost": {"throttleStatus": status}}}
    )

    assert [row[0] for row in programs.table()] == [ALPINE]
    assert page(programs.first)
    # And what others see there is told all the same.
    programs.drain(ALPINE, 100)
    ask(programs.first)
    assert not page(programs.second)
