"""Refusals: what became of those that rules gave, and what keeps them in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import sqlalchemy as sa

from plugin.archive.casebook import Tell
from plugin.archive.inserting import insert_into
from plugin.archive.tables import brakes, cases, refusals, shops
from plugin.case import OVERTURNED, Case, Entry
from plugin.policy.decision import Outcome
from plugin.ports import Brake, RuleCount

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


class Refusals:
    """The part of a shelf that counts refusals, and keeps the brakes."""

    engine: sa.Engine
    now: Callable[[], datetime]
    _shop: str
    _tell: Tell

    def note_refusal(self, return_id: str, rules: Sequence[str], version: str) -> None:
        """Count a refusal for the rules that gave it, once."""
        with self.engine.begin() as db:
            self._count(db, return_id, rules, version)

    def note_contested(self, return_id: str) -> None:
        """Record that a refusal that was counted is contested."""
        change = self._of(return_id).where(refusals.c.contested_at.is_(None))
        with self.engine.begin() as db:
            db.execute(change.values(contested_at=self.now()))

    def note_overturned(
        self, case: Case, rules: Sequence[str], version: str, how: str
    ) -> None:
        """Record that a refusal was overturned, and count it if it was not yet.

        The first time, whoever listens is told of the case.
        """
        change = self._of(case.return_id).where(refusals.c.overturned_at.is_(None))
        with self.engine.begin() as db:
            self._count(db, case.return_id, rules, version)
            done = db.execute(change.values(overturned_at=self.now(), how=how))
            if done.rowcount > 0:
                told = Entry(key=OVERTURNED, kind="event", body={"how": how})
                self._tell(db, replace(case, shop=self._shop), (told,))

    def overturned(self, rule: str) -> tuple[int, int]:
        """Count a rule's refusals, and those overturned, since it last went free."""
        mine = (refusals.c.shop == self._shop, refusals.c.rule == rule)
        all_of = sa.func.count(), sa.func.count(refusals.c.overturned_at)
        with self.engine.connect() as db:
            since = self._freed_at(db, rule)
            query = sa.select(*all_of).where(*mine, refusals.c.refused_at > since)
            declined, overturned = db.execute(query).one()
        return declined, overturned

    def rule_counts(self) -> list[RuleCount]:
        """Sum up what became of every rule's refusals, by policy version."""
        by = (refusals.c.rule, refusals.c.version)
        counted = (
            sa.func.count().label("declined"),
            sa.func.count(refusals.c.contested_at).label("contested"),
            sa.func.count(refusals.c.overturned_at).label("overturned"),
        )
        query = sa.select(*by, *counted).where(refusals.c.shop == self._shop)
        with self.engine.connect() as db:
            found = db.execute(query.group_by(*by).order_by(*by)).mappings().all()
        return [RuleCount(**row) for row in found]

    def outcomes(self, limit: int) -> list[tuple[datetime, Outcome]]:
        """List what was decided of the newest requests, newest first."""
        query = sa.select(cases.c.opened_at, cases.c.outcome)
        query = query.where(cases.c.shop == self._shop, cases.c.outcome.is_not(None))
        query = query.order_by(cases.c.opened_at.desc()).limit(limit)
        with self.engine.connect() as db:
            return [(at, Outcome(word)) for at, word in db.execute(query)]

    def brakes(self) -> list[Brake]:
        """List every brake that was ever pulled, newest first."""
        query = sa.select(brakes).where(brakes.c.shop == self._shop)
        query = query.order_by(brakes.c.since.desc(), brakes.c.what)
        with self.engine.connect() as db:
            found = db.execute(query).mappings().all()
        names = Brake.__slots__
        return [Brake(**{name: row[name] for name in names}) for row in found]

    def pull(self, what: str, why: str) -> bool:
        """Keep refusals in from now on; False where they are kept in already."""
        with self.engine.begin() as db:
            # The shop is locked first, so that nothing is braked twice at once.
            lock = sa.update(shops).where(shops.c.shop == self._shop)
            db.execute(lock.values(shop=self._shop))
            if db.execute(sa.select(brakes).where(*self._pulled(what))).first():
                return False
            pulled = sa.insert(brakes).values(shop=self._shop, what=what, why=why)
            db.execute(pulled.values(since=self.now()))
        return True

    def release(self, what: str, by: str) -> bool:
        """Let refusals go out again, as a person decided; False where they may."""
        change = sa.update(brakes).where(*self._pulled(what))
        with self.engine.begin() as db:
            ended = db.execute(change.values(ended_at=self.now(), ended_by=by))
        return ended.rowcount > 0

    def _count(
        self, db: sa.Connection, return_id: str, rules: Sequence[str], version: str
    ) -> None:
        for rule in sorted(rules):
            insert = insert_into(refusals, db.dialect).values(
                shop=self._shop,
                return_id=return_id,
                rule=rule,
                version=version,
                refused_at=self.now(),
            )
            db.execute(insert.on_conflict_do_nothing())

    def _of(self, return_id: str) -> sa.Update:
        mine = (refusals.c.shop == self._shop, refusals.c.return_id == return_id)
        return sa.update(refusals).where(*mine)

    def _pulled(self, what: str) -> tuple[sa.ColumnElement[bool], ...]:
        named = (brakes.c.shop == self._shop, brakes.c.what == what)
        return (*named, brakes.c.ended_at.is_(None))

    def _freed_at(self, db: sa.Connection, what: str) -> datetime:
        latest = sa.func.max(brakes.c.ended_at, type_=brakes.c.ended_at.type)
        named = (brakes.c.shop == self._shop, brakes.c.what == what)
        return db.scalar(sa.select(latest).where(*named)) or BEGINNING
