"""First shape: shops, tokens, policies, cases, entries and the inbox."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from plugin.archive.tables import Moment

revision = "0001"
down_revision = None


# Entries are appended, never edited: the database itself refuses an UPDATE.
SQLITE_TRIGGER = """
CREATE TRIGGER entries_never_change BEFORE UPDATE ON entries
BEGIN SELECT RAISE(ABORT, 'entries are append-only'); END
"""
POSTGRES_FUNCTION = """
CREATE FUNCTION entries_never_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'entries are append-only'; END $$
"""
POSTGRES_TRIGGER = """
CREATE TRIGGER entries_never_change BEFORE UPDATE ON entries
FOR EACH ROW EXECUTE FUNCTION entries_never_change()
"""


def upgrade() -> None:
    """Create every table."""
    _create_cases()
    _create_entries()
    _create_inbox()
    _create_policies()
    _create_shops()
    _create_tokens()
    _refuse_updates()


def _create_cases() -> None:
    op.create_table(
        "cases",
        sa.Column("shop", sa.String(length=255), nullable=False),
        sa.Column("return_id", sa.String(length=255), nullable=False),
        sa.Column("return_name", sa.Text(), nullable=False),
        sa.Column("order_id", sa.String(length=255), nullable=False),
        sa.Column("order_name", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.String(length=255), nullable=True),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("mode", sa.String(length=16), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("ground", sa.String(length=32), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("offer", sa.Text(), nullable=True),
        sa.Column("letter_language", sa.String(length=16), nullable=True),
        sa.Column("letter_text", sa.Text(), nullable=True),
        sa.Column("code", sa.String(length=64), nullable=True),
        sa.Column("opened_at", Moment(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("shop", "return_id", name=op.f("pk_cases")),
    )
    op.create_index(
        "ix_cases_shop_opened_at", "cases", ["shop", "opened_at"], unique=False
    )


def _create_entries() -> None:
    op.create_table(
        "entries",
        sa.Column("shop", sa.String(length=255), nullable=False),
        sa.Column("return_id", sa.String(length=255), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("shop", "return_id", "key", name=op.f("pk_entries")),
        sa.UniqueConstraint(
            "shop", "return_id", "seq", name=op.f("uq_entries_shop_return_id_seq")
        ),
    )


def _create_inbox() -> None:
    op.create_table(
        "inbox",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("shop", sa.String(length=255), nullable=False),
        sa.Column("topic", sa.String(length=64), nullable=False),
        sa.Column("webhook_id", sa.String(length=128), nullable=False),
        sa.Column("event_id", sa.String(length=128), nullable=True),
        sa.Column("api_version", sa.String(length=16), nullable=True),
        sa.Column("triggered_at", sa.String(length=64), nullable=True),
        sa.Column("body_sha256", sa.String(length=64), nullable=False),
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=True),
        sa.Column("received_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox")),
        sa.UniqueConstraint(
            "shop",
            "webhook_id",
            "body_sha256",
            name=op.f("uq_inbox_shop_webhook_id_body_sha256"),
        ),
    )
    op.create_index("ix_inbox_state_id", "inbox", ["state", "id"], unique=False)


def _create_policies() -> None:
    op.create_table(
        "policies",
        sa.Column("shop", sa.String(length=255), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("since", Moment(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("saved_at", Moment(), nullable=False),
        sa.Column("saved_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("shop", "version", name=op.f("pk_policies")),
    )


def _create_shops() -> None:
    op.create_table(
        "shops",
        sa.Column("shop", sa.String(length=255), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("mode", sa.String(length=16), nullable=False),
        sa.Column("practice", sa.Text(), nullable=False),
        sa.Column("contact_chosen", sa.Text(), nullable=True),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("installed_at", Moment(), nullable=False),
        sa.Column("uninstalled_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("shop", name=op.f("pk_shops")),
    )


def _create_tokens() -> None:
    op.create_table(
        "tokens",
        sa.Column("shop", sa.String(length=255), nullable=False),
        sa.Column("access", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.Column("refresh", sa.LargeBinary(), nullable=False),
        sa.Column("refresh_expires_at", Moment(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("refreshing_until", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("shop", name=op.f("pk_tokens")),
    )


def _refuse_updates() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(SQLITE_TRIGGER)
        return
    op.execute(POSTGRES_FUNCTION)
    op.execute(POSTGRES_TRIGGER)
