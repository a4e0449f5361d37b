"""Owing: cases that were erased while money that was promised still waited."""

from __future__ import annotations

import sqlalchemy as sa

from plugin.archive.tables import cases, entries
from plugin.case import AUDIT, MAY_PAY, PAID, Status
from plugin.policy.decision import Outcome


def owing() -> sa.ColumnElement[bool]:
    """Find erased approvals whose money was to be given, and of which none was seen.

    Whoever knew how much is gone; that it may be owed shows in the keys of the entries.
    """
    return sa.and_(
        cases.c.erased_at.is_not(None),
        cases.c.status == Status.ANSWERED.value,
        cases.c.outcome == Outcome.APPROVE.value,
        _has(entries.c.key == MAY_PAY),
        ~_has(entries.c.key == PAID),
        ~_has(entries.c.key.startswith(AUDIT)),
    )


def _has(which: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    same = (entries.c.shop == cases.c.shop, entries.c.return_id == cases.c.return_id)
    return sa.exists().where(*same, which).correlate(cases)
