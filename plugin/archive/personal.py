"""What each table holds of a person, and what becomes of it; every table is listed.

A data file is made of the tables that say how; a shop's erasure empties those that go
with the shop.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from plugin.archive.canonical import as_data
from plugin.archive.requests import Requests
from plugin.archive.tables import (
    cases,
    looks,
    past_items,
    past_refunds,
    past_returns,
    privacy_requests,
)
from plugin.privacy import Person

Rows = Iterator[dict[str, object]]
BATCH = 200
# Where an entry names who of the staff acted: they are people too.
BY_STAFF = ("confirmed_by", "overridden_by", "granted_by", "clicked_by")


@dataclass(frozen=True, kw_only=True, slots=True)
class Subject:
    """Whose data is asked for: by tag, by the cases about them, and by their orders."""

    tag: str | None
    return_ids: tuple[str, ...]
    order_ids: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Holding:
    """What a table holds, or why nothing of it is handed out."""

    why: str
    with_shop: bool = True
    rows: Callable[[Requests, Subject], Rows] | None = None


def subject_of(shelf: Requests, person: Person) -> Subject:
    """Find the cases of a person: those of the customer, and those of the orders."""
    mine = sa.select(cases.c.return_id).where(cases.c.shop == shelf.domain)
    with shelf.engine.connect() as db:
        tag = shelf.keyring.known_tag(db, shelf.domain, person.customer_id)
        found: list[str] = []
        if tag is not None:
            found += db.scalars(mine.where(cases.c.customer_tag == tag))
        for ids in chunks(person.order_ids):
            found += db.scalars(mine.where(cases.c.order_id.in_(ids)))
    return_ids = tuple(dict.fromkeys(found))
    return Subject(tag=tag, return_ids=return_ids, order_ids=person.order_ids)


def chunks(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    """Cut a list into parts that one statement can carry."""
    return (ids[at : at + BATCH] for at in range(0, len(ids), BATCH))


def _cases(shelf: Requests, subject: Subject) -> Rows:
    for return_id in subject.return_ids:
        case = shelf.find(return_id)
        if case is not None:
            found = dict(as_data(case))  # type: ignore[call-overload]
            yield found | {"tasks": list(case.to_do)}


def _entries(shelf: Requests, subject: Subject) -> Rows:
    for return_id in subject.return_ids:
        for entry in shelf.entries(return_id):
            row = {"return_id": return_id, "key": entry.key, "kind": entry.kind}
            body = _without_staff(entry.data)
            yield {**row, "at": entry.at.isoformat(), "body": body}


def _without_staff(body: object) -> object:
    """Tell that staff acted, and not which of them."""
    if not isinstance(body, dict):
        return body
    return body | {name: "staff" for name in BY_STAFF if name in body}


def _requests(shelf: Requests, subject: Subject) -> Rows:
    if subject.tag is None:
        return
    mine = sa.select(privacy_requests).where(
        privacy_requests.c.shop == shelf.domain,
        privacy_requests.c.customer_tag == subject.tag,
    )
    with shelf.engine.connect() as db:
        for row in db.execute(mine).mappings():
            yield {"id": row["id"], "topic": row["topic"], "at": str(row["asked_at"])}


def _past(table: sa.Table) -> Callable[[Requests, Subject], Rows]:
    def rows(shelf: Requests, subject: Subject) -> Rows:
        mine = sa.select(table).where(table.c.shop == shelf.domain)
        keys = [column.name for column in table.primary_key]
        hidden = ("shop", "customer", "own")
        told = set()
        with shelf.engine.connect() as db:
            for which in _whose(table, subject):
                for row in db.execute(mine.where(which)).mappings():
                    key = tuple(row[name] for name in keys)
                    if key not in told:
                        told.add(key)
                        yield {k: as_data(v) for k, v in row.items() if k not in hidden}

    return rows


def _whose(table: sa.Table, subject: Subject) -> Iterator[sa.ColumnElement[bool]]:
    """Find a person's past by tag, by the cases about them, and by their orders."""
    if subject.tag is not None:
        yield table.c.customer == subject.tag
    for ids in chunks(subject.return_ids):
        yield table.c.return_id.in_(ids)
    for ids in chunks(subject.order_ids):
        yield table.c.order_id.in_(ids)


def _past_items(shelf: Requests, subject: Subject) -> Rows:
    """Tell the lines of a person's returns, with the reasons given for them."""
    same = (past_items.c.shop == past_returns.c.shop) & (
        past_items.c.return_id == past_returns.c.return_id
    )
    mine = sa.select(past_items).join(past_returns, same)
    mine = mine.where(past_items.c.shop == shelf.domain)
    told = set()
    with shelf.engine.connect() as db:
        for which in _whose(past_returns, subject):
            for row in db.execute(mine.where(which)).mappings():
                if row["line_id"] not in told:
                    told.add(row["line_id"])
                    yield {k: as_data(v) for k, v in row.items() if k != "shop"}


def _looks(shelf: Requests, subject: Subject) -> Rows:
    """Tell when the customer's cases were looked at; not by whom: staff are people."""
    for ids in chunks(subject.return_ids):
        mine = sa.select(looks).where(
            looks.c.shop == shelf.domain, looks.c.subject.in_(ids)
        )
        with shelf.engine.connect() as db:
            for row in db.execute(mine.order_by(looks.c.id)).mappings():
                at = row["at"].isoformat()
                yield {"return_id": row["subject"], "what": row["what"], "at": at}


HOLDINGS: Mapping[str, Holding] = {
    "cases": Holding(why="what the customer asked, and how it ended", rows=_cases),
    "entries": Holding(why="how each case was decided and answered", rows=_entries),
    "privacy_requests": Holding(
        why="what was asked for before; the proofs stay when a shop goes",
        with_shop=False,
        rows=_requests,
    ),
    "data_keys": Holding(why="keys; without the app's secret they open nothing"),
    "inbox": Holding(why="ids of returns, orders and refunds, for thirty days"),
    "finds": Holding(why="ids of returns and refunds, for thirty days"),
    "endpoints": Holding(why="the merchant's own systems, their secrets sealed"),
    "announcements": Holding(why="ids, our own words and amounts, for thirty days"),
    "deliveries": Holding(why="how announcements arrived, for thirty days"),
    "past_returns": Holding(
        why="what was returned before: numbers and days, the customer by tag",
        rows=_past(past_returns),
    ),
    "past_refunds": Holding(
        why="what was refunded before, the customer by tag", rows=_past(past_refunds)
    ),
    "forgotten": Holding(why="erased customers by tag, and orders, for thirty days"),
    "past_items": Holding(
        why="quantities and reason handles, by number of the return", rows=_past_items
    ),
    "backfills": Holding(why="how far the past was read"),
    "refusals": Holding(why="ids of returns, and the rules that refused them"),
    "brakes": Holding(why="rules that were held back, and which staff freed them"),
    "shops": Holding(why="the merchant's own particulars"),
    "installs": Holding(why="when a shop came and left"),
    "policies": Holding(why="the merchant's own words"),
    "looks": Holding(why="which staff looked at which case, and when", rows=_looks),
    "sweeps": Holding(why="moments"),
    "buckets": Holding(why="how much of the platform's query budget there was"),
    "tokens": Holding(why="the app's access, sealed"),
    "tallies": Holding(why="counts, of all shops together", with_shop=False),
    "workers": Holding(why="names of programs", with_shop=False),
}


def data_file(
    shelf: Requests, person: Person, made_at: str
) -> tuple[dict[str, Any], str | None]:
    """Gather everything that is held of a person, table by table, with their tag."""
    subject = subject_of(shelf, person)
    tables = {
        name: list(holding.rows(shelf, subject))
        for name, holding in HOLDINGS.items()
        if holding.rows is not None
    }
    about = {"customer_id": person.customer_id, "order_ids": list(person.order_ids)}
    return {
        "shop": shelf.domain,
        "about": about,
        "made_at": made_at,
        "tables": tables,
    }, subject.tag
