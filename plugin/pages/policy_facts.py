"""The facts a policy may ask for, each with a clause to start from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from plugin.facts_guide import editor_facts
from plugin.pages.policy_text import as_yaml
from plugin.policy.known import Kind

# The operator that a kind is mostly asked with, and a value that always fits.
_ASKS: dict[str, tuple[str, object]] = {
    Kind.NUMBER.value: ("at_most", 30),
    Kind.TEXT.value: ("one_of", ["example"]),
    Kind.SET.value: ("contains_any", ["example"]),
    Kind.FLAG.value: ("equals", True),
}
_VALUES: dict[str, object] = {"country": ["DE"], "reason": ["unwanted"]}
_KINDS = {
    Kind.NUMBER.value: "a number",
    Kind.TEXT.value: "a word",
    Kind.SET.value: "a set of words",
    Kind.FLAG.value: "yes or no",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class FactCard:
    """One fact as the editor lists it; `clause` asks for it and lets a person look."""

    name: str
    kind: str
    meaning: str
    choices: tuple[str, ...]
    operators: tuple[str, ...]
    unknown: str
    clause: str


def fact_cards() -> tuple[FactCard, ...]:
    """List every fact of the catalogue."""
    return tuple(_card(fact) for fact in editor_facts())


def clause_for(fact: Mapping[str, Any]) -> dict[str, Any]:
    """Start a clause that asks for a fact; until it is filled in, a person looks."""
    name, kind = fact["name"], fact["kind"]
    operator, value = _ASKS[kind]
    if fact["choices"]:
        value = fact["choices"][:1]
    asked = {"fact": name, operator: _VALUES.get(name, value)}
    return {"id": f"ask-{name.replace('_', '-')}", "when": asked, "then": "review"}


def _card(fact: Mapping[str, Any]) -> FactCard:
    kind = _KINDS[fact["kind"]]
    return FactCard(
        name=fact["name"],
        kind=f"{kind}, in {fact['unit']}" if fact["unit"] else kind,
        meaning=fact["meaning"],
        choices=tuple(fact["choices"]),
        operators=tuple(fact["operators"]),
        unknown=fact["unknown"],
        clause=as_yaml({"clauses": [clause_for(fact)]}).partition("\n")[2],
    )
