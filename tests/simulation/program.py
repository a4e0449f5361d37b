"""The app as one process of a world: its memory dies with it, the disk does not."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import lru_cache
from typing import Any, cast
from unittest.mock import patch

import sqlalchemy as sa
from dbos import DBOSClient
from flask import Flask

from plugin import housekeeping, sweeps, workflows
from plugin.archive.buckets import SqlBuckets
from plugin.archive.canonical import canonical
from plugin.archive.scope import Across, across
from plugin.archive.store import SqlArchive, installed_shops
from plugin.archive.vault import Vault
from plugin.clock import SystemClock
from plugin.devstore.id_tokens import make_id_token
from plugin.devstore.shop import Shop
from plugin.devstore.store import Store
from plugin.keys import Codes, token_keys
from plugin.library import Library
from plugin.parts import Parts
from plugin.ports import PlatformError, Services
from plugin.reception import Reception
from plugin.shopify.actions import Actions
from plugin.shopify.budget import Budget
from plugin.shopify.client import Client
from plugin.shopify.listing import OrderListing
from plugin.shopify.tokens import Tokens
from plugin.sweeper import Sweeper
from tests.builders import LETTERS, PACKS, SIGNS
from tests.casework.scene import OWN_SECRET
from tests.databases import KEYRING
from tests.devstore.world import CLIENT_ID, SECRET
from tests.simulation.durable import Durable
from tests.simulation.http import bring
from tests.simulation.timeline import Timeline
from tests.simulation.wire import Wire
from webhooks.answers import PATH
from webhooks.asgi import AsgiReceiver
from webhooks.gathering import Gatherer
from webhooks.inbox import Inbox
from webhooks.pump import Pump
from webhooks.waiting import Item

LIBRARY = Library(PACKS)
KEYS = token_keys([OWN_SECRET])
CODES = Codes(OWN_SECRET)
STORE = "https://store.example/{shop}"
# The app reads a shop's past in bulk, which no story here depends on.
SERVED = frozenset({workflows.QUEUE, sweeps.QUEUE})


class StoppedClock(SystemClock):
    """The app's clock, which is the world's."""

    def __init__(self, timeline: Timeline) -> None:
        self.now = timeline.now  # type: ignore[method-assign]


class OneThread(Inbox):
    """The inbox without its thread: what waits is written in between.

    Every other event goes to the loop, which leaves it to the thread that is not there
    where it cannot write it.
    """

    _brought = 0

    def __init__(self, engine: sa.Engine, now: Callable[..., Any]) -> None:
        self.engine = engine
        self._all = across(engine, Across.INBOX)
        self.now = now
        self.keyring = KEYRING
        self.arrived = threading.Event()
        # No time passes in between, whatever the machine does.
        self._gatherer = Gatherer(self, clock=lambda: 0.0)
        self._loop_writes, self._closed = threading.RLock(), False
        self._waiting = queue.SimpleQueue()

    def _is_free(self) -> bool:
        self._brought += 1
        return self._brought % 2 == 0

    def hand_in(self, item: Item) -> None:
        self._waiting.put(item)

    def write(self) -> None:
        """Write what waits, as the thread does."""
        if not self._waiting.empty():
            batch, _ = self._take(0.0)
            self._write(batch)


class Program:
    """One process: it receives, hands over, tells stories and keeps house."""

    def __init__(
        self, engine: sa.Engine, durable: Durable, wire: Wire, timeline: Timeline
    ) -> None:
        clock = StoppedClock(timeline)
        self.engine, self.timeline = engine, timeline
        self.client = cast(DBOSClient, durable)
        self.archive = SqlArchive(engine, clock.now, KEYRING)
        vault = Vault(engine, KEYS, clock.now)
        self.tokens = Tokens(
            session=cast(Any, wire),
            vault=vault,
            api_key=CLIENT_ID,
            api_secret=SECRET,
            shop_url=STORE,
            now=clock.now,
            sleep=timeline.wait,
        )
        client = Client(
            session=cast(Any, wire),
            tokens=self.tokens,
            shop_url=STORE,
            sleep=timeline.wait,
            budget=Budget(now=clock.now, shared=SqlBuckets(engine=engine)),
        )
        self.services = Services(
            platform=Actions(client, SIGNS),
            archive=self.archive,
            library=LIBRARY,
            letters=LETTERS,
            clock=clock,
            codes=CODES,
        )
        self._start(OneThread(engine, clock.now), OrderListing(client), vault)

    def _start(self, inbox: OneThread, listing: OrderListing, vault: Vault) -> None:
        self.arrived = inbox.arrived
        # What came before this process began may still wait to be handed over.
        self.arrived.set()
        self.pump = Pump(self.engine, self.client, inbox.arrived, 1.0)
        self.inbox = inbox
        self.door = AsgiReceiver(Flask("receiver").wsgi_app, inbox, secrets=[SECRET])
        self.reception = Reception(parts=self._parts(inbox, listing, vault))
        workflows.register(self.services, self.client)
        sweeps.register(
            Sweeper(
                services=self.services,
                listing=listing,
                engine=self.engine,
                client=self.client,
            )
        )

    def _parts(self, inbox: OneThread, listing: OrderListing, vault: Vault) -> Parts:
        unused: Any = None
        return Parts(
            settings=unused,
            engine=self.engine,
            use=unused,
            client=self.client,
            archive=self.archive,
            vault=vault,
            packs=PACKS,
            tokens=self.tokens,
            services=self.services,
            listing=listing,
            past_returns=unused,
            inbox=inbox,
            switchboard=unused,
        )

    def receive(self, body: bytes, headers: dict[str, str]) -> int:
        """Take a message; says with what status it was answered."""
        return bring(self.door, PATH, body, headers, between=self.inbox.write)

    def let_in(self, store: Store, shop: Shop) -> bool:
        """Let a merchant in who opens the app; False when the page broke."""
        domain = shop.myshopify_domain
        try:
            self.reception.install(domain, make_id_token(store, shop))
        except PlatformError:
            return False
        return True

    def hand_over(self) -> None:
        """Do what the pump does when something arrived."""
        if self.arrived.is_set():
            self.arrived.clear()
            self.pump.hand_over()

    def keep_house(self, every: float) -> None:
        """Do what a worker does every so often."""
        shops = installed_shops(self.engine)
        now = self.timeline.now()
        sweeps.plan(self.client, shops, now=now.timestamp(), every=every)
        housekeeping.plan_tidying(self.engine, self.client, now=now)


@lru_cache(maxsize=1)
def documents() -> dict[str, str]:
    """The policies that merchants of a world choose from, as they are saved."""
    plain = PACKS.preset("standard-30-days")
    found = {"plain": plain, "generous": PACKS.preset("generous-60-days")}
    for pays in ("at_once", "on_receipt", "without_return"):
        found[pays] = {**plain, "refund": {"pays": pays}}
    return {name: canonical(document) for name, document in found.items()}


@contextmanager
def engine_of(durable: Durable) -> Iterator[None]:
    """Let what stands in for the engine of durable work be the one there is."""
    with ExitStack() as stack:
        # The engine is one for all, and known by its own name.
        for module in (workflows, sweeps):
            stack.enter_context(patch.object(module, "DBOS", durable))
        yield
