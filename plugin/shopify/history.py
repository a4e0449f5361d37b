"""What a customer asked to return before, as far as the platform shows all of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from plugin.case import Request
from plugin.localdays import earliest_day, moment
from plugin.policy.facts import Past
from plugin.ports import Unreachable

Data = Mapping[str, Any]


def read_history(data: Data, request: Request) -> tuple[Past, ...] | None:
    """Turn the answer of `customer_return_history` into what came before a request.

    None when a list did not end. Raises `Unreachable` when the answer came back half.
    """
    try:
        return _history(data, request)
    except (KeyError, TypeError, ValueError) as error:
        why = f"a history came back half: {type(error).__name__}"
        raise Unreachable(why) from error


def _history(data: Data, request: Request) -> tuple[Past, ...] | None:
    pages = [data["orders"]]
    pages += [order["returns"] for order in data["orders"]["nodes"]]
    # A count of part of the list would be too low; then it is not known.
    if any(page["pageInfo"]["hasNextPage"] for page in pages):
        return None
    country = request.facts.places[0].country if request.facts.places else None
    found = {node["id"]: node for page in pages[1:] for node in page["nodes"]}
    earlier = (
        Past(on=earliest_day(node["createdAt"], country), items=node["totalQuantity"])
        for node in found.values()
        if node["id"] != request.return_id and _came_before(node, request)
    )
    return tuple(sorted(earlier, key=lambda past: past.on))


def _came_before(node: Data, request: Request) -> bool:
    asked_at = request.facts.requested_at
    came_at: datetime | None = moment(node["createdAt"])
    return asked_at is None or came_at is None or came_at <= asked_at
