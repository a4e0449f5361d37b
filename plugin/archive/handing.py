"""Handing out: the data file that answers a customer's request for their data."""

from __future__ import annotations

from plugin.archive.canonical import canonical
from plugin.archive.clearing import Clearing
from plugin.archive.personal import data_file
from plugin.privacy import Person


class Handing(Clearing):
    """The part of a shelf that hands out what it holds of a person."""

    def export(self, request_id: str, person: Person) -> None:
        """Make the data file of a request and keep it until it is of no use."""
        made, tag = data_file(self, person, self.now().isoformat())
        counts = {name: len(rows) for name, rows in made["tables"].items()}
        self._hand_out(request_id, canonical(made), counts, tag)
