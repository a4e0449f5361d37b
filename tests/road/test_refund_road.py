"""Money goes back over the whole road: a merchant's switch, or a click of staff."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from plugin.demo.play import SETTINGS, Day
from plugin.demo.processes import Place, place, start_app, start_store

SHOP = "alpine-goods.myshopify.com"
PATIENCE = 90.0


@pytest.fixture(scope="module")
def running(
    tmp_path_factory: pytest.TempPathFactory, one_database: Callable[[Path], str]
) -> Iterator[Place]:
    """The app and the store, as programs of their own."""
    folder: Path = tmp_path_factory.mktemp("money")
    url = one_database(folder)
    where = place(folder, store_port=0, app_port=0, database_url=url)
    store = start_store(where)
    app = start_app(where)
    yield where
    app.stop()
    store.stop()


@pytest.fixture(scope="module")
def day(running: Place) -> Day:
    """A shop whose policy gives the money back with the approval, less a fee."""
    made = Day(place=running)
    made.install(SHOP)
    # The first policy that a merchant saves holds for older orders too.
    document = call(made, "GET", "/api/policy").json()["document"]
    document["refund"] = {"pays": "at_once"}
    document["fees"] = [{"id": "restocking", "percent": 10}]
    saved = call(made, "PUT", "/api/policy", json=document)
    assert saved.status_code == 200, saved.text
    return made


def call(day: Day, method: str, path: str, **parts: Any) -> Any:
    """Ask the app as a member of the shop's staff."""
    url, headers = day.place.app_url + path, day._staff(SHOP)
    return day.http.request(method, url, headers=headers, timeout=60, **parts)


def prefer(day: Day, mode: str, *, refunds: bool) -> None:
    """Set the switches as the settings page does."""
    wanted = {"mode": mode, "refunds": refunds, "practice": SETTINGS["practice"]}
    saved = call(day, "PUT", "/api/settings", json=wanted)
    assert saved.status_code == 200, saved.text


def asked(day: Day) -> str:
    """Let a customer ask in time, and wait for the answer."""
    order = {"shop": SHOP, "delivered_days_ago": 5, "country": "US", "province": "CO"}
    [made] = day._json("POST", "/_control/orders", order)
    line = {"line_item_id": made["line_item_ids"][0], "quantity": 1}
    path = f"/{SHOP}/account/orders/{made['order_number']}/returns"
    lines = {"lines": [{**line, "reason": "unwanted"}]}
    return_id = str(day._json("POST", path, lines)["return_id"])
    assert day.settled(SHOP, return_id)["status"] == "answered"
    return return_id


def told(day: Day, return_id: str, key: str) -> None:
    """Wait until a case has an entry."""
    end, keys = time.monotonic() + PATIENCE, [""]
    while time.monotonic() < end and key not in keys:
        case = day.case(SHOP, return_id)
        keys = [entry["key"] for entry in case["trail"]] if case else []
        time.sleep(0.05)
    assert key in keys


def refunds(day: Day, return_id: str) -> list[tuple[str, str, list[str]]]:
    """What went back for a return, as the store knows it."""
    return [
        (each["by"], each["amount"], each["statuses"])
        for each in day.truth(SHOP)["refunds"]
        if each["return_id"] == return_id
    ]


@pytest.mark.slow
def test_the_switch_lets_the_money_go_back_with_the_approval(day: Day) -> None:
    prefer(day, "automatic", refunds=False)
    before = asked(day)
    prefer(day, "automatic", refunds=True)
    return_id = asked(day)
    told(day, return_id, "call:refund")

    assert refunds(day, before) == []
    assert refunds(day, return_id) == [("app", "80.1", ["SUCCESS"])]


@pytest.mark.slow
def test_a_click_gives_what_was_decided_once(day: Day) -> None:
    prefer(day, "assist", refunds=True)
    return_id = asked(day)
    page = f"/cases/{return_id.rpartition('/')[2]}/refund"
    form = {"number": "1", "amount": "80.10", "currency": "USD"}
    before = refunds(day, return_id)

    shown = call(day, "GET", page)
    other = call(day, "POST", page, data={**form, "amount": "89.00"})
    clicks = [call(day, "POST", page, data=form) for _ in range(2)]
    told(day, return_id, "call:refund")

    assert before == []
    assert "Give 80.10 USD back" in shown.text
    assert "Fees kept back" in shown.text
    assert other.status_code == 409
    assert clicks[0].status_code == 202
    assert clicks[1].status_code in (202, 409)
    assert refunds(day, return_id) == [("app", "80.1", ["SUCCESS"])]
    again = call(day, "GET", page)
    assert again.status_code == 409
    assert "it was given through Evenhand" in again.text
