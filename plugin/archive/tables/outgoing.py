"""What is told to a store's own systems."""

from __future__ import annotations

import sqlalchemy as sa

from plugin.archive.tables.base import Moment, metadata

# Where a shop wants to be told; `kind` is `webhook`, or `flow` for Shopify Flow, of
# which a shop has one. Addresses and secrets lie encrypted; the old secret signs too
# until it ends.
endpoints = sa.Table(
    "endpoints",
    metadata,
    sa.Column("shop", sa.String(255), primary_key=True),
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("url", sa.LargeBinary, nullable=False),
    sa.Column("secret", sa.LargeBinary, nullable=False),
    sa.Column("old_secret", sa.LargeBinary),
    sa.Column("old_secret_until", Moment),
    sa.Column("enabled", sa.Boolean, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("failing_since", Moment),
    sa.Column("disabled_at", Moment),
    sa.Column("disabled_why", sa.String(32)),
)

# What is told, word for word; `id` is the same however often it is sent.
announcements = sa.Table(
    "announcements",
    metadata,
    sa.Column("shop", sa.String(255), primary_key=True),
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Index("ix_announcements_at", "at"),
)

# What one endpoint is owed of it, and how the last try ended.
deliveries = sa.Table(
    "deliveries",
    metadata,
    sa.Column("shop", sa.String(255), primary_key=True),
    sa.Column("endpoint_id", sa.String(64), primary_key=True),
    sa.Column("announcement_id", sa.String(64), primary_key=True),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("tried_at", Moment),
    sa.Column("result", sa.String(64)),
    sa.Column("answer", sa.Text),
    sa.Index("ix_deliveries_shop_at", "shop", "at"),
    sa.Index("ix_deliveries_at", "at"),
)
