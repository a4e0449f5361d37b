"""What was asked by law is seen by operators before its time is up; old data goes."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from plugin import workflows
from plugin.archive.retention import FILE_DAYS, LOOK_DAYS, erase_old
from plugin.archive.store import SqlArchive
from plugin.archive.tables import past_returns, privacy_requests
from plugin.case import Status
from plugin.doctor.finding import Level
from plugin.doctor.work import examine_work
from plugin.past import PastReturn
from plugin.privacy import Person, Topic
from plugin.shop import Preferences
from tests.archive.shelves import ALPINE, NORTH, RETURN, ask, installed, make_case
from tests.casework.scene import Scene
from tests.conftest import HandClock
from tests.databases import KEYRING
from tests.ops.conftest import Operator

PERSON = Person(customer_id=make_case().customer_id)


@pytest.fixture
def archive(engine: sa.Engine, clock: HandClock) -> SqlArchive:
    workflows.migrate(engine)
    return SqlArchive(engine, clock.now, KEYRING)


@pytest.mark.parametrize(
    ("days", "level"),
    [(1, Level.OK), (9, Level.OK), (11, Level.WARNING), (26, Level.ERROR)],
)
def test_the_doctor_warns_as_the_due_day_comes_near(
    archive: SqlArchive, clock: HandClock, days: int, level: Level
) -> None:
    ask(installed(archive), Topic.REDACT_CUSTOMER, PERSON)
    clock.pass_by(days=days)

    found = {each.check: each for each in examine_work(archive.engine, clock.now())}

    assert found["privacy"].level is level
    assert f"1 request by law is open, the oldest for {days} day" in (
        found["privacy"].says.replace("24 h", "1 day")
    )


def test_the_command_lists_proofs_and_tells_what_is_late(
    scene: Scene, operator: Operator
) -> None:
    ask(scene.shelf, Topic.REDACT_CUSTOMER, PERSON, id="done")
    scene.shelf.erase_person(PERSON, "done")
    scene.shelf.finish("done", "erased")
    in_time = operator.run("privacy", "--json")
    ask(scene.shelf, Topic.DATA_REQUEST, PERSON, id="late")
    with scene.archive.engine.begin() as db:
        long_ago = datetime.now(UTC) - timedelta(days=11)
        which = privacy_requests.c.id == "late"
        db.execute(sa.update(privacy_requests).where(which).values(asked_at=long_ago))

    late = operator.run("privacy")

    proof = json.loads(in_time.stdout)
    assert (in_time.exit_code, late.exit_code) == (0, 1)
    assert (proof["id"], proof["result"], len(proof["sha256"])) == (
        "done",
        "erased",
        64,
    )
    assert late.stdout.count("\n") == 2
    assert "LATE" in late.stdout
    assert "Customer" not in late.stdout


def test_what_a_shop_need_not_keep_is_erased_after_its_own_period(
    archive: SqlArchive, clock: HandClock
) -> None:
    alpine, north = installed(archive, ALPINE), installed(archive, NORTH)
    alpine.prefer(Preferences(keep_months=6))
    for shelf in (alpine, north):
        shelf.open(make_case(shop=shelf.domain, status=Status.ANSWERED))
    clock.pass_by(days=6 * 31 + 1)

    counts = [erase_old(archive), erase_old(archive)]

    gone, kept = alpine.find(RETURN), north.find(RETURN)
    assert counts == [1, 0]
    assert gone is not None
    assert gone.erased
    assert kept == replace(make_case(shop=NORTH), status=Status.ANSWERED)
    assert [entry.data for entry in alpine.entries(RETURN)] == [
        {"why": "retention", "entries": []}
    ]


def test_the_past_is_kept_no_longer_than_cases_are(
    archive: SqlArchive, clock: HandClock
) -> None:
    alpine, north = installed(archive, ALPINE), installed(archive, NORTH)
    alpine.prefer(Preferences(keep_months=6))
    for shelf in (alpine, north):
        past = PastReturn(
            return_id=RETURN,
            order_id="o-1",
            customer_id=PERSON.customer_id,
            requested_at=clock.now(),
            status="CLOSED",
            items=1,
        )
        shelf.remember_return(past, [])
        shelf.open(make_case(shop=shelf.domain, status=Status.ANSWERED))
    clock.pass_by(days=6 * 31 - 1)
    erase_old(archive)
    young = shops_of(archive, past_returns)
    clock.pass_by(days=2)

    counts = [erase_old(archive), erase_old(archive)]

    assert young == [ALPINE, NORTH]
    assert counts == [2, 0]
    assert shops_of(archive, past_returns) == [NORTH]


def shops_of(archive: SqlArchive, table: sa.Table) -> list[str]:
    with archive.engine.connect() as db:
        return list(db.scalars(sa.select(table.c.shop).order_by(table.c.shop)))


def test_a_shop_that_left_is_erased_though_nobody_asks(
    archive: SqlArchive, clock: HandClock
) -> None:
    gone, kept = installed(archive, ALPINE), installed(archive, NORTH)
    for shelf in (gone, kept):
        shelf.open(make_case(shop=shelf.domain, status=Status.ANSWERED))
    gone.uninstall()
    clock.pass_by(days=29)
    erase_old(archive)
    before = gone.shop()
    clock.pass_by(days=2)
    erase_old(archive)

    assert before is not None
    assert (gone.shop(), gone.cases()) == (None, [])
    assert len(kept.cases()) == 1
    [proof] = gone.requests()
    assert (proof.id, proof.result, proof.counts["cases"]) == ("left:1", "erased", 1)


def test_data_files_and_looks_go_in_their_time(
    archive: SqlArchive, clock: HandClock
) -> None:
    shelf = installed(archive)
    shelf.open(make_case(status=Status.ANSWERED))
    ask(shelf, Topic.DATA_REQUEST, PERSON)
    shelf.export("ask-1", PERSON)
    shelf.finish("ask-1", "handed_out")
    shelf.looked("staff:1", "case", RETURN)
    clock.pass_by(days=FILE_DAYS - 1)
    erase_old(archive)
    before = (shelf.file("ask-1") is not None, len(shelf.looks()))
    clock.pass_by(days=2)
    erase_old(archive)
    file_gone = (shelf.file("ask-1"), len(shelf.looks()))
    clock.pass_by(days=LOOK_DAYS)
    erase_old(archive)

    assert (before, file_gone, shelf.looks()) == ((True, 1), (None, 1), [])
    proof = shelf.asked("ask-1")
    assert proof is not None
    assert (proof.result, proof.has_file) == ("handed_out", False)


def test_the_record_of_looks_is_never_changed(archive: SqlArchive) -> None:
    shelf = installed(archive)
    shelf.looked("staff:1", "case", RETURN)

    with (
        pytest.raises(sa.exc.DBAPIError, match="looks are append-only"),
        archive.engine.begin() as db,
    ):
        db.execute(sa.text("UPDATE looks SET subject = 'other'"))
