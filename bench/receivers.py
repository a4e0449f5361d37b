"""Two plain receivers in Flask to measure ours against: one keeps nothing.

Both run our own checks of signature and body, on the same server as ours.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime

import sqlalchemy as sa
from flask import Flask

from bench.letters import SECRET, SHOP
from plugin import logs
from plugin.archive.database import connect, migrate
from plugin.archive.keyring import Keyring
from plugin.archive.store import SqlArchive
from plugin.jobs import Job
from plugin.keys import archive_keys
from plugin.shop import Profile
from webhooks.asgi import AsgiReceiver
from webhooks.receive import Receiver
from webhooks.rows import Kept, keep, row_of
from webhooks.verify import Event


class Nowhere:
    """An inbox that says it kept what it threw away."""

    async def put_soon(
        self, _event: Event, _job: Job | None, _reason: str | None = None
    ) -> Kept:
        """Keep nothing."""
        return Kept(new=True, reason=None)


class OneEach:
    """An inbox where every event has a commit of its own."""

    def __init__(self, engine: sa.Engine) -> None:
        """Open it."""
        self.engine = engine
        self.keyring = _keyring()

    def put(self, event: Event, job: Job | None, reason: str | None = None) -> Kept:
        """Keep one event in one transaction."""
        row = row_of(event, job, reason, datetime.now(UTC))
        with self.engine.begin() as db:
            return keep(db, [row], self.keyring)[0]


def no_storage() -> AsgiReceiver:
    """Make the receiver that is our ceiling."""
    return AsgiReceiver(_app(), Nowhere(), secrets=(SECRET,))  # type: ignore[arg-type]


def one_each() -> Flask:
    """Make the receiver that shares no commit."""
    app, inbox = _app(), OneEach(_open(os.environ["DATABASE_URL"]))
    app.wsgi_app = Receiver(app.wsgi_app, inbox, secrets=(SECRET,))  # type: ignore[arg-type,method-assign]
    return app


def _app() -> Flask:
    logs.configure("info")
    app = Flask("bench", static_folder=None)
    app.add_url_rule("/livez", view_func=lambda: "ok")
    return app


def _open(url: str) -> sa.Engine:
    engine = connect(url)
    let_in(engine)
    return engine


def let_in(engine: sa.Engine) -> None:
    """Migrate a database and put the one shop on record that sends."""
    migrate(engine)
    profile = Profile(name="Bench", currency="EUR", zone="Europe/Berlin", contact="")
    archive = SqlArchive(engine, lambda: datetime.now(UTC), _keyring())
    archive.of(SHOP).install(profile, "{}")


def _keyring() -> Keyring:
    return Keyring(archive_keys((SECRET,)))
