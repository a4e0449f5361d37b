"""Turns: what waits is found shop by shop."""

from __future__ import annotations

from alembic import op

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    """Find what waits of a shop by an index, in place of what waits of all."""
    op.create_index("ix_inbox_state_shop_id", "inbox", ["state", "shop", "id"])
    op.drop_index("ix_inbox_state_id", "inbox")
