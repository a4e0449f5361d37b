"""The same cases and settings as JSON, for a merchant's own tools."""

from __future__ import annotations

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from plugin.archive.canonical import as_data
from plugin.archive.store import SqlShelf, Stored
from plugin.case import Case
from plugin.install import current_staff
from plugin.pages import settings_form as form
from plugin.pages import trail
from plugin.pages.case import find
from plugin.pages.desk import Desk
from plugin.pages.settings import save, standing_of

LIMIT = 100
MOST = 1000


def cases(desk: Desk) -> ResponseReturnValue:
    """List the newest cases; `limit` in the query asks for more or fewer."""
    shelf = desk.shelf()
    shelf.looked(current_staff().signature, "cases")
    limit = request.args.get("limit", LIMIT, type=int)
    found = shelf.cases(limit=max(1, min(limit, MOST)))
    return jsonify(cases=[_case(shelf, case) for case, _ in found])


def case(desk: Desk, number: str) -> ResponseReturnValue:
    """Show one case with its whole trail."""
    shelf = desk.shelf()
    found = find(shelf, number)
    shelf.looked(current_staff().signature, "case", found.return_id)
    entries = shelf.entries(found.return_id)
    return jsonify(**_fields(found, entries), trail=[_entry(e) for e in entries])


def put_settings(desk: Desk) -> ResponseReturnValue:
    """Save settings; what is left out stays as it is, or as its preset has it."""
    given = _given()
    if not isinstance(given, dict):
        return _bad({"document": ["send a JSON object of settings"]})
    shelf = desk.shelf()
    standing = standing_of(shelf)
    values = {**form.shown(standing, desk.packs, given.get("preset")), **given}
    try:
        version = save(shelf, form.read(values, standing, desk.packs), standing)
    except form.BadSettings as error:
        return _bad(error.errors)
    return jsonify(version=version.version, label=version.label)


def _bad(errors: dict[str, list[str]]) -> ResponseReturnValue:
    return jsonify(error=form.BadSettings.code, errors=errors), 422


def _case(shelf: SqlShelf, case: Case) -> dict[str, object]:
    return _fields(case, [] if case.locked else shelf.entries(case.return_id))


def _fields(case: Case, entries: list[Stored]) -> dict[str, object]:
    letter = case.letter
    return {
        "return_id": case.return_id,
        "return_name": case.return_name,
        "order_id": case.order_id,
        "order_name": case.order_name,
        "status": case.status.value,
        "mode": case.mode.value,
        "outcome": case.outcome.value if case.outcome else None,
        "ground": case.ground.value if case.ground else None,
        "decided_by": list(case.decided_by),
        "law": trail.law_of(trail.newest(entries, "decision")),
        "code": case.code,
        "offers": as_data(case.offers),
        "settled": as_data(case.settled),
        "tasks": list(case.to_do),
        "note": letter.text if letter else None,
        "language": letter.language if letter else None,
        "entries": len(entries),
        "locked": case.locked,
    }


def _entry(entry: Stored) -> dict[str, object]:
    return {
        "seq": entry.seq,
        "key": entry.key,
        "kind": entry.kind,
        "at": entry.at.isoformat(),
        "body": entry.data,
        "sha256": entry.sha256,
        "salt": entry.salt.hex(),
        "erased": entry.erased,
    }


def _given() -> object:
    """Read the body as JSON; None where it is not, or is nested beyond reading."""
    try:
        return request.get_json(silent=True)
    except RecursionError:
        return None
