"""Money left: what the newest entry on the money of an approval says, on its case."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Add the word, and read it from what was written down before."""
    op.add_column("cases", sa.Column("money", sa.String(length=16)))
    op.create_index("ix_cases_shop_money", "cases", ["shop", "money"])
    op.execute(
        """
        UPDATE cases SET money = (
            SELECT CASE
                WHEN key = 'call:refund' OR key LIKE 'refund:covered:%' THEN 'done'
                WHEN key = 'may-pay' OR key LIKE 'refund:granted:%' THEN 'owed'
                ELSE 'left'
            END
            FROM entries
            WHERE entries.shop = cases.shop AND entries.return_id = cases.return_id
            AND (
                key IN ('call:refund', 'may-pay', 'refund:left', 'refund:failed')
                OR key LIKE 'refund:granted:%' OR key LIKE 'refund:left:%'
                OR key LIKE 'refund:undone:%' OR key LIKE 'refund:covered:%'
            )
            ORDER BY seq DESC LIMIT 1
        )
        """
    )
