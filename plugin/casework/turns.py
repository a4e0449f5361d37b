"""Turns: who may give a case's money back by now, read from what is written down.

The app has the first turn, where the merchant let it. Each time that a member of staff
gives the refund by hand begins another, and what was left to staff ends one.
"""

from __future__ import annotations

from plugin.case import GRANTED, LEFT, MAY_PAY, PAID, PAYMENT_FAILED, Case, Status
from plugin.casework.owing import pays
from plugin.policy.decision import Outcome

ASKED = "refund:asked"
PENDING = "refund:pending"
FAILED = PAYMENT_FAILED
# Once one of these is written, no more money moves.
OVER = frozenset({PAID, FAILED})


def owes(case: Case, keys: frozenset[str]) -> bool:
    """Tell whether money of a case may still be given back by us."""
    if not is_open(case, keys):
        return False
    if turn(keys):
        return is_granted(keys)
    return MAY_PAY in keys and pays(case) is not None and LEFT not in keys


def is_open(case: Case, keys: frozenset[str]) -> bool:
    """Tell whether a case was approved, and its money has not gone back by us."""
    approved = case.status is Status.ANSWERED and case.outcome is Outcome.APPROVE
    return approved and keys.isdisjoint(OVER)


def turn(keys: frozenset[str]) -> int:
    """Count how often a member of staff gave the refund by hand."""
    return sum(key.startswith(GRANTED) for key in keys)


def is_granted(keys: frozenset[str]) -> bool:
    """Tell whether a member of staff gave the refund, and it is not left since."""
    return turn(keys) > 0 and key_of(LEFT, keys) not in keys


def key_of(name: str, keys: frozenset[str]) -> str:
    """Name an entry of the turn that it is."""
    number = turn(keys)
    return f"{name}:{number}" if number else name


def keys_of(name: str, keys: frozenset[str]) -> tuple[str, ...]:
    """Name the entries of every turn, the newest first."""
    numbers = range(turn(keys), 0, -1)
    every = (*(f"{name}:{number}" for number in numbers), name)
    return tuple(key for key in every if key in keys)
