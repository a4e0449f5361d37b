"""Scrubbing: what was deleted is taken out of the database's own files and logs.

SQLite overwrites freed pages by itself (`secure_delete`), and its log is cut off here.
PostgreSQL rewrites the small table of keys; its log, replicas and backups keep old
pages until they are recycled, which hold sealed text and wrapped keys only.
"""

from __future__ import annotations

import time

import sqlalchemy as sa

from plugin.archive.scope import Across, across
from plugin.archive.tables import cases, data_keys, entries, privacy_requests
from plugin.privacy import NotYet

# A table of keys that is rewritten whole in moments.
SMALL = 64 * 1024 * 1024
LOCK_SECONDS = 5


def scrub(engine: sa.Engine) -> None:
    """Scrub once; raises `NotYet` while others read what was deleted."""
    try:
        if engine.dialect.name == "sqlite":
            _cut_log(engine)
        else:
            _vacuum(engine)
    except sa.exc.OperationalError as error:
        raise NotYet("the database is busy; it is scrubbed later") from error


def _cut_log(engine: sa.Engine) -> None:
    with engine.connect() as db:
        busy = db.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()[0]
    if busy:
        raise NotYet("others read the database; its log is cut off later")


def _vacuum(engine: sa.Engine) -> None:
    everywhere = across(engine, Across.FORGETTING)
    apart = everywhere.execution_options(isolation_level="AUTOCOMMIT")
    with apart.connect() as db:
        db.exec_driver_sql(f"SET lock_timeout = '{LOCK_SECONDS}s'")
        try:
            _wait_for_readers(db)
            for table in (cases, entries, privacy_requests):
                db.exec_driver_sql(f"VACUUM {table.name}")
            size = db.scalar(sa.select(sa.func.pg_total_relation_size(data_keys.name)))
            whole = "FULL" if (size or 0) < SMALL else ""
            db.exec_driver_sql(f"VACUUM {f'({whole})' if whole else ''} data_keys")
        finally:
            db.exec_driver_sql("RESET lock_timeout")


def _wait_for_readers(db: sa.Connection) -> None:
    """Wait for those who began before and may still see what was deleted.

    A vacuum leaves whatever anybody may still see.
    """
    begun = set(db.scalars(_READERS))
    for _ in range(LOCK_SECONDS * 10):
        if begun.isdisjoint(db.scalars(_READERS)):
            return
        time.sleep(0.1)
    raise NotYet("others read since before the erasure; it is scrubbed later")


# Every transaction that runs here holds one lock on its own number, which any role may
# see; since when another role's runs, and what it reads, only few may.
_READERS = sa.text(
    "SELECT virtualtransaction FROM pg_locks JOIN pg_stat_activity USING (pid)"
    " WHERE locktype = 'virtualxid' AND pid <> pg_backend_pid()"
    " AND datname = current_database()"
)
