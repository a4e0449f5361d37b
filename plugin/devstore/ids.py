"""Shopify's ids: numbers no JavaScript can hold, and the gids around them."""

from __future__ import annotations

import time

BEYOND_JAVASCRIPT = 2**53


class Ids:
    """Hands out ids, each once."""

    def __init__(self) -> None:
        self._next = BEYOND_JAVASCRIPT + 1

    def gid(self, kind: str) -> str:
        """A fresh gid of one kind."""
        return gid(kind, self.number())

    def number(self) -> int:
        """A fresh number."""
        self._next += 1
        return self._next

    def leave_the_past(self) -> None:
        """Number from the present on, so that no earlier run's id comes again."""
        self._next += int(time.time() * 1000) * 1000


def gid(kind: str, number: int | str) -> str:
    """The gid of a numbered thing."""
    return f"gid://shopify/{kind}/{number}"


def number_of(gid: str) -> int:
    """The number at the end of a gid."""
    return int(gid.rsplit("/", 1)[-1])


def kind_of(gid: str) -> str:
    """The kind a gid speaks of."""
    return gid.removeprefix("gid://shopify/").split("/", 1)[0]
