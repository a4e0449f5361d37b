"""A whole day, with trouble, leaves no secret and no personal data in any log line.

The programs are the real ones, their logs are what an operator would ship, and what
must not be in them is read from the store's own data and the app's own database.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests
import sqlalchemy as sa
import yaml

from plugin.archive.database import connect
from plugin.archive.keyring import Keyring
from plugin.archive.store import SqlArchive
from plugin.archive.tables import tokens
from plugin.archive.vault import Vault
from plugin.demo.play import Day, play
from plugin.demo.processes import Place, place, start_app, start_store
from plugin.keys import archive_keys, token_keys
from tests.devstore.world import ROOT

DAY = ROOT / "plugin" / "devstore" / "day.yaml"
# What the program and its server say in words before the first request.
STARTING = ("evenhand: ", "[WARNING] Configuration allows")
TROUBLE = {
    "returnDeclineRequest": "http_500",
    "discountCodeBasicCreate": "drop_after_effect",
    "tagsAdd": "internal_error",
}


@dataclass(frozen=True, kw_only=True)
class Ended:
    """What a day left behind."""

    log: str
    metrics: str
    secrets: dict[str, list[str]]


@pytest.fixture(scope="module")
def ended(
    tmp_path_factory: pytest.TempPathFactory, one_database: Callable[[Path], str]
) -> Ended:
    folder = tmp_path_factory.mktemp("canaries")
    url = one_database(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EVENHAND_LOG_LEVEL", "debug")
        where = place(folder, store_port=0, app_port=0, database_url=url)
        store = start_store(where)
        app = start_app(where)
        day = Day(place=where)
        try:
            _trouble(day)
            play(day, lambda _what, _done: None)
            forged = {"X-Shopify-Topic": "returns/request", "note": "canary-header"}
            url = f"{where.app_url}/webhooks?email=canary-query"
            requests.post(url, data=b"canary-body", headers=forged, timeout=10)
            requests.get(f"{where.app_url}/?id_token=canary-token", timeout=10)
            metrics = requests.get(f"{where.app_url}/metrics", timeout=10).text
        finally:
            app.stop()
            store.stop()
    log = (where.folder / "app.log").read_text("utf-8")
    return Ended(log=log, metrics=metrics, secrets=_secrets(where))


def _trouble(day: Day) -> None:
    """Let some calls fail, so that errors are logged too."""
    for operation, kind in TROUBLE.items():
        asked = {"operation": operation, "kind": kind, "times": 1, "seconds": 1}
        day._json("POST", "/_control/fail", asked)


def _secrets(where: Place) -> dict[str, list[str]]:
    """Gather everything that no log may hold."""
    given = yaml.safe_load(DAY.read_text("utf-8"))
    people = [c for shop in given["shops"] for c in shop["customers"].values()]
    return {
        "settings": [where.api_secret, where.own_secret],
        "forged": ["canary-header", "canary-query", "canary-body", "canary-token"],
        "names": [person["name"] for person in people],
        "mail": ["mail.example", *(shop["email"] for shop in given["shops"])],
        "notes": list(_notes(given)),
        **_remembered(where),
    }


def _notes(found: Any) -> Iterator[str]:
    """Find what customers wrote, wherever it is in the day."""
    if isinstance(found, dict):
        if "reason" in found and isinstance(found.get("note"), str):
            yield found["note"]
        for each in found.values():
            yield from _notes(each)
    elif isinstance(found, list):
        for each in found:
            yield from _notes(each)


def _remembered(where: Place) -> dict[str, list[str]]:
    engine = connect(where.database_url)
    vault = Vault(engine, token_keys([where.own_secret]), lambda: datetime.now(UTC))
    keyring = Keyring(archive_keys([where.own_secret]))
    archive = SqlArchive(engine, lambda: datetime.now(UTC), keyring)
    with engine.connect() as db:
        shops = list(db.scalars(sa.select(tokens.c.shop)))
        held = [vault.load(shop) for shop in shops]
    found = [case for shop in shops for case, _ in archive.of(shop).cases()]
    engine.dispose()
    return {
        "codes": [case.code for case in found if case.code],
        "letters": [case.letter.text for case in found if case.letter],
        "tokens": [t for one in held if one for t in (one.access, one.refresh)],
    }


KINDS = ["settings", "forged", "names", "mail", "notes", "codes", "letters", "tokens"]


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_no_log_line_holds_it(ended: Ended, kind: str) -> None:
    canaries = ended.secrets[kind]

    assert len(canaries) >= 2
    assert [canary for canary in canaries if canary in ended.log] == []
    assert [c for c in canaries if json.dumps(c)[1:-1] in ended.log] == []
    assert [canary for canary in canaries if canary in ended.metrics] == []


@pytest.mark.slow
def test_the_day_had_its_trouble_and_every_line_is_an_object(ended: Ended) -> None:
    all_lines = ended.log.splitlines()
    lines = [json.loads(line) for line in all_lines if not line.startswith(STARTING)]
    events = {line["event"] for line in lines}

    assert {"event", "event_refused", "shopify_call", "story_failed"} <= events
    assert len(lines) > 100
