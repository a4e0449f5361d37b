"""Turns: who may give a case's money back by now, read from what is written down.

The app has the first turn, where the merchant let it. Each time that a member of staff
gives the refund by hand begins another, and what was left to staff ends one. Each click
has a number of its own, also one that came to nothing, so that no later one is taken
for it.
"""

from __future__ import annotations

from plugin.case import (
    GRANTED,
    IDLE,
    LEFT,
    MAY_PAY,
    PAID,
    PAYMENT_FAILED,
    Case,
    Status,
)
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


def is_pending(case: Case, keys: frozenset[str]) -> bool:
    """Tell whether a refund of ours was made whose payment was not seen to end."""
    return is_open(case, keys) and PENDING in keys


def turn(keys: frozenset[str]) -> int:
    """Number the newest turn that a member of staff began; 0 where none did."""
    return _last(GRANTED, keys)


def next_turn(keys: frozenset[str]) -> int:
    """Number the turn that the next click begins."""
    return max(turn(keys), _last(IDLE, keys)) + 1


def is_granted(keys: frozenset[str]) -> bool:
    """Tell whether a member of staff gave the refund, and it is not left since."""
    return turn(keys) > 0 and key_of(LEFT, keys) not in keys


def is_asked(keys: frozenset[str]) -> bool:
    """Tell whether the refund of this turn was asked for, and is not left since."""
    begun = {key_of(ASKED, keys), key_of(PENDING, keys)}
    return not begun.isdisjoint(keys) and key_of(LEFT, keys) not in keys


def key_of(name: str, keys: frozenset[str]) -> str:
    """Name an entry of the turn that it is."""
    number = turn(keys)
    return f"{name}:{number}" if number else name


def keys_of(name: str, keys: frozenset[str]) -> tuple[str, ...]:
    """Name the entries of every turn, the newest first."""
    numbers = range(turn(keys), 0, -1)
    every = (*(f"{name}:{number}" for number in numbers), name)
    return tuple(key for key in every if key in keys)


def _last(start: str, keys: frozenset[str]) -> int:
    numbers = (key.removeprefix(start) for key in keys if key.startswith(start))
    return max((int(number) for number in numbers), default=0)
