"""The programs themselves: the store tells what happened, and the app follows."""

from __future__ import annotations

from typing import Any

import requests

from tests.webhooks.town import ALPINE, Town, wait_until


def act(town: Town, path: str, **body: Any) -> Any:
    url = f"{town.place.store_url}/_control/{path}"
    answer = requests.post(url, json={"shop": ALPINE, **body}, timeout=10)
    assert answer.status_code < 400, answer.text
    return answer.json()


def stand(town: Town, return_id: str) -> str | None:
    found = town.rows("SELECT status FROM cases WHERE return_id = ?", return_id)
    return found[0][0] if found else None


def ask(town: Town, days: int) -> tuple[str, int]:
    """Let a customer ask for a return, and wait for the answer."""
    order = {"delivered_days_ago": days, "country": "US", "province": "CO"}
    [made] = act(town, "orders", **order)
    line = {"line_item_id": made["line_item_ids"][0], "reason": "unwanted"}
    number = made["order_number"]
    url = f"{town.place.store_url}/{ALPINE}/account/orders/{number}/returns"
    answer = requests.post(url, json={"lines": [line]}, timeout=10)
    return_id = str(answer.json()["return_id"])
    wait_until(lambda: stand(town, return_id) == "answered")
    return return_id, number


def keys(town: Town, return_id: str) -> list[str]:
    sql = "SELECT key FROM entries WHERE return_id = ? ORDER BY seq"
    return [key for (key,) in town.rows(sql, return_id)]


def test_a_dispute_reaches_the_case(town: Town) -> None:
    return_id, number = ask(town, days=5)

    dispute = act(town, "disputes", number=number)["dispute_id"]

    wait_until(lambda: f"hold:opened:{dispute}" in keys(town, return_id))
    assert stand(town, return_id) == "answered"


def test_a_refund_after_a_refusal_is_audited(town: Town) -> None:
    return_id, number = ask(town, days=45)
    url = f"{town.place.store_url}/{ALPINE}/admin/orders/{number}/refund"
    requests.post(url, json={}, timeout=10)
    audit = "SELECT key FROM entries WHERE return_id = ? AND kind = 'audit'"

    wait_until(lambda: bool(town.rows(audit, return_id)))
    assert town.archived(return_id, "audit")["verdict"] == "outside"


def test_the_profile_follows_the_shop(town: Town) -> None:
    profile = "SELECT zone FROM shops WHERE shop = ?"
    before = town.rows(profile, ALPINE)
    act(town, "shop", iana_timezone="Europe/Oslo")
    wait_until(lambda: town.rows(profile, ALPINE) == [("Europe/Oslo",)])
    act(town, "shop", iana_timezone=before[0][0])

    wait_until(lambda: town.rows(profile, ALPINE) == before)


def test_a_right_that_is_taken_away_is_asked_for_and_comes_back(town: Town) -> None:
    granted = "SELECT scopes FROM tokens WHERE shop = ?"
    before = town.rows(granted, ALPINE)
    kept = sorted(set(before[0][0].split(",")) - {"write_discounts"})
    act(town, "scopes", scopes=kept)
    wait_until(lambda: town.rows(granted, ALPINE) == [(",".join(kept),)])
    refused = open_app(town)
    act(town, "scopes")

    assert (refused.status_code, refused.json()["error"]) == (403, "scopes_missing")
    # What the old token showed may still be on its way; the new one's counts.
    assert open_app(town).status_code == 200
    assert town.rows(granted, ALPINE) == before


def open_app(town: Town) -> requests.Response:
    """Ask for the list of cases as the shop's staff."""
    url = f"{town.place.store_url}/{ALPINE}/admin/id_token"
    token = requests.post(url, timeout=10).json()["id_token"]
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
    return requests.get(f"{town.place.app_url}/api/cases", headers=headers, timeout=10)
