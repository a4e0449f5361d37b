"""Turns: who may give a case's money back by now, read from what is written down.

The app has the first turn, where the merchant let it. Each time that a member of staff
gives the refund by hand begins another; what was left to staff, or what they had given
first, ends one. Each click has a number of its own, also one that came to nothing, so
that no later one is taken for it.
"""

from __future__ import annotations

from plugin.case import (
    GRANTED,
    IDLE_GRANT,
    MAY_PAY,
    PAID,
    PAYMENT_FAILED,
    REFUND_LEFT,
    THEIRS,
    Case,
    Promise,
)
from plugin.casework.reckoning import pays
from plugin.policy.remedies import Pays

REFUND_ASKED = "refund:asked"
PENDING = "refund:pending"
# Once one of these is written, no more money moves.
OVER = frozenset({PAID, PAYMENT_FAILED})


def owes(case: Case, keys: frozenset[str]) -> bool:
    """Tell whether money of a case may still be given back by us."""
    if not is_open(case, keys) or case.promise is Promise.DONE:
        return False
    if turn_number(keys):
        return is_granted(keys)
    return MAY_PAY in keys and pays(case) is not None and not is_ended(keys)


def is_open(case: Case, keys: frozenset[str]) -> bool:
    """Tell whether a case was approved, and its money has not gone back by us."""
    return case.approved and keys.isdisjoint(OVER)


def is_pending(case: Case, keys: frozenset[str]) -> bool:
    """Tell whether a refund was asked for that was not seen to end."""
    return is_open(case, keys) and bool(keys_of(REFUND_ASKED, keys))


def is_begun(case: Case, keys: frozenset[str]) -> bool:
    """Tell whether money waits for no goods, or was given or asked for already."""
    waits = pays(case) is Pays.ON_RECEIPT
    return not waits or is_granted(keys) or bool(keys_of(REFUND_ASKED, keys))


def turn_number(keys: frozenset[str]) -> int:
    """Number the newest turn that a member of staff began; 0 where none did."""
    return _last(GRANTED, keys)


def next_turn(keys: frozenset[str]) -> int:
    """Number the turn that the next click begins.

    It guards against a click on a page that is no longer true, which starts nothing.
    A click whose story wrote nothing does not use it up: `clicks.anew` sees to that.
    """
    return max(turn_number(keys), _last(IDLE_GRANT, keys)) + 1


def is_granted(keys: frozenset[str]) -> bool:
    """Tell whether a member of staff gave the refund, and its turn has not ended."""
    return turn_number(keys) > 0 and not is_ended(keys)


def is_asked(keys: frozenset[str]) -> bool:
    """Tell whether the refund of this turn was asked for, and it has not ended."""
    return key_of(REFUND_ASKED, keys) in keys and not is_ended(keys)


def is_ended(keys: frozenset[str]) -> bool:
    """Tell whether this turn was left to staff, or they had given the refund first."""
    return not keys.isdisjoint({key_of(REFUND_LEFT, keys), key_of(THEIRS, keys)})


def key_of(name: str, keys: frozenset[str]) -> str:
    """Name an entry of the turn that it is."""
    number = turn_number(keys)
    return f"{name}:{number}" if number else name


def keys_of(name: str, keys: frozenset[str]) -> tuple[str, ...]:
    """Name the entries of every turn, the newest first."""
    numbers = range(turn_number(keys), 0, -1)
    every = (*(f"{name}:{number}" for number in numbers), name)
    return tuple(key for key in every if key in keys)


def _last(start: str, keys: frozenset[str]) -> int:
    numbers = (key.removeprefix(start) for key in keys if key.startswith(start))
    return max((int(number) for number in numbers), default=0)
