"""Written: a policy is kept as its author wrote it, comments and all."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """Add to a policy the text that its author wrote, where it came as a text."""
    op.add_column("policies", sa.Column("written", sa.Text()))
