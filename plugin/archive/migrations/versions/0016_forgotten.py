"""Forgotten: whom no file of the past may name, and from when on the past is kept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from plugin.archive.tables import Moment

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Create the table of the forgotten, and say how far back each past is kept."""
    op.create_table(
        "forgotten",
        sa.Column("shop", sa.String(length=255), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("shop", "name", name=op.f("pk_forgotten")),
    )
    op.create_index("ix_forgotten_at", "forgotten", ["at"])
    op.add_column("backfills", sa.Column("kept_from", Moment()))
