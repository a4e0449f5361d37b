"""Buckets: programs of one shop know together how much of its budget is left."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from plugin.archive.scope import wall
from plugin.archive.tables import Moment

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Create the table of low buckets."""
    op.create_table(
        "buckets",
        sa.Column("shop", sa.String(length=255), nullable=False),
        sa.Column("available", sa.Double(), nullable=False),
        sa.Column("most", sa.Double(), nullable=False),
        sa.Column("rate", sa.Double(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("shop", name=op.f("pk_buckets")),
    )
    if op.get_bind().dialect.name == "postgresql":
        for statement in wall("buckets"):
            op.execute(statement)
