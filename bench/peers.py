"""The same forty clauses for other engines, each written its own best way.

Every peer gets known values and gives each clause's answer, nothing more.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import celpy
import zen
from json_logic import jsonLogic

Ask = Callable[[dict[str, Any]], list[bool]]
Condition = Mapping[str, Any]

COMPARE = {
    "equals": "==",
    "more_than": ">",
    "at_least": ">=",
    "less_than": "<",
    "at_most": "<=",
}


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Give values as JSON has them, which all peers ask for."""
    return {k: sorted(v) if isinstance(v, frozenset) else v for k, v in values.items()}


# -- ZEN: one decision table, read once per request -----------------------------------


def zen_table(conditions: list[Condition]) -> Ask:
    """Load one table with a rule for each clause; all rules that hit are collected."""
    rules = [
        {"_id": f"r{n}", "in": _zen(condition), "out": str(n)}
        for n, condition in enumerate(conditions)
    ]
    table = {
        "hitPolicy": "collect",
        "inputs": [{"id": "in", "name": "when"}],
        "outputs": [{"id": "out", "name": "rule", "field": "rule"}],
        "rules": rules,
    }
    nodes = [
        {"id": "i", "name": "in", "type": "inputNode", "position": {"x": 0, "y": 0}},
        {
            "id": "t",
            "name": "clauses",
            "type": "decisionTableNode",
            "content": table,
            "position": {"x": 0, "y": 0},
        },
        {"id": "o", "name": "out", "type": "outputNode", "position": {"x": 0, "y": 0}},
    ]
    edges = [
        {"id": "1", "sourceId": "i", "targetId": "t", "type": "edge"},
        {"id": "2", "sourceId": "t", "targetId": "o", "type": "edge"},
    ]
    graph = json.dumps({"contentType": "x", "nodes": nodes, "edges": edges})
    decision = zen.ZenEngine().create_decision(graph)
    count = len(conditions)

    def ask(values: dict[str, Any]) -> list[bool]:
        hits = {hit["rule"] for hit in decision.evaluate(values)["result"]}
        return [n in hits for n in range(count)]

    return ask


def _zen(condition: Condition) -> str:
    return _infix(condition, " and ", " or ", "not ({})")


# -- CEL: one expression that lists all answers ---------------------------------------


def cel_program(conditions: list[Condition]) -> Ask:
    """Compile one expression for all clauses, so that values are converted once."""
    environment = celpy.Environment()
    source = "[" + ", ".join(map(_cel, conditions)) + "]"
    program = environment.program(environment.compile(source))

    def ask(values: dict[str, Any]) -> list[bool]:
        known = {name: celpy.json_to_cel(value) for name, value in values.items()}
        return [bool(answer) for answer in program.evaluate(known)]

    return ask


def _cel(condition: Condition) -> str:
    return _infix(condition, " && ", " || ", "!({})")


# -- JSON Logic ----------------------------------------------------------------------


def json_logic(conditions: list[Condition]) -> Ask:
    """Keep one rule for each clause."""
    rules = [_json(condition) for condition in conditions]
    return lambda values: [bool(jsonLogic(rule, values)) for rule in rules]


def _json(condition: Condition) -> dict[str, Any]:
    if "fact" not in condition:
        ((join, inner),) = condition.items()
        if join == "not":
            return {"!": [_json(inner)]}
        return {"and" if join == "all" else "or": [_json(part) for part in inner]}
    name, operator, value = _test(condition)
    fact = {"var": name}
    if operator == "one_of":
        return {"in": [fact, value]}
    if operator == "contains":
        return {"in": [value, fact]}
    if operator == "contains_any":
        return {"or": [{"in": [one, fact]} for one in value]}
    return {COMPARE[operator]: [fact, value]}


# -- shared --------------------------------------------------------------------------


def _test(condition: Condition) -> tuple[str, str, Any]:
    ((operator, value),) = ((k, v) for k, v in condition.items() if k != "fact")
    return condition["fact"], operator, value


def _infix(condition: Condition, every: str, some: str, negated: str) -> str:
    """Write a condition between its parts, by a language's words for and, or, not."""
    words = (every, some, negated)
    if "fact" not in condition:
        ((join, inner),) = condition.items()
        if join == "not":
            return negated.format(_infix(inner, *words))
        parts = [_infix(part, *words) for part in inner]
        return "(" + (every if join == "all" else some).join(parts) + ")"
    fact, operator, value = _test(condition)
    if operator == "one_of":
        return f"({fact} in {json.dumps(value)})"
    if operator == "contains":
        return f"({json.dumps(value)} in {fact})"
    if operator == "contains_any":
        return "(" + some.join(f"{json.dumps(v)} in {fact}" for v in value) + ")"
    return f"({fact} {COMPARE[operator]} {json.dumps(value)})"
