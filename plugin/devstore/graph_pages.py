"""Connections: one page of a longer list."""

from __future__ import annotations

import base64
import json
from datetime import datetime
from typing import Any

from graphql import GraphQLError

from plugin.devstore.ids import number_of

LARGEST_PAGE = 250
# The fields behind the sort keys that have another name.
SORTED_BY = {"processed_at": "created_at"}

# Where an item stands in its list: what it is sorted by, then its number.
Place = tuple[Any, int]


def page_of(found: list[Any], arguments: dict[str, Any]) -> dict[str, Any]:
    """The page of a list that the arguments ask for, as a connection.

    A cursor says where an item stands, not how many come before it: a list that grows
    shorter between two pages leaves nothing out.
    """
    items = _sorted(found, arguments)
    first, last = arguments.get("first"), arguments.get("last")
    _check_page(first, last)
    start = _after(items, arguments)
    end = _before(items, arguments)
    if first is not None:
        end = min(end, start + first)
    elif last is not None:
        start = max(start, end - last)
    page = items[start:end]
    edges = [{"cursor": _cursor(item, arguments), "node": item} for item in page]
    return {
        "nodes": page,
        "edges": edges,
        "pageInfo": {
            "hasNextPage": end < len(items),
            "hasPreviousPage": start > 0,
            "startCursor": edges[0]["cursor"] if edges else None,
            "endCursor": edges[-1]["cursor"] if edges else None,
        },
    }


def all_of(found: list[Any]) -> dict[str, Any]:
    """Everything in a list as one connection, for a bulk operation."""
    return {"nodes": found, "edges": [{"node": node} for node in found]}


def _sorted(items: list[Any], arguments: dict[str, Any]) -> list[Any]:
    backwards = bool(arguments.get("reverse"))
    return sorted(items, key=lambda each: _place(each, arguments), reverse=backwards)


def _place(item: Any, arguments: dict[str, Any]) -> Place:
    key = (arguments.get("sort_key") or "id").lower()
    number = number_of(item.id)
    if key == "id":
        return number, number
    value = getattr(item, SORTED_BY.get(key, key))
    return value.timestamp() if isinstance(value, datetime) else value, number


def _check_page(first: int | None, last: int | None) -> None:
    if first is None and last is None:
        raise GraphQLError("you must provide one of first or last")
    size = last if first is None else first
    if size is not None and not 0 <= size <= LARGEST_PAGE:
        raise GraphQLError(f"first and last must be from 0 to {LARGEST_PAGE}")


def _after(items: list[Any], arguments: dict[str, Any]) -> int:
    """How many items stand up to the cursor that the page begins after."""
    cursor = arguments.get("after")
    if cursor is None:
        return 0
    at = _place_in(cursor)
    return sum(_place(each, arguments) == at for each in items) + _ahead(
        items, at, arguments
    )


def _before(items: list[Any], arguments: dict[str, Any]) -> int:
    """How many items stand ahead of the cursor that the page ends before."""
    cursor = arguments.get("before")
    return len(items) if cursor is None else _ahead(items, _place_in(cursor), arguments)


def _ahead(items: list[Any], at: Place, arguments: dict[str, Any]) -> int:
    places = [_place(each, arguments) for each in items]
    if arguments.get("reverse"):
        return sum(place > at for place in places)
    return sum(place < at for place in places)


def _cursor(item: Any, arguments: dict[str, Any]) -> str:
    value, number = _place(item, arguments)
    text = json.dumps({"last_id": number, "last_value": value})
    return base64.urlsafe_b64encode(text.encode()).decode()


def _place_in(cursor: str) -> Place:
    try:
        read = json.loads(base64.urlsafe_b64decode(cursor))
        return read["last_value"], int(read["last_id"])
    except (ValueError, KeyError, TypeError):
        raise GraphQLError(f"`{cursor}` is not a valid cursor") from None
