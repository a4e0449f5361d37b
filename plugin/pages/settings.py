"""The settings page: how much Evenhand may do, and the policy it goes by."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from plugin.archive.canonical import canonical, sha256
from plugin.archive.store import INSTALL, SqlShelf
from plugin.install import current_staff
from plugin.packs import Packs
from plugin.pages import settings_form as form
from plugin.pages import words
from plugin.pages.desk import Desk, shop_of
from plugin.pages.policy_text import rewritten
from plugin.pages.policy_versions import counts_from, saved_as
from plugin.pages.settings_document import Values
from plugin.schemas.strict import Errors
from plugin.schemas.upgrade import upgraded
from plugin.shop import Caution, PolicyVersion
from plugin.shopify.scopes import DISPUTES, hears_disputes

# Their changes may be what keeps money in: nothing of ours replaces them unseen.
OVERTAKEN = (
    "Nothing was saved: the settings were changed while you were editing. They are "
    "shown as they are now; make your change again."
)
NEVER_PAYS = (
    "The policy does not say when money goes back, so you still give every refund: "
    "add `pays` to it on the Policy page."
)
WRITTEN_ANEW = (
    "The text of the policy was written anew, without comments; version {version} still"
    " has yours."
)
_CAUTION = Caution.__slots__
_TEXTS = (
    "mode",
    "preset",
    "window_days",
    "window_starts",
    "percent",
    "expires_after_days",
    "contact",
    "keep_months",
    *_CAUTION,
)


def show(desk: Desk) -> str:
    """Show the settings; with `preset` in the query, as they would be with it."""
    standing = standing_of(desk.shelf())
    saved = form.shown(standing, desk.packs)
    preset = request.args.get("preset")
    if preset not in (form.OWN, *desk.packs.preset_names):
        return _page(desk, saved, dirty=False)
    values = form.shown(standing, desk.packs, preset)
    mark = request.args.get("based_on")
    return _page(desk, {**values, **_kept()}, dirty=True, based_on=mark)


def submit(desk: Desk) -> ResponseReturnValue:
    """Save the form, or show it again with an error beside each field at fault."""
    shelf = desk.shelf()
    standing = standing_of(shelf)
    given = from_form(request.form)
    mark = request.form.get("based_on")
    if mark is not None and mark != mark_of(standing, desk.packs):
        return again(desk, trouble=OVERTAKEN), 409
    values = {**form.shown(standing, desk.packs, given.get("preset")), **given}
    before = shelf.policies()[0]
    try:
        version = save(shelf, form.read(values, standing, desk.packs), standing)
    except form.BadSettings as error:
        drawn = _page(desk, values, errors=error.errors, dirty=True, based_on=mark)
        return drawn, 422
    more = [counts_from(version, before)]
    if before.written is not None and version.written is None:
        more.append(WRITTEN_ANEW.format(version=before.version))
    if shop_of(shelf).preferences.refunds and not _says(json.loads(version.document)):
        more.append(NEVER_PAYS)
    saved = form.shown(standing_of(shelf), desk.packs)
    notice = saved_as(version, before)
    return _page(desk, saved, notice=notice, more=" ".join(more), dirty=False)


def again(desk: Desk, *, notice: str | None = None, trouble: str | None = None) -> str:
    """Show the settings as they stand, with what there is to say."""
    saved = form.shown(standing_of(desk.shelf()), desk.packs)
    return _page(desk, saved, notice=notice, trouble=trouble, dirty=False)


def from_form(given: MultiDict[str, str]) -> Values:
    """Read what a browser sends, in which an unticked box is not there at all."""
    values: Values = {name: given[name] for name in _TEXTS if name in given}
    ticks = {name: name in given for name in ("offer", "refunds", "splits")}
    return {**values, **ticks, "practice": given.getlist("practice")}


def standing_of(shelf: SqlShelf) -> form.Standing:
    """Read what is in force for a shop."""
    shop = shop_of(shelf)
    return form.Standing(
        document=upgraded(json.loads(shelf.policies()[0].document)),
        preferences=shop.preferences,
        address=shop.profile.contact,
    )


def mark_of(standing: form.Standing, packs: Packs) -> str:
    """Name what a form was filled with, so that one that is outdated is known."""
    return sha256(canonical([standing.document, form.shown(standing, packs)]))


def save(
    shelf: SqlShelf, wanted: form.Wanted, standing: form.Standing
) -> PolicyVersion:
    """Keep the preferences, and the policy as a new version if the form changed it."""
    shelf.prefer(wanted.preferences)
    if wanted.document == standing.document:
        # Nobody chose a policy: one that only runs is still not the merchant's own.
        return shelf.policies()[0]
    document, text = canonical(wanted.document), shelf.policies()[0].written
    written = None if text is None else rewritten(text, wanted.document)
    by = current_staff().signature
    return shelf.save_policy(document, by=by, written=written)


def _kept() -> Values:
    """Keep what is filled in already and no preset speaks of."""
    given = from_form(request.args)
    kept = ("mode", "contact", "practice", "refunds", "splits", *_CAUTION)
    names = kept if "mode" in given else ()
    return {name: given[name] for name in names if name in given}


def _says(document: object) -> bool:
    """Tell whether a policy says anywhere when money goes back."""
    if isinstance(document, dict):
        return bool(document.get("pays")) or any(map(_says, document.values()))
    return isinstance(document, list) and any(map(_says, document))


def _page(
    desk: Desk,
    values: Mapping[str, Any],
    *,
    errors: Errors | None = None,
    notice: str | None = None,
    more: str = "",
    trouble: str | None = None,
    dirty: bool,
    based_on: str | None = None,
) -> str:
    shelf = desk.shelf()
    version = shelf.policies()[0]
    based_on = based_on or mark_of(standing_of(shelf), desk.packs)
    document = upgraded(json.loads(version.document))
    return render_template(
        "pages/settings.html",
        shop=shop_of(shelf),
        version=version,
        came_along=version.saved_by == INSTALL,
        current=form.preset_of(document, desk.packs),
        starts=[(clock.value, said) for clock, said in words.STARTS.items()],
        presets=[
            (name, desk.packs.preset(name)["name"]) for name in desk.packs.preset_names
        ],
        own=document["name"],
        values=values,
        errors=errors or {},
        notice=notice,
        more=more,
        trouble=trouble,
        dirty=dirty,
        based_on=based_on,
        told=desk.switchboard is not None,
        hears=hears_disputes(desk.granted(current_staff().shop)),
        scope=DISPUTES,
    )
