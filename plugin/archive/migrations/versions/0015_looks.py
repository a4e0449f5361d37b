"""Looks: who saw personal data and when; and how long a shop keeps it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from plugin.archive.tables import Moment

revision = "0015"
down_revision = "0014"


# The log is appended to, never edited: the database itself refuses an UPDATE.
SQLITE_TRIGGER = """
CREATE TRIGGER looks_never_change BEFORE UPDATE ON looks
BEGIN SELECT RAISE(ABORT, 'looks are append-only'); END
"""
POSTGRES_FUNCTION = """
CREATE FUNCTION looks_never_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'looks are append-only'; END $$
"""
POSTGRES_TRIGGER = """
CREATE TRIGGER looks_never_change BEFORE UPDATE ON looks
FOR EACH ROW EXECUTE FUNCTION looks_never_change()
"""


def upgrade() -> None:
    """Create the log of looks, and the period of every shop."""
    op.add_column(
        "shops",
        sa.Column("keep_months", sa.Integer(), nullable=False, server_default="36"),
    )
    op.create_table(
        "looks",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("shop", sa.String(length=255), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("by", sa.String(length=255), nullable=False),
        sa.Column("what", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=255)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_looks")),
    )
    op.create_index("ix_looks_shop_at", "looks", ["shop", "at"])
    if op.get_bind().dialect.name == "sqlite":
        op.execute(SQLITE_TRIGGER)
        return
    op.execute(POSTGRES_FUNCTION)
    op.execute(POSTGRES_TRIGGER)
