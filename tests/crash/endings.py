"""The kinds of events that end something: a customer is forgotten, a shop leaves."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from plugin.archive.tables import cases, data_keys, privacy_requests, shops, tokens
from tests.crash import verdicts as say
from tests.crash.play import Play
from tests.crash.stage import ASSISTED_SHOP

# Outside of the policy's window.
LATE = 45


class Forgotten(Play):
    """A customer is to be forgotten."""

    name, topic = "forgotten", "customers/redact"

    def before(self) -> None:
        # Each is a customer of one order, so that there are enough of them.
        self.order = self.stage.order(self.shop, LATE, guest=True)
        self.prepare(LATE, to="answered")

    def happen(self) -> None:
        given = {"number": self.order["order_number"], "days": 0}
        self.stage.control("privacy/customer", self.shop, **given)

    def verdicts(self) -> Iterator[str]:
        stage = self.stage
        mine = cases.c.return_id == self.return_id
        [case] = stage.rows(sa.select(cases).where(mine))
        if not case["erased_at"] or case["sealed"] or case["salt"]:
            yield "remembered: the case can still be read"
        guest = data_keys.c.subject.endswith(self.return_id)
        if stage.count(sa.select(sa.func.count()).where(guest)):
            yield "remembered: the customer's key is there"
        open_ = privacy_requests.c.done_at.is_(None)
        if stage.count(sa.select(sa.func.count()).where(open_)):
            yield "unfinished: a request by law is open"
        yield from say.refused_at_the_store(self.seen(), known=False)


class Left(Play):
    """A shop removes the app."""

    name, shop, topic = "left", ASSISTED_SHOP, "app/uninstalled"

    def before(self) -> None:
        if not self.stage.day.truth(self.shop)["installed"]:
            self.stage.day.install(self.shop)
            self.stage.wait_until_quiet(self.shop)

    def happen(self) -> None:
        self.stage.control("install", self.shop, installed=False)

    def verdicts(self) -> Iterator[str]:
        mine = tokens.c.shop == self.shop
        for held in self.stage.rows(sa.select(tokens).where(mine)):
            if held["access"] or held["refresh"]:
                yield "remembered: the token of a shop that left"
        gone = shops.c.uninstalled_at.is_not(None)
        here = sa.select(sa.func.count()).where(shops.c.shop == self.shop, gone)
        if not self.stage.count(here):
            yield "lost: the shop left, and nobody knows"


class Back(Play):
    """A shop that left installs the app again, and its next request is decided."""

    name, shop, topic = "back", ASSISTED_SHOP, None

    def before(self) -> None:
        if self.stage.day.truth(self.shop)["installed"]:
            known = self.stage.events(self.shop)
            self.stage.control("install", self.shop, installed=False)
            # Who comes back before the app has heard that they left is another story.
            self.stage.wait_until_quiet(self.shop, "app/uninstalled", known)

    def happen(self) -> None:
        self.stage.day.install(self.shop)

    def verdicts(self) -> Iterator[str]:
        gone = shops.c.uninstalled_at.is_not(None)
        left = sa.select(sa.func.count()).where(shops.c.shop == self.shop, gone)
        if self.stage.count(left):
            yield "untrue: the shop is back, and has left for the app"
            return
        self.prepare(LATE, to="proposed")
        yield from say.proposed(self.seen())
