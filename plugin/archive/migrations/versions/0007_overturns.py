"""Overturns: what became of refusals, what keeps them in, and when it should."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from plugin.archive.tables import Moment

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Create the tables of refusals and brakes, and the merchant's caution."""
    op.add_column(
        "shops", sa.Column("caution", sa.Text(), nullable=False, server_default="{}")
    )
    _create_refusals()
    _create_brakes()


def _create_refusals() -> None:
    op.create_table(
        "refusals",
        sa.Column("shop", sa.String(length=255), nullable=False),
        sa.Column("return_id", sa.String(length=255), nullable=False),
        sa.Column("rule", sa.String(length=255), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("refused_at", Moment(), nullable=False),
        sa.Column("contested_at", Moment()),
        sa.Column("overturned_at", Moment()),
        sa.Column("how", sa.String(length=32)),
        sa.PrimaryKeyConstraint("shop", "return_id", "rule", name=op.f("pk_refusals")),
    )
    op.create_index(
        "ix_refusals_shop_rule_refused_at", "refusals", ["shop", "rule", "refused_at"]
    )


def _create_brakes() -> None:
    op.create_table(
        "brakes",
        sa.Column("shop", sa.String(length=255), nullable=False),
        sa.Column("what", sa.String(length=255), nullable=False),
        sa.Column("since", Moment(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("ended_at", Moment()),
        sa.Column("ended_by", sa.Text()),
        sa.PrimaryKeyConstraint("shop", "what", "since", name=op.f("pk_brakes")),
    )
