"""Sealed addresses: an address may hold a secret, and rests like the other secrets."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from plugin.archive.tables import Moment

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Put a table with sealed addresses in the place of the open one.

    Endpoints of builds before the first release are dropped: they lie open, and a
    migration holds no key to seal them with.
    """
    op.execute("DELETE FROM deliveries")
    op.drop_table("endpoints")
    op.create_table(
        "endpoints",
        sa.Column("shop", sa.String(length=255), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("url", sa.LargeBinary(), nullable=False),
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
