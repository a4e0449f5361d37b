"""What the timeline says of a refund: what was asked, what came of it, who has it."""

from __future__ import annotations

from typing import Any

from plugin.case import (
    ASTRAY,
    COVERED,
    LESS,
    MAY_PAY,
    PAID,
    PAYMENT_FAILED,
    REFUND_LEFT,
    THEIRS,
    UNCLOSED,
    UNDONE,
)
from plugin.casework.arriving import THROUGH, said
from plugin.casework.turns import PENDING, REFUND_ASKED
from plugin.policy.money import Money

Body = dict[str, Any]

# What is said after the call that asked for the money.
_ENDS = {
    PAID: "Gave {money} back",
    PENDING: "Asked for {money} to go back; the payment provider has yet to confirm it",
    PAYMENT_FAILED: "Asked for {money} to go back; the payment failed",
}
# What is said where the key alone tells it.
_PLAIN = {
    MAY_PAY: "Found that the money may go back by itself",
    THEIRS: "Added nothing to the refund of staff",
    COVERED: "Saw that all that was promised has gone back",
    UNCLOSED: "Left the closing of the return to you",
}


def is_of_refund(key: str) -> bool:
    """Tell whether an entry is about a refund that was promised or given."""
    fell = (UNDONE, LESS, ASTRAY)
    return _name(key) in (REFUND_ASKED, *_PLAIN, REFUND_LEFT, *fell, *_ENDS)


def of_refund(key: str, body: Body) -> str:
    """Say what an entry tells of a refund that was promised or given."""
    name = _name(key)
    if name in _PLAIN:
        return _PLAIN[name]
    if name == REFUND_ASKED:
        return f"About to give {_money(body)} back"
    if name == REFUND_LEFT:
        return f"Left the refund to you: {body['why']}"
    if name in (UNDONE, LESS):
        return f"Saw a refund of {_money(body)} fail at the payment provider after all"
    if name == ASTRAY:
        return f"Saw a refund of {_money(body)} by staff fail at the payment provider"
    done = body["done"]
    again = "; it had been done before" if done["repeated"] else ""
    ends = _ENDS[name].format(money=_money(body["amount"]))
    if name == PAYMENT_FAILED:
        ends += _arrived(done["answer"]["payments"])
    return f"{ends}{again}"


def _name(key: str) -> str:
    """Leave the number of the turn, or the refund's id, out of a key."""
    turns = {f"{name}:": name for name in (REFUND_ASKED, REFUND_LEFT, THEIRS)}
    starts = turns | {name: name for name in (UNDONE, LESS, ASTRAY, COVERED)}
    return next((starts[start] for start in starts if key.startswith(start)), key)


def _arrived(payments: list[Body]) -> str:
    through = [each["amount"] for each in payments if each["status"] in THROUGH]
    parts = " and ".join(_money(amount) for amount in through)
    return f" but for {parts}" if parts else ""


def _money(amount: Body) -> str:
    return said(Money.of(amount["amount"], amount["currency"]))
