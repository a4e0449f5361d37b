"""Offers: several a case, what an approval settles, and what is left to staff."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

INDEX = "ix_cases_shop_customer_id_opened_at"


def upgrade() -> None:
    """Put the one offer of old cases into the list of offers."""
    for name in ("offers", "settled", "tasks"):
        op.add_column(
            "cases", sa.Column(name, sa.Text(), nullable=False, server_default="[]")
        )
    op.execute("UPDATE cases SET offers = '[' || offer || ']' WHERE offer IS NOT NULL")
    op.drop_column("cases", "offer")
    op.create_index(INDEX, "cases", ["shop", "customer_id", "opened_at"], unique=False)
