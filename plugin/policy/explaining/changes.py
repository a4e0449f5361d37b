"""Facts with another value: the same request, had one thing been otherwise."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

from plugin.policy.facts import PRACTICE, Facts, Line, Past

# What a policy calls a fact, where the facts have another name for it.
OF_LINE = {
    **{name: name for name in ("product_tags", "product_type", "vendor", "gift_card")},
    **{name: name for name in ("note_tells_fault", "photos", "videos", "receipts")},
    **{name: name for name in ("discount_percent", "used_percent", "returnable")},
    **{name: name for name in ("proven", "disproven")},
    "item_condition": "condition",
}
OF_ORDER = (
    *("order_tags", "customer_tags", "customer_orders", "customer_returns"),
    *("channel", "payment_methods", "business", "delivery_refused", "return_method"),
    *("dispute_open", "fraud_suspected", "opted_out", "order_cancelled"),
    "awaiting_delivery",
)
REQUESTED, DELIVERED, FULFILLED = "requested_on", "delivered_on", "fulfilled_on"
LAST_DELIVERED = "last_delivered_on"
INFORMED = "informed_on"
# A longer history than this is not made up.
_MOST_PAST = 200
_HISTORY = re.compile(r"customer_(returns|items|offers)_in_[0-9]+_days")


def changed(facts: Facts, line_id: str, fact: str, value: object) -> Facts | None:
    """Give the facts with another value of one fact; None where that has no sense.

    A fact is named as a policy names it, or as the request does where no policy can.
    """
    if fact in _DAYS and isinstance(value, date):
        return _DAYS[fact](facts, line_id, value)
    if fact in OF_LINE:
        return _of_line(facts, line_id, **{OF_LINE[fact]: value})
    if fact in OF_ORDER:
        given: dict[str, object] = {fact: value}
        return replace(facts, **given)  # type: ignore[arg-type]
    if fact in PRACTICE and value is True:
        return replace(facts, practice=facts.practice | {fact})
    return _past(facts, fact, value) if isinstance(value, int) else None


def _of_line(facts: Facts, line_id: str, **values: object) -> Facts:
    lines = tuple(
        replace(line, **values) if line.id == line_id else line  # type: ignore[arg-type]
        for line in facts.lines
    )
    return replace(facts, lines=lines)


def _requested(facts: Facts, _line_id: str, day: date) -> Facts:
    """Move the request to another day; what came after that day is not yet there."""
    by = day - facts.requested_on
    return replace(
        facts,
        requested_on=day,
        requested_at=facts.requested_at and facts.requested_at + by,
        decided_on=facts.decided_on and facts.decided_on + by,
        returns_before=_until(facts.returns_before, day),
        offers_before=_until(facts.offers_before, day),
    )


def _until(past: tuple[Past, ...] | None, day: date) -> tuple[Past, ...] | None:
    return None if past is None else tuple(one for one in past if one.on <= day)


def _delivered(facts: Facts, line_id: str, day: date) -> Facts:
    at = facts.requested_at and facts.requested_at - (facts.requested_on - day)
    moved = _of_line(facts, line_id, delivered_on=day, delivered_at=at)
    days = [line.delivered_on for line in moved.lines]
    known = [each for each in days if each is not None]
    if len(known) < len(days):
        return moved
    return replace(moved, last_delivered_on=max(known), awaiting_delivery=False)


def _last_delivered(facts: Facts, _line_id: str, day: date) -> Facts:
    return replace(facts, last_delivered_on=day, awaiting_delivery=False)


def _informed(facts: Facts, _line_id: str, day: date) -> Facts:
    return replace(facts, informed_on=day)


def _fulfilled(facts: Facts, line_id: str, day: date) -> Facts:
    at = facts.requested_at and facts.requested_at - (facts.requested_on - day)
    return _of_line(facts, line_id, fulfilled_on=day, fulfilled_at=at)


def _past(facts: Facts, fact: str, count: int) -> Facts | None:
    """Let a history that nobody could read hold so many of what is counted."""
    match = _HISTORY.fullmatch(fact)
    if match is None or (count > _MOST_PAST and match[1] != "items"):
        return None
    # On the day of the request, so that a span of any length counts them.
    on = facts.requested_on
    if match[1] == "offers":
        return replace(facts, offers_before=(Past(on=on),) * count)
    if match[1] == "items":
        return replace(facts, returns_before=(Past(on=on, items=count),))
    return replace(facts, returns_before=(Past(on=on),) * count)


_DAYS: dict[str, Callable[[Facts, str, date], Facts]] = {
    REQUESTED: _requested,
    DELIVERED: _delivered,
    FULFILLED: _fulfilled,
    LAST_DELIVERED: _last_delivered,
    INFORMED: _informed,
}


def line_of(facts: Facts, line_id: str) -> Line:
    """Find a line by its id; raises `KeyError` when there is none."""
    for line in facts.lines:
        if line.id == line_id:
            return line
    raise KeyError(line_id)
