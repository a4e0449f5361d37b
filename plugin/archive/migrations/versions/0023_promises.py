"""Promises: what was left to staff after all was given waits for nobody."""

from __future__ import annotations

from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Let it stand as done where all was given last, whatever was left since."""
    op.execute("UPDATE cases SET money = 'done' WHERE money = 'theirs'")
    op.execute(
        """
        UPDATE cases SET money = 'done' WHERE money = 'left' AND (
            SELECT key FROM entries
            WHERE entries.shop = cases.shop AND entries.return_id = cases.return_id
            AND (
                key IN ('call:refund', 'refund:failed')
                OR key LIKE 'refund:granted:%' OR key LIKE 'refund:undone:%'
                OR key LIKE 'refund:covered:%'
            )
            ORDER BY seq DESC LIMIT 1
        ) LIKE 'refund:covered:%'
        """
    )
