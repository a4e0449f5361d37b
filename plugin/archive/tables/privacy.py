"""What was asked by law, and who looked."""

from __future__ import annotations

import sqlalchemy as sa

from plugin.archive.tables.base import Moment, metadata

# What was asked by law, and the proof that it was done. `person` and `file` are sealed
# under a key of the request's own, and go when they are needed no more.
privacy_requests = sa.Table(
    "privacy_requests",
    metadata,
    sa.Column("shop", sa.String(255), primary_key=True),
    sa.Column("id", sa.String(128), primary_key=True),
    sa.Column("topic", sa.String(64), nullable=False),
    sa.Column("asked_at", Moment, nullable=False),
    sa.Column("triggered_at", Moment, nullable=False),
    sa.Column("due_at", Moment, nullable=False),
    sa.Column("done_at", Moment),
    sa.Column("result", sa.String(64)),
    sa.Column("counts", sa.Text, nullable=False),
    sa.Column("sha256", sa.String(64)),
    sa.Column("customer_tag", sa.String(64)),
    sa.Column("person", sa.Text),
    sa.Column("file", sa.Text),
    sa.Index("ix_privacy_requests_done_at", "done_at"),
)

# Which staff saw personal data, and when; appended, and without anything personal.
looks = sa.Table(
    "looks",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("shop", sa.String(255), nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("by", sa.String(255), nullable=False),
    sa.Column("what", sa.String(32), nullable=False),
    sa.Column("subject", sa.String(255)),
    sa.Index("ix_looks_shop_at", "shop", "at"),
)
