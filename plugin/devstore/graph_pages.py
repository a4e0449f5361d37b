"""Connections: one page of a longer list."""

from __future__ import annotations

import base64
from typing import Any

from graphql import GraphQLError

LARGEST_PAGE = 250


def page_of(found: list[Any], arguments: dict[str, Any]) -> dict[str, Any]:
    """The page of a list that the arguments ask for, as a connection."""
    items = _sorted(found, arguments)
    first, last = arguments.get("first"), arguments.get("last")
    _check_page(first, last)
    start = _position(arguments.get("after"), -1) + 1
    end = _position(arguments.get("before"), len(items))
    if first is not None:
        end = min(end, start + first)
    elif last is not None:
        start = max(start, end - last)
    page = items[start:end]
    edges = [
        {"cursor": _cursor(start + index), "node": node}
        for index, node in enumerate(page)
    ]
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


def _sorted(items: list[Any], arguments: dict[str, Any]) -> list[Any]:
    key = (arguments.get("sort_key") or "").lower()
    ordered = items
    if key and key != "processed_at":
        ordered = sorted(items, key=lambda item: getattr(item, key))
    return ordered[::-1] if arguments.get("reverse") else ordered


def _check_page(first: int | None, last: int | None) -> None:
    if first is None and last is None:
        raise GraphQLError("you must provide one of first or last")
    size = last if first is None else first
    if size is not None and not 0 <= size <= LARGEST_PAGE:
        raise GraphQLError(f"first and last must be from 0 to {LARGEST_PAGE}")


def _cursor(position: int) -> str:
    return base64.urlsafe_b64encode(f"at:{position}".encode()).decode()


def _position(cursor: str | None, default: int) -> int:
    if cursor is None:
        return default
    try:
        return int(base64.urlsafe_b64decode(cursor).decode().removeprefix("at:"))
    except ValueError:
        raise GraphQLError(f"`{cursor}` is not a valid cursor") from None
