"""A development store, a real receiver and real workflows, in one process."""

from __future__ import annotations

import threading
import time
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.serving import make_server

from plugin import sweeps, workflows
from plugin.archive.sweeps import Swept, swept
from plugin.devstore.clock import Clock
from plugin.devstore.server import QuietHandler
from plugin.devstore.web import EXTENSION
from plugin.shopify.listing import OrderListing
from plugin.sweeper import Sweeper
from tests.casework.scene import DECIDING, SHOP, Scene
from tests.databases import KEYRING
from tests.devstore.world import ROOT, SECRET, World
from tests.workflows.ending import end_engine
from tests.workflows.running import wait_for
from webhooks.inbox import Inbox
from webhooks.pump import Pump
from webhooks.receive import Receiver

HOUR = 3600.0
EVERY = 600.0


@dataclass
class StoreClock:
    """The store's own clock, which may run fast; nobody's drifts from it."""

    clock: Clock | None = None

    def now(self) -> datetime:
        assert self.clock is not None
        return self.clock.now()

    def today(self) -> date:
        return self.now().date()


class Town:
    """The store tells the app over HTTP; sweeps come when they are called."""

    def __init__(self, folder: Path, database_url: str, *, speed: float = 1.0) -> None:
        door = Flask("door")
        self.server = make_server(
            "127.0.0.1", 0, door, threaded=True, request_handler=QuietHandler
        )
        self.world = World(
            app_url=f"http://127.0.0.1:{self.server.port}",
            manifest=ROOT / "shopify.app.toml",
            speed=speed,
        )
        self.clock = StoreClock(self.world.app.extensions[EXTENSION].clock)
        self.scene = Scene(
            self.world, folder, database_url=database_url, clock=self.clock
        )
        self.engine = self.scene.archive.engine
        self.inbox = Inbox(self.engine, self.clock.now, KEYRING)
        door.wsgi_app = Receiver(door.wsgi_app, self.inbox, secrets=[SECRET])  # type: ignore[method-assign]
        threading.Thread(
            target=self.server.serve_forever, args=(0.01,), daemon=True
        ).start()
        self._work()
        self.turns = time.time()

    def _work(self) -> None:
        workflows.migrate(self.engine)
        self.client = workflows.client(self.engine)
        self.listing = OrderListing(self.scene.client)
        sweeper = Sweeper(
            services=self.scene.services,
            listing=self.listing,
            engine=self.engine,
            client=self.client,
        )
        workflows.register(self.scene.services, self.client)
        sweeps.register(sweeper)
        workflows.launch(self.engine, worker="test", poll_seconds=0.05)
        sweeps.launch(0.05)
        self.pump = Pump(self.engine, self.client, self.inbox.arrived, 0.05)
        self.pump.start()

    # -- what happens ---------------------------------------------------------------

    def orders(self, count: int, days: int) -> list[dict[str, Any]]:
        """Add delivered orders."""
        about = {"country": "US", "province": "CO", "delivered_days_ago": days}
        made: list[dict[str, Any]] = self.world.control(
            "orders", shop=SHOP, count=count, **about
        )
        return made

    def ask(self, order: dict[str, Any]) -> str:
        """Let the customer of an order ask for a return."""
        return self.scene.ask_again(order["order_number"], order["line_item_ids"][0])

    def answered(self, order: dict[str, Any]) -> str:
        """Let a customer ask, and wait until an event has brought it to its end."""
        return_id = self.ask(order)
        wait_for(lambda: self.scene.shelf.find(return_id) is not None)
        self.quiet()
        return return_id

    def drop(self, percent: float) -> None:
        """Lose so many of a hundred events from now on."""
        self.world.control("deliveries", drop_percent=percent)

    def let_pass(self, seconds: float) -> None:
        """Wait until so much of the store's time has passed."""
        time.sleep(seconds / self.world.app.extensions[EXTENSION].clock.speed)

    def sweep(self) -> str:
        """Let a turn come, and wait for its sweep and for all it starts."""
        before = self.sweeps()
        self.plan()
        self.quiet()
        (new,) = self.sweeps().keys() - before.keys()
        return self.sweeps()[new]

    def plan(self) -> None:
        """Let a turn come, and go on."""
        self.turns += EVERY
        planned = sweeps.plan(self.client, [SHOP], now=self.turns, every=EVERY)

        assert planned == 1

    # -- what can be seen -------------------------------------------------------------

    def sweeps(self) -> dict[str, str]:
        """Every sweep by its id, with how it ended."""
        found = self.client.list_workflows(name=sweeps.SWEEP)
        return {each.workflow_id: str(each.output) for each in found}

    def quiet(self) -> None:
        """Wait until nothing is left to do."""
        active = ["ENQUEUED", "PENDING", "DELAYED"]
        wait_for(lambda: not self.client.list_workflows(status=active, limit=1))

    def swept(self) -> Swept:
        """How far the shop was looked through."""
        found = swept(self.engine, SHOP)
        assert found is not None
        return found

    def told(self, topic: str) -> Counter[str]:
        """How many events of a topic came through, and how many did not."""
        sent = self.world.truth(SHOP)["deliveries"]
        return Counter(str(each["status"]) for each in sent if each["topic"] == topic)

    def pending(self) -> set[str]:
        """The returns that wait for an answer, as the store knows them."""
        found = self.world.truth(SHOP)["returns"]
        return {each["id"] for each in found if each["status"] == "REQUESTED"}

    def effects(self) -> Counter[int]:
        """How often each deciding mutation took effect on its subject."""
        calls = self.world.truth(SHOP)["calls"]
        return Counter(c["effective"] for c in calls if c["operation"] in DECIDING)

    def close(self) -> None:
        """Stop everything."""
        self.pump.stop()
        end_engine()
        self.client.destroy()
        self.inbox.close()
        self.world.close()
        self.server.shutdown()
        self.server.server_close()
        self.engine.dispose()
