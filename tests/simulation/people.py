"""Who does what in a world, and when: drawn from its seed."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from plugin.devstore import installs, returns
from plugin.devstore.errors import Rejected
from plugin.devstore.model import Return
from plugin.devstore.returns import AskedLine
from plugin.devstore.shop import Shop
from plugin.devstore.store import Store
from tests.simulation.places import SHOPS
from tests.simulation.program import Program
from tests.simulation.timeline import Timeline
from tests.simulation.town import Bought, buy

HOUR = 3600.0
SOON = 20.0

# What somebody does about a return.
Deed = Callable[["People", Shop, Return], object]


@dataclass(kw_only=True)
class Ledger:
    """What people did, by their own account: nothing here comes from the app."""

    asked: dict[str, Bought] = field(default_factory=dict)
    # Orders of customers who were erased, with the ids of those customers.
    erased: dict[str, str] = field(default_factory=dict)
    # Returns on which staff clicked in the app, by what they clicked.
    clicked: dict[str, set[str]] = field(default_factory=dict)
    # Returns of which everything, or something, came back to the shop.
    came_in: set[str] = field(default_factory=set)
    # What each merchant chose, one choice after the other.
    chosen: dict[str, list[Any]] = field(default_factory=dict)


@dataclass(kw_only=True)
class People:
    """Everybody who acts in a world.

    `use` lets somebody do something with the app, if it is there.
    """

    dice: random.Random
    store: Store
    timeline: Timeline
    use: Callable[[Callable[[Program], object]], object]
    note: Callable[..., None]
    deeds: tuple[tuple[float, Deed], ...]
    ledger: Ledger = field(default_factory=Ledger)

    def begin(self, change_mind: Callable[[People, str], object]) -> None:
        """Plan what everybody will do."""
        for _ in range(self.dice.choice([1, 2, 2, 3, 4])):
            shop = self.store.shops[self.dice.choice(list(SHOPS))]
            bought = buy(self.store, shop, self.dice)
            when = self.dice.choice([5.0, 5.0, self.dice.uniform(0, HOUR)])
            self.plan(when, partial(self.ask, bought))
        for domain, shop in self.store.shops.items():
            if self.dice.random() < 0.2:
                when = self.dice.uniform(0, HOUR)
                self.plan(when, partial(change_mind, self, domain))
            if self.dice.random() < 0.08:
                when = self.dice.uniform(0, HOUR)
                self.plan(when, partial(self.leave, shop))

    def plan(self, seconds: float, act: Callable[[], object]) -> None:
        """Plan a deed; what is not possible any more by then is not done."""

        def task() -> None:
            with suppress(Rejected):
                act()

        self.timeline.after(seconds, task)

    def ask(self, bought: Bought) -> None:
        """Let a customer ask to send an order back, and plan what follows."""
        shop = self.store.shops[bought.shop]
        reason = self.dice.choice(["unwanted"] * 5 + ["defective"])
        lines = [
            AskedLine(line_item_id=item.id, quantity=1, reason=reason)
            for item in bought.order.line_items
        ]
        made = returns.request_return(self.store, shop, bought.order, lines)
        self.ledger.asked[made.id] = bought
        self.note(
            "asks", bought.shop, made.id, reason, bought.days_since(made.created_at)
        )
        for share, deed in self.deeds:
            if self.dice.random() < share:
                wait = self.dice.choice(
                    [self.dice.uniform(0, 10), self.dice.uniform(0, 2 * HOUR)]
                )
                self.plan(wait, partial(self._do, deed, shop, made))

    def _do(self, deed: Deed, shop: Shop, made: Return) -> None:
        deed(self, shop, made)
        self.note(deed.__name__, made.id)

    def leave(self, shop: Shop) -> None:
        """Let a merchant take the app away, and perhaps come back."""
        installs.uninstall(self.store, shop)
        self.note("leaves", shop.myshopify_domain)
        if self.dice.random() < 0.6:
            soon, late = self.dice.uniform(60, HOUR), self.dice.uniform(47, 51) * HOUR
            self.plan(self.dice.choice([soon, soon, late]), lambda: self.come(shop))

    def come(self, shop: Shop) -> None:
        """Let a merchant install the app."""
        installs.install(self.store, shop)
        self.note("comes", shop.myshopify_domain)
        self.enter(shop)

    def enter(self, shop: Shop, wait: float = SOON) -> None:
        """Let a merchant open the app; a broken page is opened again, ever later."""
        entered: object = False
        try:
            entered = self.use(lambda program: program.let_in(self.store, shop))
        finally:
            # Also where the app died of what it did around this.
            if not entered and shop.installed:
                later = min(2 * wait, HOUR)
                self.plan(wait, lambda: self.enter(shop, later))
