"""The two programs and the people who use them, and what must be true afterwards.

Real processes, a real database, and the development store's own counts.
"""

from __future__ import annotations

import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from plugin.demo.play import SETTLED, Day
from plugin.demo.processes import Program, place, start_app, start_store

SHOP = "alpine-goods.myshopify.com"
# A minute of the store's retry schedule passes in half a second.
SPEED = 120.0
DECIDING = ("returnApproveRequest", "returnDeclineRequest", "discountCodeBasicCreate")


class World:
    """The two programs and the people who use them."""

    def __init__(
        self,
        folder: Path,
        database_url: str | None = None,
        *,
        web: bool = False,
        shops: Path | None = None,
    ) -> None:
        self.place = place(folder, store_port=0, app_port=0, database_url=database_url)
        self.store = start_store(self.place, speed=SPEED, world=shops)
        self.workers: list[Program] = []
        with ExitStack() as failed:
            # What cannot be opened whole leaves nothing running.
            failed.callback(self.store.stop)
            self.app: Program = self.web() if web else self.start()
            failed.callback(self.app.stop)
            self.day = Day(place=self.place)
            self.day.install(SHOP)
            self.day.configure(SHOP)
            failed.pop_all()

    def start(self) -> Program:
        """Start the app, as it is started every time."""
        return start_app(self.place)

    def crash(self) -> None:
        """Kill the app and start it again."""
        self.app.kill()
        self.app = self.start()

    def start_as(self, worker: str) -> None:
        """Start the app under another worker's name."""
        settings = {**self.place.environment, "EVENHAND_WORKER": worker}
        self.app = Program("app", ["serve"], self.place, settings)
        self.app.wait_for(f"{self.place.app_url}/readyz")

    def web(self) -> Program:
        """Start what serves and leaves the work to others."""
        web = Program("web", ["serve", "--web"], self.place, self.place.environment)
        web.wait_for(f"{self.place.app_url}/readyz")
        return web

    def work_as(self, worker: str) -> None:
        """Start a worker beside the app."""
        settings = {**self.place.environment, "EVENHAND_WORKER": worker}
        self.workers.append(Program(worker, ["worker"], self.place, settings))

    def fail(self, operation: str, kind: str, times: int, seconds: float = 30) -> None:
        """Let the store fail the next calls of an operation."""
        asked = {"operation": operation, "kind": kind, "times": times}
        self.day._json("POST", "/_control/fail", {**asked, "seconds": seconds})

    def close(self) -> None:
        for program in (*self.workers, self.app):
            program.stop()
        self.store.stop()

    def orders(self, count: int, days: int) -> list[dict[str, Any]]:
        asked = {"shop": SHOP, "count": count, "delivered_days_ago": days}
        asked |= {"country": "US", "province": "CO"}
        made: list[dict[str, Any]] = self.day._json("POST", "/_control/orders", asked)
        return made

    def ask(self, order: dict[str, Any], note: str = "no longer needed") -> str:
        line = {"line_item_id": order["line_item_ids"][0], "quantity": 1}
        line |= {"reason": "unwanted", "note": note}
        return self.day.ask(
            {"shop": SHOP, "order_number": order["order_number"], "lines": [line]}
        )


def settled(world: World, return_id: str, *, note: str = "") -> dict[str, Any]:
    """Wait as long as the store's retries may need."""
    end = time.monotonic() + 240
    while time.monotonic() < end:
        case = world.day.case(SHOP, return_id)
        if case is not None and case["status"] in SETTLED:
            return case
        time.sleep(0.1)
    pytest.fail(f"`{return_id}` was never settled{note}")


def assert_nothing_twice(truth: dict[str, Any]) -> None:
    twice = [
        call
        for call in truth["calls"]
        if call["operation"] in DECIDING and call["effective"] > 1
    ]

    assert twice == []


def assert_same_story(cases: list[dict[str, Any]], truth: dict[str, Any]) -> None:
    """Status, note, code and mail at the store are what the app believes."""
    returns = {found["id"]: found for found in truth["returns"]}
    alive = {code["code"] for code in truth["codes"] if code["status"] == "ACTIVE"}
    mails = [mail["text"] for order in truth["orders"] for mail in order["mails"]]
    for case in cases:
        found = returns[case["return_id"]]
        declined = case["outcome"] == "decline"

        assert case["status"] == "answered"
        assert found["status"] == ("DECLINED" if declined else "OPEN")
        assert found["decided_by"] == "app"
        if declined:
            assert found["decline"]["note"] == case["note"]
            assert mails.count(case["note"]) == 1
    promised = {case["code"] for case in cases if case["code"]}

    assert alive == promised
    assert len(truth["codes"]) == len(promised)
