"""Audits: what was audited lately is found without reading every entry."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Add an index of the audits alone."""
    audits = sa.text("kind = 'audit'")
    op.create_index(
        "ix_entries_audits",
        "entries",
        ["shop", "at"],
        sqlite_where=audits,
        postgresql_where=audits,
    )
