"""Casework against the real archive and a real development store, in one process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import requests

from plugin import casework
from plugin.archive.canonical import canonical
from plugin.archive.database import connect, migrate
from plugin.archive.store import SqlArchive, SqlShelf
from plugin.archive.vault import Vault
from plugin.case import Case
from plugin.clock import SystemClock
from plugin.devstore.store import Store
from plugin.devstore.web import EXTENSION
from plugin.keys import Codes, token_keys
from plugin.library import Library
from plugin.policy.facts import PRACTICE
from plugin.ports import Clock, Services
from plugin.shop import Mode, Preferences
from plugin.shopify.actions import Actions
from plugin.shopify.client import Client
from plugin.shopify.tokens import Tokens
from tests.builders import LETTERS, PACKS, SIGNS
from tests.databases import KEYRING
from tests.devstore.world import CLIENT_ID, SECRET, World

SHOP = "alpine-goods.myshopify.com"
OWN_SECRET = "an-own-secret-of-more-than-thirty-two-letters"
WIDE = 100_000
DECIDING = (
    "returnApproveRequest",
    "returnDeclineRequest",
    "discountCodeBasicCreate",
    "discountCodeFreeShippingCreate",
    "discountCodeDeactivate",
    "returnProcess",
    "refundCreate",
    "returnClose",
    "removeFromReturn",
)


class Crash(BaseException):
    """The process dies here; nothing may catch it."""


@dataclass
class Bomb:
    """Counts the calls that pass and goes off before or after the one it waits for."""

    at: int | None = None
    after: bool = False
    error: type[BaseException] = Crash
    calls: list[str] = field(default_factory=list)

    def around(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        """Wrap a call."""

        def passing(*args: Any, **kwargs: Any) -> Any:
            self.calls.append(name)
            due = len(self.calls) == self.at
            if due and not self.after:
                raise self.error(name)
            result = call(*args, **kwargs)
            if due:
                raise self.error(name)
            return result

        return passing


class Once:
    """A way to the platform on which one operation fails the first time."""

    def __init__(
        self, client: Client, operation: str, error: type[BaseException]
    ) -> None:
        self._client = client
        self._operation = operation
        self._error = error
        self._failed = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def execute(self, shop: str, operation: str, given: Any) -> Any:
        """Fail, or ask the platform."""
        if operation == self._operation and not self._failed:
            self._failed = True
            raise self._error("now")
        return self._client.execute(shop, operation, given)


class Mined:
    """Anything whose method calls pass a bomb."""

    def __init__(self, thing: Any, bomb: Bomb) -> None:
        self._thing = thing
        self._bomb = bomb

    def __getattr__(self, name: str) -> Any:
        return self._bomb.around(name, getattr(self._thing, name))


class MinedArchive:
    """An archive whose shelves pass a bomb."""

    def __init__(self, archive: SqlArchive, bomb: Bomb) -> None:
        self._archive = archive
        self._bomb = bomb

    def of(self, shop: str) -> Any:
        return Mined(self._archive.of(shop), self._bomb)

    def scrub(self) -> None:
        self._archive.scrub()


@dataclass(frozen=True)
class Ahead:
    """A clock that is ahead of another."""

    clock: Clock
    by: timedelta

    def now(self) -> datetime:
        """Tell the moment, UTC."""
        return self.clock.now() + self.by

    def today(self) -> date:
        """Tell the UTC day."""
        return self.now().date()


class Scene:
    """A shop with the app, customers who ask, staff who meddle."""

    def __init__(
        self,
        world: World,
        folder: Path,
        *,
        database_url: str | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.world = world
        engine = connect(database_url or f"sqlite:///{folder / 'evenhand.db'}")
        migrate(engine)
        clock = clock or SystemClock()
        session = requests.Session()
        url = f"{world.url}/{{shop}}"
        self.packs = PACKS
        self.archive = SqlArchive(engine, clock.now, KEYRING)
        self.tokens = Tokens(
            session=session,
            vault=Vault(engine, token_keys([OWN_SECRET]), clock.now),
            api_key=CLIENT_ID,
            api_secret=SECRET,
            shop_url=url,
            now=clock.now,
        )
        self.client = Client(session=session, tokens=self.tokens, shop_url=url)
        self.signs = SIGNS
        self.services = Services(
            platform=Actions(self.client, self.signs),
            archive=self.archive,
            library=Library(self.packs),
            letters=LETTERS,
            clock=clock,
            codes=Codes(OWN_SECRET),
        )
        self.install()
        # No plan makes a test wait that is about something else.
        world.control("throttle", shop=SHOP, restore_rate=WIDE)

    @property
    def shelf(self) -> SqlShelf:
        """The shop's memory."""
        return self.archive.of(SHOP)

    def install(self, preset: str = "standard-30-days") -> None:
        """Install through the store and set the shop to automatic."""
        self.world.control("install", shop=SHOP, installed=True)
        self.tokens.exchange(SHOP, self.world.id_token(SHOP))
        document = canonical(self.packs.preset(preset))
        casework.welcome(self.services, shop=SHOP, document=document)
        self.prefer(Mode.AUTOMATIC)

    def change_policy(self, preset: str = "standard-30-days", **parts: Any) -> None:
        """Put a policy in force that differs from a preset in some parts."""
        document = {**self.packs.preset(preset), **parts}
        self.shelf.save_policy(canonical(document), by="staff:1")

    def leave(self) -> None:
        """Remove the app from the store, and let the app hear of it."""
        self.world.control("install", shop=SHOP, installed=False)
        casework.say_goodbye(self.services, shop=SHOP)

    def prefer(
        self, mode: Mode, *, refunds: bool = False, splits: bool = False
    ) -> None:
        """Choose a mode; the merchant keeps to every declared practice."""
        practice = frozenset(PRACTICE)
        self.shelf.prefer(
            Preferences(mode=mode, practice=practice, refunds=refunds, splits=splits)
        )

    def asked(self, *, days: int = 45, **order: Any) -> str:
        """Let a customer ask to return an order delivered so many days ago."""
        order = {"country": "US", "province": "CO", **order}
        made = self.world.control("orders", shop=SHOP, delivered_days_ago=days, **order)
        return self.ask_again(made[0]["order_number"], made[0]["line_item_ids"][0])

    def ask_again(
        self, number: int, line_item_id: str, reason: str = "unwanted"
    ) -> str:
        """Let a customer ask for a line of an order."""
        line = {"line_item_id": line_item_id, "quantity": 1, "reason": reason}
        answer = self.world.post(
            f"/{SHOP}/account/orders/{number}/returns",
            json={"lines": [line]},
            headers={"Accept": "application/json"},
        )
        return str(answer.json()["return_id"])

    def run(self, return_id: str, services: Services | None = None) -> Case | None:
        """Tell the story once, as the workflow does."""
        services = services or self.services
        casework.decide_case(services, shop=SHOP, return_id=return_id)
        casework.answer_case(services, shop=SHOP, return_id=return_id)
        casework.pay_case(services, shop=SHOP, return_id=return_id)
        casework.close_paid(services, shop=SHOP, return_id=return_id)
        return casework.mark_case(services, shop=SHOP, return_id=return_id)

    def mined(self, bomb: Bomb) -> Services:
        """The same services, with a bomb at every request and every archive call."""
        mined = self.with_client(Mined(self.client, bomb))
        return replace(mined, archive=MinedArchive(self.archive, bomb))

    def later(self, **by: float) -> Services:
        """The same services, so many hours or days later."""
        ahead = Ahead(self.services.clock, timedelta(**by))
        return replace(self.services, clock=ahead)

    def with_client(self, client: Any) -> Services:
        """The same services, with another way to the platform."""
        return replace(self.services, platform=Actions(client, self.signs))

    def failing_once(self, operation: str, error: type[BaseException]) -> Services:
        """The same services, on which one operation fails the first time."""
        return self.with_client(Once(self.client, operation, error))

    def with_archive(self, archive: Any) -> Services:
        """The same services, with another archive."""
        return replace(self.services, archive=archive)

    def keys(self, return_id: str) -> list[str]:
        """What the archive holds of a case, in order."""
        return [entry.key for entry in self.shelf.entries(return_id)]

    def found(self, return_id: str) -> Any:
        """The return as the store shows it."""
        returns = self.world.truth(SHOP)["returns"]
        return next(each for each in returns if each["id"] == return_id)

    @property
    def store(self) -> Store:
        """The store itself, whose own books are the truth."""
        made: Store = self.world.app.extensions[EXTENSION]
        return made

    def alive_codes(self) -> list[str]:
        """Every code that a customer could use now."""
        with self.store.lock:
            now = self.store.clock.now()
            codes = self.store.shops[SHOP].codes.values()
            return [each.code for each in codes if each.status(now) == "ACTIVE"]

    def effects(self) -> dict[str, int]:
        """How often each deciding mutation took effect."""
        counts = dict.fromkeys(DECIDING, 0)
        with self.store.lock:
            for (operation, _), call in self.store.shops[SHOP].counted.items():
                if operation in counts:
                    counts[operation] += call.effective
        return counts
