"""Refused tokens: one that is renewed in vain is fetched anew at the next opening."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from plugin.archive.tables import Moment

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    """Add to a token when it was refused first."""
    op.add_column("tokens", sa.Column("refused_since", Moment()))
