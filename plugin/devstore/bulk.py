"""Bulk operations: a query that runs by itself, and the file it leaves.

Concurrent operations, statuses and the seven days of a file are as documented; how
long an operation takes is ours to say, on the store's clock.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from plugin.devstore.agenda import Agenda
from plugin.devstore.clock import Clock, iso_or_none
from plugin.devstore.errors import Rejected
from plugin.devstore.ids import Ids

# Bulk queries of one app that may run in a shop at once, from 2026-01 on.
MOST_AT_ONCE = 5
FILE_DAYS = timedelta(days=7)
RUNNING = frozenset({"CREATED", "RUNNING"})


@dataclass(kw_only=True, eq=False)
class BulkOperation:
    """One query that runs by itself; `status_` is how it stands, but for time."""

    id: str
    shop: str
    query: str
    created_at: datetime
    now: Callable[[], datetime]
    type: str = "QUERY"
    status_: str = "CREATED"
    error_code: str | None = None
    object_count: int = 0
    root_object_count: int = 0
    completed_at: datetime | None = None
    content: bytes = b""
    key: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    address: str = ""
    downloads: list[str] = field(default_factory=list)

    @property
    def status(self) -> str:
        """How it stands; a file lives for seven days."""
        ended = self.completed_at
        if ended is not None and self.now() - ended > FILE_DAYS:
            return "EXPIRED"
        return self.status_

    @property
    def url(self) -> str | None:
        """Where its file is; none where it found nothing or did not complete."""
        return self.address if self.status == "COMPLETED" and self.content else None

    @property
    def partial_data_url(self) -> str | None:
        """Where there is what a failed operation found before it failed."""
        return self.address if self.status == "FAILED" and self.content else None

    @property
    def file_size(self) -> int | None:
        """How large its file is."""
        return len(self.content) if self.url else None

    def payload(self) -> dict[str, Any]:
        """The body of bulk_operations/finish."""
        return {
            "admin_graphql_api_id": self.id,
            "completed_at": iso_or_none(self.completed_at),
            "created_at": iso_or_none(self.created_at),
            "error_code": self.error_code and self.error_code.lower(),
            "status": self.status_.lower(),
            "type": "query",
        }


@dataclass(kw_only=True)
class BulkDesk:
    """Every bulk operation of every shop, and how the next ones shall go.

    `seconds` is the store's time from created to completed; `failing` the error codes
    of the next operations; `cut` ends each of the next downloads after so many bytes,
    and `refusing` the statuses that refuse the next ones. `garbled` are the next files
    with a line that is none, `lost` the next that are nowhere.
    """

    clock: Clock
    ids: Ids
    seconds: float = 2.0
    most: int = MOST_AT_ONCE
    failing: list[str] = field(default_factory=list)
    cut: list[int] = field(default_factory=list)
    refusing: list[int] = field(default_factory=list)
    garbled: int = 0
    lost: int = 0
    operations: dict[str, BulkOperation] = field(default_factory=dict)
    closed: bool = False

    def __post_init__(self) -> None:
        self._agenda = Agenda()

    def start(
        self,
        shop: str,
        query: str,
        *,
        address: str,
        rows: Callable[[], list[dict[str, Any]]],
        finished: Callable[[BulkOperation], None],
    ) -> BulkOperation:
        """Begin an operation; `rows` is asked for what there is once it runs."""
        going = [one for one in self.of(shop) if one.status_ in RUNNING]
        if len(going) >= self.most:
            message = "A bulk query operation for this app and shop is already in"
            raise Rejected(
                f"{message} progress: {going[0].id}.", code="OPERATION_IN_PROGRESS"
            )
        made = BulkOperation(
            id=self.ids.gid("BulkOperation"),
            shop=shop,
            query=query,
            created_at=self.clock.now(),
            now=self.clock.now,
        )
        made.address = f"{address}/{made.key}.jsonl"
        self.operations[made.id] = made
        half = self.clock.real_seconds(self.seconds / 2)

        def complete() -> None:
            self._complete(made)
            finished(made)

        def run() -> None:
            if self.closed:
                return
            made.status_ = "RUNNING"
            self._write(made, rows())
            self._agenda.after(half, complete)

        self._agenda.after(half, run)
        return made

    def of(self, shop: str) -> list[BulkOperation]:
        """The operations of one shop, oldest first."""
        return [one for one in self.operations.values() if one.shop == shop]

    def file(self, shop: str, key: str) -> BulkOperation | None:
        """The operation whose file an address names, while there is one."""
        found = (one for one in self.of(shop) if one.key == key)
        return next((one for one in found if one.url or one.partial_data_url), None)

    def expire(self, shop: str) -> None:
        """Let the files of a shop be older than they may be."""
        for one in self.of(shop):
            if one.completed_at is not None:
                one.completed_at -= FILE_DAYS + timedelta(seconds=1)

    @staticmethod
    def _write(made: BulkOperation, rows: list[dict[str, Any]]) -> None:
        lines = (
            json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows
        )
        made.content = "".join(f"{line}\n" for line in lines).encode()
        made.object_count = len(rows)
        made.root_object_count = sum("__parentId" not in row for row in rows)

    def _spoil(self, made: BulkOperation) -> None:
        """Break the file, where the next is to be broken."""
        if self.garbled and made.content:
            self.garbled -= 1
            first, *rest = made.content.splitlines(keepends=True)
            made.content = b"".join((first, b'{"id": \n', *rest))
        elif self.lost:
            self.lost -= 1
            made.content = b""

    def _complete(self, made: BulkOperation) -> None:
        made.completed_at = self.clock.now()
        self._spoil(made)
        if not self.failing:
            made.status_ = "COMPLETED"
            return
        made.status_, made.error_code = "FAILED", self.failing.pop(0)
        lines = made.content.splitlines(keepends=True)
        made.content = b"".join(lines[: len(lines) // 2])
