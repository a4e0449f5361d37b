"""Past returns: what customers asked for before, and how far that was read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from plugin.archive.tables import Moment

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Create the tables of backfills, and of past returns, items and refunds."""
    _create_backfills()
    _create_past_returns()
    _create_past_items()
    _create_past_refunds()


def _create_backfills() -> None:
    op.create_table(
        "backfills",
        sa.Column("shop", sa.String(length=255), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("operation_id", sa.String(length=255)),
        sa.Column("since", Moment()),
        sa.Column("objects", sa.Integer(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(length=64)),
        sa.Column("next_at", Moment(), nullable=False),
        sa.Column("finished_at", Moment()),
        sa.PrimaryKeyConstraint("shop", name=op.f("pk_backfills")),
    )


def _create_past_returns() -> None:
    op.create_table(
        "past_returns",
        sa.Column("shop", sa.String(length=255), nullable=False),
        sa.Column("return_id", sa.String(length=255), nullable=False),
        sa.Column("order_id", sa.String(length=255), nullable=False),
        sa.Column("customer", sa.String(length=255)),
        sa.Column("requested_at", Moment(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("own", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("shop", "return_id", name=op.f("pk_past_returns")),
    )
    op.create_index(
        "ix_past_returns_shop_customer", "past_returns", ["shop", "customer"]
    )


def _create_past_items() -> None:
    op.create_table(
        "past_items",
        sa.Column("shop", sa.String(length=255), nullable=False),
        sa.Column("line_id", sa.String(length=255), nullable=False),
        sa.Column("return_id", sa.String(length=255), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=255)),
        sa.PrimaryKeyConstraint("shop", "line_id", name=op.f("pk_past_items")),
    )
    op.create_index("ix_past_items_shop_return_id", "past_items", ["shop", "return_id"])


def _create_past_refunds() -> None:
    op.create_table(
        "past_refunds",
        sa.Column("shop", sa.String(length=255), nullable=False),
        sa.Column("refund_id", sa.String(length=255), nullable=False),
        sa.Column("return_id", sa.String(length=255)),
        sa.Column("order_id", sa.String(length=255), nullable=False),
        sa.Column("customer", sa.String(length=255)),
        sa.Column("refunded_at", Moment()),
        sa.Column("amount", sa.String(length=32), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.PrimaryKeyConstraint("shop", "refund_id", name=op.f("pk_past_refunds")),
    )
    op.create_index(
        "ix_past_refunds_shop_return_id", "past_refunds", ["shop", "return_id"]
    )
