"""Recognizing: of which case a refund is, and whose."""

from __future__ import annotations

from plugin.case import Case
from plugin.casework.arriving import Moved, moved
from plugin.casework.turns import REFUND_ASKED, keys_of
from plugin.policy.money import Money
from plugin.ports import RefundGiven, Shelf


def note_of(case: Case) -> str:
    """Name the case in a refund's note, which only staff reads."""
    return f"Evenhand {case.return_name} ({case.return_id.rpartition('/')[2]})"


def is_about(case: Case, refund: RefundGiven) -> bool:
    """Tell whether a refund of the order is one of the case's return."""
    return refund.of_return or refund.note == note_of(case)


def stands(case: Case, refund: RefundGiven) -> bool:
    """Tell whether a refund is one of the case's return, and did not fail."""
    failed = moved(refund.payments, credit=True) is Moved.NO
    return is_about(case, refund) and not failed


def plans(shelf: Shelf, case: Case) -> tuple[Money, ...]:
    """Read the amounts that were about to be given, the newest first."""
    found = keys_of(REFUND_ASKED, shelf.keys(case.return_id))
    bodies = (shelf.body(case.return_id, key) for key in found)
    return tuple(Money.of(b["amount"], b["currency"]) for b in bodies if b)
