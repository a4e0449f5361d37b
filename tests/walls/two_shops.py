"""The app as it is deployed, and two shops in it; one has planted canaries.

Every table that a shop owns has rows of the other shop, also one that was made after
this was written: what no story plants is filled column by column.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from config.settings import read
from plugin import tally, workflows
from plugin.app import create_app
from plugin.archive import deliveries
from plugin.archive.canonical import canonical
from plugin.archive.database import connect
from plugin.archive.endpoints import FLOW, Endpoints
from plugin.archive.past import Backfill, keep_backfill
from plugin.archive.store import SqlArchive
from plugin.archive.sweeps import Swept, keep_swept
from plugin.archive.tables import Moment, metadata, policies
from plugin.keys import webhook_keys
from plugin.outgoing.queue import Outgoing
from plugin.past import DONE, PastItem, PastReturn
from plugin.privacy import Person, Topic
from plugin.shop import Preferences
from tests.archive.shelves import ask
from tests.builders import PACKS
from tests.casework.scene import OWN_SECRET
from tests.databases import KEYRING
from tests.devstore.world import ALPINE, CLIENT_ID, NORDLICHT, ROOT, SECRET, World
from tests.pages.seeds import NOW, late_line, seed_case

CANARY = "canary"
# What is short may stand anywhere by chance.
SHORTEST = 12


@dataclass(frozen=True, kw_only=True)
class Names:
    """By what a shop's things are asked for, and the shop itself."""

    shop: str
    number: str
    endpoint: str
    announcement: str
    request: str
    version: int
    rule: str

    @property
    def return_id(self) -> str:
        return f"gid://shopify/Return/{self.number}"


NOBODYS = Names(
    shop="nobody-at-all.myshopify.com",
    number="7770002",
    endpoint="ep_nobodys0000000",
    announcement="told-nobodys-0000",
    request="request-of-nobody",
    version=4178,
    rule="rule-of-nobody",
)


class TwoShops:
    """Alpine asks; Nordlicht must neither be shown nor changed."""

    asker = ALPINE
    other = NORDLICHT

    def __init__(self, database_url: str, patch: pytest.MonkeyPatch) -> None:
        self.world = World(
            app_url="http://127.0.0.1:1", manifest=ROOT / "shopify.app.toml"
        )
        for name, value in {
            "SHOPIFY_API_KEY": CLIENT_ID,
            "SHOPIFY_API_SECRET": SECRET,
            "EVENHAND_SECRETS": OWN_SECRET,
            "DATABASE_URL": database_url,
            "SHOPIFY_SHOP_URL": f"{self.world.url}/{{shop}}",
            "SHOPIFY_APP_BRIDGE_URL": f"{self.world.url}/app-bridge.js",
            "SHOPIFY_ADMIN_ORIGIN": self.world.url,
            "EVENHAND_WORK_INLINE": "false",
            "EVENHAND_LOG_LEVEL": "error",
        }.items():
            patch.setenv(name, value)
        # What tests before this one counted would stand in the metrics here.
        tally.HERE.drain()
        self.app: Flask = create_app(read())
        self.engine = connect(database_url)
        self.archive = SqlArchive(self.engine, lambda: NOW, KEYRING)
        for shop in (self.asker, self.other):
            self.world.post(f"/{shop}/admin/oauth/install").raise_for_status()
            assert self.call("GET", "/", shop).status_code == 200
        seed_case(self.archive, 5550001, shop=self.asker)
        self.theirs = self._plant()
        self.canaries = self._canaries()

    # -- asking ---------------------------------------------------------------------

    def call(
        self, method: str, path: str, shop: str | None, **options: Any
    ) -> TestResponse:
        """Ask by fetch, as staff of a shop or as nobody."""
        headers = {"X-Evenhand-Fetch": "1", **options.pop("headers", {})}
        if shop is not None:
            headers["Authorization"] = f"Bearer {self.world.id_token(shop)}"
        options |= {"method": method, "headers": headers, "buffered": True}
        return self.app.test_client().open(path, **options)

    # -- looking --------------------------------------------------------------------

    def rows(self, shop: str) -> dict[str, list[tuple[Any, ...]]]:
        """Read everything of one shop, and the work that is queued for it."""
        found: dict[str, list[tuple[Any, ...]]] = {}
        with self.engine.connect() as db:
            for table in _owned():
                mine = sa.select(table).where(table.c.shop == shop)
                found[table.name] = sorted(map(tuple, db.execute(mine)), key=repr)
            schema = None if db.dialect.name == "sqlite" else "dbos"
            jobs = sa.table("workflow_status", *map(sa.column, _JOB), schema=schema)
            about = jobs.c.queue_partition_key.startswith(shop, autoescape=True)
            query = sa.select(jobs).where(about)
            found["jobs"] = sorted(map(tuple, db.execute(query)), key=repr)
        return found

    def _canaries(self) -> list[str]:
        """Gather the texts that only the other shop's rows hold, and what they hide."""
        mine, theirs = (set(_texts(self.rows(s))) for s in (self.asker, self.other))
        shelf = self.archive.of(self.other)
        case = shelf.find(self.theirs.return_id)
        assert case is not None
        assert case.letter is not None
        hidden = {case.letter.text, str(case.code)} - {"None"}
        return sorted({CANARY, self.other, *(theirs - mine), *hidden})

    # -- planting -------------------------------------------------------------------

    def _plant(self) -> Names:
        shelf = self.archive.of(self.other)
        known = shelf.shop()
        assert known is not None
        shelf.refresh(
            replace(known.profile, name="canary shop", contact="canary@shop.example")
        )
        shelf.prefer(Preferences(contact="canary@chosen.example"))
        document = {**PACKS.preset("standard-30-days"), "name": "canary policy"}
        shelf.save_policy(canonical(document), by="staff:canary")
        line = late_line(title="canary title")
        return_id = seed_case(
            self.archive, 7770001, line, shop=self.other, note="canary note"
        )
        person = Person(customer_id="gid://shopify/Customer/7")
        ask(shelf, Topic.DATA_REQUEST, person, id="request-of-canary")
        shelf.export("request-of-canary", person)
        shelf.finish("request-of-canary", "handed_out")
        shelf.looked("staff:canary", "case", return_id)
        shelf.note_refusal(return_id, ["rule-of-canary"], "v4177")
        shelf.pull("rule-of-canary", "overturned:5/10")
        self._plant_past(return_id)
        names = Names(
            shop=self.other,
            number="7770001",
            endpoint=self._listen(),
            announcement=self._told(),
            request="request-of-canary",
            version=4177,
            rule="rule-of-canary",
        )
        with self.engine.begin() as db:
            newest = sa.update(policies).where(
                policies.c.shop == self.other, policies.c.version == 2
            )
            db.execute(newest.values(version=names.version))
            plant_rest(db, self.other)
        return names

    def _plant_past(self, return_id: str) -> None:
        past = PastReturn(
            return_id=return_id,
            order_id="gid://shopify/Order/7770001",
            customer_id="gid://shopify/Customer/7",
            requested_at=NOW,
            status="REQUESTED",
            items=1,
        )
        item = PastItem(
            line_id="canary-line", return_id=return_id, quantity=1, reason="canary"
        )
        self.archive.of(self.other).remember_return(past, [item])
        read = Backfill(
            generation=1,
            state=DONE,
            operation_id="canary-operation",
            since=NOW - timedelta(days=60),
            next_at=NOW,
        )
        silent = Swept(swept_at=NOW, seen_until=NOW, silent="untold", silent_since=NOW)
        with self.engine.begin() as db:
            keep_backfill(db, self.other, read)
        keep_swept(self.engine, self.other, silent)

    def _listen(self) -> str:
        mine = self._endpoints()
        mine.use_flow()
        mine.disable(FLOW)
        return mine.add("https://canary.example/hook", "canary-secret").id

    def _told(self) -> str:
        """Tell the endpoint something, and let it fail."""
        (endpoint,) = (e.id for e in self._endpoints().all() if e.id != FLOW)
        client = workflows.client(self.engine)
        with self.engine.begin() as db:
            Outgoing(client=client, now=lambda: NOW).test(db, self.other, endpoint)
        client.destroy()
        (told,) = deliveries.newest(self.engine, self.other)
        deliveries.note(
            self.engine,
            self.other,
            endpoint,
            told.announcement_id,
            at=NOW,
            state=deliveries.UNDELIVERED,
            result="canary",
            answer="canary answer",
        )
        return told.announcement_id

    def _endpoints(self) -> Endpoints:
        keys = webhook_keys([OWN_SECRET])
        return Endpoints(self.engine, keys, lambda: NOW, self.other)

    def close(self) -> None:
        """Stop the store; the app has nothing that runs but its inbox."""
        self.world.close()
        self.engine.dispose()


_JOB = ("workflow_uuid", "status", "queue_partition_key")


def _owned() -> Iterator[sa.Table]:
    return (t for t in metadata.sorted_tables if "shop" in t.c)


def _texts(rows: dict[str, list[tuple[Any, ...]]]) -> Iterator[str]:
    for row in (row for found in rows.values() for row in found):
        for value in row:
            if isinstance(value, str) and len(value) >= SHORTEST:
                yield value


def plant_rest(db: sa.Connection, shop: str) -> None:
    """Fill what nothing above has filled, column by column."""
    for table in _owned():
        mine = sa.select(sa.func.count()).select_from(table)
        if db.scalar(mine.where(table.c.shop == shop)) == 0:
            values = {c.name: _value(c) for c in table.columns if not _is_counted(c)}
            db.execute(sa.insert(table).values({**values, "shop": shop}))


def _is_counted(column: sa.Column[Any]) -> bool:
    return column is column.table.autoincrement_column


def _value(column: sa.Column[Any]) -> Any:
    text = f"canary-{column.table.name}-{column.name}"
    if isinstance(column.type, Moment):
        return NOW
    if isinstance(column.type, sa.LargeBinary):
        return text.encode()
    if isinstance(column.type, sa.Boolean):
        return True
    if isinstance(column.type, (sa.Integer, sa.Numeric, sa.Double)):
        return 1
    return text[: getattr(column.type, "length", None)]
