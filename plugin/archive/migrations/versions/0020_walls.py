"""Walls: PostgreSQL itself keeps a transaction to the rows of its shop."""

from __future__ import annotations

from alembic import op

from plugin.archive.scope import wall

revision = "0020"
down_revision = "0019"

OWNED = (
    "announcements",
    "backfills",
    "brakes",
    "cases",
    "data_keys",
    "deliveries",
    "endpoints",
    "entries",
    "finds",
    "forgotten",
    "inbox",
    "installs",
    "looks",
    "past_items",
    "past_refunds",
    "past_returns",
    "policies",
    "privacy_requests",
    "refusals",
    "shops",
    "sweeps",
    "tokens",
)


def upgrade() -> None:
    """Put the wall around every table with a shop; SQLite has none to put."""
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in OWNED:
        for statement in wall(table):
            op.execute(statement)
