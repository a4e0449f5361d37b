"""Words of staff's own for a letter: read as the customer will, before they go out."""

from __future__ import annotations

from flask import request

from plugin.archive.store import SqlShelf
from plugin.case import Case
from plugin.casework.overriding import Answer
from plugin.pages import trail
from plugin.pages.desk import Desk
from plugin.policy.decision import Outcome
from plugin.tone import Remark

READ_FIRST = (
    "Nothing was sent yet. Read the hints beside your words, then change them, or send"
    " them as they are."
)


def unseen(
    desk: Desk, shelf: SqlShelf, case: Case, answer: Answer
) -> tuple[Remark, ...]:
    """List hints on words that were not shown for just these words before.

    They are hints: whoever has read them may send the words as they are.
    """
    said = answer.words.strip()
    seen = request.form.get("hinted", "").strip()
    if answer.to is not Outcome.DECLINE or not said or desk.tone is None:
        return ()
    if said.split() == seen.split():
        return ()
    asked = trail.newest(shelf.entries(case.return_id), "request") or {}
    return desk.tone.remarks(said, desk.language_for(asked.get("locale")))
