"""What customers returned before, and how far that was read."""

from __future__ import annotations

import sqlalchemy as sa

from plugin.archive.tables.base import Moment, metadata

# How far a shop's past returns were read; `since` is how far back the shop showed them,
# `kept_from` from when on they were kept, once older ones were removed.
backfills = sa.Table(
    "backfills",
    metadata,
    sa.Column("shop", sa.String(255), primary_key=True),
    sa.Column("generation", sa.Integer, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("operation_id", sa.String(255)),
    sa.Column("since", Moment),
    sa.Column("objects", sa.Integer, nullable=False),
    sa.Column("lines", sa.Integer, nullable=False),
    sa.Column("position", sa.BigInteger, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("why", sa.String(64)),
    sa.Column("next_at", Moment, nullable=False),
    sa.Column("finished_at", Moment),
    sa.Column("kept_from", Moment),
)

# Whom a file that was gathered before must not name: erased customers by tag, and the
# orders of erased people, until no such file can be there any more.
forgotten = sa.Table(
    "forgotten",
    metadata,
    sa.Column("shop", sa.String(255), primary_key=True),
    sa.Column("name", sa.String(255), primary_key=True),
    sa.Column("at", Moment, nullable=False),
    sa.Index("ix_forgotten_at", "at"),
)

# What customers asked to return, from before the app came and since; `own` tells that
# the app saw it itself, and knows better than a file that was gathered meanwhile.
past_returns = sa.Table(
    "past_returns",
    metadata,
    sa.Column("shop", sa.String(255), primary_key=True),
    sa.Column("return_id", sa.String(255), primary_key=True),
    sa.Column("order_id", sa.String(255), nullable=False),
    sa.Column("customer", sa.String(255)),
    sa.Column("requested_at", Moment, nullable=False),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("items", sa.Integer, nullable=False),
    sa.Column("own", sa.Boolean, nullable=False),
    sa.Index("ix_past_returns_shop_customer", "shop", "customer"),
)

past_items = sa.Table(
    "past_items",
    metadata,
    sa.Column("shop", sa.String(255), primary_key=True),
    sa.Column("line_id", sa.String(255), primary_key=True),
    sa.Column("return_id", sa.String(255), nullable=False),
    sa.Column("quantity", sa.Integer, nullable=False),
    sa.Column("reason", sa.String(255)),
    sa.Index("ix_past_items_shop_return_id", "shop", "return_id"),
)

past_refunds = sa.Table(
    "past_refunds",
    metadata,
    sa.Column("shop", sa.String(255), primary_key=True),
    sa.Column("refund_id", sa.String(255), primary_key=True),
    sa.Column("return_id", sa.String(255)),
    sa.Column("order_id", sa.String(255), nullable=False),
    sa.Column("customer", sa.String(255)),
    sa.Column("refunded_at", Moment),
    sa.Column("amount", sa.String(32), nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Index("ix_past_refunds_shop_return_id", "shop", "return_id"),
)
