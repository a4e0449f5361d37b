"""Unclosed: a return that staff are to close waits, whatever became of its money."""

from __future__ import annotations

from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    """Let each wait that is not closed yet."""
    entry = """
        SELECT key FROM entries
        WHERE entries.shop = cases.shop AND entries.return_id = cases.return_id
    """
    op.execute(
        f"""
        UPDATE cases SET money = 'left'
        WHERE EXISTS ({entry} AND key = 'close:left')
        AND NOT EXISTS ({entry} AND key = 'call:close')
        """
    )
