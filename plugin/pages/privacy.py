"""Privacy: what was asked for by law and what came of it, and who saw whose data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask import Response, jsonify, render_template
from flask.typing import ResponseReturnValue

from plugin.archive.canonical import as_data
from plugin.archive.looking import Look
from plugin.install import current_staff
from plugin.pages import words
from plugin.pages.desk import Desk, clock_time, shop_of, zone_of
from plugin.pages.errors import NoSuchPage
from plugin.policy.counting import counted
from plugin.privacy import PrivacyRequest, Topic

FILE = "file"
WAS_ASKED = {
    Topic.DATA_REQUEST: "A customer asked for their data",
    Topic.REDACT_CUSTOMER: "A customer asked to be erased",
    Topic.REDACT_SHOP: "The shop was to be erased",
}
RESULT = {
    "handed_out": "The file is ready",
    "erased": "Erased",
    "still_installed": "Nothing was erased: the shop has the app",
    "nothing_held": "Nothing was held any more",
}
LOOKED = {
    "case": "a case",
    "cases": "the list of cases, as data",
    FILE: "a data file",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One request as the page shows it; `proof` is the start of its hash."""

    id: str
    said: str
    asked: str
    due: str
    done: str | None
    result: str
    counted: str
    proof: str
    has_file: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """One look as the page shows it; of a case its number, and its name."""

    at: str
    by: str
    said: str
    number: str | None
    name: str | None


def show(desk: Desk) -> str:
    """Show the shop's requests by law with their proofs, and who looked at what."""
    shelf = desk.shelf()
    shop = shop_of(shelf)
    zone = zone_of(shop)
    return render_template(
        "pages/privacy.html",
        shop=shop,
        rows=[_row(each, zone) for each in shelf.requests()],
        seen=[_seen(each, zone) for each in shelf.looks()],
    )


def export(desk: Desk, request_id: str) -> Response:
    """Give the data file of a request; raises `NoSuchPage` where there is none."""
    shelf = desk.shelf()
    text = shelf.file(request_id)
    if text is None:
        raise NoSuchPage(f"no data file of `{request_id}`; it may have been erased")
    shelf.looked(current_staff().signature, FILE, request_id)
    response = Response(text, mimetype="application/json")
    response.headers["Content-Disposition"] = (
        'attachment; filename="customer-data.json"'
    )
    return response


def get_privacy(desk: Desk) -> ResponseReturnValue:
    """Give the same as JSON."""
    shelf = desk.shelf()
    return jsonify(
        requests=[_data(each) for each in shelf.requests()],
        looks=as_data(shelf.looks()),
        keep_months=shop_of(shelf).preferences.keep_months,
    )


def _data(asked: PrivacyRequest) -> Mapping[str, object]:
    """Show a request without the person, who stays sealed until it is done."""
    names = ("id", "topic", "asked_at", "due_at", "done_at", "result")
    shown = {name: as_data(getattr(asked, name)) for name in names}
    proof = {"counts": dict(asked.counts), "sha256": asked.sha256}
    return {**shown, **proof, "has_file": asked.has_file}


def _row(asked: PrivacyRequest, zone: ZoneInfo) -> Row:
    done = asked.done_at
    found = sorted(asked.counts.items())
    said = (counted(count, name.replace("_", " ")) for name, count in found)
    return Row(
        id=asked.id,
        said=WAS_ASKED[asked.topic],
        asked=clock_time(asked.asked_at, zone),
        due=clock_time(asked.due_at, zone),
        done=clock_time(done, zone) if done else None,
        result=RESULT.get(asked.result or "", "Under way"),
        counted=", ".join(said),
        proof=(asked.sha256 or "")[:12],
        has_file=asked.has_file,
    )


def _seen(look: Look, zone: ZoneInfo) -> Seen:
    subject = look.subject or ""
    number = subject.rpartition("/")[2] if "/Return/" in subject else None
    return Seen(
        at=clock_time(look.at, zone),
        by=words.staff(look.by),
        said=LOOKED.get(look.what, look.what),
        number=number,
        name=look.name or (number and f"return {number}"),
    )
