"""Notes: whether a customer's own words may tell of a fault."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import yaml

from plugin.documents import OwnLoader


class FaultSigns:
    """Pieces of words that speak of a fault, by language.

    A sign can only send a refusal to a person; nothing is ever refused for a note.
    """

    def __init__(self, signs: Mapping[str, tuple[str, ...]]) -> None:
        """Keep the signs of every language."""
        self._languages = frozenset(signs)
        self._signs = tuple(sign for own in signs.values() for sign in own)

    @classmethod
    def load(cls, path: Path) -> FaultSigns:
        """Read the file of signs."""
        document = yaml.load(path.read_text("utf-8"), Loader=OwnLoader)
        return cls({name: tuple(signs) for name, signs in document.items()})

    def tells_fault(self, note: str | None, locale: str | None) -> bool | None:
        """Tell whether a note speaks of a fault; None when it cannot be read."""
        if not (note or "").strip():
            return False
        text = (note or "").lower()
        if any(sign in text for sign in self._signs):
            return True
        language = (locale or "").replace("_", "-").partition("-")[0].lower()
        return False if language in self._languages else None
