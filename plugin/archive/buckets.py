"""Buckets: what programs tell one another of how full a shop's query bucket is."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import sqlalchemy as sa
import structlog

from plugin.archive.database import brief
from plugin.archive.inserting import insert_into
from plugin.archive.scope import of_shop
from plugin.archive.tables import buckets
from plugin.ports import AHEAD, Bucket

# A story waits no longer to tell it; the next answer tells it again.
PATIENCE_SECONDS = 1.0
# Made once: SQLAlchemy takes longer to make a statement than to run it.
_BUCKET = sa.select(buckets).where(buckets.c.shop == sa.bindparam("of_shop"))

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class SqlBuckets:
    """One row a shop, of those whose bucket was ever seen low."""

    engine: sa.Engine

    def find(self, shop: str) -> Bucket | None:
        """Find what was told of a shop last; None also where it cannot be read now."""
        try:
            with of_shop(self.engine, shop).connect() as db:
                row = db.execute(_BUCKET, {"of_shop": shop}).mappings().one_or_none()
        except sa.exc.SQLAlchemyError as error:
            log.warning("bucket_not_read", shop=shop, code=type(error).__name__)
            return None
        if row is None:
            return None
        return Bucket(**{name: row[name] for name in Bucket.__slots__})

    def keep(self, shop: str, seen: Bucket) -> None:
        """Tell the others, unless somebody told them of a later moment, or cannot now.

        It never fails: a call that was made must not be lost for it.
        """
        values = asdict(seen)
        insert = insert_into(buckets, self.engine.dialect).values(shop=shop, **values)
        # What is said of a moment to come is of a clock that is ahead.
        older = sa.or_(buckets.c.at < seen.at, buckets.c.at > seen.at + AHEAD)
        upsert = insert.on_conflict_do_update(
            index_elements=[buckets.c.shop], set_=values, where=older
        )
        try:
            with brief(of_shop(self.engine, shop), PATIENCE_SECONDS) as db:
                db.execute(upsert)
        except sa.exc.SQLAlchemyError as error:
            log.warning("bucket_not_told", shop=shop, code=type(error).__name__)
