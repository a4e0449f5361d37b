"""Topics: an event under another topic is another event."""

from __future__ import annotations

from alembic import op

revision = "0022"
down_revision = "0021"

OLD = ("shop", "webhook_id", "body_sha256")
NEW = ("shop", "webhook_id", "topic", "body_sha256")


def upgrade() -> None:
    """Put the topic into what makes an event the same as another."""
    names = {"uq": "uq_%(table_name)s_%(column_0_N_name)s"}
    with op.batch_alter_table("inbox", naming_convention=names) as table:
        table.drop_constraint("uq_inbox_" + "_".join(OLD), type_="unique")
        table.create_unique_constraint("uq_inbox_" + "_".join(NEW), list(NEW))
