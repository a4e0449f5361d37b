"""The catalogue of facts for people and for the rule editor, made from its table."""

from __future__ import annotations

from collections.abc import Iterator

from plugin.policy.catalogue import CATALOGUE, FAMILIES, known
from plugin.policy.known import Kind, Known
from plugin.schemas.condition import OPERATORS

_INTRO = """# The facts a policy may ask for

Made by `evenhand policy facts` from the table in `plugin/policy/catalogue*.py`.

A fact is known or not known. A condition on a fact that is not known is itself not
known, and nothing that is not known ever leads to a refusal: a person looks instead.
Amounts are in the currency's smallest unit (2500 is 25.00 USD, or 2500 JPY).
"""
_HEAD = (
    "| fact | kind | meaning | where it comes from | not known |\n|---|---|---|---|---|"
)


def editor_facts() -> list[dict[str, object]]:
    """List every fact with its operators, for the rule editor."""
    return [
        {
            "name": fact.name,
            "kind": fact.kind.value,
            "unit": fact.unit,
            "meaning": fact.meaning,
            "source": fact.source,
            "unknown": fact.unknown,
            "choices": sorted(fact.choices),
            "operators": list(OPERATORS[fact.kind]),
        }
        for fact in _all()
    ]


def as_markdown() -> str:
    """Write the catalogue as a page of Markdown."""
    rows = "\n".join(_row(fact) for fact in _all())
    return f"{_INTRO}\n## Facts\n\n{_HEAD}\n{rows}\n\n{_operators()}"


def _all() -> Iterator[Known]:
    yield from CATALOGUE.values()
    for family in FAMILIES:
        yield known(family.format(days=90))


def _row(fact: Known) -> str:
    kind = f"{fact.kind.value}, {fact.unit}" if fact.unit else fact.kind.value
    meaning = fact.meaning
    if fact.choices:
        meaning += f": {', '.join(f'`{choice}`' for choice in sorted(fact.choices))}"
    if fact.name not in CATALOGUE:
        meaning += "; any number of days may stand in the name"
    return f"| `{fact.name}` | {kind} | {meaning} | {fact.source} | {fact.unknown} |"


def _operators() -> str:
    rows = "\n".join(
        f"| {kind.value} | {', '.join(f'`{name}`' for name in OPERATORS[kind])} |"
        for kind in Kind
    )
    return f"## Operators\n\n| kind | operators |\n|---|---|\n{rows}\n"
