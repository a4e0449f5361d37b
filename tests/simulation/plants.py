"""What stands in place of a safeguard that a planted fault takes away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pkgutil import resolve_name
from typing import Any

import sqlalchemy as sa

from plugin import workflows
from plugin.archive.scope import Across, across
from plugin.archive.tables import inbox, shops
from plugin.jobs import GOODBYE
from plugin.policy.law_findings import silent
from plugin.shop import Mode
from webhooks.rows import WAITING, job_in

Any_ = Callable[..., Any]


class Around:
    """Marks what is made of the original that it takes the place of."""

    def __init__(self, make: Callable[[Any_], Any_]) -> None:
        self.make = make


def made(stands: object, place: str) -> object:
    """Make what stands in a place."""
    if not isinstance(stands, Around):
        return stands
    *path, name = place.split(".")
    return stands.make(getattr(resolve_name(".".join(path)), name))


def nothing(*_: object, **__: object) -> None:
    return None


def yes(*_: object, **__: object) -> bool:
    return True


def no(*_: object, **__: object) -> bool:
    return False


def zero(*_: object) -> int:
    return 0


def automatic(*_: object) -> Mode:
    return Mode.AUTOMATIC


@Around
def acknowledge(keep: Any_) -> Any_:
    async def kept(*given: Any) -> Any:
        return replace(await keep(*given), status=200)

    return kept


@Around
def row_by_topic(row_of: Any_) -> Any_:
    def row(*given: Any) -> Any:
        found = row_of(*given)
        return found | {"webhook_id": f"{found['shop']}:{found['topic']}"}

    return row


def mark_first(pump: Any) -> int:
    query = sa.select(inbox).where(inbox.c.state == WAITING).order_by(inbox.c.id)
    with across(pump.engine, Across.INBOX).begin() as db:
        found = db.execute(query).mappings().all()
        pump._mark(db, [row["id"] for row in found])
    for row in found:
        with across(pump.engine, Across.INBOX).begin() as db:
            workflows.enqueue(pump.client, db, job_in(row))
    return len(found)


@Around
def first_token(access: Any_) -> Any_:
    def token(tokens: Any, shop: str) -> Any:
        query = sa.select(shops.c.shop).order_by(shops.c.shop)
        with tokens.vault.engine.connect() as db:
            return access(tokens, db.scalars(query.limit(1)).first() or shop)

    return token


def no_law(*_: object) -> tuple[Any, ...]:
    return (silent("law", "no law", "the law says nothing"),)


@Around
def from_now(begin: Any_) -> Any_:
    def since(sweeper: Any, shop: str) -> Any:
        found = begin(sweeper, shop)
        return found and sweeper.services.clock.now().isoformat()

    return since


def keep_case(shelf: Any, db: Any, return_id: str, why: str) -> tuple[int, str]:
    change = shelf._mine(return_id).values(erased_at=None)
    db.execute(change)
    return 0, ""


def ended_now(installs: Any, triggered_at: Any) -> tuple[Any, None]:
    return triggered_at, None


@Around
def refresh_unkept(refresh: Any_) -> Any_:
    def renewed(tokens: Any, shop: str, stale: str) -> Any:
        held = tokens._token(shop)
        token = tokens._ask(
            shop, grant_type="refresh_token", refresh_token=held.refresh
        )
        tokens.vault.release(shop)
        return token.access

    return renewed


@Around
def believing(stories: Any) -> Any:
    def leave(services: Any, shop: str, left_at: str | None = None) -> str:
        shelf = services.archive.of(shop)
        shelf.uninstall(given_up=shelf.held_token())
        return "uninstalled"

    return {**stories, GOODBYE: ((leave, ("shop", "left_at")),)}
