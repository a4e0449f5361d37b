"""Promises: how they stand, and where a person has the next word."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from plugin.archive.tables import cases
from plugin.case import CLOSED, UNCLOSED, WAITING, Promise, Status, promise_in
from plugin.policy.decision import Outcome


def last_word(keys: Collection[str]) -> str | None:
    """Say how a promise stands by keys in their order; None where none says it.

    A return that staff are to close waits for them, whatever becomes of its money.
    """
    if UNCLOSED in keys and CLOSED not in keys:
        return Promise.LEFT.value
    there = (key for key in keys if key != UNCLOSED)
    said = [word.value for word in map(promise_in, there) if word is not None]
    return said[-1] if said else None


def says(key: str) -> bool:
    """Tell whether an entry with this key may change how a promise stands."""
    return key == CLOSED or promise_in(key) is not None


def waiting() -> sa.ColumnElement[bool]:
    """Find the cases on which a person has the next word, as `Case.waits` tells it.

    Nobody but a person can give what an erased approval promised.
    """
    owed = sa.and_(_ERASED, cases.c.money == Promise.OWED.value)
    left = sa.or_(cases.c.money == Promise.LEFT.value, owed)
    return sa.or_(_UNANSWERED, sa.and_(_APPROVED, left))


_ERASED = cases.c.erased_at.is_not(None)
_UNANSWERED = cases.c.status.in_([status.value for status in WAITING])
_APPROVED = sa.and_(
    cases.c.status == Status.ANSWERED.value,
    cases.c.outcome == Outcome.APPROVE.value,
)
