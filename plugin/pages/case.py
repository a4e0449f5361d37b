"""One case: what was asked, what was decided and why, and what happened since."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from flask import render_template, request
from flask.typing import ResponseReturnValue

from plugin import explain_text
from plugin.archive.store import SqlShelf, Stored
from plugin.case import Case, Status
from plugin.casework.granting import Quote, may_grant, waits_for
from plugin.casework.overriding import MOST_WORDS, OPEN, Answer, NotAllowed
from plugin.casework.record import moves
from plugin.install import current_staff
from plugin.pages import trail, words
from plugin.pages.desk import Desk, shop_of, zone_of
from plugin.pages.errors import NoSuchPage
from plugin.pages.facts_shown import shown
from plugin.pages.own_words import READ_FIRST, unseen
from plugin.pages.practice import unconfirmed
from plugin.pages.since import since
from plugin.pages.timeline import timeline
from plugin.policy.decision import Ground, Outcome
from plugin.policy.terms import Clock
from plugin.ports import StaleCase
from plugin.tone import Remark

# As the platform numbers its returns.
_NUMBER = re.compile(r"[0-9]{1,20}")

SENDING = "The refusal is on its way to the customer."
ANSWERING = "Your answer is on its way to the customer."
ENDED = "The offer in this letter has ended. Answer the request on its order page."
SEALED = "This is sealed, and cannot be read without its key."
STALE = "This case has moved on since you opened it. Nothing was sent by this click."
TAKEN = "Another answer was given first. Nothing was sent by this click."
# What is said where another was first, by the code of the error.
FIRST = {"not_open": STALE, "answered_before": TAKEN}


def show(desk: Desk, number: str) -> ResponseReturnValue:
    """Show one case; raises `NoSuchPage` when this shop has no such return."""
    shelf = desk.shelf()
    return page(shelf, find(shelf, number), number)


def confirm(desk: Desk, number: str) -> ResponseReturnValue:
    """Send a proposed refusal, once; a case that moved on is shown as it stands."""
    shelf = desk.shelf()
    case = find(shelf, number)
    staff = current_staff()
    if case.stale_on(datetime.now(UTC).date()):
        return page(shelf, case, number, trouble=ENDED), 409
    try:
        if case.status is not Status.PROPOSED:
            raise StaleCase(f"case `{case.return_id}` is `{case.status.value}`")
        desk.confirm(staff.shop, case.return_id, staff.signature)
    except StaleCase:
        return page(shelf, find(shelf, number), number, trouble=STALE), 409
    except NotAllowed as error:
        return _not_sent(shelf, number, error), 409
    return page(shelf, find(shelf, number), number, notice=SENDING), 202


def override(desk: Desk, number: str) -> ResponseReturnValue:
    """Carry out what a member of staff decides in place of our answer."""
    shelf = desk.shelf()
    case = find(shelf, number)
    staff = current_staff()
    given = _given()
    try:
        answer = _answer(given)
        hints = unseen(desk, shelf, case, answer)
        if hints:
            again = page(
                shelf, case, number, trouble=READ_FIRST, given=given, hints=hints
            )
            return again, 422
        desk.override(staff.shop, case.return_id, staff.signature, answer, _number())
    except NotAllowed as error:
        status = 409 if error.code in FIRST else 422
        return _not_sent(shelf, number, error, given), status
    now = _under_way(find(shelf, number), answer)
    return page(shelf, now, number, notice=ANSWERING), 202


def _not_sent(
    shelf: SqlShelf,
    number: str,
    error: NotAllowed,
    given: Mapping[str, str] | None = None,
) -> str:
    """Say why a click sent nothing, and show the case as it stands by now."""
    case = find(shelf, number)
    said = FIRST.get(error.code, f"Nothing was sent: {error}.")
    # Which answer was first is not shown before it is carried out; that none is left
    # to give is.
    now = _under_way(case) if said is TAKEN else case
    return page(shelf, now, number, trouble=said, code=error.code, given=given)


def _under_way(case: Case, answer: Answer | None = None) -> Case:
    """Show a case as a person decided it, before that is carried out."""
    if case.status not in OPEN:
        return case
    blank = replace(case, code=None, letter=None, offers=(), settled=(), tasks=())
    to, ground = (answer.to, answer.ground) if answer else (None, None)
    return replace(blank, outcome=to, ground=ground, status=Status.DECIDED)


def _number() -> int | None:
    """Read where the case stood when the form was drawn; None for no form of ours."""
    text = request.form.get("number", "")
    return int(text) if _NUMBER.fullmatch(text) else None


def _given() -> dict[str, str]:
    names = ("to", "ground", "words")
    return {name: request.form.get(name, "") for name in names}


def _answer(given: Mapping[str, str]) -> Answer:
    """Read a form; raises `NotAllowed` for what no form of ours sends."""
    try:
        ground = Ground(given["ground"]) if given["ground"] else None
        return Answer(to=Outcome(given["to"]), ground=ground, words=given["words"])
    except ValueError as error:
        raise NotAllowed("bad_answer", "reload the page and choose again") from error


def find(shelf: SqlShelf, number: str) -> Case:
    """Find a case by its number; raises `NoSuchPage`."""
    known = _NUMBER.fullmatch(number) is not None
    case = shelf.seen(f"gid://shopify/Return/{number}") if known else None
    if case is None:
        raise NoSuchPage(f"no case `{number}` in this shop; go back to the list")
    return case


def page(
    shelf: SqlShelf,
    case: Case,
    number: str,
    *,
    notice: str | None = None,
    trouble: str | None = None,
    code: str | None = None,
    given: Mapping[str, str] | None = None,
    hints: Sequence[Remark] = (),
    quote: Quote | None = None,
) -> str:
    """Draw one case, with what came of a click."""
    shelf.looked(current_staff().signature, "case", case.return_id)
    # What no key opens is shown by what lies open of it, and cannot be answered here.
    entries = [] if case.locked else shelf.entries(case.return_id)
    answerable = not notice and not case.locked
    keys = shelf.keys(case.return_id)
    shop = shop_of(shelf)
    return render_template(
        "pages/case.html",
        case=case,
        title=_title(case, number),
        number=number,
        shop=shop,
        notice=notice,
        trouble=trouble,
        code=code,
        hints=hints,
        sealed=SEALED if case.locked else None,
        failed=_failure(case, entries),
        may_send=case.status is Status.PROPOSED and answerable,
        may_decide=case.status in OPEN and answerable,
        given=given or {},
        stands_at=moves(keys),
        quote=quote,
        may_give=may_grant(case, keys) and not notice,
        on_its_way=waits_for(case, keys),
        most_words=MOST_WORDS,
        writing=writing(case, notice or trouble),
        kept=trail.braked(entries) if case.status is Status.PROPOSED else None,
        since=since(entries),
        zone=zone_of(shop),
        moments=timeline(entries, zone_of(shop)),
        **_record(shelf, entries),
    )


def _record(shelf: SqlShelf, entries: Sequence[Stored]) -> dict[str, object]:
    """Read what a page shows of the record: what was asked, known and decided, why."""
    decision = trail.newest(entries, "decision")
    facts = trail.newest(entries, "facts")
    return {
        "request_": trail.newest(entries, "request") or {},
        "facts": facts,
        "facts_shown": shown,
        "terms": trail.newest(entries, "terms"),
        "decision": decision,
        "reasons": trail.for_a_person(decision),
        "unconfirmed": unconfirmed(trail.deciding(decision), facts),
        "person": trail.overridden(entries),
        "explained": trail.explained(entries),
        "said": explain_text,
        "window": _window(shelf, decision),
        "decides": trail.decides,
    }


def writing(case: Case, told: str | None) -> str | None:
    """Say what becomes of the letter while a person's answer is carried out."""
    if told not in (ANSWERING, TAKEN) or case.letter is not None:
        return None
    if told == TAKEN:
        said = "That answer is being carried out; reload the page to see it."
        return said if case.status is Status.DECIDED else None
    if case.outcome is Outcome.DECLINE:
        return "It is being written with your reason; reload the page to read it."
    return "An approval is sent without a letter."


def _failure(case: Case, entries: Sequence[Stored]) -> trail.Body | None:
    """Find why a case could not be answered, if it could not."""
    return trail.newest(entries, "outcome") if case.status is Status.FAILED else None


def _window(shelf: SqlShelf, decision: trail.Body | None) -> dict[str, str]:
    """Say the window of the policy version that decided, for its sentences."""
    label = decision["policy_version"] if decision else ""
    found = (v.document for v in shelf.policies() if v.label == label)
    document = next(found, None)
    if document is None:
        return {}
    window = json.loads(document)["window"]
    start = words.WINDOW_STARTS[Clock(window.get("starts", Clock.DELIVERED))]
    return {"{window_days}": str(window.get("days", "")), "{window_start}": start}


def _title(case: Case, number: str) -> str:
    if not case.order_name:
        return f"Return {number}"
    return f"{case.order_name}, return {case.return_name}"
