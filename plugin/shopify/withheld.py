"""What the platform would not show: fields of customers' data the app may not read.

Such a field is null beside an error of its own, in an answer that is good otherwise.
A null says something of its own in places (no customer: a guest), so what was withheld
is made unknown again, and no decision rests on it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from plugin.case import Request
from plugin.policy.facts import Facts

DENIED = "ACCESS_DENIED"
ORDER = "return.order"
# Fields of the order whose null is read as unknown anyway.
SPOKEN_FOR = frozenset({"attribution", "disputes", "risk", "shippingAddress"})
# Facts that rest on a field of the order, whose null would say something.
RESTS_ON: Mapping[str, Mapping[str, Any]] = {
    "cancelledAt": {"order_cancelled": None},
    "customer": {
        "business": None,
        "customer_known": None,
        "customer_orders": None,
        "customer_tags": None,
        "opted_out": None,
    },
    "purchasingEntity": {"business": None},
}


def withheld(errors: object) -> frozenset[str]:
    """Name the fields that were withheld; none when anything else went wrong.

    A missing scope is no such thing: it says which access it requires.
    """
    if not isinstance(errors, Sequence) or isinstance(errors, str):
        return frozenset()
    paths = [_path(error) for error in errors]
    return frozenset(path for path in paths if path) if all(paths) else frozenset()


def _path(error: object) -> str | None:
    if not isinstance(error, Mapping):
        return None
    extensions, path = error.get("extensions"), error.get("path")
    if not isinstance(extensions, Mapping) or extensions.get("code") != DENIED:
        return None
    # A whole answer that is denied leaves nothing to go on with.
    if "requiredAccess" in extensions or not isinstance(path, list) or len(path) < 2:
        return None
    return ".".join(part for part in path if isinstance(part, str))


def without(request: Request, paths: frozenset[str]) -> Request:
    """Make unknown what rests on a field that was withheld."""
    changes: dict[str, Any] = {}
    for path in paths:
        field = path.removeprefix(f"{ORDER}.") if path.startswith(ORDER) else path
        first = field.partition(".")[0]
        if first in RESTS_ON:
            changes |= RESTS_ON[first]
        elif field not in SPOKEN_FOR:
            # Nobody knows what hangs on it: a person looks.
            changes["complete"] = False
    return replace(request, facts=_changed(request.facts, changes))


def _changed(facts: Facts, changes: Mapping[str, Any]) -> Facts:
    # An opt-out that was seen, on the order for one, stays.
    kept = {"opted_out": True} if facts.opted_out else {}
    return replace(facts, **{**changes, **kept}) if changes else facts
