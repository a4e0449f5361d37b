"""No sentence of the library's own reaches whoever fills in a form or a document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from marshmallow import Schema, ValidationError, fields

from plugin.pages.settings_form import SettingsSchema
from plugin.policy.counting import counted
from plugin.schemas.facts import FactsSchema
from plugin.schemas.law import LawSchema
from plugin.schemas.policy import PolicySchema
from plugin.schemas.strict import flatten

WRONG: tuple[Any, ...] = (
    None,
    -1,
    10**12,
    1.5,
    "",
    "x" * 5000,
    True,
    [],
    [None],
    [{}] * 300,
    {},
    {"x": 1},
)
SCHEMAS = (PolicySchema, FactsSchema, SettingsSchema, LawSchema)


def schemas_in(schema: Schema) -> Iterator[Schema]:
    """List a schema, and those of its parts."""
    yield schema
    for field in schema.fields.values():
        inner = field.inner if isinstance(field, fields.List) else field
        if isinstance(inner, fields.Nested):
            yield from schemas_in(inner.schema)


def sentences(schema: Schema, document: Any) -> list[str]:
    try:
        schema.load(document)
    except ValidationError as error:
        return [said for each in flatten(error.messages).values() for said in each]
    return []


@pytest.mark.parametrize("top", SCHEMAS)
def test_every_fault_is_said_in_our_words(top: type[Schema]) -> None:
    """Ours begin with a small letter or a sign; the library's with a capital."""
    said: set[str] = set()
    for schema in schemas_in(top()):
        names = [field.data_key or name for name, field in schema.fields.items()]
        said.update(sentences(schema, {}), sentences(schema, []))
        for wrong in WRONG:
            said.update(sentences(schema, dict.fromkeys(names, wrong)))

    # The settings' own sentences are whole ones, too.
    theirs = {each for each in said if each[:1].isupper()}
    assert {each for each in theirs if not each.startswith(("Give ", "Use "))} == set()
    assert len(said) > 5


@pytest.mark.parametrize(
    ("number", "things", "said"),
    [
        (1, "cases", "1 case"),
        (2, "cases", "2 cases"),
        (0, "days", "0 days"),
        (1, "entries", "1 entry"),
        (1, "smallest currency unit", "1 smallest currency unit"),
    ],
)
def test_one_thing_is_one(number: int, things: str, said: str) -> None:
    assert counted(number, things) == said
