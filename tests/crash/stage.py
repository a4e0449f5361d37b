"""A world whose app dies at the boundary that is named, and what can be seen of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import requests
import sqlalchemy as sa
import yaml

from plugin import devstore, workflows
from plugin.archive.database import connect
from plugin.archive.scope import Across, across
from plugin.archive.tables import inbox
from plugin.demo.play import SETTINGS, Day
from plugin.demo.processes import Program
from plugin.devstore.hooks import RETRIES
from plugin.jobs import LOOK
from tests.crash.doomed import ARMED, FOLDER, PASSED, arm
from tests.crash.sown import PLANTED
from tests.crash.world import SHOP, World
from tests.webhooks.town import wait_until
from webhooks.rows import WAITING

# Money goes back here with the approval.
MONEY_SHOP = "nordlicht-laden.myshopify.com"
# Money goes back here once the goods have come.
RECEIPT_SHOP = "fjell-gear.myshopify.com"
# Here a person says yes to refusals, and to money.
ASSISTED_SHOP = "sakura-stationery.myshopify.com"
PATIENCE_SECONDS = 240.0
# The shops and the day of the demo.
DAY = Path(devstore.__file__).parent / "day.yaml"
# What no event brought is not found meanwhile: each must be heard by itself.
ALONE = {"EVENHAND_SWEEP_SECONDS": "86400"}


class Stage(World):
    """The two programs, and everybody who does something to them."""

    def __init__(
        self, folder: Path, database_url: str | None = None, *, plant: str | None = None
    ) -> None:
        self._plant = plant
        self._folder = folder
        # What was found at this stage that each kind passes.
        self.boundaries: dict[str, list[str]] = {}
        super().__init__(folder, database_url, shops=_write_shops(folder))
        opened = connect(self.place.database_url)
        self.engine = across(opened, Across.COMMANDS)
        self._client = workflows.client(self.engine)

    def set_up(self) -> None:
        """Let the shops choose, and wait until their past was read."""
        self._let_refuse(SHOP)
        for shop, mode, pays in (
            (MONEY_SHOP, "automatic", "at_once"),
            (RECEIPT_SHOP, "automatic", "on_receipt"),
            (ASSISTED_SHOP, "assist", "at_once"),
        ):
            self.day.install(shop)
            give_money_back(self.day, shop, mode, pays=pays)
            self._let_refuse(shop)
        wait_until(lambda: not self._active(), seconds=PATIENCE_SECONDS)

    def start(self) -> Program:
        """Start the program that may be told to die."""
        settings = {**self.place.environment, **ALONE, FOLDER: str(self._folder)}
        module = "tests.crash.doomed"
        if self._plant is not None:
            module, settings[PLANTED] = "tests.crash.sown", self._plant
        app = Program("app", ["serve"], self.place, settings, module=module)
        app.wait_for(f"{self.place.app_url}/readyz")
        return app

    def close(self) -> None:
        self._client.destroy()
        self.engine.dispose()
        super().close()

    # -- who dies where ---------------------------------------------------------------

    def arm(self, order: str) -> None:
        """Let the app die at a boundary, or list those that it passes."""
        (self._folder / PASSED).unlink(missing_ok=True)
        arm(self._folder, order)

    def disarm(self) -> bool:
        """Let the app live; tells whether it was killed before."""
        try:
            (self._folder / ARMED).unlink()
        except FileNotFoundError:
            return True
        return False

    def passed(self) -> list[str]:
        """List the boundaries that were passed since `list` was ordered."""
        path = self._folder / PASSED
        return path.read_text().splitlines() if path.exists() else []

    def is_dead(self) -> bool:
        """Tell whether the app has ended."""
        return self.app.process.poll() is not None

    def revive(self) -> None:
        """Start the app again."""
        self.app.kill()
        self.app = self.start()

    # -- what people do ---------------------------------------------------------------

    def _let_refuse(self, shop: str) -> None:
        """Let no brake keep refusals in, however many of the requests they are."""
        caution = {"overturned_percent": 100, "declined_percent": 100}
        self.staff(shop, "PUT", "/api/settings", json=caution)

    def staff(
        self, shop: str, method: str, path: str, **parts: Any
    ) -> requests.Response:
        """Ask the app as a member of a shop's staff; raises where it refuses."""
        return as_staff(self.day, shop, method, path, **parts)

    def control(self, path: str, shop: str, **given: Any) -> Any:
        """Let something happen at the store."""
        return self.day._json("POST", f"/_control/{path}", {"shop": shop, **given})

    def order(self, shop: str, days: int, *, guest: bool = False) -> dict[str, Any]:
        """Sell something that arrived so many days ago."""
        wanted = {"delivered_days_ago": days, "country": "US", "province": "CO"}
        [made] = self.control("orders", shop, **wanted, customer=not guest)
        return dict(made)

    def request(
        self, shop: str, order: Mapping[str, Any], note: str = "no longer needed"
    ) -> str:
        """Ask for a return, as the customer."""
        line = {"line_item_id": order["line_item_ids"][0], "quantity": 1}
        line |= {"reason": "unwanted", "note": note}
        asked = {"shop": shop, "order_number": order["order_number"], "lines": [line]}
        return self.day.ask(asked)

    # -- what can be seen -------------------------------------------------------------

    def events(self, shop: str) -> set[str]:
        """Name the events that the store has sent so far."""
        return {each["webhook_id"] for each in self.day.truth(shop)["deliveries"]}

    def is_quiet(self, shop: str, topic: str | None, known: set[str]) -> bool:
        """Tell whether a new event of a topic arrived, and all work has ended."""
        sent = self.day.truth(shop)["deliveries"]
        arrived = {each["webhook_id"] for each in sent if _is_over(each)}
        new = (each for each in sent if each["webhook_id"] in arrived - known)
        heard = topic is None or any(each["topic"] == topic for each in new)
        on_their_way = {each["webhook_id"] for each in sent} - arrived
        return heard and not on_their_way and self._has_ended()

    def _has_ended(self) -> bool:
        query = sa.select(sa.func.count()).where(inbox.c.state == WAITING)
        return self.count(query) == 0 and not self._active() & {workflows.QUEUE, LOOK}

    def _active(self) -> set[str]:
        """Name the queues in which work has not ended, and that work."""
        found = self._client.list_workflows(
            status=workflows.ACTIVE, load_input=False, load_output=False
        )
        return {str(n) for each in found for n in (each.queue_name, each.name)}

    def count(self, query: sa.Select[Any]) -> int:
        """Ask the database for one number."""
        with self.engine.connect() as db:
            return int(db.scalar(query) or 0)

    def rows(self, query: sa.Select[Any]) -> list[Any]:
        """Ask the database for rows."""
        with self.engine.connect() as db:
            return list(db.execute(query).mappings())

    def wait_until_quiet(
        self, shop: str, topic: str | None = None, known: set[str] | None = None
    ) -> None:
        """Wait until what came before has ended, with a new event of a topic."""
        wait_until(
            lambda: self.is_quiet(shop, topic, known or set()),
            seconds=PATIENCE_SECONDS,
        )


def _is_over(delivery: Mapping[str, Any]) -> bool:
    """Tell whether an event arrived, or will not be sent again."""
    return delivery["status"] == 200 or int(delivery["attempt"]) > RETRIES


def as_staff(
    day: Day, shop: str, method: str, path: str, **parts: Any
) -> requests.Response:
    """Ask the app as a member of a shop's staff; raises where it refuses."""
    headers = {**day._staff(shop), "X-Evenhand-Fetch": "1"}
    url = f"{day.place.app_url}{path}"
    answer = requests.request(method, url, headers=headers, timeout=60, **parts)
    answer.raise_for_status()
    return answer


def _write_shops(folder: Path) -> Path:
    """Write the shops of the demo's day, and one more like its first."""
    world = yaml.safe_load(DAY.read_text("utf-8"))
    more = {"domain": RECEIPT_SHOP, "name": "Fjell Gear", "orders": {}}
    world |= {"shops": [*world["shops"], {**world["shops"][0], **more}], "asks": []}
    path = folder / "world.yaml"
    path.write_text(yaml.safe_dump(world), "utf-8")
    return path


def give_money_back(day: Day, shop: str, mode: str, *, pays: str = "at_once") -> None:
    """Let money go back with the approval, or when the policy says."""
    document = as_staff(day, shop, "GET", "/api/policy").json()["document"]
    document["refund"] = {"pays": pays}
    # The first policy that a merchant saves holds for older orders too.
    as_staff(day, shop, "PUT", "/api/policy", json=document)
    wanted = {"mode": mode, "refunds": True, "practice": SETTINGS["practice"]}
    as_staff(day, shop, "PUT", "/api/settings", json=wanted)
