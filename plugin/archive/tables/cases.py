"""Cases, their entries, and the keys that they rest under."""

from __future__ import annotations

import sqlalchemy as sa

from plugin.archive.tables.base import Moment, metadata

cases = sa.Table(
    "cases",
    metadata,
    sa.Column("shop", sa.String(255), primary_key=True),
    sa.Column("return_id", sa.String(255), primary_key=True),
    sa.Column("return_name", sa.Text, nullable=False),
    sa.Column("order_id", sa.String(255), nullable=False),
    sa.Column("order_name", sa.Text, nullable=False),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("mode", sa.String(16), nullable=False),
    sa.Column("outcome", sa.String(16)),
    sa.Column("ground", sa.String(32)),
    sa.Column("decided_by", sa.Text, nullable=False),
    sa.Column("offering", sa.Boolean, nullable=False),
    sa.Column("has_code", sa.Boolean, nullable=False),
    # How what an approval promised stands: `plugin.case.Promise`.
    sa.Column("money", sa.String(16)),
    # What is personal, under the data key of `subject` and the salt; erased with them.
    sa.Column("customer_tag", sa.String(64)),
    sa.Column("subject", sa.String(255)),
    sa.Column("salt", sa.LargeBinary),
    sa.Column("sealed", sa.Text),
    sa.Column("erased_at", Moment),
    sa.Column("opened_at", Moment, nullable=False),
    sa.Column("updated_at", Moment, nullable=False),
    sa.Index("ix_cases_shop_opened_at", "shop", "opened_at"),
    sa.Index("ix_cases_shop_order_id", "shop", "order_id"),
    sa.Index("ix_cases_status", "status"),
    sa.Index("ix_cases_shop_money", "shop", "money"),
    sa.Index(
        "ix_cases_shop_customer_tag_opened_at", "shop", "customer_tag", "opened_at"
    ),
)

# The keys that personal data rests under, each wrapped under the app's own secret; a
# subject is a customer's tag, or a guest's case. The one without a name makes tags.
data_keys = sa.Table(
    "data_keys",
    metadata,
    sa.Column("shop", sa.String(255), primary_key=True),
    sa.Column("subject", sa.String(255), primary_key=True),
    sa.Column("wrapped", sa.LargeBinary, nullable=False),
)

# As an index on a part of a table is found by: the very words, no bound value.
AUDITS = sa.text("kind = 'audit'")

entries = sa.Table(
    "entries",
    metadata,
    sa.Column("shop", sa.String(255), primary_key=True),
    sa.Column("return_id", sa.String(255), primary_key=True),
    sa.Column("key", sa.String(255), primary_key=True),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("at", Moment, nullable=False),
    # What is counted of it and says nothing of a person, as JSON.
    sa.Column("gist", sa.Text),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.UniqueConstraint("shop", "return_id", "seq"),
    sa.Index("ix_entries_at", "at"),
    # Every sweep asks for the few audits among them.
    sa.Index(
        "ix_entries_audits", "shop", "at", sqlite_where=AUDITS, postgresql_where=AUDITS
    ),
)
