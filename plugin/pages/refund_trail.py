"""What the timeline says of a refund: what was asked, what came of it, who has it."""

from __future__ import annotations

from typing import Any

from plugin.case import COVERED, LEFT, MAY_PAY, PAID, UNDONE
from plugin.casework.arriving import THROUGH, said
from plugin.casework.turns import ASKED, FAILED, PENDING
from plugin.pages import words
from plugin.policy.money import Money

Body = dict[str, Any]

# What is said after the call that asked for the money.
_ENDS = {
    PAID: "{money} given",
    PENDING: "{money} asked for, its payment is pending",
    FAILED: "{money} asked for, its payment failed",
}


def is_of_refund(key: str) -> bool:
    """Tell whether an entry is about a refund that was promised or given."""
    return _name(key) in (MAY_PAY, ASKED, LEFT, UNDONE, COVERED, *_ENDS)


def of_refund(key: str, body: Body) -> str:
    """Say what an entry tells of a refund that was promised or given."""
    name = _name(key)
    if name == MAY_PAY:
        return "the money may be given by itself"
    if name == ASKED:
        return f"about to give {_money(body)}"
    if name == LEFT:
        return f"left to staff: {body['why']}"
    if name == UNDONE:
        return f"{_money(body)} fell through at the payment provider after all"
    if name == COVERED:
        return "all that was promised is given"
    done = body["done"]
    again = "; it was done before" if done["repeated"] else ""
    ends = _ENDS[name].format(money=_money(body["amount"]))
    if name == FAILED:
        ends += _arrived(done["answer"]["payments"])
    return f"{words.plain(done['operation'])}: {ends}{again}"


def _name(key: str) -> str:
    """Leave the number of the turn, or the refund's id, out of a key."""
    starts = {f"{ASKED}:": ASKED, f"{LEFT}:": LEFT, UNDONE: UNDONE, COVERED: COVERED}
    return next((starts[start] for start in starts if key.startswith(start)), key)


def _arrived(payments: list[Body]) -> str:
    through = [each["amount"] for each in payments if each["status"] in THROUGH]
    parts = " and ".join(_money(amount) for amount in through)
    return f" but for {parts}" if parts else ""


def _money(amount: Body) -> str:
    return said(Money.of(amount["amount"], amount["currency"]))
