"""Canonical JSON: one text for one value."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.archive.canonical import NotCanonical, canonical, sha256
from plugin.policy.money import Money


class Colour(Enum):
    BLUE = "blue"


class Pair(NamedTuple):
    b: int
    a: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Thing:
    name: str
    colour: Colour


GOLDEN = [
    (None, "null"),
    (True, "true"),
    (2**63, "9223372036854775808"),
    (Decimal("10.50"), '"10.50"'),
    (date(2026, 11, 2), '"2026-11-02"'),
    (datetime(2026, 11, 2, 9, 30, tzinfo=UTC), '"2026-11-02T09:30:00+00:00"'),
    (Colour.BLUE, '"blue"'),
    (Thing(name="Tasse", colour=Colour.BLUE), '{"colour":"blue","name":"Tasse"}'),
    (Pair(b=1, a=2), '{"a":2,"b":1}'),
    (frozenset({"b", "a"}), '["a","b"]'),
    ({"ü": [1, (2,)], "a": {}}, '{"a":{},"ü":[1,[2]]}'),
    ("line\nbreak \x00 ü 退", '"line\\nbreak \\u0000 ü 退"'),
    ("half \ud800 pair", '"half \\ud800 pair"'),
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@pytest.mark.parametrize(("value", "text"), GOLDEN)
def test_it_writes_a_value_in_one_way(value: object, text: str) -> None:
    assert canonical(value) == text


def test_it_writes_money_as_text() -> None:
    text = canonical(Money.of("25.00", "USD"))

    assert json.loads(text) == {"amount": "25.00", "currency": "USD"}


@pytest.mark.parametrize("value", [1.0, [float("nan")], {"a": 0.1}, object(), b"x"])
def test_it_refuses_what_has_no_one_form(value: object) -> None:
    with pytest.raises(NotCanonical):
        canonical(value)


def test_it_hashes_the_text_as_utf_8() -> None:
    found = sha256('{"a":"ü"}')

    assert found == "fd621823002706e24604cb868a9f4f8850d6f01fb5040d49ba050482e1472437"


@given(JSON)
def test_it_can_be_read_back_and_encoded(value: object) -> None:
    text = canonical(value)

    assert json.loads(text.encode().decode()) == value


@given(st.dictionaries(st.text(), st.integers(), min_size=2))
def test_it_does_not_depend_on_the_order_of_keys(value: dict[str, int]) -> None:
    backwards = dict(reversed(value.items()))

    assert sha256(canonical(backwards)) == sha256(canonical(value))
