"""Codes: cases are found at once by where they stand."""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Index cases by their status."""
    op.create_index("ix_cases_status", "cases", ["status"])
