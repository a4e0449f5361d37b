"""Dead tokens: a shop is known to need its merchant, and since when."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from plugin.archive.tables import Moment

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Add to a token when it died."""
    op.add_column("tokens", sa.Column("dead_since", Moment()))
