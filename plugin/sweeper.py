"""What a sweep does: looks at one page after the other, and starts what is owed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
import structlog
from dbos import DBOSClient

from plugin import jobs, workflows
from plugin.archive import sweeps
from plugin.archive.scope import of_shop
from plugin.archive.sweeps import Find, Swept
from plugin.casework.arriving import Moved
from plugin.casework.comparing import ending
from plugin.casework.silence import QUIET, silence, still_silent
from plugin.casework.sweeping import Debt, Owed, debts
from plugin.jobs import Job
from plugin.listed import Listing, Part
from plugin.ports import PlatformError, Services

# What changed in the last hour is looked at again: lists lag behind.
OVERLAP = timedelta(hours=1)
FIRST_LOOK = timedelta(days=1)
# Younger than this, its event may still be on its way.
LATE = timedelta(minutes=5)
# For so long after it was seen, the payment of a refund is looked at again.
FAILS_WITHIN = timedelta(days=7)
DAY_SECONDS = 86400.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sweeper:
    """What a sweep works with."""

    services: Services
    listing: Listing
    engine: sa.Engine
    client: DBOSClient

    # -- the steps ----------------------------------------------------------------

    def begin(self, shop: str) -> str | None:
        """Say since when to look; None for a shop that left."""
        tenant = self.services.archive.of(shop).shop()
        if tenant is None or not tenant.installed:
            return None
        last, first = sweeps.swept(self.engine, shop), self._earliest(shop)
        if last is None or last.seen_until is None:
            return first.isoformat()
        return max(last.seen_until - OVERLAP, first).isoformat()

    def _earliest(self, shop: str) -> datetime:
        """Find since when to look at all: nothing older is remembered.

        A shop may have left before it was ever looked through, and come back: its cases
        are from the first install that is remembered.
        """
        installs = self.services.archive.of(shop).installs()
        came = (one.installed_at for one in installs)
        return min(came, default=self.services.clock.now()) - FIRST_LOOK

    def look(
        self, shop: str, turn: int | str, part: str, since: str, after: str | None
    ) -> dict[str, Any]:
        """Look at one page and start what is owed; safe to repeat."""
        # An old install may be forgotten while a sweep is under way.
        begun = max(datetime.fromisoformat(since), self._earliest(shop))
        try:
            page = self.listing.page(shop, Part(part), since=begun, after=after)
        except PlatformError as error:
            return _failed(error)
        owed = debts(self.services.archive.of(shop), page, since=begun)
        started = self._start(shop, turn, owed)
        until = None if page.until is None else page.until.isoformat()
        return {"after": page.after, "until": until, "started": started}

    def due_again(self, shop: str) -> list[tuple[str, bool]]:
        """Name the audited refunds to look at again now, and whether each is sure.

        Each refund of the last days has a moment of the day, so that they are read one
        by one over the day.
        """
        now, last = self.services.clock.now(), sweeps.swept(self.engine, shop)
        audited = self.services.archive.of(shop).audited(now - FAILS_WITHIN)
        return [
            (id, sure)
            for id, sure in audited.items()
            if last is None or _came(id, last.swept_at, now)
        ]

    def look_again(self, shop: str, refund_id: str, sure: bool) -> dict[str, Any]:
        """Look at a refund again, and audit it where its payment ended otherwise."""
        try:
            refund = self.listing.refund(shop, refund_id)
        except PlatformError as error:
            return _failed(error) if error.may_pass else {}
        end = None if refund is None else ending(refund)
        as_before = Moved.YES if sure else Moved.NOT_YET
        if end not in (None, as_before):
            day = f"{self.services.clock.now():%Y-%m-%d}"
            with self.engine.begin() as db:
                job = jobs.refund_again(shop, refund_id, day)
                workflows.enqueue(self.client, db, job)
        return {}

    def end(self, shop: str, until: str | None, started: int) -> None:
        """Write down how far the shop was looked through, and whether it is silent."""
        now = self.services.clock.now()
        last = sweeps.swept(self.engine, shop)
        told = sweeps.heard(self.engine, shop, before=now - QUIET)
        why = silence(
            now=now,
            last_event_at=told.last_at,
            events_before=told.before,
            untold=told.untold,
        )
        was = last.silent if last else None
        since = last.silent_since if last else None
        if why is None and was and since and still_silent(was, since, told.last_at):
            why = was
        done = Swept(
            swept_at=now,
            seen_until=_latest(until, last),
            silent=why,
            silent_since=(since or now) if why else None,
        )
        sweeps.keep_swept(self.engine, shop, done)
        if why and not was:
            log.warning("shop_silent", shop=shop, result=why)
        elif was and not why:
            log.info("shop_heard_again", shop=shop)
        if started:
            log.info("sweep_found", shop=shop, events=started)

    # -- starting what is owed -----------------------------------------------------

    def _start(self, shop: str, turn: int | str, owed: Iterable[Debt]) -> int:
        """Queue the stories that nobody told or is telling; returns how many."""
        wanted = {_job(shop, debt).id: debt for debt in owed}
        if not wanted:
            return 0
        known = self._known(wanted)
        new = {id: debt for id, debt in wanted.items() if id not in known}
        # What is queued itself is still being told: nothing else need be looked for,
        # which takes long while thousands wait.
        ended = {id for id, status in known.items() if status not in workflows.ACTIVE}
        left = [d for id, d in wanted.items() if id in ended and d.standing]
        due = [_job(shop, debt) for debt in new.values()]
        due += self._again(shop, turn, left)
        # No event is sent while a shop does not have the app.
        installs = self.services.archive.of(shop).installs()
        missed = [
            debt
            for debt in new.values()
            if installs and debt.happened_at > installs[-1].installed_at
        ]
        with of_shop(self.engine, shop).begin() as db:
            for job in due:
                workflows.enqueue(self.client, db, job)
            self._note(db, shop, missed)
        return len(due)

    def _known(self, ids: Iterable[str]) -> dict[str, str]:
        """Tell how each of these stands that was ever queued."""
        found = self.client.list_workflows(
            workflow_ids=list(ids), load_input=False, load_output=False
        )
        return {each.workflow_id: each.status for each in found}

    def _again(self, shop: str, turn: int | str, left: list[Debt]) -> list[Job]:
        """Start anew what ended without its effect; not what is still being told."""
        if not left:
            return []
        active = self.client.list_workflows(
            status=workflows.ACTIVE,
            queue_name=workflows.QUEUE,
            load_input=False,
            load_output=False,
        )
        busy = [each.workflow_id for each in active]
        again = [
            _job(shop, debt)
            for debt in left
            if not any(_is_about(id, debt.subject) for id in busy)
        ]
        return [replace(job, subject=f"{job.subject}:again-{turn}") for job in again]

    def _note(self, db: sa.Connection, shop: str, new: Iterable[Debt]) -> None:
        """Write down what no event told in time."""
        now = self.services.clock.now()
        if sweeps.waits(db, shop):
            # They were told: the events only wait for their turn.
            return
        late = [
            Find(topic=debt.topic, subject=debt.subject, happened_at=debt.happened_at)
            for debt in new
            # An order's event may have come before there was a case to note it on.
            if now - debt.happened_at > LATE and debt.owed is not Owed.ORDER
        ]
        sweeps.keep_finds(db, shop, late, now)


def turn_of(name: str, now: float, every: float) -> int:
    """Number the spell that we are in; every name's begins at a moment of its own."""
    digest = hashlib.sha256(name.encode()).digest()
    share = int.from_bytes(digest[:4], "big") / 2**32
    return int((now + share * every) // every)


def _came(name: str, before: datetime, now: datetime) -> bool:
    """Tell whether a name's own moment of the day came since a moment before."""
    moments = (before.timestamp(), now.timestamp())
    return len({turn_of(name, moment, DAY_SECONDS) for moment in moments}) > 1


def _failed(error: PlatformError) -> dict[str, Any]:
    return {"failed": error.code, "wait": getattr(error, "wait_seconds", None)}


def _job(shop: str, debt: Debt) -> Job:
    """Make the job that the event would have asked for."""
    if debt.owed is Owed.ANSWER:
        return jobs.answer(shop, debt.subject)
    if debt.owed is Owed.REFUND:
        return Job(
            story=jobs.REFUND,
            shop=shop,
            subject=debt.subject,
            arguments={"refund_id": debt.subject, "event": None},
        )
    if debt.owed is Owed.ORDER:
        return Job(
            story=jobs.ORDER,
            shop=shop,
            subject=f"sweep:{debt.status}:{debt.subject}",
            arguments={"order_id": debt.subject, "topic": "sweep", "event": None},
        )
    return Job(
        story=jobs.CHANGE,
        shop=shop,
        subject=f"sweep:{debt.status}:{debt.subject}",
        arguments={"return_id": debt.subject, "topic": "sweep", "event": None},
    )


def _is_about(id: str, subject: str) -> bool:
    return f":{subject}:" in f"{id}:"


def _latest(until: str | None, last: Swept | None) -> datetime | None:
    """Never step back, whatever an empty page shows."""
    before = last.seen_until if last else None
    if until is None:
        return before
    seen = datetime.fromisoformat(until)
    return seen if before is None else max(before, seen)
