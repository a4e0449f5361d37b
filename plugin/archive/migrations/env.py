"""Alembic's entry: runs migrations on the connection that `migrate` hands over."""

from __future__ import annotations

from alembic import context

from plugin.archive.tables import metadata


def run() -> None:
    """Upgrade inside the caller's transaction."""
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=metadata,
        version_table="evenhand_schema",
        include_name=lambda name, kind, _parents: (
            kind != "table" or name in metadata.tables
        ),
    )
    with context.begin_transaction():
        context.run_migrations()


run()
