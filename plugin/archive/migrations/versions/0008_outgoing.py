"""Outgoing: who wants to be told, what is told, and how far that got."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from plugin.archive.tables import Moment

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Create the tables of endpoints, announcements and deliveries."""
    _create_endpoints()
    _create_announcements()
    _create_deliveries()


def _create_endpoints() -> None:
    op.create_table(
        "endpoints",
        sa.Column("shop", sa.String(length=255), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("old_secret", sa.LargeBinary()),
        sa.Column("old_secret_until", Moment()),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("failing_since", Moment()),
        sa.Column("disabled_at", Moment()),
        sa.Column("disabled_why", sa.String(length=32)),
        sa.PrimaryKeyConstraint("shop", "id", name=op.f("pk_endpoints")),
    )


def _create_announcements() -> None:
    op.create_table(
        "announcements",
        sa.Column("shop", sa.String(length=255), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("shop", "id", name=op.f("pk_announcements")),
    )
    op.create_index("ix_announcements_at", "announcements", ["at"], unique=False)


def _create_deliveries() -> None:
    key = ("shop", "endpoint_id", "announcement_id")
    op.create_table(
        "deliveries",
        sa.Column("shop", sa.String(length=255), nullable=False),
        sa.Column("endpoint_id", sa.String(length=64), nullable=False),
        sa.Column("announcement_id", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("tried_at", Moment()),
        sa.Column("result", sa.String(length=64)),
        sa.Column("answer", sa.Text()),
        sa.PrimaryKeyConstraint(*key, name=op.f("pk_deliveries")),
    )
    op.create_index("ix_deliveries_shop_at", "deliveries", ["shop", "at"])
    op.create_index("ix_deliveries_at", "deliveries", ["at"])
