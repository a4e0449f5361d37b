"""What the store says when it will not do something."""

from __future__ import annotations


class Rejected(Exception):
    """The store understood and said no; nothing changed."""

    def __init__(
        self, message: str, *, code: str, field: list[str] | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.field = field
