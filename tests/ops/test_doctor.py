"""The doctor finds what is wrong, says what to do, and changes nothing."""

from __future__ import annotations

import json
import shutil
from collections import namedtuple
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from plugin import doctor, workflows
from plugin.archive import tallies, workers
from plugin.archive.database import connect, migrate
from plugin.archive.past import Backfill, keep_backfill
from plugin.archive.sweeps import Swept, keep_swept
from plugin.archive.tables import cases, inbox, metadata, tokens
from plugin.case import Status
from plugin.doctor import database as database_checks
from plugin.doctor.database import clock, examine_database, room
from plugin.doctor.finding import Finding, Level, worst
from plugin.doctor.stores import wanted_scopes
from plugin.doctor.sweeps import examine_past, examine_sweeps
from plugin.doctor.work import examine_work, span
from plugin.past import DONE, QUERY_RUNS, READING
from plugin.tally import key
from tests.casework.scene import SHOP, Scene
from tests.conftest import new_database
from tests.databases import KIND, as_superuser
from tests.ops.conftest import Operator

FREE = namedtuple("FREE", "free")


def found(operator: Operator, *arguments: str) -> dict[str, dict[str, Any]]:
    """Examine, and tell each check's finding."""
    done = operator.run("doctor", "--json", *arguments)
    findings = json.loads(done.stdout)
    levels = {"ok": 0, "warning": 1, "error": 2}

    assert done.exit_code == max(levels[each["level"]] for each in findings)
    assert all(each["do"] for each in findings if each["level"] != "ok")
    return {each["check"]: each for each in findings}


def levels(findings: dict[str, dict[str, Any]]) -> dict[str, str]:
    return {check: each["level"] for check, each in findings.items()}


def hear(scene: Scene, *, ago: timedelta, state: str = "handed") -> None:
    row: dict[str, Any] = dict.fromkeys(("topic", "body_sha256", "job"), "x")
    row |= {"shop": SHOP, "webhook_id": str(ago), "state": state}
    row |= {"received_at": datetime.now(UTC) - ago}
    with scene.archive.engine.begin() as db:
        db.execute(sa.insert(inbox).values(row))


def test_it_finds_nothing_where_all_is_well(scene: Scene, operator: Operator) -> None:
    hear(scene, ago=timedelta(minutes=5))
    workers.beat(scene.archive.engine, "worker-1")

    findings = found(operator)

    assert {each["level"] for each in findings.values()} == {"ok"}
    # A server's disk is not ours to look at, and a file has no walls.
    own = {"disk" if KIND == "sqlite" else "walls"}
    assert sorted(findings.keys() - own) == [
        "answers",
        "clock",
        "codes",
        "data keys",
        "durable",
        "endpoints",
        "inbox",
        "last event",
        "messages",
        "migrated",
        "packs",
        "people",
        "privacy",
        "scopes",
        "settings",
        "store",
        "stories",
        "subscriptions",
        "token",
        "tone",
        "whole",
        "worker",
        "writable",
    ]
    assert own <= findings.keys()


def test_it_says_it_in_words(scene: Scene, operator: Operator) -> None:
    done = operator.run("doctor")

    assert done.exit_code == 1
    assert "ok      migrated: its shape is the newest" in done.stdout
    assert f"warning {SHOP}: last event: nothing was ever heard\n        -> " in (
        done.stdout
    )
    assert done.stdout.endswith("looked at, 2 to see to.\n")


def test_it_calls_no_store_when_told_so(scene: Scene, operator: Operator) -> None:
    before = len(scene.world.truth(SHOP)["calls"])

    assert "store" not in found(operator, "--offline")
    assert len(scene.world.truth(SHOP)["calls"]) == before


def test_it_says_which_setting_is_missing(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("EVENHAND_SECRETS")

    findings = found(operator)

    assert list(findings) == ["settings"]
    assert findings["settings"]["says"].startswith("`EVENHAND_SECRETS` is missing")


def test_it_warns_of_an_old_client_secret(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOPIFY_OLD_API_SECRET", "canary")

    findings = found(operator)

    assert findings["secrets"]["level"] == "warning"
    assert "canary" not in json.dumps(findings)


def test_it_makes_no_database(
    operator: Operator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/new/none.db")

    findings = found(operator)

    assert levels(findings)["database"] == "error"
    assert not (tmp_path / "new").exists()


def test_it_does_not_tell_the_database_password(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = "postgresql+psycopg://u:canary@127.0.0.1:1/x"
    monkeypatch.setenv("DATABASE_URL", url)

    findings = found(operator)

    says = "the database `x` at `127.0.0.1:1` cannot be used: nothing answers there"
    assert findings["database"]["says"] == says
    assert "canary" not in json.dumps(findings)


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("postgresql+psycopg://evenhand@/x?host=/nowhere", "/nowhere"),
        ("postgresql+psycopg://h1/x?host=127.0.0.1&port=1", "127.0.0.1:1"),
        (
            "postgresql+psycopg:///x?host=127.0.0.1:1&host=127.0.0.2:1",
            "127.0.0.1:1, 127.0.0.2:1",
        ),
    ],
)
def test_it_names_the_place_that_is_looked_at(url: str, place: str) -> None:
    [finding] = examine_database(connect(url))

    assert finding.says.startswith(f"the database `x` at `{place}` cannot be used")


@pytest.mark.parametrize(
    ("version", "says"),
    [
        ("0001", "its shape is 0001, this release wants"),
        ("9999", "its shape 9999 is newer than this release"),
    ],
)
def test_it_tells_a_database_of_another_release(
    scene: Scene, operator: Operator, version: str, says: str
) -> None:
    with scene.archive.engine.begin() as db:
        db.execute(sa.text(f"UPDATE evenhand_schema SET version_num = '{version}'"))

    findings = found(operator)
    listed = operator.run("shops")

    assert findings["migrated"]["level"] == "error"
    assert findings["migrated"]["says"].startswith(says)
    assert "store" not in findings
    assert listed.exit_code == 2
    assert "(database_not_migrated)" in listed.stderr


def test_it_looks_at_both_kinds_of_database(engine: sa.Engine) -> None:
    findings = list(examine_database(engine))

    assert worst(findings) is Level.OK
    assert [each.check for each in findings][:5] == [
        "migrated",
        "whole",
        "writable",
        "durable",
        "clock",
    ]


def test_it_finds_a_database_that_is_locked(
    engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_checks, "LOCK_SECONDS", 0.2)
    if engine.dialect.name == "sqlite":
        lock = "BEGIN IMMEDIATE"
    else:
        lock = "LOCK TABLE shops IN ACCESS EXCLUSIVE MODE"
    with engine.connect() as holder:
        holder.exec_driver_sql(lock)
        findings = {each.check: each for each in examine_database(engine)}
        holder.rollback()

    assert findings["writable"].level is Level.ERROR


def test_it_looks_at_the_work_in_both_kinds_of_database(engine: sa.Engine) -> None:
    workflows.migrate(engine)

    findings = {each.check: each for each in examine_work(engine, datetime.now(UTC))}

    assert {check: each.level for check, each in findings.items()} == {
        "worker": Level.WARNING,
        "inbox": Level.OK,
        "stories": Level.OK,
        "answers": Level.OK,
        "codes": Level.OK,
        "people": Level.OK,
        "privacy": Level.OK,
    }


def test_it_finds_events_that_nobody_takes(scene: Scene, operator: Operator) -> None:
    hear(scene, ago=timedelta(minutes=3), state="waiting")

    findings = found(operator)

    assert levels(findings)["worker"] == "error"
    assert findings["inbox"]["level"] == "error"
    assert findings["inbox"]["says"] == (
        "1 events not handed over, the oldest for 3 min"
    )


def test_it_finds_a_case_without_its_answer(scene: Scene, operator: Operator) -> None:
    return_id = scene.asked()
    scene.run(return_id)
    _age(scene, Status.DECIDED, hours=10)

    assert levels(found(operator))["answers"] == "error"


def test_it_warns_of_customers_who_wait_for_a_person(
    scene: Scene, operator: Operator
) -> None:
    scene.run(scene.asked())
    _age(scene, Status.IN_REVIEW, hours=24 * 9)

    findings = found(operator)

    assert findings["people"]["level"] == "warning"
    assert findings["people"]["says"] == (
        "1 case waits for a person, the oldest for 9 days"
    )


def _age(scene: Scene, status: Status, *, hours: float) -> None:
    long_ago = datetime.now(UTC) - timedelta(hours=hours)
    change = sa.update(cases).values(
        status=status.value, opened_at=long_ago, updated_at=long_ago
    )
    with scene.archive.engine.begin() as db:
        db.execute(change)


def test_it_finds_a_shop_without_its_token(scene: Scene, operator: Operator) -> None:
    with scene.archive.engine.begin() as db:
        db.execute(sa.delete(tokens))

    findings = found(operator, "--shop", SHOP)

    assert findings["token"]["level"] == "error"
    assert findings["token"]["shop"] == SHOP


def test_it_finds_a_token_that_no_key_opens(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EVENHAND_SECRETS", "x" * 40)

    assert levels(found(operator))["token"] == "error"


@pytest.mark.parametrize(
    ("days", "level"), [(90, "ok"), (13, "warning"), (-1, "error")]
)
def test_it_sees_a_token_end(
    scene: Scene, operator: Operator, days: int, level: str
) -> None:
    ends = datetime.now(UTC) + timedelta(days=days)
    with scene.archive.engine.begin() as db:
        db.execute(sa.update(tokens).values(refresh_expires_at=ends))

    assert levels(found(operator))["token"] == level


def test_it_names_the_scopes_that_are_missing(scene: Scene, operator: Operator) -> None:
    held = "read_customers,read_products,write_orders,read_returns"
    with scene.archive.engine.begin() as db:
        db.execute(sa.update(tokens).values(scopes=held))

    assert (
        found(operator)["scopes"]["says"] == "missing: write_discounts, write_returns"
    )


def test_without_a_manifest_no_scope_is_wanted(tmp_path: Path) -> None:
    assert wanted_scopes(tmp_path / "none.toml") == frozenset()


def test_it_marks_a_token_that_is_refused_and_does_not_drop_it(
    scene: Scene, operator: Operator
) -> None:
    held = scene.tokens.vault.load(SHOP)
    found(operator)
    before = scene.tokens.vault.has(SHOP)
    scene.world.control("install", shop=SHOP, installed=False)

    findings = found(operator)
    [row] = json.loads(operator.run("shops", "--json").stdout)

    assert findings["store"]["level"] == "error"
    assert findings["store"]["says"] == "it refuses the token: HTTP 401"
    assert (before, scene.tokens.vault.has(SHOP)) == (True, False)
    assert scene.tokens.vault.load(SHOP) == held
    assert row["token"].startswith("refused since 20")
    assert row["token"].endswith(": reopen the app")


def test_it_says_that_it_does_not_ask_once_the_token_s_hour_is_over(
    scene: Scene, operator: Operator
) -> None:
    held = scene.tokens.vault.load(SHOP)
    assert held is not None
    over = datetime.now(UTC) - timedelta(minutes=1)
    scene.tokens.vault.keep(SHOP, replace(held, expires_at=over))
    scene.world.control("install", shop=SHOP, installed=False)

    before = found(operator)
    operator.run("renew-tokens")
    after = found(operator)

    assert before["store"]["says"].startswith("not asked: ")
    assert (before["store"]["level"], before["token"]["level"]) == ("ok", "ok")
    # Only a renewal finds out by then that the token is dead.
    assert (after["token"]["level"], "store" in after) == ("error", False)


def test_it_reads_every_word_list(
    operator: Operator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    config = tmp_path / "config"
    shutil.copytree(doctor.CONFIG, config)
    (config / "tone" / "de.yaml").write_text("words: many", "utf-8")
    monkeypatch.setattr(doctor, "CONFIG", config)

    findings = found(operator)

    assert findings["tone"]["level"] == "error"
    assert "`de.yaml` cannot be used" in findings["tone"]["says"]


def test_it_tells_what_it_saw_before_the_database_broke(
    scene: Scene, operator: Operator
) -> None:
    with scene.archive.engine.begin() as db:
        db.execute(sa.text("ALTER TABLE inbox RENAME COLUMN received_at TO gone"))

    findings = found(operator)

    assert levels(findings) | {"packs": "ok", "work": "error"} == levels(findings)
    assert findings["database"]["level"] == "error"
    assert "can be read no further" in findings["database"]["says"]


def test_it_sees_that_a_store_cannot_be_reached(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOPIFY_SHOP_URL", "http://127.0.0.1:1/{shop}")

    assert found(operator)["store"]["says"] == "not reached: ConnectionError"


def test_it_knows_no_other_shop(operator: Operator) -> None:
    findings = found(operator, "--shop", "charlie.myshopify.com")

    assert findings["shop"]["level"] == "error"
    assert "token" not in findings


@pytest.mark.parametrize(
    ("seconds", "level", "says"),
    [
        (0, Level.OK, "it agrees with the store"),
        (61, Level.WARNING, "the store is 61 s ahead"),
        (-61, Level.WARNING, "the store is 61 s behind"),
    ],
)
def test_it_compares_clocks(seconds: int, level: Level, says: str) -> None:
    # Half a second more than what is said, since time passes while it is compared.
    skew = seconds + (0.4 if seconds > 0 else 0)
    finding = clock("the store", datetime.now(UTC) + timedelta(seconds=skew))

    assert (finding.level, finding.says) == (level, says)


@pytest.mark.parametrize(
    ("free", "level"),
    [(2 * 1024**3, Level.OK), (1024**3 - 1, Level.WARNING), (1024, Level.ERROR)],
)
def test_it_looks_for_room(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, free: int, level: Level
) -> None:
    # A disk cannot be filled in a test.
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: FREE(free=free))

    assert room(tmp_path).level is level


def test_it_says_times_in_units_that_fit() -> None:
    assert [span(s) for s in (-1, 59, 120, 7200, 172800)] == [
        "0 s",
        "59 s",
        "2 min",
        "2 h",
        "2 days",
    ]


def test_it_changes_nothing(scene: Scene, operator: Operator) -> None:
    scene.run(scene.asked())
    before = _everything(scene)

    found(operator)

    assert _everything(scene) == before


def _everything(scene: Scene) -> dict[str, list[Any]]:
    with scene.archive.engine.connect() as db:
        return {
            table.name: list(db.execute(sa.select(table)).all())
            for table in metadata.sorted_tables
        }


def test_it_sees_a_store_answer_as_another_version(
    scene: Scene, operator: Operator
) -> None:
    scene.world.control("api_version", version="2027-01")

    version = found(operator)["API version"]

    assert version["level"] == "warning"
    assert version["says"].startswith("it answers as 2027-01;")


@pytest.mark.parametrize(
    ("version", "level"), [("2027-01", "warning"), ("2026-10", None)]
)
def test_it_sees_events_come_as_another_version(
    scene: Scene, operator: Operator, version: str, level: str | None
) -> None:
    now = datetime.now(UTC)
    row: dict[str, object] = {"shop": SHOP, "topic": "returns/request", "job": "{}"}
    row |= {"webhook_id": "w", "body_sha256": "s", "state": "handed"}
    with scene.archive.engine.begin() as db:
        old = {**row, "api_version": "2026-07", "webhook_id": "older"}
        db.execute(sa.insert(inbox).values(received_at=now - timedelta(days=9), **old))
        db.execute(sa.insert(inbox).values(api_version=version, received_at=now, **row))

    assert found(operator).get("event version", {}).get("level") == level


def test_it_finds_that_the_engine_s_own_tables_are_missing(
    tmp_path: Path, operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path / 'half.db'}"
    half = connect(url)
    migrate(half)
    half.dispose()
    monkeypatch.setenv("DATABASE_URL", url)

    findings = found(operator, "--offline")

    assert findings["work"]["level"] == "error"
    assert "restore" in findings["work"]["do"]


def test_it_finds_what_a_shop_subscribes_to_by_itself(
    scene: Scene, operator: Operator
) -> None:
    before = found(operator)["subscriptions"]
    uri = "https://elsewhere.example/hooks"
    scene.world.control("subscriptions", shop=SHOP, topic="RETURNS_REQUEST", uri=uri)

    after = found(operator)["subscriptions"]

    assert before["level"] == "ok"
    assert after["level"] == "warning"
    assert after["says"] == "the shop has some of its own: returns/request"
    assert "webhookSubscriptionDelete" in after["do"]


@pytest.mark.parametrize(
    ("ago", "silent", "level", "says"),
    [
        (timedelta(hours=1), None, ["ok"], ["looked through 60 min ago"]),
        (timedelta(days=3), None, ["warning"], ["looked through 3 days ago"]),
        (
            timedelta(hours=1),
            "no_events",
            ["ok", "warning"],
            ["60 min ago", "it tells nothing any more"],
        ),
        (
            timedelta(hours=1),
            "untold:returns/request",
            ["ok", "warning"],
            ["60 min ago", "no event told of what happened: returns/request"],
        ),
    ],
)
def test_it_tells_how_a_shop_was_looked_through(
    scene: Scene, ago: timedelta, silent: str | None, level: list[str], says: list[str]
) -> None:
    now = datetime.now(UTC)
    engine = scene.archive.engine
    since = now - ago if silent else None
    done = Swept(swept_at=now - ago, seen_until=None, silent=silent, silent_since=since)
    keep_swept(engine, SHOP, done)

    findings = list(examine_sweeps(engine, SHOP, now))

    assert [each.level.name.lower() for each in findings] == level
    for each, words in zip(findings, says, strict=True):
        assert words in each.says


def test_a_shop_that_was_never_looked_through_has_no_such_finding(
    scene: Scene,
) -> None:
    engine = scene.archive.engine

    assert list(examine_sweeps(engine, SHOP, datetime.now(UTC))) == []


@pytest.mark.parametrize(
    ("state", "tries", "level", "says"),
    [
        (DONE, 9, "ok", "its past returns are read"),
        (READING, 1, "ok", "its past returns are being read: reading"),
        (
            QUERY_RUNS,
            8,
            "warning",
            "could not be read, 8 times by now, the last time for",
        ),
    ],
)
def test_it_tells_of_a_past_that_cannot_be_read(
    scene: Scene, state: str, tries: int, level: str, says: str
) -> None:
    engine, now = scene.archive.engine, datetime.now(UTC)
    known = Backfill(
        generation=1,
        state=state,
        operation_id=None,
        since=None,
        tries=tries,
        why="file_refused",
        next_at=now,
    )
    with engine.begin() as db:
        keep_backfill(db, SHOP, known)

    [found] = examine_past(engine, SHOP)

    assert (found.level.name.lower(), found.shop) == (level, SHOP)
    assert says in found.says


def test_it_tells_who_passes_the_wall_between_shops(postgres_url: str) -> None:
    engine = connect(new_database(postgres_url))
    migrate(engine)
    apart = _walls(engine)
    with engine.begin() as db:
        db.execute(sa.text("ALTER TABLE cases NO FORCE ROW LEVEL SECURITY"))
    open_ = _walls(engine)
    engine.dispose()

    assert (apart.level, apart.says) == (
        Level.OK,
        "the database keeps the shops apart",
    )
    assert (open_.level, open_.says) == (
        Level.ERROR,
        "no wall stands between shops in cases",
    )


def test_it_warns_of_a_role_that_no_wall_holds(postgres_url: str) -> None:
    engine = connect(new_database(postgres_url))
    migrate(engine)
    first = as_superuser(engine)
    found = _walls(first)
    first.dispose()
    engine.dispose()

    assert (found.level, found.check) == (Level.WARNING, "walls")


def _walls(engine: sa.Engine) -> Finding:
    (found,) = (each for each in examine_database(engine) if each.check == "walls")
    return found


@pytest.mark.parametrize(
    ("ago", "level", "none"),
    [
        (None, "warning", "none was ever kept"),
        (timedelta(days=9), "warning", "none was kept for 9 days"),
        (timedelta(hours=2), None, ""),
    ],
)
def test_it_finds_that_no_secret_fits_what_comes(
    scene: Scene,
    operator: Operator,
    ago: timedelta | None,
    level: str | None,
    none: str,
) -> None:
    if ago is not None:
        hear(scene, ago=ago)
    before = found(operator)
    with scene.archive.engine.begin() as db:
        tallies.add(db, {key("events_refused", code="bad_signature"): 3.0})
        tallies.add(db, {key("events_refused", code="no_body"): 4.0})

    after = found(operator).get("signatures", {})

    assert "signatures" not in before
    assert after.get("level") == level
    if level is not None:
        what = "3 events were refused because no secret fits their signature"
        assert after["says"] == f"{what}, and {none}"
        assert after["do"] == "check `SHOPIFY_API_SECRET`"
