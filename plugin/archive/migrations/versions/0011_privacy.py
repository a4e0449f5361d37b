"""Privacy: requests by law with their proofs, and the record of installs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from plugin.archive.tables import Moment

revision = "0011"
down_revision = "0010"

FIRST_RECORDS = """
INSERT INTO installs (shop, generation, installed_at, uninstalled_at)
SELECT shop, generation, installed_at, uninstalled_at FROM shops
"""


def upgrade() -> None:
    """Create the tables; every shop's present install is its first record."""
    op.create_table(
        "installs",
        sa.Column("shop", sa.String(length=255), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("installed_at", Moment(), nullable=False),
        sa.Column("uninstalled_at", Moment()),
        sa.PrimaryKeyConstraint("shop", "generation", name=op.f("pk_installs")),
    )
    op.execute(FIRST_RECORDS)
    op.create_table(
        "privacy_requests",
        sa.Column("shop", sa.String(length=255), nullable=False),
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("topic", sa.String(length=64), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("triggered_at", Moment(), nullable=False),
        sa.Column("due_at", Moment(), nullable=False),
        sa.Column("done_at", Moment()),
        sa.Column("result", sa.String(length=64)),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64)),
        sa.Column("customer_tag", sa.String(length=64)),
        sa.Column("person", sa.Text()),
        sa.Column("file", sa.Text()),
        sa.PrimaryKeyConstraint("shop", "id", name=op.f("pk_privacy_requests")),
    )
    op.create_index("ix_privacy_requests_done_at", "privacy_requests", ["done_at"])
