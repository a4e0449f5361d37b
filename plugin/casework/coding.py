"""Coding: the discount code of an answer is there exactly when the answer is.

What is done to a code comes in rounds: an answer that is begun, a code that is made,
a code that is taken back. Whoever takes a code back looks afterwards whether the
answer went out meanwhile, and whoever sends an answer whether its code was taken back:
one of the two sees the other, however they cross.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta, timezone
from itertools import count

from plugin.case import Case, Entry, Status
from plugin.casework.record import BEGUN, note
from plugin.policy.offers import Offer
from plugin.policy.remedies import Remedy
from plugin.ports import (
    Code,
    PlatformError,
    Refused,
    ReturnState,
    Services,
    Unreachable,
)

MADE = "call:create-code"
TAKEN_BACK = "call:deactivate-code"
# So begins the entry that is written before an approval is asked for: one that is found
# later may be ours only if it is there.
APPROVAL_ASKED = "asked:approve"
# So begins the entry that says that what was asked for did not arrive, or was refused.
UNSENT = "unsent:approve"
APPROVED = "call:approve"
# For so long an approval whose answer was lost may still arrive.
ARRIVES = timedelta(minutes=5)
# Long past, so that a clock that differs does not keep a code from working.
STARTS_AT = datetime(2020, 1, 1, tzinfo=UTC)
# Where a day ends last: what a letter promises for a day holds there too, and so in the
# shop's and in every customer's country.
_LAST_ZONE = timezone(timedelta(hours=-12))


def in_round(call: str, keys: frozenset[str]) -> str:
    """Name an entry of this round; a code that was taken back begins a new one."""
    taken = _count(TAKEN_BACK, keys)
    return f"{call}:{taken + 1}" if taken else call


def may_be_out(keys: frozenset[str]) -> bool:
    """Tell whether the code of a case with these entries may be there and work."""
    return _count(BEGUN, keys) > _count(TAKEN_BACK, keys)


def begin(services: Services, case: Case) -> None:
    """Write down, before the first call of an answer, that it is on its way."""
    keys = services.archive.of(case.shop).keys(case.return_id)
    begun = Entry(key=in_round(BEGUN, keys), kind="event", body={"begun": True})
    note(services, case, begun)


def make_code(services: Services, case: Case, offer: Offer) -> None:
    """Make the code of an answer, or find it, or bring it back."""
    done = services.platform.create_code(case.shop, _code(case, offer))
    keys = services.archive.of(case.shop).keys(case.return_id)
    note(services, case, Entry(key=in_round(MADE, keys), kind="call", body=done))


def keep_promise(services: Services, case: Case) -> None:
    """Bring the code of an answer that went out back if it was taken meanwhile."""
    keys = services.archive.of(case.shop).keys(case.return_id)
    if case.offer is not None and in_round(MADE, keys) not in keys:
        begin(services, case)
        make_code(services, case, case.offer)


def take_code_back(services: Services, case: Case) -> None:
    """Leave no code behind that no answer names; safe to repeat."""
    keys = services.archive.of(case.shop).keys(case.return_id)
    if case.code is None or not may_be_out(keys):
        return
    done = services.platform.deactivate_code(case.shop, case.code)
    note(services, case, Entry(key=in_round(TAKEN_BACK, keys), kind="call", body=done))


def tidy_code(services: Services, *, shop: str, return_id: str) -> Case | None:
    """Take back a code that has stood beside no answer for too long.

    Safe to repeat, and to be told while the answer is given after all: its next try
    brings the code back.
    """
    shelf = services.archive.of(shop)
    case, tenant = shelf.find(return_id), shelf.shop()
    if (
        case is None
        or case.status is Status.ANSWERED
        or not may_be_out(shelf.keys(return_id))
    ):
        return case
    if tenant is None or not tenant.installed:
        return case
    if not _went_out(services, case):
        take_code_back(services, case)
    if _went_out(services, case) and case.offer is not None:
        make_code(services, case, case.offer)
    return case


@contextmanager
def asking(services: Services, case: Case) -> Iterator[None]:
    """Write down that an approval is asked for, and where it surely was not done.

    Should staff approve that later, it is theirs.
    """
    asked = _ask(services, case)
    try:
        yield
    except PlatformError as error:
        if not error.may_be_done:
            _not_sent(services, case, asked, str(error))
        raise


def was_asked(keys: frozenset[str]) -> bool:
    """Tell whether an approval was asked for in our name, and may have arrived."""
    return APPROVED in keys or bool(_asked(keys))


def did_not_arrive(services: Services, case: Case) -> None:
    """Write down that no approval arrived, so that whoever gives one later gave it.

    Raises `Unreachable` while one may still arrive.
    """
    shelf = services.archive.of(case.shop)
    for asked in sorted(_asked(shelf.keys(case.return_id))):
        body = shelf.body(case.return_id, asked)
        since = datetime.fromisoformat(body["since"]) if body else STARTS_AT
        if services.clock.now() - since < ARRIVES:
            raise Unreachable("an approval may still arrive")
        _not_sent(services, case, asked, "the return was still asked for")


def was_sent(case: Case, state: ReturnState, keys: frozenset[str]) -> bool:
    """Tell whether what a return shows is the answer that we gave."""
    if case.letter is None:
        return state.status in ("OPEN", "CLOSED") and was_asked(keys)
    sent = state.status == "DECLINED" and state.note == case.letter.text
    return sent and BEGUN in keys


def _ask(services: Services, case: Case) -> str:
    """Leave an entry that no other has, and give its key.

    Two tellers of one story each leave their own, so that neither takes what the other
    asked for as somebody else's.
    """
    shelf = services.archive.of(case.shop)
    body = {"asked": "approve", "since": services.clock.now()}
    for number in count(1):
        key = APPROVAL_ASKED if number == 1 else f"{APPROVAL_ASKED}:{number}"
        if shelf.append(case.return_id, Entry(key=key, kind="event", body=body)):
            break
    return key


def _not_sent(services: Services, case: Case, asked: str, why: str) -> None:
    key = asked.replace(APPROVAL_ASKED, UNSENT)
    note(services, case, Entry(key=key, kind="event", body={"why": why}))


def _asked(keys: frozenset[str]) -> set[str]:
    """Name the entries of the approvals that were asked for, and may have arrived."""
    begins = f"{APPROVAL_ASKED}:"
    asked = (key for key in keys if key == APPROVAL_ASKED or key.startswith(begins))
    return {key for key in asked if key.replace(APPROVAL_ASKED, UNSENT) not in keys}


def _went_out(services: Services, case: Case) -> bool:
    """Look whether the answer is there; of a case that gave way it is another's."""
    if case.status not in (Status.DECIDED, Status.FAILED):
        return False
    state = services.platform.state(case.shop, case.return_id)
    keys = services.archive.of(case.shop).keys(case.return_id)
    return state is not None and was_sent(case, state, keys)


def _code(case: Case, offer: Offer) -> Code:
    worthless = offer.remedy is Remedy.CODE and not (offer.percent or offer.amount)
    if case.code is None or case.customer_id is None or worthless:
        raise Refused(f"case `{case.return_id}` has no code to make")
    number = case.return_id.rpartition("/")[2]
    # Calls carry moments in UTC.
    ends_at = datetime.combine(offer.ends_on, time(23, 59, 59), _LAST_ZONE)
    return Code(
        text=case.code,
        title=f"Evenhand {case.return_name} ({number})",
        customer_id=case.customer_id,
        starts_at=STARTS_AT,
        ends_at=ends_at.astimezone(UTC),
        percent=offer.percent,
        amount=offer.amount,
    )


def _count(call: str, keys: frozenset[str]) -> int:
    return sum(key == call or key.startswith(f"{call}:") for key in keys)
