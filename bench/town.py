"""Many shops in one development store, with the app installed in each."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from plugin.demo.play import Day
from plugin.demo.processes import Place, Program, place, start_app, start_store

REASONS = [{"handle": "unwanted", "name": "Changed my mind"}]
# Asked inside and outside the window of the policy in turn.
IN_TIME, TOO_LATE = 5, 60
# A plan with this rate never makes us wait, so that the app alone is measured.
WIDE = 100_000.0
STANDARD = 100.0
HANDS = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class Town:
    """A running store and the place of the app, which is started as one likes."""

    place: Place
    store: Program
    day: Day
    shops: tuple[str, ...]
    asked: list[str] = field(default_factory=list)

    def control(self, path: str, **given: Any) -> Any:
        """Ask the control desk of the store."""
        return self.day._json("POST", f"/_control/{path}", given)

    def left(self, shop: str) -> float:
        """Tell what part of a shop's points was left when the fewest were."""
        bucket = self.control("throttle", shop=shop)
        return float(bucket["lowest"] / bucket["capacity"])

    def ask(self, count: int, shops: tuple[str, ...] | None = None) -> None:
        """Let customers ask so many times, all shops in turn; webhooks go out."""
        asking = shops or self.shops
        wanted = [asking[number % len(asking)] for number in range(count)]
        # Every other request of a shop is refused: its usual share, from the first on.
        days = [(IN_TIME, TOO_LATE)[n // len(asking) % 2] for n in range(count)]
        with ThreadPoolExecutor(HANDS) as hands:
            self.asked.extend(hands.map(self._ask, wanted, days))

    def _ask(self, shop: str, days: int) -> str:
        wanted = {"shop": shop, "count": 1, "delivered_days_ago": days}
        [order] = self.control("orders", **wanted, country="US", province="CO")
        line = {"line_item_id": order["line_item_ids"][0], "quantity": 1}
        line |= {"reason": "unwanted", "note": "no longer needed"}
        asked = {"shop": shop, "order_number": order["order_number"], "lines": [line]}
        return self.day.ask(asked)

    def program(self, *arguments: str, **settings: str) -> Program:
        """Start the app in one of its forms, with its log in a file of its own."""
        name = "-".join((*arguments, *settings.values()))
        environment = {**self.place.environment, **settings}
        return Program(name, list(arguments), self.place, environment)


@contextmanager
def town(*, shops: int, database_url: str | None = None) -> Iterator[Town]:
    """Open a town where the app is installed everywhere and not running."""
    with tempfile.TemporaryDirectory(prefix="evenhand-bench-") as name:
        folder = Path(name)
        world = folder / "world.yaml"
        domains = tuple(f"shop-{n:03}.myshopify.com" for n in range(shops))
        world.write_text(yaml.safe_dump(_world(domains)), "utf-8")
        where = place(folder, store_port=0, app_port=0, database_url=database_url)
        store = start_store(where, world=world)
        try:
            day = Day(place=where)
            _install(where, day, domains)
            yield Town(place=where, store=store, day=day, shops=domains)
        finally:
            store.stop()


def _install(where: Place, day: Day, shops: tuple[str, ...]) -> None:
    app = start_app(where)
    try:
        for shop in shops:
            day.install(shop)
            day.configure(shop)
    finally:
        app.stop()


def _world(domains: tuple[str, ...]) -> dict[str, Any]:
    return {"reasons": REASONS, "shops": list(map(_shop, domains)), "asks": []}


def _shop(domain: str) -> dict[str, Any]:
    product = {"title": "Mug", "type": "Kitchen", "vendor": "Bench", "price": "14.00"}
    customers = {
        f"c{n}": {"name": f"Customer {n}", "locale": "en", "orders": 2}
        for n in range(200)
    }
    return {
        "domain": domain,
        "name": domain.partition(".")[0],
        "country": "US",
        "currency": "USD",
        "timezone": "America/Denver",
        "email": "hello@shop.example",
        "products": {"mug": product},
        "customers": customers,
        "orders": {},
    }
