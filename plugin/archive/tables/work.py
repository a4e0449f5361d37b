"""Events, workers, and how far each shop was looked through."""

from __future__ import annotations

import sqlalchemy as sa

from plugin.archive.tables.base import Moment, metadata

inbox = sa.Table(
    "inbox",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("shop", sa.String(255), nullable=False),
    sa.Column("topic", sa.String(64), nullable=False),
    sa.Column("webhook_id", sa.String(128), nullable=False),
    sa.Column("event_id", sa.String(128)),
    sa.Column("api_version", sa.String(16)),
    sa.Column("triggered_at", sa.String(64)),
    sa.Column("body_sha256", sa.String(64), nullable=False),
    sa.Column("job", sa.Text, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("reason", sa.String(64)),
    sa.Column("received_at", Moment, nullable=False),
    # No topic is signed: a wrong one must not be in the true one's way.
    sa.UniqueConstraint("shop", "webhook_id", "topic", "body_sha256"),
    sa.Index("ix_inbox_state_shop_id", "state", "shop", "id"),
    sa.Index("ix_inbox_shop_received_at", "shop", "received_at"),
)

workers = sa.Table(
    "workers",
    metadata,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("seen_at", Moment, nullable=False),
)

# How often something happened, in all processes together; `labels` is a JSON object.
tallies = sa.Table(
    "tallies",
    metadata,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("labels", sa.String(255), primary_key=True),
    sa.Column("value", sa.Double, nullable=False),
)

# What was seen last of a shop's query bucket; without a row nobody saw it low.
buckets = sa.Table(
    "buckets",
    metadata,
    sa.Column("shop", sa.String(255), primary_key=True),
    sa.Column("available", sa.Double, nullable=False),
    sa.Column("most", sa.Double, nullable=False),
    sa.Column("rate", sa.Double, nullable=False),
    sa.Column("at", Moment, nullable=False),
)

# How far each shop was looked through; `silent` says why it seems to tell us nothing.
sweeps = sa.Table(
    "sweeps",
    metadata,
    sa.Column("shop", sa.String(255), primary_key=True),
    sa.Column("swept_at", Moment, nullable=False),
    sa.Column("seen_until", Moment),
    sa.Column("silent", sa.String(64)),
    sa.Column("silent_since", Moment),
)

# What a sweep found that no event had told us of in time.
finds = sa.Table(
    "finds",
    metadata,
    sa.Column("shop", sa.String(255), primary_key=True),
    sa.Column("topic", sa.String(64), primary_key=True),
    sa.Column("subject", sa.String(255), primary_key=True),
    sa.Column("happened_at", Moment, nullable=False),
    sa.Column("found_at", Moment, nullable=False),
)
