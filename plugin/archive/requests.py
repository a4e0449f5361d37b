"""Requests by law: kept when they arrive, and as a proof once they are done."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from plugin.archive.canonical import canonical, sha256
from plugin.archive.finding import Finding
from plugin.archive.inserting import insert_into
from plugin.archive.keyring import Keyring
from plugin.archive.revive import revive
from plugin.archive.seal import Seal, seal_of
from plugin.archive.tables import installs, privacy_requests
from plugin.privacy import (
    DAYS_TO_DO,
    Ask,
    Erased,
    Install,
    Person,
    PrivacyRequest,
    Topic,
)

# How the subject of a request's own data key begins; its id follows.
REQUEST = "request:"
# Made once: SQLAlchemy takes longer to make a statement than to run it.
_INSTALLS = (
    sa.select(installs)
    .where(installs.c.shop == sa.bindparam("of_shop"))
    .order_by(installs.c.generation)
)


def keep_request(
    db: sa.Connection,
    keyring: Keyring,
    event: Mapping[str, Any],
    ask: Ask,
    *,
    id: str,
) -> None:
    """Keep a request inside the caller's transaction; a known one stays as it is.

    `event` is the inbox's row.
    """
    shop, now = event["shop"], event["received_at"]
    person = None
    if ask.person is not None:
        person = _seal(keyring, db, shop, id).close(canonical(ask.person), _place(id))
    values = {
        "shop": shop,
        "id": id,
        "topic": ask.topic.value,
        "asked_at": now,
        "triggered_at": moment_of(event["triggered_at"], now),
        "due_at": now + DAYS_TO_DO,
        "counts": "{}",
        "person": person,
    }
    insert = insert_into(privacy_requests, db.dialect).values(values)
    db.execute(insert.on_conflict_do_nothing())


def moment_of(text: str | None, now: datetime) -> datetime:
    """Read when the platform made the event; never later than it arrived."""
    try:
        moment = datetime.fromisoformat(text or "")
        return now if moment.tzinfo is None else min(moment.astimezone(UTC), now)
    except (ValueError, OverflowError):
        # No moment, or one at the end of time, which no other zone can say.
        return now


def _seal(keyring: Keyring, db: sa.Connection, shop: str, id: str) -> Seal:
    return seal_of(keyring.make(db, shop, REQUEST + id), id.encode())


def _place(id: str) -> str:
    return f"request:{id}"


class Requests(Finding):
    """The part of a shelf that keeps requests by law."""

    def asked(self, request_id: str) -> PrivacyRequest | None:
        """Find a request."""
        with self.engine.connect() as db:
            query = self._requests().where(privacy_requests.c.id == request_id)
            row = db.execute(query).mappings().one_or_none()
            return None if row is None else self._request(db, row)

    def requests(self) -> list[PrivacyRequest]:
        """List the shop's requests, newest first."""
        query = self._requests().order_by(privacy_requests.c.asked_at.desc())
        with self.engine.connect() as db:
            found = db.execute(query).mappings().all()
            return [self._request(db, row) for row in found]

    def _request(self, db: sa.Connection, row: Mapping[Any, Any]) -> PrivacyRequest:
        person = None
        key = self.keyring.find(db, self._shop, REQUEST + row["id"])
        if row["person"] is not None and key is not None:
            seal = seal_of(key, row["id"].encode())
            person = revive(Person, seal.open(row["person"], _place(row["id"])))
        names = ("id", "asked_at", "triggered_at", "due_at", "done_at", "result")
        return PrivacyRequest(
            **{name: row[name] for name in names},
            topic=Topic(row["topic"]),
            person=person,
            counts=json.loads(row["counts"]),
            sha256=row["sha256"],
            has_file=row["file"] is not None,
        )

    def finish(self, request_id: str, result: str) -> None:
        """Write down that a request is done; who it was about is forgotten now."""
        done = {"done_at": self.now(), "result": result, "person": None}
        with self.engine.begin() as db:
            change = self._change(request_id).where(
                privacy_requests.c.done_at.is_(None)
            )
            db.execute(change.values(done))
            query = self._requests().where(privacy_requests.c.id == request_id)
            if db.execute(query.where(privacy_requests.c.file.is_(None))).first():
                self.keyring.destroy(db, self._shop, [REQUEST + request_id])

    def _hand_out(
        self, request_id: str, document: str, counts: Mapping[str, int], tag: str | None
    ) -> None:
        """Keep the file that answers a request, sealed, with its proof."""
        with self.engine.begin() as db:
            seal = _seal(self.keyring, db, self._shop, request_id)
            values = {
                "file": seal.close(document, _place(request_id)),
                "counts": canonical(counts),
                "sha256": sha256(document),
                "customer_tag": tag,
            }
            db.execute(self._change(request_id).values(values))

    def file(self, request_id: str) -> str | None:
        """Open the file that answers a request; None where there is none any more."""
        query = self._requests().where(privacy_requests.c.id == request_id)
        with self.engine.connect() as db:
            row = db.execute(query).mappings().one_or_none()
            return None if row is None else self._opened_file(db, row)

    def _opened_file(self, db: sa.Connection, row: Mapping[Any, Any]) -> str | None:
        id = row["id"]
        key = self.keyring.find(db, self._shop, REQUEST + id)
        if row["file"] is None or key is None:
            return None
        return seal_of(key, id.encode()).open(row["file"], _place(id))

    def _note_erased(self, db: sa.Connection, request_id: str, done: Erased) -> None:
        """Add to a request's proof what was erased, in the erasure's transaction."""
        query = self._requests().where(privacy_requests.c.id == request_id)
        row = db.execute(query).mappings().one()
        counts = Counter(json.loads(row["counts"])) + Counter(done.counts)
        proof = sha256((row["sha256"] or "") + done.sha256)
        values = {"counts": canonical(counts), "sha256": proof}
        db.execute(self._change(request_id).values(values))

    def installs(self) -> list[Install]:
        """List the shop's installs, oldest first."""
        with self.engine.connect() as db:
            found = db.execute(_INSTALLS, {"of_shop": self._shop}).mappings().all()
        return [
            Install(**{name: row[name] for name in Install.__slots__}) for row in found
        ]

    def _requests(self) -> sa.Select[Any]:
        return sa.select(privacy_requests).where(privacy_requests.c.shop == self._shop)

    def _change(self, request_id: str) -> sa.Update:
        mine = (
            privacy_requests.c.shop == self._shop,
            privacy_requests.c.id == request_id,
        )
        return sa.update(privacy_requests).where(*mine)
