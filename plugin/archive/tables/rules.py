"""What became of refusals, and what keeps them in."""

from __future__ import annotations

import sqlalchemy as sa

from plugin.archive.tables.base import Moment, metadata

# One row for each rule of a refusal that was given: what became of it.
refusals = sa.Table(
    "refusals",
    metadata,
    sa.Column("shop", sa.String(255), primary_key=True),
    sa.Column("return_id", sa.String(255), primary_key=True),
    sa.Column("rule", sa.String(255), primary_key=True),
    sa.Column("version", sa.String(64), nullable=False),
    sa.Column("refused_at", Moment, nullable=False),
    sa.Column("contested_at", Moment),
    sa.Column("overturned_at", Moment),
    sa.Column("how", sa.String(32)),
    sa.Index("ix_refusals_shop_rule_refused_at", "shop", "rule", "refused_at"),
)

# What keeps refusals from going out by themselves: a rule's name, or all of them. A
# row is never removed: it says who let them go out again.
brakes = sa.Table(
    "brakes",
    metadata,
    sa.Column("shop", sa.String(255), primary_key=True),
    sa.Column("what", sa.String(255), primary_key=True),
    sa.Column("since", Moment, primary_key=True),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("ended_at", Moment),
    sa.Column("ended_by", sa.Text),
)
