"""Seals: what is personal in a case rests encrypted, under keys that end."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from plugin.archive.tables import Moment

revision = "0010"
down_revision = "0009"

OPEN = (
    "customer_id",
    "asked",
    "offers",
    "settled",
    "tasks",
    "letter_language",
    "letter_text",
    "code",
)


def upgrade() -> None:
    """Put sealed columns in the place of open ones.

    Cases of builds before the first release are dropped: they lie open, and a
    migration holds no key to seal them with.
    """
    op.execute("DELETE FROM entries")
    op.execute("DELETE FROM cases")
    op.drop_index("ix_cases_shop_customer_id_opened_at", "cases")
    for name in OPEN:
        op.drop_column("cases", name)
    _add_columns()
    op.create_index(
        "ix_cases_shop_customer_tag_opened_at",
        "cases",
        ["shop", "customer_tag", "opened_at"],
    )
    op.create_table(
        "data_keys",
        sa.Column("shop", sa.String(length=255), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("shop", "subject", name=op.f("pk_data_keys")),
    )


def _add_columns() -> None:
    none = sa.false()
    for column in (
        sa.Column("offering", sa.Boolean(), nullable=False, server_default=none),
        sa.Column("has_code", sa.Boolean(), nullable=False, server_default=none),
        sa.Column("customer_tag", sa.String(length=64)),
        sa.Column("subject", sa.String(length=255)),
        sa.Column("salt", sa.LargeBinary()),
        sa.Column("sealed", sa.Text()),
        sa.Column("erased_at", Moment()),
    ):
        op.add_column("cases", column)
    op.add_column("entries", sa.Column("gist", sa.Text()))
