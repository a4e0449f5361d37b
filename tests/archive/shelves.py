"""Sound shops, cases and entries for the archive's tests."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from plugin.archive.requests import keep_request
from plugin.archive.store import SqlArchive, SqlShelf
from plugin.case import Asked, Case, Entry, Letter, Status
from plugin.policy.decision import Ground, Outcome
from plugin.policy.offers import Offer
from plugin.policy.remedies import Remedy
from plugin.privacy import Ask, Person, Topic
from plugin.shop import Mode, Profile

ALPINE = "alpine.myshopify.com"
NORTH = "north.myshopify.com"
RETURN = "gid://shopify/Return/9007199254740993"
PRESET = '{"name":"preset"}'
PROFILE = Profile(
    name="Alpine Goods",
    currency="USD",
    zone="America/Denver",
    contact="help@alpine.example",
)


def installed(archive: SqlArchive, shop: str = ALPINE) -> SqlShelf:
    """Open the shelf of a shop that has the app."""
    shelf = archive.of(shop)
    shelf.install(PROFILE, PRESET)
    return shelf


def make_case(**changes: Any) -> Case:
    """Make a decided refusal with everything a case can have."""
    case = Case(
        shop=ALPINE,
        return_id=RETURN,
        return_name="#1001-R1",
        order_id="gid://shopify/Order/1",
        order_name="#1001",
        customer_id="gid://shopify/Customer/1",
        status=Status.DECIDED,
        mode=Mode.AUTOMATIC,
        asked=(Asked(title="Blue mug", quantity=1, reason="unwanted", note="später"),),
        outcome=Outcome.DECLINE,
        ground=Ground.RETURN_PERIOD_ENDED,
        decided_by=("window-over",),
        offers=(Offer(remedy=Remedy.CODE, percent=10, ends_on=date(2027, 1, 1)),),
        letter=Letter(language="de", text="Guten Tag"),
        code="SORRY-0123456789AB",
    )
    return replace(case, **changes)


def ask(
    shelf: SqlShelf, topic: Topic, person: Person | None = None, *, id: str = "ask-1"
) -> str:
    """Let something be asked by law, as the inbox keeps it."""
    event = {"shop": shelf.domain, "triggered_at": None, "received_at": shelf.now()}
    with shelf.engine.begin() as db:
        given = Ask(topic=topic, person=person)
        keep_request(db, shelf.keyring, event, given, id=id)
    return id


def make_entry(key: str = "decision", **changes: Any) -> Entry:
    """Make an entry with a small body."""
    return replace(Entry(key=key, kind="event", body={"key": key}), **changes)


def at_once(tasks: Iterable[Callable[[], object]]) -> list[Exception]:
    """Do everything at the same time; returns what was raised."""
    todo = list(tasks)
    ready = threading.Barrier(len(todo))
    raised: list[Exception] = []

    def run(task: Callable[[], object]) -> None:
        ready.wait()
        try:
            task()
        except Exception as error:
            raised.append(error)

    threads = [threading.Thread(target=run, args=(task,)) for task in todo]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return raised
