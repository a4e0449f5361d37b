"""What the store of a world holds: two shops, their goods, customers and orders."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from plugin.devstore.agenda import Agenda, Task
from plugin.devstore.buckets import Buckets
from plugin.devstore.clock import Clock
from plugin.devstore.ids import gid
from plugin.devstore.manifest import Manifest, read_manifest
from plugin.devstore.model import Customer, Order, Product, ReturnReasonDefinition
from plugin.devstore.orders import TRANSIT, Purchase, place_order
from plugin.devstore.shop import Shop
from plugin.devstore.store import Store
from tests.devstore.world import CLIENT_ID, ROOT, SECRET
from tests.simulation.faults import Faults
from tests.simulation.places import FREE, SHOPS, UNION
from tests.simulation.post import Bring, Post
from tests.simulation.timeline import Timeline

APP_URL = "https://app.example"
GOODS = {"Jacket": "89.00", "Lamp": "39.50", "Mug": "14.00"}
FINAL = {"Rain Shell": "59.00"}
REASONS = ("unwanted", "defective")
DAYS = (2, 5, 13, 14, 15, 20, 29, 30, 31, 45, 100)


class StoppedClock(Clock):
    """The store's clock, which is the world's."""

    def __init__(self, timeline: Timeline) -> None:
        super().__init__()
        self.timeline = timeline

    def now(self) -> datetime:
        """The present moment of the world."""
        return self.timeline.now()


class PlannedAgenda(Agenda):
    """The store's agenda, which is the world's."""

    def __init__(self, timeline: Timeline) -> None:
        self.timeline = timeline

    def after(self, seconds: float, task: Task) -> None:
        """Plan a task."""
        self.timeline.after(seconds, task)


@dataclass(frozen=True, kw_only=True)
class Bought:
    """An order with what is known of it without asking the app."""

    shop: str
    order: Order
    country: str
    delivered_at: datetime
    final: bool

    def days_since(self, moment: datetime) -> int:
        """The days since delivery, on the shop's calendar."""
        zone = ZoneInfo(SHOPS[self.shop][2])
        return (_day(moment, zone) - _day(self.delivered_at, zone)).days


@lru_cache(maxsize=1)
def _manifest() -> Manifest:
    path = Path(ROOT) / "shopify.app.toml"
    return read_manifest(path, app_url=APP_URL, client_id=CLIENT_ID)


def make_store(timeline: Timeline, faults: Faults, bring: Bring) -> Store:
    """Make a store with its shops, on the world's clock."""
    numbers = iter(range(10**9))

    def outbox(**given: Any) -> Post:
        return Post(timeline=timeline, faults=faults, bring=bring, **given)

    store = Store(
        manifest=_manifest(),
        secret=SECRET,
        clock=StoppedClock(timeline),
        agenda=PlannedAgenda(timeline),
        outbox=outbox,
        buckets=Buckets(lambda: timeline.seconds),
        new_id=lambda: f"message-{next(numbers)}",
    )
    for number, (domain, (country, currency, zone)) in enumerate(SHOPS.items()):
        store.shops[domain] = _shop(store, domain, country, currency, zone, number)
    return store


def _shop(
    store: Store, domain: str, country: str, currency: str, zone: str, number: int
) -> Shop:
    shop = Shop(
        id=store.ids.gid("Shop"),
        myshopify_domain=domain,
        name=domain.partition(".")[0],
        country=country,
        email=f"help@{domain}",
        currency_code=currency,
        iana_timezone=zone,
        staff_id=90001 + number,
    )
    for tags, goods in (((), GOODS), (("final-sale",), FINAL)):
        for title, price in goods.items():
            _product(store, shop, title, price, tags)
    shop.reasons = {
        handle: ReturnReasonDefinition(
            id=gid("ReturnReasonDefinition", position + 1), handle=handle, name=handle
        )
        for position, handle in enumerate(REASONS)
    }
    return shop


def _product(
    store: Store, shop: Shop, title: str, price: str, tags: tuple[str, ...]
) -> None:
    made = Product(
        id=store.ids.gid("Product"),
        title=title,
        product_type=title,
        vendor=shop.name,
        tags=tags,
        price=Decimal(price),
    )
    shop.products[made.id] = made


def buy(store: Store, shop: Shop, dice: random.Random) -> Bought:
    """Let a new customer have bought something some days ago."""
    number = 1001 + len(shop.orders)
    customer = _customer(store, shop, number, dice)
    final = dice.random() < 0.15
    fitting = [
        each for each in shop.products.values() if ("final-sale" in each.tags) == final
    ]
    count = min(len(fitting), dice.choice([1, 1, 2]))
    country, province = _where(shop, dice)
    ago = timedelta(days=dice.choice(DAYS), hours=dice.uniform(-12, 12))
    delivered_at = store.clock.now() - ago
    purchase = Purchase(
        number=number,
        products=dice.sample(fitting, count),
        country=country,
        province=province,
        customer=customer,
        fulfilled_at=delivered_at - TRANSIT,
        delivered_at=delivered_at,
    )
    return Bought(
        shop=shop.myshopify_domain,
        order=place_order(store.ids, shop, purchase),
        country=country,
        delivered_at=delivered_at,
        final=final,
    )


def _where(shop: Shop, dice: random.Random) -> tuple[str, str | None]:
    if shop.country == "DE":
        return dice.choice(UNION), None
    return dice.choice([*FREE, (dice.choice(UNION), None)])


def _customer(store: Store, shop: Shop, number: int, dice: random.Random) -> Customer:
    made = Customer(
        id=store.ids.gid("Customer"),
        name=f"Customer {number}",
        email=f"c{number}@mail.example",
        locale=dice.choice(["en", "de"]),
        tags=[],
        number_of_orders=1,
        created_at=store.clock.now() - timedelta(days=200),
    )
    shop.customers[made.id] = made
    return made


def _day(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()
