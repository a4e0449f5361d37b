"""Money: whether a shop lets the app give it back, and split a return."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Let no shop's money move before the merchant says so."""
    for name in ("refunds", "splits"):
        column: sa.Column[bool] = sa.Column(
            name, sa.Boolean(), nullable=False, server_default=sa.false()
        )
        op.add_column("shops", column)
