"""Every situation is decided as it is written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from plugin.packs import parse_policy
from plugin.policy.decision import Decision, Says
from plugin.policy.engine import decide
from plugin.policy.facts import Facts, Line
from plugin.policy.money import Money
from plugin.policy.offers import offers_for
from plugin.policy.terms import Terms
from tests.builders import CONTACT, PACKS, make_facts, make_line, make_place

FOLDER = Path(__file__).parent.parent / "situations"
SITUATIONS = [
    situation
    for path in sorted(FOLDER.glob("*.yaml"))
    for situation in yaml.safe_load(path.read_text("utf-8"))
]
LAW = {Says.SPEAKS: "entitled", Says.SILENT: "silent", Says.CANNOT_TELL: "unclear"}

Situation = dict[str, Any]


def read_line(values: Situation) -> Line:
    """Build one item from its written changes."""
    sets = {"product_tags", "proven"}
    changes: Situation = {
        k: frozenset(v) if k in sets and v is not None else v for k, v in values.items()
    }
    if "price" in changes:
        changes["price"] = Money.of(*changes["price"].split())
    return make_line(**changes)


def read_facts(situation: Situation) -> Facts:
    """Build the facts of a situation."""
    lines = situation.get("lines") or [situation.get("line", {})]
    changes = dict(situation.get("facts", {}))
    if changes.get("customer_tags") is not None:
        changes["customer_tags"] = frozenset(changes["customer_tags"])
    place = situation["place"]
    codes = place if isinstance(place, list) else [place]
    changes["places"] = tuple(make_place(code) for code in codes)
    changes["practice"] = frozenset(situation.get("practice", ()))
    return make_facts(*(read_line(line) for line in lines), **changes)


def read_terms(situation: Situation, facts: Facts) -> Terms:
    """Build the terms of a situation from its preset and the places' packs."""
    return Terms(
        policy=parse_policy(PACKS.preset(situation["policy"]), version="v1"),
        packs=tuple(PACKS.law_for(place) for place in facts.places),
        contact=CONTACT,
    )


def summary(decision: Decision, offers: int) -> Situation:
    """Say of a decision what situations expect."""
    ids = list(dict.fromkeys(finding.id for finding in decision.reasons))
    first = decision.lines[0]
    return {
        "outcome": decision.outcome.value,
        "decided_by": ids[0] if len(ids) == 1 else ids,
        "ground": decision.ground and decision.ground.value,
        "law": LAW[first.law.says],
        "law_id": first.law.id,
        "offers": offers,
    }


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda s: s["name"])
def test_it_decides_as_written(situation: Situation) -> None:
    facts = read_facts(situation)
    terms = read_terms(situation, facts)

    decision = decide(facts, terms)
    found = summary(decision, len(offers_for(decision, facts, terms)))

    expects = {"ground": None, **situation["expects"]}
    assert {name: found[name] for name in expects} == expects


def test_every_situation_has_a_name_of_its_own() -> None:
    names = [(s["name"], str(s["place"]), s["policy"]) for s in SITUATIONS]

    assert len(SITUATIONS) >= 60
    assert len(names) == len(set(names))


def test_every_pack_has_a_situation() -> None:
    used = {
        pack.id
        for situation in SITUATIONS
        for place in read_facts(situation).places
        if (pack := PACKS.law_for(place)) is not None
    }

    assert used == set(PACKS.law_packs)
