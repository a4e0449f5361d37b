"""After erasure no byte of what a customer wrote or is called is left anywhere.

Canaries stand in every field that the development store knows of a customer. Requests
are played over HTTP, with events on their way, told by the real workflows on a real
database; then the customer is erased, and the files are searched byte by byte.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from dbos import DBOS

from plugin import jobs, logs, tries, workflows
from plugin.archive.tables import cases, data_keys
from plugin.case import Status
from plugin.jobs import Job
from plugin.policy.decision import Ground, Outcome
from plugin.privacy import PrivacyRequest
from tests.casework.life import Headers
from tests.casework.scene import SHOP, Scene
from tests.databases import KEYRING, files_of
from tests.devstore.world import ROOT, SECRET, Receiver, World
from tests.pages.seeds import Office
from tests.pages.staff import Merchant
from tests.workflows.ending import end_engine
from tests.workflows.running import wait_for
from webhooks.dispatch import job_for
from webhooks.inbox import Inbox
from webhooks.pump import Pump
from webhooks.verify import verify

CANARIES = {
    "name": "Canary-Nam-Ana",
    "email": "canary-mail@mail.example",
    "phone": "+1 555 0199 canary-phone",
    "address1": "1 Canary-Street",
    "note": "canary-order-note",
}
ATTRIBUTE = "canary-attribute"
NOTE = "canary-note: it is not for me"
WORDS = "canary-words of a person"


@dataclass(kw_only=True)
class Road:
    """A store that tells everything, and an app that hears it."""

    scene: Scene
    ear: Receiver
    inbox: Inbox
    pump: Pump
    log: Path

    def act(self, path: str, **body: Any) -> Any:
        answer = self.scene.world.post(f"/_control/{path}", json={"shop": SHOP, **body})
        assert answer.status_code < 400, answer.text
        return answer.json()

    def hear(self, topic: str) -> None:
        """Take what the store tells into the inbox, up to a topic, and hand it over."""
        wait_for(lambda: topic in self.ear.topics())
        heard, self.ear.heard[:] = list(self.ear.heard), []
        for each in heard:
            event = verify(Headers(each.headers), each.body, secrets=[SECRET])
            job = job_for(event)
            self.inbox.put(event, job, None if job else "nothing_to_do")
        while self.pump.hand_over():
            pass

    def ask(self, days: int) -> tuple[str, int]:
        """Let one customer, full of canaries, ask for a return."""
        self.ear.heard.clear()
        [order] = self.act(
            "orders", delivered_days_ago=days, country="US", province="CO"
        )
        number = order["order_number"]
        self.act("customers", number=number, attributes={"gift": ATTRIBUTE}, **CANARIES)
        line = {
            "line_item_id": order["line_item_ids"][0],
            "quantity": 1,
            "reason": "unwanted",
            "note": NOTE,
        }
        answer = self.scene.world.post(
            f"/{SHOP}/account/orders/{number}/returns", json={"lines": [line]}
        )
        return str(answer.json()["return_id"]), number

    def settled(self, return_id: str) -> None:
        def done() -> bool:
            case = self.scene.shelf.find(return_id)
            return case is not None and case.status is not Status.DECIDED

        wait_for(done)

    def proof(self) -> PrivacyRequest:
        """Wait for what was asked by law last."""
        shelf = self.scene.shelf
        wait_for(lambda: shelf.requests()[0].done_at is not None)
        return shelf.requests()[0]


@pytest.fixture
def road(
    tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Road]:
    monkeypatch.setattr(tries, "PAUSES", (0.05, 0.05))
    monkeypatch.setattr(tries, "DAY", 0.05)
    ear = Receiver()
    world = World(app_url=ear.url, manifest=ROOT / "shopify.app.toml")
    scene = Scene(world, tmp_path, database_url=database_url)
    engine = scene.archive.engine
    workflows.migrate(engine)
    client = workflows.client(engine)
    workflows.register(scene.services, client)
    workflows.launch(engine, worker="erased", poll_seconds=0.05)
    inbox = Inbox(engine, scene.archive.now, KEYRING)
    pump = Pump(engine, client, inbox.arrived, 0.05)
    yield Road(scene=scene, ear=ear, inbox=inbox, pump=pump, log=tmp_path / "log")
    inbox.close()
    end_engine()
    engine.dispose()
    world.close()
    ear.close()
    logs.configure("critical")


def held(engine: sa.Engine, wanted: list[bytes], *, but: str = "-") -> list[bytes]:
    """Tell which of these bytes any file holds."""
    found: set[bytes] = set()
    for file in files_of(engine):
        if but not in file.parts:
            # A server's files come and go.
            with suppress(FileNotFoundError):
                content = file.read_bytes()
                found |= {each for each in wanted if each in content}
    return sorted(found)


def canaries(road: Road, return_ids: list[str]) -> list[str]:
    """Gather what must not be left: what the store knows, and what we wrote to them."""
    found = [*CANARIES.values(), ATTRIBUTE, NOTE, WORDS]
    for return_id in return_ids:
        case = road.scene.shelf.find(return_id)
        assert case is not None
        assert case.customer_id is not None
        found += [case.customer_id, case.customer_id.rpartition("/")[2]]
        found += [case.letter.text[:60]] if case.letter else []
        found += [case.code] if case.code else []
    return found


def test_no_byte_is_left_of_an_erased_customer(
    road: Road, capfd: pytest.CaptureFixture[str]
) -> None:
    logs.configure("debug")
    engine = road.scene.archive.engine
    refused, number = road.ask(days=45)
    road.hear("returns/request")
    road.settled(refused)
    road.act("disputes", number=number)
    road.act("orders/cancel", number=number)
    road.scene.world.post(f"/{SHOP}/admin/orders/{number}/refund", json={})
    override(road, refused)
    wanted = canaries(road, [refused])
    assert len(wanted) > len(CANARIES) + 4
    lying_open = held(engine, [each.encode() for each in wanted])

    road.act("privacy/data", number=number)
    road.hear("customers/data_request")
    handed = road.proof()
    file = taken_out(road, refused, handed.id)
    # Any part of the file that is handed on would betray them, but for the policy's
    # own words, which are the shop's.
    own = "".join(each.document for each in road.scene.shelf.policies())
    parts = [file[at : at + 60] for at in range(0, len(file) - 60, 600)]
    wanted += [part for part in parts if part not in own]
    lying_open += held(engine, [each.encode() for each in wanted])
    looks = [look.what for look in road.scene.shelf.looks()]
    with engine.connect() as db:
        query = sa.select(data_keys.c.wrapped).where(data_keys.c.subject != "")
        keys = list(db.scalars(query))
    road.act("privacy/customer", number=number, days=0)
    road.hear("customers/redact")
    erased = road.proof()
    wait_for(lambda: not DBOS.list_workflows(status=["ENQUEUED", "PENDING", "DELAYED"]))

    told = capfd.readouterr()
    assert lying_open == []
    assert (handed.result, NOTE in file) == ("handed_out", True)
    assert looks == ["file", "case", "case"]
    assert [look.what for look in road.scene.shelf.looks()] == looks
    assert road.scene.shelf.file(handed.id) is None
    assert (erased.result, erased.counts["cases"]) == ("erased", 1)
    case = road.scene.shelf.find(refused)
    assert case is not None
    assert case.erased
    assert held(engine, [each.encode() for each in wanted]) == []
    assert [w for w in wanted if w in told.out + told.err] == []
    assert '"event"' in told.out + told.err
    # The server's own log keeps pages for a while: see docs/operators.md.
    assert held(engine, keys, but="pg_wal") == []
    with engine.connect() as db:
        assert db.scalar(sa.select(sa.func.count()).select_from(cases)) == 1


def taken_out(road: Road, return_id: str, request_id: str) -> str:
    """Let staff look at a case and take the data file, as the pages let them."""
    office = Office(archive=road.scene.archive, tokens={SHOP})
    merchant = Merchant(office.app().test_client(), SHOP)
    number = return_id.rpartition("/")[2]
    assert NOTE in merchant.open(f"/cases/{number}").text
    assert NOTE in merchant.get_json(f"/api/cases/{number}").text
    return merchant.get_json(f"/privacy/requests/{request_id}/data.json").text


def override(road: Road, return_id: str) -> None:
    """Let a person try to answer in their own words, as the page does."""
    words = road.scene.shelf.closed(return_id, WORDS)
    job = Job(
        story=jobs.OVERRIDE,
        shop=SHOP,
        subject=f"{return_id}:by-hand",
        arguments={
            "return_id": return_id,
            "by": "staff:1",
            "to": Outcome.DECLINE.value,
            "ground": Ground.OTHER.value,
            "words": words,
        },
    )
    with road.scene.archive.engine.begin() as db:
        workflows.enqueue(road.pump.client, db, job)
