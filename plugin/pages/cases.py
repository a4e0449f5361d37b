"""The list of cases: what was asked lately, how it ended, and what waits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import render_template, request

from plugin.archive.sweeps import swept
from plugin.case import Case, Status
from plugin.pages import words
from plugin.pages.desk import Desk, clock_time, shop_of, zone_of
from plugin.pages.known_past import is_known, said
from plugin.pages.rules import pulled
from plugin.pages.webhooks import switched_off

LIMIT = 100
# What the list can be cut down to, and what it is called then.
ONLY = {
    "waiting": "Cases that wait for you",
    "watched": "Requests that were only watched",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One case in the list, with the moment it was opened."""

    case: Case
    number: str
    at: str
    iso: str


def show(desk: Desk) -> str:
    """Show the newest cases, or only those that `waiting` or `watched` asks for."""
    only = next((name for name in ONLY if name in request.args), None)
    shelf = desk.shelf()
    shop = shop_of(shelf)
    zone = zone_of(shop)
    newest, waiting = shelf.cases(limit=LIMIT), shelf.waiting(limit=LIMIT)
    watched = shelf.watched(limit=LIMIT)
    there = {case.return_id for case, _ in newest}
    # What waits is never out of sight, however old it is.
    older = [each for each in waiting if each[0].return_id not in there]
    listed = {"waiting": waiting, "watched": watched}
    cases = listed[only] if only else [*older, *newest]
    return render_template(
        "pages/cases.html",
        shop=shop,
        silence=silence(desk, shop.domain, zone),
        pulled=pulled(shelf),
        past=None if is_known(shelf.backfill()) else said(shelf.backfill(), zone),
        switched_off=switched_off(desk, shop.domain),
        only=only,
        title=ONLY.get(only or "", "Cases"),
        watched=watched_words(len(watched)) if watched else None,
        waiting=waiting_words(len(waiting)),
        some_wait=bool(waiting),
        counts=counts([case for case, _ in newest]),
        limited=len(newest) == LIMIT,
        shown=len(newest),
        rows=[
            Row(
                case=case,
                number=number_of(case),
                at=clock_time(at, zone),
                iso=iso(at),
            )
            for case, at in cases
        ],
    )


def waiting_words(waiting: int) -> str:
    """Say how many cases wait for a person."""
    verb = "waits" if waiting == 1 else "wait"
    return f"{f'{waiting} or more' if waiting == LIMIT else waiting} {verb} for you"


def watched_words(watched: int) -> str:
    """Say how many requests were only watched and may still be open."""
    if watched == 1:
        said, it = "1 request that was only watched is", "it"
    else:
        many = f"{watched} or more" if watched == LIMIT else watched
        said, it = f"{many} requests that were only watched are", "them"
    return f"{said} still open in Shopify; answer {it} there"


def counts(cases: Sequence[Case]) -> list[str]:
    """Say how many cases stand where."""
    by_status = Counter(case.status for case in cases)
    return [
        f"{words.STATUS[status]}: {by_status[status]}"
        for status in Status
        if by_status[status]
    ]


def silence(desk: Desk, shop: str, zone: ZoneInfo) -> str | None:
    """Say that a shop's events seem not to arrive; None while they do."""
    found = swept(desk.archive.engine, shop)
    if found is None or found.silent is None or found.silent_since is None:
        return None
    return words.SILENCE[found.silent.partition(":")[0]].format(
        at=clock_time(found.silent_since, zone)
    )


def number_of(case: Case) -> str:
    """Name the number by which a case's page is found."""
    return case.return_id.rsplit("/", 1)[-1]


def iso(moment: datetime) -> str:
    """Write a moment for machines."""
    return moment.isoformat(timespec="seconds")
