"""Cases as casework writes them, ID tokens as the admin signs them."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

import jwt
from flask import Flask

from plugin import casework, pages
from plugin.archive.canonical import canonical
from plugin.archive.database import connect, migrate
from plugin.archive.store import SqlArchive
from plugin.case import Asked, Case, Request
from plugin.casework.granting import Quote
from plugin.casework.overriding import Answer
from plugin.casework.reckoning import ForAPerson
from plugin.install import Door
from plugin.library import Library
from plugin.outgoing.switchboard import Switchboard
from plugin.pages.desk import Desk
from plugin.policy.decision import Ground
from plugin.policy.facts import Line, Past, Place
from plugin.ports import (
    Code,
    Done,
    OrderState,
    Payment,
    RefundSeen,
    ReturnState,
    Services,
)
from plugin.sessions import Sessions
from plugin.shop import Mode, Preferences, Profile, Shop
from tests.builders import LETTERS, PACKS, make_facts, make_line
from tests.databases import KEYRING

SHOP = "alpine-goods.myshopify.com"
OTHER_SHOP = "nordlicht-laden.myshopify.com"
API_KEY = "evenhand-development"
SECRET = "a-client-secret-that-is-long-enough-for-hs256"
OLD_SECRET = "an-older-secret-that-is-long-enough-for-hs256"
NOW = datetime(2026, 11, 23, 13, 5, tzinfo=UTC)
HOSTILE = "<script>alert('note')</script><b>please</b>"

FRAME = pages.Frame(
    api_key=API_KEY,
    app_bridge_url="http://127.0.0.1:4001/app-bridge.js",
    admin_origin="http://127.0.0.1:4001",
    shop_url="https://{shop}",
)


def make_id_token(*, secret: str = SECRET, **changes: Any) -> str:
    """Sign an ID token as the admin does; a claim changed to None is left out."""
    now = int(time.time())
    claims = {
        "iss": f"https://{SHOP}/admin",
        "dest": f"https://{SHOP}",
        "aud": API_KEY,
        "sub": "101",
        "exp": now + 60,
        "nbf": now,
        "iat": now,
        "jti": "one",
        "sid": "two",
    }
    claims = {k: v for k, v in {**claims, **changes}.items() if v is not None}
    return jwt.encode(claims, secret, algorithm="HS256")


def token_of(shop: str) -> str:
    """Sign an ID token for a member of a shop's staff."""
    return make_id_token(iss=f"https://{shop}/admin", dest=f"https://{shop}")


def make_archive(database_url: str) -> SqlArchive:
    """Open a new archive."""
    engine = connect(database_url)
    migrate(engine)
    return SqlArchive(engine, lambda: NOW, KEYRING)


def install_shop(
    archive: SqlArchive, shop: str = SHOP, *, mode: Mode = Mode.ASSIST
) -> None:
    """Put a shop on record with the standard policy."""
    profile = Profile(
        name="Alpine Goods",
        currency="USD",
        zone="America/Denver",
        contact="help@shop.example",
    )
    archive.of(shop).install(profile, canonical(PACKS.preset("standard-30-days")))
    archive.of(shop).prefer(Preferences(mode=mode))


@dataclass(kw_only=True)
class OneReturnPlatform:
    """A platform that knows one return and agrees to everything."""

    found: Request

    def profile(self, shop: str) -> Profile:
        raise NotImplementedError

    def request(self, shop: str, return_id: str) -> Request | None:
        return self.found

    def returns_before(self, shop: str, request: Request) -> tuple[Past, ...]:
        return ()

    def state(self, shop: str, return_id: str) -> ReturnState:
        return ReturnState(status="REQUESTED")

    def approve(
        self,
        shop: str,
        return_id: str,
        asking: AbstractContextManager[object] | None = None,
    ) -> Done:
        with asking or nullcontext():
            return Done(operation="approve_return", answer={})

    def decline(self, shop: str, return_id: str, ground: Ground, note: str) -> Done:
        return Done(operation="decline_return", answer={})

    def create_code(self, shop: str, code: Code) -> Done:
        return Done(operation="create_code", answer={})

    def deactivate_code(self, shop: str, text: str) -> Done:
        return Done(operation="deactivate_code", answer={})

    def mark(
        self, shop: str, order_id: str, tags: Sequence[str], note: Mapping[str, Any]
    ) -> Done:
        return Done(operation="mark_order", answer={"tags": list(tags)})

    def unmark(self, shop: str, order_id: str, tags: Sequence[str]) -> Done:
        return Done(operation="unmark_order", answer={"removed": []})

    def refund(self, shop: str, refund_id: str) -> RefundSeen | None:
        return None

    def order(self, shop: str, order_id: str) -> OrderState:
        return OrderState(cancelled=False)

    def outlook(
        self,
        shop: str,
        return_id: str,
        lines: Mapping[str, int],
        *,
        shipping: bool,
        credit: bool,
    ) -> None:
        return None

    def process(self, shop: str, payment: Payment) -> Done:
        raise AssertionError("no money moves here")

    def give_back(self, shop: str, payment: Payment, key: str) -> Done:
        raise AssertionError("no money moves here")

    def remove(self, shop: str, return_id: str, lines: Mapping[str, int]) -> Done:
        raise AssertionError("nothing is split here")

    def close(self, shop: str, return_id: str) -> Done:
        raise AssertionError("nothing is closed here")

    def scopes(self, shop: str) -> frozenset[str]:
        return frozenset()

    def subscriptions(self, shop: str) -> tuple[str, ...]:
        return ()


class FixedClock:
    """A clock that stands still."""

    def now(self) -> datetime:
        return NOW

    def today(self) -> date:
        return NOW.date()


class NumberedCodes:
    """Codes that can be read in a test."""

    def text(self, *, shop: str, return_id: str) -> str:
        return f"SORRY-{return_id.rpartition('/')[2]}"


def seed_case(
    archive: SqlArchive,
    number: int,
    *lines: Line,
    shop: str = SHOP,
    note: str = "It does not fit",
    country: str = "US",
    region: str | None = "CO",
    locale: str = "en",
) -> str:
    """Let casework open and answer one case; gives the return's id."""
    lines = lines or (late_line(),)
    request = Request(
        return_id=f"gid://shopify/Return/{number}",
        return_name=f"#{number}-R1",
        status="REQUESTED",
        order_id=f"gid://shopify/Order/{number}",
        order_name=f"#{number}",
        ordered_at="2026-10-01T09:00:00+00:00",
        locale=locale,
        customer_id="gid://shopify/Customer/7",
        asked=tuple(
            Asked(title=n.title, quantity=n.quantity, reason=n.reason, note=note)
            for n in lines
        ),
        facts=make_facts(
            *lines,
            requested_on=NOW.date(),
            ordered_on=date(2026, 10, 1),
            places=(Place(country=country, region=region),),
        ),
    )
    services = Services(
        platform=OneReturnPlatform(found=request),
        archive=archive,
        library=Library(PACKS),
        letters=LETTERS,
        clock=FixedClock(),
        codes=NumberedCodes(),
    )
    casework.decide_case(services, shop=shop, return_id=request.return_id)
    casework.answer_case(services, shop=shop, return_id=request.return_id)
    casework.mark_case(services, shop=shop, return_id=request.return_id)
    return request.return_id


def late_line(**changes: Any) -> Line:
    """Make an item that was delivered before the window of 30 days."""
    days = {"fulfilled_on": date(2026, 10, 3), "delivered_on": date(2026, 10, 9)}
    return make_line(**{**days, **changes})


@dataclass(kw_only=True)
class Office:
    """The pages on an app of their own, with what they called written down."""

    archive: SqlArchive
    tokens: set[str] = field(default_factory=set)
    installs: list[tuple[str, str]] = field(default_factory=list)
    confirmed: list[tuple[str, str, str]] = field(default_factory=list)
    answered: list[tuple[str, str, str, Answer, int | None]] = field(
        default_factory=list
    )
    trouble: Exception | None = None
    switchboard: Switchboard | None = None

    def install(self, shop: str, id_token: str) -> None:
        if self.trouble is not None:
            raise self.trouble
        self.installs.append((shop, id_token))
        install_shop(self.archive, shop)
        self.tokens.add(shop)

    def confirm(self, shop: str, return_id: str, by: str) -> None:
        if self.trouble is not None:
            raise self.trouble
        self.confirmed.append((shop, return_id, by))

    def override(
        self, shop: str, return_id: str, by: str, answer: Answer, number: int | None
    ) -> None:
        if self.trouble is not None:
            raise self.trouble
        self.answered.append((shop, return_id, by, answer, number))

    def quote(self, _shop: str, _return_id: str) -> Quote:
        raise ForAPerson("the store does not show the return")

    def give(self, *_: object) -> None:
        raise AssertionError("nothing is given that was not quoted")

    def shop(self, shop: str = SHOP) -> Shop:
        found = self.archive.of(shop).shop()
        assert found is not None
        return found

    def case(self, return_id: str) -> Case:
        found = self.archive.of(SHOP).find(return_id)
        assert found is not None
        return found

    def letter(self, return_id: str) -> str:
        letter = self.case(return_id).letter
        assert letter is not None
        return letter.text

    def desk(self, **changes: Any) -> Desk:
        """Make what the pages share."""
        desk = Desk(
            frame=FRAME,
            archive=self.archive,
            packs=PACKS,
            library=Library(PACKS),
            languages=("en",),
            tone=None,
            confirm=self.confirm,
            override=self.override,
            quote=self.quote,
            give=self.give,
            switchboard=self.switchboard,
        )
        return replace(desk, **changes)

    def door(self, **changes: Any) -> Door:
        """Make what stands before the pages."""
        wanted = {"install": self.install, "has_token": self.tokens.__contains__}
        sessions = Sessions(api_key=API_KEY, secrets=(SECRET, OLD_SECRET))
        return Door(
            sessions=sessions,
            archive=self.archive,
            bounce=pages.BOUNCE,
            **(wanted | changes),
        )

    def app(self, *, door: Door | None = None, **changes: Any) -> Flask:
        """Make the pages alone; `changes` are to what they share."""
        app = Flask("evenhand", static_folder=None)
        app.testing = True
        made = pages.blueprint(self.desk(**changes), door or self.door())
        app.register_blueprint(made)
        return app
