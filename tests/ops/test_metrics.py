"""The metrics are true, whoever is asked, and only for whom they are meant."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from plugin import logs, tally, workflows
from plugin.app import create_app
from plugin.archive.store import SqlArchive
from plugin.archive.tables import inbox, tokens
from plugin.case import Entry, Status
from plugin.metrics import COUNTERS, PILES, exposition
from tests.archive.shelves import ALPINE, NORTH, installed, make_case
from tests.conftest import HandClock
from tests.databases import KEYRING

ROOT = Path(__file__).parents[2]
TOKEN = "t" * 20


def samples(text: bytes) -> dict[str, float]:
    """Read the exposition with the library's own parser."""
    found = {}
    for family in text_string_to_metric_families(text.decode()):
        for one in family.samples:
            labels = ",".join(f"{k}={v}" for k, v in sorted(one.labels.items()))
            found[f"{one.name}{{{labels}}}" if labels else one.name] = one.value
    return found


@pytest.fixture
def world(engine: sa.Engine, clock: HandClock) -> Iterator[SqlArchive]:
    workflows.migrate(engine)
    tally.HERE.drain()
    yield SqlArchive(engine, clock.now, KEYRING)
    tally.HERE.drain()


def test_it_tells_what_waits_and_for_how_long(
    world: SqlArchive, clock: HandClock
) -> None:
    shelf = installed(world, ALPINE)
    installed(world, NORTH)
    row: dict[str, Any] = dict.fromkeys(
        ("topic", "webhook_id", "body_sha256", "job"), "x"
    )
    row |= {"shop": ALPINE, "state": "waiting", "received_at": clock.now()}
    with world.engine.begin() as db:
        db.execute(sa.insert(inbox).values(row))
    shelf.open(make_case(return_id="1", status=Status.IN_REVIEW, code=None))
    clock.pass_by(minutes=2)
    shelf.open(make_case(return_id="2"))
    clock.pass_by(minutes=1)

    found = samples(exposition(world.engine, clock.now()))

    assert found["evenhand_events_waiting"] == 1
    assert found["evenhand_events_oldest_seconds"] == 180
    assert found["evenhand_people_waiting"] == 1
    assert found["evenhand_people_oldest_seconds"] == 180
    assert found["evenhand_unanswered_waiting"] == 1
    assert found["evenhand_unanswered_oldest_seconds"] == 60
    assert found["evenhand_cases{outcome=decline,status=decided}"] == 1
    assert found["evenhand_shops"] == 2
    assert found["evenhand_shops_without_token"] == 2
    assert found["evenhand_shops_silent"] == 1
    assert found["evenhand_quietest_shop_seconds"] == 180
    assert found["evenhand_workflows{status=ENQUEUED}"] == 0


@pytest.mark.parametrize(
    ("status", "minutes", "taken_back", "alive"),
    [
        (Status.FAILED, 11, False, 1),
        (Status.SUPERSEDED, 11, False, 1),
        (Status.DECIDED, 11, False, 1),
        (Status.FAILED, 9, False, 0),
        (Status.FAILED, 11, True, 0),
        (Status.ANSWERED, 11, False, 0),
    ],
)
def test_it_finds_a_live_code_beside_no_answer(
    world: SqlArchive,
    clock: HandClock,
    status: Status,
    minutes: int,
    taken_back: bool,
    alive: int,
) -> None:
    calls = ["create-code", *(["deactivate-code"] if taken_back else [])]
    body = {"operation": "code"}
    keys = ["begun", *(f"call:{call}" for call in calls)]
    entries = [Entry(key=key, kind="call", body=body) for key in keys]
    installed(world, ALPINE).open(make_case(status=status), *entries)
    clock.pass_by(minutes=minutes)

    found = samples(exposition(world.engine, clock.now()))

    assert found["evenhand_codes_waiting"] == alive


def test_a_code_that_was_never_made_is_none(
    world: SqlArchive, clock: HandClock
) -> None:
    installed(world, ALPINE).open(make_case(status=Status.FAILED))
    clock.pass_by(hours=1)

    assert samples(exposition(world.engine, clock.now()))["evenhand_codes_waiting"] == 0


def test_it_counts_in_this_process_and_in_others_alike(
    world: SqlArchive, clock: HandClock
) -> None:
    tally.count("platform_calls", operation="approve_return", result="throttled")
    first = samples(exposition(world.engine, clock.now()))
    tally.count("platform_calls", operation="approve_return", result="throttled")
    second = samples(exposition(world.engine, clock.now()))

    name = "evenhand_platform_calls_total{operation=approve_return,result=throttled}"
    assert (first[name], second[name]) == (1, 2)


def test_a_bucket_counts_everything_below_it(
    world: SqlArchive, clock: HandClock
) -> None:
    tally.count("answer_seconds_bucket", 3, le="0.5")
    tally.count("answer_seconds_bucket", 1, le="60.0")
    tally.count("answer_seconds_sum", 41.5)

    found = samples(exposition(world.engine, clock.now()))

    assert found["evenhand_answer_seconds_bucket{le=0.5}"] == 3
    assert found["evenhand_answer_seconds_bucket{le=30.0}"] == 3
    assert found["evenhand_answer_seconds_bucket{le=60.0}"] == 4
    assert found["evenhand_answer_seconds_count"] == 4
    assert found["evenhand_answer_seconds_sum"] == 41.5


def test_a_shop_with_a_token_that_ended_has_none(
    world: SqlArchive, clock: HandClock
) -> None:
    installed(world, ALPINE)
    row: dict[str, Any] = {"shop": ALPINE, "access": b"", "refresh": b"", "scopes": ""}
    row |= {"expires_at": clock.now(), "refresh_expires_at": clock.now()}
    with world.engine.begin() as db:
        db.execute(sa.insert(tokens).values(row))
    ends = samples(exposition(world.engine, clock.now() - timedelta(seconds=1)))
    ended = samples(exposition(world.engine, clock.now()))

    assert ends["evenhand_shops_without_token"] == 0
    assert ended["evenhand_shops_without_token"] == 1


def test_no_label_names_a_shop(world: SqlArchive, clock: HandClock) -> None:
    installed(world, ALPINE).open(make_case())

    assert ALPINE not in exposition(world.engine, clock.now()).decode()


def test_every_metric_is_explained_to_operators() -> None:
    guide = (ROOT / "docs" / "operators.md").read_text("utf-8")
    named = [f"evenhand_{name}_total" for name in COUNTERS]
    named += [f"evenhand_{name}_waiting" for name in PILES]
    named += [f"evenhand_{name}_oldest_seconds" for name in PILES]

    assert [name for name in named if f"`{name}`" not in guide] == []


@pytest.fixture
def client(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    one_database: Callable[[Path], str],
) -> Iterator[FlaskClient]:
    environment = {
        "SHOPIFY_API_KEY": "client-id",
        "SHOPIFY_API_SECRET": "client-secret",
        "EVENHAND_SECRETS": "s" * 32,
        "DATABASE_URL": one_database(tmp_path),
        "EVENHAND_WORK_INLINE": "false",
        "EVENHAND_LOG_LEVEL": "error",
        "EVENHAND_METRICS_TOKEN": TOKEN,
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    yield create_app().test_client()
    logs.configure("critical")


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("10.0.0.7", {}, 403),
        ("", {}, 403),
        ("127.0.0.1", {"X-Forwarded-For": "10.0.0.7"}, 403),
        ("127.0.0.1", {"Forwarded": "for=10.0.0.7"}, 403),
        ("10.0.0.7", {"Authorization": f"Bearer {TOKEN}"}, 200),
        ("127.0.0.1", {"Via": "1.1 x", "Authorization": f"Bearer {TOKEN}"}, 200),
        ("10.0.0.7", {"Authorization": "Bearer wrong"}, 403),
        ("10.0.0.7", {"Authorization": "Bearer"}, 403),
        ("10.0.0.7", {"Authorization": f"Basic {TOKEN}"}, 403),
        ("10.0.0.7", {"Authorization": "Bearer ü"}, 403),
    ],
)
def test_it_answers_this_machine_or_who_has_the_token(
    client: FlaskClient, address: str, headers: dict[str, str], status: int
) -> None:
    answer = client.get(
        "/metrics", headers=headers, environ_overrides={"REMOTE_ADDR": address}
    )

    assert answer.status_code == status
    assert (b"evenhand_shops 0.0" in answer.data) is (status == 200)
    if status == 403:
        assert answer.get_json()["error"] == "metrics_closed"


def test_a_refused_event_is_counted(client: FlaskClient) -> None:
    client.get("/metrics")
    client.post("/webhooks", data=b"{}")

    found = samples(client.get("/metrics").data)

    name = "evenhand_events_refused_total{code=missing_header}"
    assert [key for key in found if key.startswith("evenhand_events_refused")] == [name]
