"""How large a policy document may be, counted before anything in it is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from marshmallow import ValidationError

MAX_TESTS = 2000
MAX_FACTS = 100
# Far more than a document of so many tests and rules has any use for.
MAX_MAPPINGS = 10_000
MAX_WORDS = 20_000


def check_size(document: object) -> None:
    """Refuse a document that would take long to read; `ValidationError` says why."""
    tests = mappings = words = 0
    facts: set[str] = set()
    for value in _values(document):
        if isinstance(value, str):
            words += 1
        elif isinstance(value, Mapping):
            mappings += 1
            if "fact" in value:
                tests += 1
                facts.add(str(value["fact"]))
    for found, most, what in (
        (tests, MAX_TESTS, "comparisons with facts"),
        (len(facts), MAX_FACTS, "different facts"),
        (mappings, MAX_MAPPINGS, "rules and parts of rules"),
        (words, MAX_WORDS, "words in lists"),
    ):
        if found > most:
            why = f"{found} {what} are too many; at most {most} can be read"
            raise ValidationError({"document": [why]})


def _values(document: object) -> Iterator[object]:
    """Give every mapping, and every text that stands in a list."""
    # Documents may be nested deeper than functions can call themselves.
    open_ends = [document]
    while open_ends:
        value = open_ends.pop()
        if isinstance(value, Mapping):
            yield value
            open_ends += (part for part in value.values() if not isinstance(part, str))
        elif isinstance(value, list):
            open_ends += value
        elif isinstance(value, str):
            yield value
