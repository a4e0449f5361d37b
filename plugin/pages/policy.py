"""The policy page: the whole policy as a document, to read, check, try and save."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from plugin.archive.store import SqlShelf
from plugin.documents import MAX_BYTES
from plugin.install import current_staff
from plugin.pages import policy_try as trying
from plugin.pages.desk import Desk, shop_of
from plugin.pages.policy_draft import Draft, read_draft, ready
from plugin.pages.policy_facts import fact_cards
from plugin.pages.policy_text import Document, as_yaml, is_json
from plugin.pages.policy_versions import (
    counts_from,
    document_of,
    editions_of,
    find_version,
    saved_as,
    text_of,
)
from plugin.pages.rules import pulled
from plugin.shop import PolicyVersion

# A document and a request's facts, each of the largest size, and what is around them.
MOST = 3 * MAX_BYTES

NOTHING_SAVED = "Nothing was saved. Correct the errors below."
NOTHING_TRIED = "Nothing was tried. Correct the errors below."
NO_FILE = "Choose a file of at most 128 KiB, a text in UTF-8. The editor is as it was."


def show(desk: Desk) -> str:
    """Show what is in force; a preset or version in the query, as if it were to be."""
    newest = desk.shelf().policies()[0]
    return _page(desk, _chosen(desk, request.args) or text_of(newest))


def submit(desk: Desk) -> ResponseReturnValue:
    """Save a sound document as a new version; shown again with its errors if not."""
    shelf = desk.shelf()
    before = shelf.policies()[0]
    draft = _draft(desk)
    if draft.document is None or draft.report.errors:
        return _page(desk, draft.text, draft, trouble=NOTHING_SAVED), 422
    newest = before.version
    if _given().get("based_on", str(newest)) != str(newest):
        return _page(desk, draft.text, draft, trouble=_overtaken(newest)), 409
    version = save(shelf, draft.document, draft.text)
    kept = draft.rewritten(text_of(version))
    notice, more = saved_as(version, before), counts_from(version, before)
    return _page(desk, kept.text, kept, notice=notice, more=more)


def check(desk: Desk) -> str:
    """Check what is in the editor, and save nothing."""
    draft = _draft(desk)
    return _page(desk, draft.text, draft, checked=True)


def load(desk: Desk) -> ResponseReturnValue:
    """Put a file into the editor, checked and not saved."""
    text = _uploaded()
    if text is None:
        return _page(desk, _given().get("document", ""), trouble=NO_FILE), 422
    draft = read_draft(text, desk.check)
    if draft.document is not None and text.lstrip().startswith("{"):
        # JSON is edited as YAML, too.
        newest = desk.shelf().policies()[0]
        same = draft.document == document_of(newest)
        draft = draft.rewritten(text_of(newest) if same else as_yaml(draft.document))
    return _page(desk, draft.text, draft, checked=True)


def try_out(desk: Desk) -> ResponseReturnValue:
    """Say what the policy in the editor would decide; nothing is kept or sent."""
    shelf = desk.shelf()
    draft = _draft(desk)
    if draft.document is None or draft.report.errors:
        return _page(desk, draft.text, draft, trouble=NOTHING_TRIED), 422
    try:
        trial = trying.try_on(
            draft.document,
            trying.facts_of(shelf, _given()),
            library=desk.library,
            contact=shop_of(shelf).contact,
        )
    except trying.BadTrial as error:
        return _page(desk, draft.text, try_error=str(error)), 422
    return _page(desk, draft.text, trial=trial)


def save(shelf: SqlShelf, document: Document, text: str) -> PolicyVersion:
    """Keep a sound document as a new version, unless it is the one in force.

    It is kept as it was written, too; JSON has nothing beside its values.
    """
    by = current_staff().signature
    written = None if is_json(text) else text
    return shelf.save_policy(ready(document), by=by, written=written)


def _chosen(desk: Desk, asked: Mapping[str, str]) -> str | None:
    """Find the preset or the version to start from; None for what is in force."""
    preset, version = asked.get("preset"), asked.get("version", "")
    if preset in desk.packs.preset_names:
        return as_yaml(desk.packs.preset(preset))
    if version.isdecimal() and version.isascii() and len(version) < 10:
        return text_of(find_version(desk.shelf(), int(version)))
    return None


def _draft(desk: Desk) -> Draft:
    return read_draft(_given().get("document", ""), desk.check)


def _given() -> Mapping[str, str]:
    request.max_content_length = request.max_form_memory_size = MOST
    # Browsers send every line's end as two characters.
    return {name: text.replace("\r\n", "\n") for name, text in request.form.items()}


def _uploaded() -> str | None:
    """Read the file that was sent; None when there is none that can be read."""
    request.max_content_length = request.max_form_memory_size = MOST
    file = request.files.get("file")
    if file is None:
        return None
    with closing(file):
        data = file.stream.read(MAX_BYTES + 1)
    if not 0 < len(data) <= MAX_BYTES:
        return None
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        return None


def _page(desk: Desk, text: str, draft: Draft | None = None, **told: Any) -> str:
    """Draw the page; `told` is what there is to say beside the draft's remarks."""
    shelf = desk.shelf()
    editions = editions_of(shelf)
    return render_template(
        "pages/policy.html",
        text=text,
        draft=draft,
        dirty=text != editions[0].text,
        editions=editions,
        presets=[(n, desk.packs.preset(n)["name"]) for n in desk.packs.preset_names],
        facts=fact_cards(),
        cases=trying.recent(shelf),
        pulled=pulled(shelf),
        asked=_given(),
        **told,
    )


def _overtaken(newest: int) -> str:
    return (
        f"Nothing was saved: version {newest} was saved while you were editing. "
        "Read it below, or save once more to replace it."
    )
