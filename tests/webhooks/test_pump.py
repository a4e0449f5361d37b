"""Waiting events become workflows, each business key once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from dbos import DBOS, DBOSClient

from plugin import jobs, workflows
from plugin.archive.store import SqlArchive
from plugin.archive.tables import inbox
from plugin.shop import Profile
from tests.webhooks.letters import SHOP, make_event, make_job
from tests.webhooks.test_inbox import NORTH
from tests.webhooks.town import wait_until
from webhooks.inbox import Inbox
from webhooks.pump import BATCH, Pump
from webhooks.rows import row_of


@pytest.fixture
def client(engine: sa.Engine) -> DBOSClient:
    """Queues of which nobody takes anything, so that one can look."""
    DBOS.migrate(engine.url.render_as_string(hide_password=False))
    return workflows.client(engine)


@pytest.fixture
def pump(box: Inbox, client: DBOSClient) -> Iterator[Pump]:
    made = Pump(box.engine, client, box.arrived, 0.05)
    yield made
    client.destroy()


def put(box: Inbox, number: int, subject: str | None = None) -> None:
    job = make_job(subject=subject or f"gid://shopify/Return/{number}")
    box.put(make_event(webhook_id=f"event-{number}"), job)


def states(engine: sa.Engine) -> list[str]:
    with engine.connect() as db:
        return list(db.scalars(sa.select(inbox.c.state).order_by(inbox.c.id)))


def queued(client: DBOSClient) -> list[str]:
    return sorted(found.workflow_id for found in client.list_workflows())


def test_it_hands_an_event_over_once(box: Inbox, pump: Pump) -> None:
    put(box, 1)

    handed = [pump.hand_over(), pump.hand_over()]

    assert handed == [1, 0]
    assert states(box.engine) == ["handed"]
    assert queued(pump.client) == [f"answer_request:{SHOP}:gid://shopify/Return/1"]


def test_it_starts_one_workflow_for_two_events_about_one_request(
    box: Inbox, pump: Pump
) -> None:
    put(box, 1, "same")
    put(box, 2, "same")
    together = pump.hand_over()
    put(box, 3, "same")
    later = pump.hand_over()

    assert (together, later) == (2, 1)
    assert states(box.engine) == ["handed"] * 3
    assert queued(pump.client) == [f"answer_request:{SHOP}:same"]


def test_it_starts_one_workflow_for_an_event_that_is_handed_over_twice(
    box: Inbox, pump: Pump
) -> None:
    put(box, 1)
    pump.hand_over()
    with box.engine.begin() as db:
        db.execute(sa.update(inbox).values(state="waiting"))

    pump.hand_over()

    assert states(box.engine) == ["handed"]
    assert len(queued(pump.client)) == 1


def test_it_queues_a_workflow_under_its_shop(box: Inbox, pump: Pump) -> None:
    put(box, 1)
    pump.hand_over()

    [found] = pump.client.list_workflows()
    assert (found.name, found.queue_name, found.status) == (
        jobs.ANSWER,
        workflows.QUEUE,
        "ENQUEUED",
    )
    assert found.queue_partition_key == SHOP
    assert found.input is not None
    assert found.input["args"] == (
        {"shop": SHOP, "return_id": make_job().arguments["return_id"]},
    )


def test_it_leaves_alone_what_was_only_recorded(box: Inbox, pump: Pump) -> None:
    box.put(make_event(topic="orders/create"), None, "unknown_topic")

    handed = pump.hand_over()

    assert handed == 0
    assert states(box.engine) == ["ignored"]
    assert queued(pump.client) == []


def test_it_takes_many_in_batches(box: Inbox, pump: Pump) -> None:
    values = [
        box._row(make_event(webhook_id=f"event-{n}"), make_job(subject=str(n)), None)
        for n in range(BATCH + 5)
    ]
    with box.engine.begin() as db:
        db.execute(sa.insert(inbox), values)

    handed = [pump.hand_over() for _ in range(3)]

    assert handed == [BATCH, 5, 0]
    assert len(queued(pump.client)) == BATCH + 5


def test_it_lets_events_wait_while_they_cannot_be_queued(
    box: Inbox, pump: Pump
) -> None:
    put(box, 1)
    put(box, 2)
    with _gone(box.engine, "workflow_status"), pytest.raises(sa.exc.SQLAlchemyError):
        pump.hand_over()
    before = states(box.engine)

    handed = pump.hand_over()

    assert (before, handed) == (["waiting"] * 2, 2)
    assert len(queued(pump.client)) == 2


def test_it_works_by_itself_and_goes_on_after_trouble(box: Inbox, pump: Pump) -> None:
    pump.start()
    put(box, 1)
    wait_until(lambda: states(box.engine) == ["handed"])
    with _gone(box.engine, "workflow_status"):
        put(box, 2)
        wait_until(lambda: not pump.arrived.is_set())
        during = states(box.engine)
    wait_until(lambda: states(box.engine) == ["handed"] * 2)
    pump.stop()

    assert during == ["handed", "waiting"]
    assert len(queued(pump.client)) == 2


class _gone:  # noqa: N801  # reads as a word of the sentence it stands in
    """A table that is missing for a while."""

    def __init__(self, engine: sa.Engine, table: str) -> None:
        schema = "dbos." if engine.dialect.name == "postgresql" else ""
        self.engine = engine
        self.away = f"ALTER TABLE {schema}{table} RENAME TO away"
        self.back = f"ALTER TABLE {schema}away RENAME TO {table}"

    def __enter__(self) -> None:
        with self.engine.begin() as db:
            db.execute(sa.text(self.away))

    def __exit__(self, *_: object) -> None:
        with self.engine.begin() as db:
            db.execute(sa.text(self.back))


def test_one_shop_s_many_events_keep_no_other_s_waiting(box: Inbox, pump: Pump) -> None:
    shelf = SqlArchive(box.engine, box.now, box.keyring).of(NORTH)
    contact = "n@b.example"
    shelf.install(
        Profile(name="North", currency="EUR", zone="UTC", contact=contact), "{}"
    )
    for number in range(BATCH + 5):
        put(box, number)
    other = make_job(shop=NORTH)
    box.put(make_event(webhook_id="north", shop=NORTH), other)

    handed = [pump.hand_over() for _ in range(3)]

    # Of each of two the oldest half a batch, as far as there are so many.
    assert handed == [BATCH // 2 + 1, BATCH // 2 + 5, 0]
    assert f"answer_request:{NORTH}:{other.subject}" in queued(pump.client)


def test_more_shops_than_a_batch_holds_take_turns(
    box: Inbox, pump: Pump, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webhooks.pump.BATCH", 2)
    shops = [f"shop-{name}.myshopify.com" for name in "abc"]
    with box.engine.begin() as db:
        for number, shop in enumerate([*shops, *shops]):
            event = make_event(webhook_id=f"event-{number}", shop=shop)
            job = make_job(shop=shop, subject=f"gid://shopify/Return/{number}")
            row = row_of(event, job, None, box.now())
            row.pop("ask")
            db.execute(sa.insert(inbox).values(**row))

    taken = []
    while pump.hand_over():
        taken.append("".join(str(state)[0] for state in states(box.engine)))

    # The third comes before the first comes again, and has the batch for itself.
    assert taken == ["hhwwww", "hhhwwh", "hhhhhh"]


def spoil(box: Inbox, *numbers: int) -> None:
    """Let events ask for what nobody can read."""
    with box.engine.begin() as db:
        spoilt = sa.update(inbox).where(inbox.c.id.in_(numbers))
        db.execute(spoilt.values(job="no job"))


def test_what_cannot_be_read_stops_nobody_else(box: Inbox, pump: Pump) -> None:
    put(box, 1)
    put(box, 2)
    spoil(box, 1)

    assert pump.hand_over() == 2
    assert states(box.engine) == ["waiting", "handed"]


@pytest.mark.parametrize("most", [0, 1000])
def test_it_is_in_no_later_event_s_way(
    box: Inbox, pump: Pump, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr("webhooks.pump.BATCH", 2)
    monkeypatch.setattr("webhooks.pump.MOST_NAMED", most)
    for number in range(1, 5):
        put(box, number)
    spoil(box, 1, 2)

    held = [pump.hand_over() for _ in range(3)]

    # As many as a batch holds, and still the next ones come, and none comes again.
    assert held == [2, 2, 0]
    assert states(box.engine) == ["waiting", "waiting", "handed", "handed"]


def test_what_was_not_committed_comes_again_from_its_first_event_on(
    box: Inbox, pump: Pump, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(box, 1)
    put(box, 2)
    spoil(box, 2)
    with monkeypatch.context() as broken:
        broken.setattr("webhooks.pump.enqueue", None)
        with pytest.raises(TypeError):
            pump.hand_over()

    assert pump.hand_over() == 2
    assert states(box.engine) == ["handed", "waiting"]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_what_another_held_meanwhile_is_not_passed_over(box: Inbox, pump: Pump) -> None:
    put(box, 1)
    put(box, 2)
    spoil(box, 2)
    with box.engine.connect() as other:
        held = sa.select(inbox.c.id).where(inbox.c.id == 1).with_for_update()
        other.execute(held)
        assert pump.hand_over() == 1

    assert pump.hand_over() == 1
    assert states(box.engine) == ["handed", "waiting"]


def test_it_is_read_again_after_a_while(box: Inbox, pump: Pump) -> None:
    put(box, 1)
    with box.engine.connect() as db:
        job = db.scalar(sa.select(inbox.c.job))
    spoil(box, 1)
    assert [pump.hand_over(), pump.hand_over()] == [1, 0]
    with box.engine.begin() as db:
        db.execute(sa.update(inbox).values(job=job))

    pump._read_again_at = 0.0

    assert pump.hand_over() == 1
    assert states(box.engine) == ["handed"]
