"""Sweeps: how far each shop was looked through, and what only looking found."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from plugin.archive.tables import Moment

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Create the tables of sweeps and of their finds."""
    op.create_table(
        "sweeps",
        sa.Column("shop", sa.String(length=255), nullable=False),
        sa.Column("swept_at", Moment(), nullable=False),
        sa.Column("seen_until", Moment()),
        sa.Column("silent", sa.String(length=64)),
        sa.Column("silent_since", Moment()),
        sa.PrimaryKeyConstraint("shop", name=op.f("pk_sweeps")),
    )
    op.create_table(
        "finds",
        sa.Column("shop", sa.String(length=255), nullable=False),
        sa.Column("topic", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("happened_at", Moment(), nullable=False),
        sa.Column("found_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("shop", "topic", "subject", name=op.f("pk_finds")),
    )
    op.create_index("ix_inbox_shop_received_at", "inbox", ["shop", "received_at"])
