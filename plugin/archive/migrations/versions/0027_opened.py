"""Opened: when somebody of a shop's staff opened the app last."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from plugin.archive.tables import Moment

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    """Add to a shop when the app was opened in its admin."""
    op.add_column("shops", sa.Column("opened_at", Moment()))
