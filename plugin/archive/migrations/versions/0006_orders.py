"""Orders: the cases of one order are found at once."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Index cases by their order."""
    op.create_index("ix_cases_shop_order_id", "cases", ["shop", "order_id"])
