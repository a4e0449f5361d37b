"""Owing: cases that were erased while money that was promised still waited."""

from __future__ import annotations

import sqlalchemy as sa

from plugin.archive.tables import cases, entries
from plugin.case import COVERED, GRANTED, MAY_PAY, PAID, PAYMENT_FAILED, UNDONE, Status
from plugin.policy.decision import Outcome


def owing() -> sa.ColumnElement[bool]:
    """Find erased approvals whose money was to be given, and was not seen to arrive.

    For whom is gone; that it may be owed shows in the keys of the entries.
    """
    return sa.and_(
        cases.c.erased_at.is_not(None),
        cases.c.status == Status.ANSWERED.value,
        cases.c.outcome == Outcome.APPROVE.value,
        _has(_PROMISED),
        sa.or_(_has(_FAILED), ~_has(_SEEN)),
    )


_PROMISED = sa.or_(entries.c.key == MAY_PAY, entries.c.key.startswith(GRANTED))
_FAILED = sa.or_(entries.c.key == PAYMENT_FAILED, entries.c.key.startswith(UNDONE))
_SEEN = entries.c.key.in_((PAID, COVERED))


def _has(which: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    same = (entries.c.shop == cases.c.shop, entries.c.return_id == cases.c.return_id)
    # No `EXISTS`: PostgreSQL would hash the entries of every shop to answer it.
    one = sa.select(sa.literal(1)).select_from(entries).where(*same, which)
    return one.correlate(cases).limit(1).scalar_subquery().is_not(None)
