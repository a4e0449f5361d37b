"""The app as a program that kills itself at a write boundary, when it is told to.

`python -m tests.crash.doomed serve` is `evenhand serve`, in which every boundary looks
whether it is named by the file `armed` in a folder that the environment names. A
boundary is the moment just before or just after a commit, named by the tables that it
writes, or a call that changes something at the store; `#2` is its second time since the
file was written. Who is named dies by kill -9, with its whole process group, or stands
still by SIGSTOP where `pause` stands before the name. Where the file says `list`, the
boundaries that are passed are written to the file `passed`.
"""

from __future__ import annotations

import json
import os
import re
import signal
import threading
import uuid
from collections import Counter
from pathlib import Path
from typing import Any

import requests
import sqlalchemy as sa
from sqlalchemy.engine.default import DefaultDialect

from plugin import workflows
from plugin.cli import main
from plugin.jobs import LOOK
from webhooks import handlers

FOLDER = "EVENHAND_DOOM"
ARMED, PASSED, LIST, PAUSE = "armed", "passed", "list", "pause "
# A heartbeat goes on beside every event and is a part of none.
BESIDE = frozenset({"workers"})
WRITES = re.compile(
    r"(?<!FOR )(?<!DO )\b(?:INSERT INTO|UPDATE|DELETE FROM) "
    r"(?:\"?(?:dbos|main)\"?\.)?\"?(\w+)"
)
CHANGES = re.compile(r"\bmutation\b[^{]*\{\s*(?:\w+:\s*)?(\w+)")
# By the id of a connection, what it wrote since its last commit or rollback.
WRITTEN: dict[int, set[str]] = {}


def arm(folder: Path, order: str) -> None:
    """Let whoever looks into a folder die, stop or list; each order is a new one."""
    draft = folder / f"{ARMED}.draft"
    draft.write_text(f"{uuid.uuid4()}\n{order}")
    draft.rename(folder / ARMED)


class Doom:
    """Looks at every boundary whether it is the last."""

    def __init__(self, folder: Path) -> None:
        self._armed = folder / ARMED
        self._passed = folder / PASSED
        self._gate = threading.Lock()
        self._order = ""
        self._counts: Counter[str] = Counter()

    def at(self, boundary: str) -> None:
        """Pass a boundary, or die at it."""
        with self._gate:
            order = self._read()
            if order is None:
                return
            self._counts[boundary] += 1
            name = f"{boundary} #{self._counts[boundary]}"
            if order == LIST:
                with self._passed.open("a") as file:
                    file.write(f"{name}\n")
            elif order in (name, f"{PAUSE}{name}"):
                self._end(signal.SIGKILL if order == name else signal.SIGSTOP)

    def _read(self) -> str | None:
        """Read what is ordered; whatever is ordered anew counts from the start."""
        try:
            text = self._armed.read_text()
        except FileNotFoundError:
            return None
        if text != self._order:
            self._order = text
            self._counts.clear()
        return text.partition("\n")[2]

    def _end(self, how: signal.Signals) -> None:
        self._armed.unlink()
        os.killpg(os.getpgid(0), how)


def watch(doom: Doom) -> None:
    """Look at every commit and every call from now on."""
    _watch_commits(doom)
    _watch_calls(doom)


def _watch_commits(doom: Doom) -> None:
    commit: Any = DefaultDialect.do_commit
    rollback: Any = DefaultDialect.do_rollback

    def do_commit(dialect: DefaultDialect, connection: Any) -> None:
        tables = _taken(connection)
        if tables:
            doom.at(f"before commit: {tables}")
        commit(dialect, connection)
        if tables:
            doom.at(f"after commit: {tables}")

    def do_rollback(dialect: DefaultDialect, connection: Any) -> None:
        _taken(connection)
        rollback(dialect, connection)

    def note(db: sa.Connection, _cursor: object, text: str, *_: object) -> None:
        tables = {*WRITES.findall(text)} - BESIDE
        WRITTEN.setdefault(_id(db.connection), set()).update(tables)
        if tables and _commits_itself(db):
            doom.at(f"before commit: {_said(tables)}")

    def noted(db: sa.Connection, *_: object) -> None:
        if _commits_itself(db) and (tables := _taken(db.connection)):
            doom.at(f"after commit: {tables}")

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    sa.event.listen(sa.Engine, "after_cursor_execute", noted)
    DefaultDialect.do_commit = do_commit  # type: ignore[method-assign]
    DefaultDialect.do_rollback = do_rollback  # type: ignore[method-assign]


def _commits_itself(db: sa.Connection) -> bool:
    return db.get_execution_options().get("isolation_level") == "AUTOCOMMIT"


def _taken(connection: Any) -> str:
    """Name what was written through a connection, and begin anew."""
    return _said(WRITTEN.pop(_id(connection), set()))


def _id(connection: Any) -> int:
    return id(connection.dbapi_connection)


def _said(tables: set[str]) -> str:
    return ",".join(sorted(tables))


def _watch_calls(doom: Doom) -> None:
    send: Any = requests.Session.send

    def sent(session: Any, request: Any, **options: Any) -> Any:
        name = _changing(request)
        if name is None:
            return send(session, request, **options)
        doom.at(f"before call: {name}")
        answer = send(session, request, **options)
        doom.at(f"after call: {name}")
        return answer

    requests.Session.send = sent  # type: ignore[method-assign, assignment]


def _changing(request: requests.PreparedRequest) -> str | None:
    """Name what a call changes at the store, if anything."""
    if str(request.url).endswith("access_token"):
        return "access_token"
    try:
        query = json.loads(request.body or b"")["query"]
    except (ValueError, KeyError, TypeError):
        return None
    found = CHANGES.search(query)
    return found and found[1]


def hasten() -> None:
    """Let a look through a shop wait for a second of events in place of a minute."""
    handlers.MINUTE = re.compile(handlers.MINUTE.pattern + r":[0-9]{2}")
    workflows.DELAYS[LOOK] = 2.0


if __name__ in ("__main__", "__mp_main__"):
    hasten()
    watch(Doom(Path(os.environ[FOLDER])))
if __name__ == "__main__":
    main(prog_name="evenhand")
