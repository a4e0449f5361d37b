"""Whose rows a transaction may touch: one shop's, or for a named reason all.

On PostgreSQL the database itself keeps to it: a policy on every table with a shop lets
a transaction see and write only the rows of the shop that it began with. One that
begins without a scope sees none. SQLite has no such wall; tests hold every statement to
the same rule there.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import Any

import sqlalchemy as sa

SETTING = "evenhand.shop"
# In place of a shop; no domain is a star.
EVERY_SHOP = "*"
# Under which name an engine's execution options hold the scope.
OPTION = "evenhand_scope"
# Under which attribute an engine holds those that were scoped to a shop, and how many.
KEPT, MOST_KEPT = "_evenhand_scoped", 1000


class Across(Enum):
    """Every reason to look across shops; each is work that no shop asks for."""

    INBOX = "events of many shops are kept in one commit, and handed over in one"
    PLANNING = "whose turn it is, is found among all shops"
    FORGETTING = "what is old is removed in all shops at once"
    METRICS = "counts are of all shops together"
    COMMANDS = "whoever runs the app looks at the whole of it"
    KEYS = "a secret is changed for everybody"
    MIGRATION = "tables change for everybody"
    MOVING = "a whole installation goes to another database"


def of_shop(engine: sa.Engine, shop: str) -> sa.Engine:
    """Work on one shop's rows."""
    if shop == EVERY_SHOP:
        raise ValueError("a star is no shop; name the shop")
    # Kept with the engine: every step of every story asks for one anew.
    kept: dict[str, sa.Engine] = engine.__dict__.setdefault(KEPT, {})
    scoped = kept.get(shop)
    if scoped is None:
        if len(kept) >= MOST_KEPT:
            kept.clear()
        scoped = kept[shop] = engine.execution_options(**{OPTION: shop})
    return scoped


def across(engine: sa.Engine, why: Across) -> sa.Engine:
    """Work on every shop's rows; a page never does."""
    return engine.execution_options(**{OPTION: why})


def declare(db: sa.Connection) -> None:
    """Tell PostgreSQL, as a transaction begins, whose rows it may touch."""
    scope = db.get_execution_options().get(OPTION)
    if scope is not None:
        tell(db, EVERY_SHOP if isinstance(scope, Across) else scope)


def tell(db: sa.Connection, whose: str) -> None:
    """Set the shop until the transaction ends; the pool's next user has none."""
    # Past SQLAlchemy: this is no statement of anybody's.
    raw: Any = db.connection.dbapi_connection
    try:
        raw.execute(_TELL, (SETTING, whose))
    except db.dialect.loaded_dbapi.Error as error:
        # Nothing goes on where it was not told; the next one begins with a new session.
        db.invalidate(error)
        raise sa.exc.OperationalError(_TELL, None, error) from error


_TELL = "SELECT set_config(%s, %s, true)"


def wall(table: str) -> Iterator[str]:
    """Say in SQL that a table shows and takes only rows of the transaction's shop.

    Forced, so that it holds for the tables' owner too. Only a superuser, or a role with
    BYPASSRLS, passes.
    """
    # In brackets: asked once a statement, not once a row.
    now = f"(SELECT current_setting('{SETTING}', true))"
    rule = f"{now} = '{EVERY_SHOP}' OR shop = {now}"
    yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
    yield f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"
    yield f"CREATE POLICY shop_wall ON {table} USING ({rule}) WITH CHECK ({rule})"
