"""The versions of a shop's policy: listed, shown to read, and given as files."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Response, render_template

from plugin.archive.store import BEGINNING, INSTALL, SqlShelf
from plugin.pages import words
from plugin.pages.desk import Desk, clock_time, shop_of, zone_of
from plugin.pages.errors import NoSuchPage
from plugin.pages.policy_text import Document, as_json, as_yaml
from plugin.schemas.upgrade import upgraded
from plugin.shop import PolicyVersion

# The promise of docs/policy-language.md, as the page says it.
FIRST = (
    "It is the first policy of your own, so it counts from now on for every order, also"
    " one placed before; the one that Evenhand came with counts for none. Requests that"
    " were decided already stay as they were decided."
)
LATER = (
    "It counts for orders placed from now on; one placed before is still decided by the"
    " version that was in force then."
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Edition:
    """One saved version as the page lists it."""

    number: int
    saved: str
    binds: str
    text: str
    came_along: bool


def show_version(desk: Desk, number: int) -> str:
    """Show one saved version to read; raises `NoSuchPage`."""
    shelf = desk.shelf()
    find_version(shelf, number)
    editions = editions_of(shelf)
    edition = next(edition for edition in editions if edition.number == number)
    return render_template(
        "pages/policy_version.html",
        edition=edition,
        newest=editions[0].number,
        text=edition.text,
    )


def export(desk: Desk, number: int, ending: str) -> Response:
    """Give one saved version as a file; raises `NoSuchPage`."""
    version = find_version(desk.shelf(), number)
    if ending not in _FORMATS:
        raise NoSuchPage(f"no format `{ending}`; ask for one of {', '.join(_FORMATS)}")
    write, kind = _FORMATS[ending]
    response = Response(write(version), mimetype=kind)
    name = f"policy-v{number}.{ending}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def find_version(shelf: SqlShelf, number: int) -> PolicyVersion:
    """Find a saved version by its number; raises `NoSuchPage`."""
    found = (v for v in shelf.policies() if v.version == number)
    version = next(found, None)
    if version is None:
        raise NoSuchPage(f"no version `{number}` of this shop's policy; see the list")
    return version


def editions_of(shelf: SqlShelf) -> list[Edition]:
    """List a shop's versions the way the page says them, newest first."""
    zone = zone_of(shop_of(shelf))
    versions = shelf.policies()
    later = [None, *versions]
    return [_edition(v, after, zone) for v, after in zip(versions, later, strict=False)]


def text_of(version: PolicyVersion) -> str:
    """Give a version as its author wrote it; as we write it where nobody did."""
    return version.written or as_yaml(document_of(version))


def document_of(version: PolicyVersion) -> Document:
    """Read a version's document, in the form of today."""
    return upgraded(json.loads(version.document))


def saved_as(version: PolicyVersion, before: PolicyVersion) -> str:
    """Say what became of a save."""
    if version.version == before.version:
        return f"Saved. The policy is still version {version.version}."
    return f"Saved as version {version.version} of the policy."


def counts_from(version: PolicyVersion, before: PolicyVersion) -> str:
    """Say from when a version counts that was just saved; nothing where none was."""
    if version.version == before.version:
        return ""
    return FIRST if version.since == BEGINNING else LATER


_FORMATS = {
    "yaml": (text_of, "application/yaml"),
    "json": (lambda version: as_json(document_of(version)), "application/json"),
}


def _edition(
    version: PolicyVersion, after: PolicyVersion | None, zone: ZoneInfo
) -> Edition:
    at = clock_time(version.saved_at, zone)
    by = version.saved_by
    by = "the app" if by == INSTALL else words.staff(by)
    return Edition(
        number=version.version,
        saved=f"saved {at} by {by}",
        binds=_binds(version.since, None if after is None else after.since, zone),
        text=text_of(version),
        came_along=version.saved_by == INSTALL,
    )


def _binds(since: datetime, until: datetime | None, zone: ZoneInfo) -> str:
    """Say which orders a version decides, by the time they were placed."""
    if until is not None and until <= since:
        return "decides no orders; the next version replaced it"
    if since == BEGINNING:
        said = "every order"
    else:
        said = f"orders placed since {clock_time(since, zone)}"
    return f"decides {said}{f' until {clock_time(until, zone)}' if until else ''}"
