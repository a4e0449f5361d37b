"""What a backfill does: lets a shop gather its past returns, and reads them in.

Every step begins from what is written down, and writes down how far it came with the
lines it read: a crash at any line goes on at the piece that was not written yet.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import sqlalchemy as sa
import structlog

from plugin.archive import past
from plugin.archive.keyring import Keyring
from plugin.archive.past import Backfill
from plugin.archive.scope import of_shop
from plugin.past import (
    ALL_ORDERS,
    DONE,
    QUERY_RUNS,
    READING,
    VISIBLE_DAYS,
    BadFile,
    BulkReader,
    Piece,
)
from plugin.ports import PlatformError, Services
from plugin.shop import Shop

# What a step says: go on at once, later, or never.
AGAIN = "again"
LATER = "later"
ENDED = "ended"
# As many lines as a step reads; it is written down after every piece of them.
STEP_LINES = 20_000
# Who is not told of the end looks so often.
POLL = timedelta(seconds=30)
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(days=1)
GOING = frozenset({"CREATED", "RUNNING", "CANCELING"})
NO_FILE = "file_missing"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Backfiller:
    """What a backfill works with."""

    services: Services
    bulk: BulkReader
    engine: sa.Engine
    keyring: Keyring

    def advance(self, shop: str) -> str:
        """Do the next part of a shop's backfill; safe to repeat."""
        shelf = self.services.archive.of(shop)
        tenant = shelf.shop()
        if tenant is None or not tenant.installed:
            return ENDED
        known = past.backfill(self.engine, shop)
        try:
            return self._advance(shop, tenant, known)
        except PlatformError as error:
            # What was read meanwhile is written down, and counts.
            known = past.backfill(self.engine, shop) or known
            self._put_off(shop, tenant, known, error.code)
            return LATER
        except BadFile as bad:
            known = past.backfill(self.engine, shop) or known
            return LATER if known is None else self._start_over(shop, known, bad.code)

    def _advance(self, shop: str, tenant: Shop, known: Backfill | None) -> str:
        if known is None or known.generation != tenant.generation:
            return self._start(shop, tenant, tries=0)
        if known.state == DONE:
            wider = known.since and ALL_ORDERS in self.services.platform.scopes(shop)
            return self._start(shop, tenant, tries=0) if wider else ENDED
        if known.operation_id is None:
            return self._start(shop, tenant, tries=known.tries)
        state = self.bulk.look(shop, known.operation_id)
        if state is not None and state.status in GOING:
            self._keep(
                shop, replace(known, objects=state.objects, next_at=self._in(POLL))
            )
            return LATER
        if state is None:
            return self._start_over(shop, known, "gone")
        if state.status != "COMPLETED":
            return self._start_over(shop, known, (state.error or state.status).lower())
        if state.url is None and state.objects:
            # Only where nothing was found is no file in order.
            raise BadFile(NO_FILE)
        return self._read(shop, replace(known, objects=state.objects), state.url)

    def _start(self, shop: str, tenant: Shop, *, tries: int) -> str:
        """Let the shop gather; what a lost answer started runs out by itself."""
        now = self.services.clock.now()
        scopes = self.services.platform.scopes(shop)
        since = None if ALL_ORDERS in scopes else now - timedelta(days=VISIBLE_DAYS)
        operation_id = self.bulk.start(shop)
        begun = Backfill(
            generation=tenant.generation,
            state=QUERY_RUNS,
            operation_id=operation_id,
            since=since,
            tries=tries,
            next_at=now + POLL,
        )
        self._keep(shop, begun)
        return LATER

    def _start_over(self, shop: str, known: Backfill, why: str) -> str:
        """Have it gathered anew, after a pause: what failed may fail again."""
        log.warning("backfill_starts_over", shop=shop, code=why)
        anew = replace(
            known,
            state=QUERY_RUNS,
            operation_id=None,
            lines=0,
            position=0,
            tries=known.tries + 1,
            why=why,
            next_at=self._in(_pause(known.tries)),
        )
        self._keep(shop, anew)
        return LATER

    def _read(self, shop: str, known: Backfill, url: str | None) -> str:
        """Read on from where it was written down; an empty past has no file."""
        known = replace(known, state=READING)
        begun = known.lines
        for piece in () if url is None else self.bulk.pieces(url, known.position):
            was, known = (
                known,
                replace(
                    known,
                    lines=known.lines + piece.lines,
                    position=piece.position,
                    next_at=self.services.clock.now(),
                ),
            )
            if not self._keep_piece(shop, piece, was, known):
                return AGAIN
            if known.lines - begun >= STEP_LINES:
                return AGAIN
        now = self.services.clock.now()
        done = replace(
            known, state=DONE, tries=0, why=None, next_at=now, finished_at=now
        )
        with of_shop(self.engine, shop).begin() as db:
            if not past.move_on(db, shop, known, done):
                return AGAIN
        log.info("backfill_ended", shop=shop, events=known.lines)
        return ENDED

    def _keep_piece(
        self, shop: str, piece: Piece, was: Backfill, now: Backfill
    ) -> bool:
        """Write rows with how far they go; neither where the past was forgotten."""
        with of_shop(self.engine, shop).begin() as db:
            # First, so that whoever forgets the past waits, or is met.
            if not past.move_on(db, shop, was, now):
                return False
            past.keep_rows(db, self.keyring, shop, piece.rows, own=False)
        return True

    def _put_off(
        self, shop: str, tenant: Shop, known: Backfill | None, code: str
    ) -> None:
        log.warning("backfill_put_off", shop=shop, code=code)
        blank = Backfill(
            generation=tenant.generation,
            state=QUERY_RUNS,
            operation_id=None,
            since=None,
            next_at=self.services.clock.now(),
        )
        now = known if known and known.generation == tenant.generation else blank
        later = self._in(_pause(now.tries))
        put_off = replace(now, tries=now.tries + 1, why=code, next_at=later)
        if now.state != DONE:
            self._keep(shop, put_off)
            return
        # What is known stays known where more of it cannot be read just now, unless it
        # was forgotten meanwhile.
        with of_shop(self.engine, shop).begin() as db:
            past.move_on(db, shop, now, put_off)

    def _keep(self, shop: str, now: Backfill) -> None:
        with of_shop(self.engine, shop).begin() as db:
            past.keep_backfill(db, shop, now)

    def _in(self, pause: timedelta) -> datetime:
        return self.services.clock.now() + pause


def _pause(tries: int) -> timedelta:
    doubled: int = 2 ** min(tries, 12)
    return min(LONGEST_PAUSE, FIRST_PAUSE * doubled)
