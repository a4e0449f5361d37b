"""Shops: their tokens, policies and installs."""

from __future__ import annotations

import sqlalchemy as sa

from plugin.archive.tables.base import Moment, metadata

shops = sa.Table(
    "shops",
    metadata,
    sa.Column("shop", sa.String(255), primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("zone", sa.Text, nullable=False),
    sa.Column("contact", sa.Text, nullable=False),
    sa.Column("mode", sa.String(16), nullable=False),
    sa.Column("practice", sa.Text, nullable=False),
    sa.Column("contact_chosen", sa.Text),
    sa.Column("caution", sa.Text, nullable=False, server_default="{}"),
    sa.Column("refunds", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("splits", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("keep_months", sa.Integer, nullable=False, server_default="36"),
    sa.Column("generation", sa.Integer, nullable=False),
    sa.Column("installed_at", Moment, nullable=False),
    sa.Column("uninstalled_at", Moment),
    # When staff were in the app: it was installed then, whatever an older event says.
    sa.Column("opened_at", Moment),
)

tokens = sa.Table(
    "tokens",
    metadata,
    sa.Column("shop", sa.String(255), primary_key=True),
    sa.Column("access", sa.LargeBinary, nullable=False),
    sa.Column("expires_at", Moment, nullable=False),
    sa.Column("refresh", sa.LargeBinary, nullable=False),
    sa.Column("refresh_expires_at", Moment, nullable=False),
    sa.Column("scopes", sa.Text, nullable=False),
    sa.Column("refreshing_until", Moment),
    # Since when the platform takes it no more: only the merchant can bring a new one.
    sa.Column("dead_since", Moment),
    # Since when calls with it are refused, though it is renewed: a new one may work.
    sa.Column("refused_since", Moment),
)

policies = sa.Table(
    "policies",
    metadata,
    sa.Column("shop", sa.String(255), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("since", Moment, nullable=False),
    sa.Column("document", sa.Text, nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("saved_at", Moment, nullable=False),
    sa.Column("saved_by", sa.Text, nullable=False),
    # As its author wrote it; `document` is what it says.
    sa.Column("written", sa.Text),
)

# Who installed when: what a shop's erasure may reach depends on it.
installs = sa.Table(
    "installs",
    metadata,
    sa.Column("shop", sa.String(255), primary_key=True),
    sa.Column("generation", sa.Integer, primary_key=True),
    sa.Column("installed_at", Moment, nullable=False),
    sa.Column("uninstalled_at", Moment),
)
