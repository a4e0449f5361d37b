"""A shop, its customers, its own system, and an app that tells it, in one process."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from plugin import workflows
from plugin.archive import deliveries
from plugin.archive.deliveries import Delivery
from plugin.archive.endpoints import Endpoint, Endpoints
from plugin.case import Case
from plugin.keys import webhook_keys
from plugin.outgoing import queue
from plugin.outgoing.delivering import Courier
from plugin.outgoing.posting import Post
from plugin.outgoing.queue import Outgoing
from plugin.outgoing.reaching import Reach
from plugin.outgoing.switchboard import Switchboard
from plugin.shopify.flow import FlowTriggers
from tests.casework.scene import OWN_SECRET, SHOP, Scene
from tests.devstore.world import ROOT, World, wait_until
from tests.devstore.world import Receiver as Ear
from tests.outgoing.receiver import TRUSTED, Receiver
from tests.workflows.ending import end_engine

ACTIVE = ["ENQUEUED", "PENDING", "DELAYED"]


class LateClock:
    """The present moment, moved on by a test."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now().astimezone() + self.ahead

    def today(self) -> date:
        return self.now().date()


class Town:
    """Everything that telling needs, with a merchant's hand on it."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.ear = Ear()
        self.world = World(app_url=self.ear.url, manifest=ROOT / "shopify.app.toml")
        self.clock = LateClock()
        self.scene = Scene(
            self.world, folder, database_url=database_url, clock=self.clock
        )
        self.engine = self.scene.archive.engine
        workflows.migrate(self.engine)
        self.client = workflows.client(self.engine)
        self.outgoing = Outgoing(client=self.client, now=self.clock.now)
        self.scene.archive.tell = self.outgoing.tell
        self.courier = Courier(
            engine=self.engine,
            keys=webhook_keys([OWN_SECRET]),
            now=self.clock.now,
            archive=self.scene.archive,
            reach=Reach(local=True),
            post=Post(context=TRUSTED, total_seconds=5.0),
            flow=FlowTriggers(client=self.scene.client),
        )
        self.board = Switchboard(courier=self.courier, outgoing=self.outgoing)
        self.receivers: list[Receiver] = []

    def work(self) -> None:
        """Start delivering."""
        workflows.register(self.scene.services, self.client)
        queue.register(self.courier, self.client)
        workflows.launch(self.engine, worker="test", poll_seconds=0.05)
        queue.launch(0.05)

    @property
    def endpoints(self) -> Endpoints:
        return self.board.endpoints(SHOP)

    def listen(self) -> tuple[Receiver, Endpoint, str]:
        """Add an address of the merchant's, with a system behind it."""
        receiver = Receiver()
        self.receivers.append(receiver)
        endpoint, secret = self.board.add(SHOP, receiver.url)
        return receiver, endpoint, secret

    def endpoint(self, id: str) -> Endpoint:
        found = self.endpoints.find(id)
        assert found is not None
        return found

    def decided(self, *, days: int = 45, **order: Any) -> Case:
        """Let a customer ask, and the app decide and answer."""
        case = self.scene.run(self.scene.asked(days=days, **order))
        assert case is not None
        return case

    def log(self) -> list[Delivery]:
        return deliveries.newest(self.engine, SHOP)

    def quiet(self) -> None:
        """Wait until nothing is left to send."""
        wait_until(
            lambda: not self.client.list_workflows(status=ACTIVE, limit=1), seconds=60
        )

    def close(self) -> None:
        for receiver in self.receivers:
            receiver.close()
        end_engine()
        self.client.destroy()
        self.world.close()
        self.ear.close()
        self.engine.dispose()
