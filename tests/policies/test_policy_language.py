"""The reference of the policy document says what the schema does."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from marshmallow import missing

from plugin.policy.conditions import Operator
from plugin.policy.engine import decide
from plugin.policy.explaining.phrases import money_said
from plugin.policy.money import Money
from plugin.schemas.amounts import MoneySchema
from plugin.schemas.clause import ClauseSchema, EvidenceSchema, LimitSchema
from plugin.schemas.names import PLACEHOLDERS
from plugin.schemas.offer import CapSchema, OfferSchema
from plugin.schemas.policy import BadPolicy, PolicySchema, parse_policy
from plugin.schemas.settling import (
    CreditSchema,
    FeeSchema,
    RefundTermsSchema,
    TierSchema,
)
from plugin.schemas.strict import Strict
from plugin.schemas.window import SeasonSchema, WindowRuleSchema, WindowSchema
from plugin.schemas.wording import LANGUAGES, MARKS
from tests.builders import ASKED_ON, make_document, make_facts, make_line, make_terms

GUIDE = Path(__file__).parents[2] / "docs" / "policy-language.md"
TEXT = GUIDE.read_text("utf-8")
HEADER = "| key | type | default | meaning | example |\n"

Row = dict[str, str]

# The tables of keys, in the order of the document.
SCHEMAS: tuple[type[Strict], ...] = (
    PolicySchema,
    WindowSchema,
    WindowRuleSchema,
    SeasonSchema,
    ClauseSchema,
    EvidenceSchema,
    LimitSchema,
    RefundTermsSchema,
    CreditSchema,
    FeeSchema,
    TierSchema,
    OfferSchema,
    CapSchema,
    MoneySchema,
)


def tables() -> list[dict[str, Row]]:
    """Read each table of keys; gives its rows by key."""
    found = []
    for part in TEXT.split(HEADER)[1:]:
        body = part.split("\n\n")[0].splitlines()[1:]
        cells = [[cell.strip() for cell in row.strip("|").split(" | ")] for row in body]
        rows = [
            dict(
                zip(("key", "type", "default", "meaning", "example"), row, strict=True)
            )
            for row in cells
        ]
        found.append({row["key"].strip("`"): row for row in rows})
    return found


TABLES = dict(zip(SCHEMAS, tables(), strict=True))
# A window of a rule has the keys of any window; the document says so in words.
TABLES[WindowRuleSchema] |= TABLES[WindowSchema]
KEYS = [
    pytest.param(schema, key, id=f"{schema.__name__}.{key}")
    for schema in SCHEMAS
    for key in schema().fields
]


@pytest.mark.parametrize("schema", SCHEMAS)
def test_it_names_every_key_and_no_other(schema: type[Strict]) -> None:
    assert set(TABLES[schema]) == set(schema().fields)


@pytest.mark.parametrize(("schema", "key"), KEYS)
def test_it_says_which_keys_are_required(schema: type[Strict], key: str) -> None:
    required = TABLES[schema][key]["default"] == "required"

    assert required == schema().fields[key].required


@pytest.mark.parametrize(("schema", "key"), KEYS)
def test_it_gives_each_plain_default(schema: type[Strict], key: str) -> None:
    default = schema().fields[key].load_default
    plain = default if isinstance(default, int | str) and default else missing

    if plain is not missing:
        assert TABLES[schema][key]["default"] == f"`{plain}`"


@pytest.mark.parametrize(("schema", "key"), KEYS)
def test_each_example_can_be_used(schema: type[Strict], key: str) -> None:
    example = TABLES[schema][key]["example"].strip("`")
    written: dict[str, Any] = yaml.safe_load(example)

    assert list(written) == [key]
    schema().fields[key].deserialize(written[key])


def blocks() -> list[dict[str, Any]]:
    found = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
    return [yaml.safe_load(block) for block in found]


def completed(block: dict[str, Any]) -> dict[str, Any]:
    """Put a part of a document into a small whole one."""
    small = {"schema": 2, "name": "Small", "window": {"days": 30}, "clauses": []}
    if "when" not in block:
        return {**small, **block}
    return {**small, "clauses": [{"id": "shown", "then": "review", **block}]}


@pytest.mark.parametrize("block", blocks(), ids=lambda block: next(iter(block)))
def test_each_block_is_a_sound_document(block: dict[str, Any]) -> None:
    assert parse_policy(completed(block), version="v1").version == "v1"


@pytest.mark.parametrize("operator", [one.value for one in Operator])
def test_it_explains_every_operator(operator: str) -> None:
    rows = [row for row in TEXT.splitlines() if row.startswith(f"| `{operator}`")]

    assert rows or f", `{operator}`" in TEXT


@pytest.mark.parametrize("placeholder", PLACEHOLDERS)
def test_it_explains_every_placeholder(placeholder: str) -> None:
    assert f"| `{placeholder}` |" in TEXT


@pytest.mark.parametrize("name", MARKS)
def test_it_lists_every_sentence_with_its_placeholders(name: str) -> None:
    marks = ", ".join(f"`{{{mark}}}`" for mark in MARKS[name]) or "none"

    assert f"| `{name}` | {marks} |" in TEXT


def test_it_lists_the_languages_of_the_letters() -> None:
    assert f"Languages: {', '.join(f'`{one}`' for one in LANGUAGES)}." in TEXT


def test_the_messages_it_shows_are_the_real_ones() -> None:
    late = {"fact": "days_past_windows", "at_most": 0}
    document = {
        "schema": 2,
        "name": "Faulty",
        "window": {"days": 30},
        "clauses": [
            {
                "id": "first",
                "when": {"fact": "gift_card", "equals": True},
                "then": "review",
            },
            {"id": "second", "when": late, "then": "approve"},
        ],
        "fees": [{"id": "restocking", "percent": 1.5}],
        "offers": [{"id": "sorry", "remedy": "code", "percent": 10}],
    }

    with pytest.raises(BadPolicy) as refused:
        parse_policy(document, version="v1")

    told = {f"{path}: {why[0]}" for path, why in refused.value.errors.items()}
    shown = set(re.findall(r"```text\n(.*?)```", TEXT, re.DOTALL)[0].splitlines())
    assert shown == told


def fees_kept(*prices: str) -> list[str]:
    """Keep the guide's fees of items with these prices, and list each amount."""
    (block,) = re.findall(r"```yaml\n(fees:\n.*?)```", TEXT, flags=re.S)
    document = make_document(fees=yaml.safe_load(block)["fees"])
    lines = [
        make_line(id=str(n), price=Money.of(price, "USD"), delivered_on=ASKED_ON)
        for n, price in enumerate(prices)
    ]
    terms = make_terms(policy=parse_policy(document, version="v1"))
    decision = decide(make_facts(*lines), terms)
    return [
        "" if charge.amount is None else money_said(charge.amount)
        for name in ("restocking", "label")
        for verdict in decision.lines
        for charge in (verdict.settlement.charges if verdict.settlement else ())
        if charge.id == name
    ]


def test_its_fees_come_to_what_it_says() -> None:
    amounts = re.findall(r"[0-9]+\.[0-9]{2} USD", TEXT.partition("Of a request for")[2])

    assert amounts[:2] == ["400.00 USD", "100.00 USD"]
    assert amounts[2:5] == fees_kept("400.00", "100.00")
    assert amounts[5] == "6.00 USD"
    assert amounts[6:8] == fees_kept("6.00")
