"""Answering: carry a decided case out, as far as the shop's mode lets the app go."""

from __future__ import annotations

from plugin.case import Case, Entry, Status
from plugin.casework.coding import (
    APPROVED,
    asking,
    begin,
    keep_promise,
    make_code,
    take_code_back,
    was_asked,
)
from plugin.casework.guarding import guard
from plugin.casework.holding import is_held
from plugin.casework.overturning import count_refusal
from plugin.casework.paying import let_pay
from plugin.casework.record import (
    CONFIRMED,
    FOUND,
    GOING_OUT,
    SHOP_LEFT,
    failed,
    note,
    settle,
)
from plugin.casework.splitting import (
    REMOVED,
    as_left,
    may_split,
    not_approved,
    not_split,
    take_out,
)
from plugin.policy.decision import Outcome
from plugin.ports import Overtaken, Refused, ReturnState, Services
from plugin.shop import Mode

# Somebody else's answer is there: no code of ours stays beside it.
GAVE_WAY = frozenset({Status.SUPERSEDED, Status.WITHDRAWN})


def answer_case(services: Services, *, shop: str, return_id: str) -> Case | None:
    """Carry a decided case out, as far as the shop's mode lets the app go.

    Safe to repeat: a case that is settled is left alone, and every write looks first
    whether it was done before.
    """
    case = services.archive.of(shop).find(return_id)
    if case is not None and case.status is Status.DECIDED:
        case = _settle_as_far_as(services, case, _mode_now(services, case))
    if case is not None and case.status in GAVE_WAY:
        take_code_back(services, case)
    if case is not None and _is_told(services, case):
        count_refusal(services, case)
    return case


def _is_told(services: Services, case: Case) -> bool:
    """Tell whether the store shows our answer, or a part of it."""
    shelf = services.archive.of(case.shop)
    return case.status is Status.ANSWERED or shelf.has(case.return_id, REMOVED)


def _settle_as_far_as(services: Services, case: Case, mode: Mode) -> Case:
    keys = services.archive.of(case.shop).keys(case.return_id)
    if REMOVED in keys:
        case = as_left(case)
    if mode is Mode.OBSERVE:
        return _stop(services, case, keys)
    held = is_held(keys)
    if not held and may_split(services, case, mode):
        return _split(services, case)
    if case.outcome is Outcome.REVIEW or held:
        return settle(services, case, Status.IN_REVIEW)
    if case.outcome is Outcome.DECLINE and mode is Mode.ASSIST:
        return settle(services, case, Status.PROPOSED)
    kept = guard(services, case) if case.outcome is Outcome.DECLINE else None
    if kept is not None:
        return settle(services, case, kept)
    return _carry_out(services, case)


def _stop(services: Services, case: Case, keys: frozenset[str]) -> Case:
    """Leave a request to staff, and say so of an answer that was on its way."""
    if keys.isdisjoint(GOING_OUT):
        return settle(services, case, Status.OBSERVED)
    left = case.moved(Status.FAILED)
    services.archive.of(case.shop).keep(left, failed(SHOP_LEFT), was=case.status)
    return left


def _mode_now(services: Services, case: Case) -> Mode:
    """Go no further than the shop lets us now, whatever it let us when we decided.

    What a member of staff confirmed or decided is theirs, and goes out in any mode; an
    answer that was begun is finished, so that no code is left without its letter.
    """
    shelf = services.archive.of(case.shop)
    tenant = shelf.shop()
    if tenant is None or not tenant.installed:
        return Mode.OBSERVE
    if not shelf.keys(case.return_id).isdisjoint(GOING_OUT):
        return Mode.AUTOMATIC
    return min(case.mode, tenant.preferences.mode, key=list(Mode).index)


def confirm_case(
    services: Services, *, shop: str, return_id: str, by: str
) -> Case | None:
    """Let a proposed refusal go out, as a named member of staff decided.

    A refusal whose offer has ended meanwhile stays a proposal: its letter would
    promise what is no longer there.
    """
    shelf = services.archive.of(shop)
    case = shelf.find(return_id)
    if case is None or case.status is not Status.PROPOSED:
        return case
    if case.stale_on(services.clock.today()):
        return case
    confirmed = case.moved(Status.DECIDED)
    entry = Entry(key=CONFIRMED, kind="event", body={"confirmed_by": by})
    shelf.keep(confirmed, entry, was=Status.PROPOSED)
    return confirmed


def _carry_out(services: Services, case: Case) -> Case:
    """Send the answer; give way to whoever decided first."""
    begin(services, case)
    try:
        if case.outcome is Outcome.DECLINE:
            _decline(services, case)
        else:
            _approve(services, case)
    except Overtaken as overtaken:
        return _give_way(services, case, overtaken.state)
    return settle(services, case, Status.ANSWERED)


def _split(services: Services, case: Case) -> Case:
    """Take out what is refused and approve the rest, or leave it all to a person."""
    kept = guard(services, case)
    if kept is not None:
        return settle(services, case, Status.IN_REVIEW)
    begin(services, case)
    try:
        left = take_out(services, case)
    except Overtaken as overtaken:
        return _give_way(services, case, overtaken.state)
    except Refused as refused:
        return settle(services, not_split(case, refused), Status.IN_REVIEW)
    return _approve_left(services, case, left)


def _approve_left(services: Services, case: Case, left: Case) -> Case:
    """Approve what is left of a return; what was taken out of it stays out."""
    try:
        _approve(services, left)
    except Overtaken as overtaken:
        return _give_way(services, as_left(case), overtaken.state)
    except Refused as refused:
        take_code_back(services, case)
        return settle(services, not_approved(case, refused), Status.IN_REVIEW)
    return settle(services, left, Status.ANSWERED)


def _approve(services: Services, case: Case) -> None:
    """Approve unless others decided first; the code is made first here too."""
    if case.offer is not None and not _is_approved(services, case):
        make_code(services, case, case.offer)
    let_pay(services, case)
    done = services.platform.approve(case.shop, case.return_id, asking(services, case))
    if done.repeated and not _was_asked(services, case):
        # Nobody asked for it in our name.
        raise Overtaken(ReturnState(status=str(done.answer["found"])))
    note(services, case, Entry(key=APPROVED, kind="call", body=done))
    keep_promise(services, case)


def _was_asked(services: Services, case: Case) -> bool:
    return was_asked(services.archive.of(case.shop).keys(case.return_id))


def _is_approved(services: Services, case: Case) -> bool:
    """Look before a code is made: no code for a return that others decided."""
    state = services.platform.state(case.shop, case.return_id)
    if state is None or state.status == "REQUESTED":
        return False
    # Looked for after the return: who tells the same story beside us asks first.
    asked = _was_asked(services, case)
    if not asked or state.status not in ("OPEN", "CLOSED"):
        raise Overtaken(state)
    return True


def _decline(services: Services, case: Case) -> None:
    """Make the code first, so that the letter never promises what is not there."""
    if case.letter is None or case.ground is None:
        raise Refused(f"case `{case.return_id}` has no letter to send")
    if case.offer is not None and not _is_declined(services, case):
        make_code(services, case, case.offer)
    done = services.platform.decline(
        case.shop, case.return_id, case.ground, case.letter.text
    )
    note(services, case, Entry(key="call:decline", kind="call", body=done))
    keep_promise(services, case)


def _is_declined(services: Services, case: Case) -> bool:
    """Look before a code is made: no code for a return that is decided already."""
    state = services.platform.state(case.shop, case.return_id)
    if state is None or state.status == "REQUESTED":
        return False
    if case.letter is None or state.note != case.letter.text:
        raise Overtaken(state)
    return True


def _give_way(services: Services, case: Case, state: ReturnState) -> Case:
    """Record who was first.

    The code is taken back once the case stands there: where it was answered meanwhile
    by our own answer, the code is that answer's.
    """
    status = FOUND.get(state.status, Status.SUPERSEDED)
    entry = Entry(key="overtaken", kind="event", body=state)
    return settle(services, case, status, state.status, entry)
