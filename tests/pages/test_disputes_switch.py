"""The switch for payment disputes follows what the store grants, over HTTP."""

from __future__ import annotations

import requests

from plugin.archive.tables import tokens
from plugin.shopify.scopes import DISPUTES, REQUIRED, hears_disputes
from tests.devstore.world import ALPINE, wait_until
from tests.pages.town import Town

STAYS_OFF = "The switch stays off: your store did not grant"


def settings(town: Town) -> str:
    """Open the settings as staff; the first time installs the app."""
    return town.open(f"/settings?id_token={town.world.id_token()}").text


def turn(town: Town, verb: str) -> requests.Response:
    """Tell the app that the merchant was asked."""
    headers = {"Authorization": f"Bearer {town.world.id_token()}"}
    address = f"{town.socket.url}/settings/disputes/{verb}"
    return town.browser.post(address, headers=headers, timeout=30)


def store_says(town: Town, act: str) -> None:
    body = {"scopes": [DISPUTES]}
    town.world.post(f"/{ALPINE}/admin/scopes/{act}", json=body).raise_for_status()


def is_on(page: str) -> bool:
    """Read the switch, which is there once."""
    (box,) = (tag for tag in page.split("<input")[1:] if 'id="disputes"' in tag)
    return "checked" in box.split(">")[0]


def known(town: Town) -> frozenset[str]:
    (row,) = town.rows(tokens)
    return frozenset(row.scopes.split(","))


def told(town: Town, topic: str) -> set[str]:
    """Name the store's messages about something, each once."""
    sent = town.world.truth()["deliveries"]
    return {each["webhook_id"] for each in sent if each["topic"] == topic}


def test_it_is_off_after_install_and_nothing_more_was_asked_for(town: Town) -> None:
    assert not is_on(settings(town))
    assert known(town) == REQUIRED


def test_it_is_on_once_the_store_granted_and_stays_so(town: Town) -> None:
    settings(town)
    store_says(town, "grant")

    answer = turn(town, "on")

    assert answer.status_code == 200
    assert is_on(answer.text)
    assert "hears of payment disputes now" in answer.text
    assert known(town) == REQUIRED | {DISPUTES}
    assert is_on(settings(town))


def test_it_stays_off_when_the_store_did_not_grant(town: Town) -> None:
    settings(town)

    answer = turn(town, "on")

    assert not is_on(answer.text)
    assert STAYS_OFF in answer.text
    assert not hears_disputes(known(town))
    assert not is_on(settings(town))


def test_it_is_off_once_the_store_took_it_back(town: Town) -> None:
    settings(town)
    store_says(town, "grant")
    turn(town, "on")

    kept = turn(town, "off")
    store_says(town, "revoke")
    gone = turn(town, "off")

    assert is_on(kept.text)
    assert "The switch stays on" in kept.text
    assert not is_on(gone.text)
    assert "no more" in gone.text
    assert known(town) == REQUIRED


def test_it_shows_what_was_known_when_the_platform_says_nothing(town: Town) -> None:
    settings(town)
    town.world.post(f"/{ALPINE}/admin/apps/evenhand/uninstall")

    answer = turn(town, "on")

    assert answer.status_code == 502
    assert not is_on(answer.text)
    assert "did not say what your store grants" in answer.text


def test_the_store_tells_of_each_change_once(town: Town) -> None:
    settings(town)

    for act in ("grant", "grant", "revoke", "revoke"):
        store_says(town, act)

    town.world.post(f"/{ALPINE}/admin/apps/evenhand/uninstall")
    wait_until(lambda: len(told(town, "app/uninstalled")) == 1, seconds=60)
    wait_until(lambda: len(told(town, "app/scopes_update")) >= 2, seconds=60)
    assert len(told(town, "app/scopes_update")) == 2


def test_it_knows_on_and_off_only(town: Town) -> None:
    settings(town)

    assert turn(town, "sideways").status_code == 404


def test_it_listens_to_staff_only(town: Town) -> None:
    settings(town)
    store_says(town, "grant")

    address = f"{town.socket.url}/settings/disputes/on"
    answer = town.browser.post(
        address, data={"id_token": town.world.id_token()}, timeout=30
    )

    assert answer.status_code == 401
    assert known(town) == REQUIRED
