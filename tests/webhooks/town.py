"""The app and the development store as real programs, and ways to look at them."""

from __future__ import annotations

import asyncio
import socket
import time
import uuid
from collections.abc import Callable
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import requests

from plugin.archive.database import connect
from plugin.archive.keyring import Keyring
from plugin.archive.store import SqlArchive
from plugin.demo.play import Day
from plugin.demo.processes import place, start_app, start_store
from plugin.keys import archive_keys
from tests.databases import ask
from tests.webhooks.letters import headers

ALPINE = "alpine-goods.myshopify.com"
NORTH = "nordlicht-laden.myshopify.com"


class Town:
    """Both programs with two shops installed in automatic mode."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.place = place(folder, store_port=0, app_port=0, database_url=database_url)
        self.store = start_store(self.place)
        with ExitStack() as failed:
            # What cannot be opened whole leaves nothing running.
            failed.callback(self.store.stop)
            self.app = start_app(self.place)
            failed.callback(self.app.stop)
            self.day = Day(place=self.place)
            for shop in (ALPINE, NORTH):
                self.day.install(shop)
                self.day.configure(shop)
            failed.pop_all()

    def send(
        self, body: bytes, *, secret: str | None = None, **changes: str | None
    ) -> requests.Response:
        """Post an event, signed by the app's secret and with an id of its own."""
        changes.setdefault("X_Shopify_Webhook_Id", str(uuid.uuid4()))
        given = headers(body, secret or self.place.api_secret, **changes)
        return requests.post(
            f"{self.place.app_url}/webhooks", data=body, headers=given, timeout=10
        )

    def send_raw(self, data: bytes, *, breaks_off: bool = False) -> tuple[int, bytes]:
        """Send bytes as they are; returns the answer's status, if any, and text."""
        address = ("127.0.0.1", self.place.app_port)
        with closing(socket.create_connection(address, timeout=10)) as line:
            line.sendall(data)
            if breaks_off:
                line.shutdown(socket.SHUT_WR)
            answer = b""
            while part := line.recv(65536):
                answer += part
        head, _, text = answer.partition(b"\r\n\r\n")
        return int(head.split(b" ", 2)[1]) if head else 0, text

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Ask the app's database."""
        return ask(self.place.database_url, sql, *values)

    def archived(self, return_id: str, kind: str) -> Any:
        """Read the newest entry of a kind, with the app's own secret."""
        engine = connect(self.place.database_url)
        keyring = Keyring(archive_keys([self.place.own_secret]))
        shelf = SqlArchive(engine, lambda: datetime.now(UTC), keyring).of(ALPINE)
        found = [each.data for each in shelf.entries(return_id) if each.kind == kind]
        engine.dispose()
        return found[-1]

    def change(self, sql: str) -> None:
        """Change the app's database behind its back."""
        ask(self.place.database_url, sql)

    def kept(self, webhook_id: str) -> list[tuple[Any, ...]]:
        """Look up an event in the inbox: its shop, state and reason."""
        sql = "SELECT shop, state, reason FROM inbox WHERE webhook_id = ? ORDER BY id"
        return self.rows(sql, webhook_id)

    def wait_for_workflow(self, workflow_id: str) -> str:
        """Wait until a workflow has ended; returns how."""
        sql = "SELECT status FROM workflow_status WHERE workflow_uuid = ?"
        done = ("SUCCESS", "ERROR")
        wait_until(lambda: self.rows(sql, workflow_id)[-1:] in [[(s,)] for s in done])
        return str(self.rows(sql, workflow_id)[0][0])

    def restart(self) -> None:
        """Kill the app and start it again."""
        self.app.kill()
        self.app = start_app(self.place)

    def truth(self, shop: str) -> dict[str, Any]:
        """Ask the store what really happened."""
        return self.day.truth(shop)

    def close(self) -> None:
        """Stop both programs."""
        self.day.http.close()
        self.app.stop()
        self.store.stop()


def wait_until(done: Callable[[], bool], *, seconds: float = 15) -> None:
    """Wait until something is so, and fail if it does not come."""
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


async def until(done: Callable[[], bool], *, seconds: float = 15) -> None:
    """Wait, as `wait_until` does, and let the loop go on meanwhile."""
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "it did not happen in time"
        await asyncio.sleep(0.01)
