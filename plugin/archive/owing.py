"""Owing: approvals whose money was promised and not given, or was left to staff."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from plugin.archive.tables import cases, entries
from plugin.case import (
    COVERED,
    GRANTED,
    MAY_PAY,
    PAID,
    PAYMENT_FAILED,
    THEIRS,
    UNDONE,
    WAITING,
    Status,
    leaves_money,
)
from plugin.policy.decision import Outcome

# What the newest entry on the money of an approval says.
OWED = "owed"
LEFT = "left"
DONE = "done"
# Staff gave a refund of their own first: left to them, and nothing waits for them.
GIVEN = "theirs"


def last_word(keys: Iterable[str]) -> str | None:
    """Say how the money of an approval stands by keys in their order; None: no word."""
    said = [word for word in map(_word, keys) if word is not None]
    return said[-1] if said else None


def _word(key: str) -> str | None:
    if leaves_money(key):
        return LEFT
    if key == THEIRS or key.startswith(f"{THEIRS}:"):
        return GIVEN
    if key == PAID or key.startswith(COVERED):
        return DONE
    return OWED if key == MAY_PAY or key.startswith(GRANTED) else None


def waiting() -> sa.ColumnElement[bool]:
    """Find the cases on which a person may have the next word.

    Of an erased approval that promised money it takes `owing` to tell.
    """
    erased = sa.and_(_ERASED, cases.c.money.in_([OWED, GIVEN]))
    return sa.or_(
        _UNANSWERED, sa.and_(_APPROVED, sa.or_(cases.c.money == LEFT, erased))
    )


def waits() -> sa.ColumnElement[bool]:
    """Find the cases on which a person has the next word, and no others."""
    known = sa.or_(_UNANSWERED, cases.c.erased_at.is_(None))
    return sa.and_(waiting(), sa.or_(known, owing()))


def owing() -> sa.ColumnElement[bool]:
    """Find erased approvals whose money was to be given, and was not seen to arrive.

    For whom is gone; that it may be owed shows in the keys of the entries.
    """
    return sa.and_(
        cases.c.erased_at.is_not(None),
        _APPROVED,
        _has(_PROMISED),
        # What failed since it was seen is owed again; what was given since is not.
        sa.func.coalesce(_last(_FAILED), -1) >= sa.func.coalesce(_last(_SEEN), -1),
    )


_ERASED = cases.c.erased_at.is_not(None)
_UNANSWERED = cases.c.status.in_([status.value for status in WAITING])
_APPROVED = sa.and_(
    cases.c.status == Status.ANSWERED.value,
    cases.c.outcome == Outcome.APPROVE.value,
)
_PROMISED = sa.or_(entries.c.key == MAY_PAY, entries.c.key.startswith(GRANTED))
_FAILED = sa.or_(entries.c.key == PAYMENT_FAILED, entries.c.key.startswith(UNDONE))
_SEEN = sa.or_(entries.c.key == PAID, entries.c.key.startswith(COVERED))


def _has(which: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    same = (entries.c.shop == cases.c.shop, entries.c.return_id == cases.c.return_id)
    # No `EXISTS`: PostgreSQL would hash the entries of every shop to answer it.
    one = sa.select(sa.literal(1)).select_from(entries).where(*same, which)
    return one.correlate(cases).limit(1).scalar_subquery().is_not(None)


def _last(which: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    """Number the newest such entry of a case."""
    same = (entries.c.shop == cases.c.shop, entries.c.return_id == cases.c.return_id)
    newest = sa.select(sa.func.max(entries.c.seq)).where(*same, which)
    return newest.correlate(cases).scalar_subquery()
