"""Every situation is decided as it is written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from plugin.library import Library
from plugin.packs import parse_policy
from plugin.policy.decision import Decision, LineVerdict, Says
from plugin.policy.engine import decide
from plugin.policy.facts import Facts, Line, Past
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

AMOUNTS = {"price", "order_total"}
PASTS = {"returns_before", "offers_before"}

Situation = dict[str, Any]


def read_value(name: str, value: Any) -> Any:
    """Build the value of one written fact; null stays not known."""
    if name in AMOUNTS and value is not None:
        return Money.of(*value.split())
    if name in PASTS and value is not None:
        return tuple(Past(**one) for one in value)
    return frozenset(value) if isinstance(value, list) else value


def read_line(values: Situation) -> Line:
    """Build one item from its written changes."""
    return make_line(**{name: read_value(name, v) for name, v in values.items()})


def read_facts(situation: Situation) -> Facts:
    """Build the facts of a situation."""
    lines = situation.get("lines") or [situation.get("line", {})]
    written = situation.get("facts", {})
    # Who is not said to have returned anything before has not.
    changes: dict[str, Any] = {"returns_before": ()}
    changes |= {name: read_value(name, value) for name, value in written.items()}
    place = situation["place"]
    codes = place if isinstance(place, list) else [place]
    changes["places"] = tuple(make_place(code) for code in codes)
    for name in ("practice", "lacking"):
        changes[name] = frozenset(situation.get(name, ()))
    return make_facts(*(read_line(line) for line in lines), **changes)


def read_terms(situation: Situation, facts: Facts) -> Terms:
    """Build the terms of a situation: its preset or own policy, the places' packs."""
    wanted = situation["policy"]
    document = PACKS.preset(wanted) if isinstance(wanted, str) else wanted
    return Library(PACKS).terms(parse_policy(document, version="v1"), facts, CONTACT)


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
        **settled(first),
    }


def settled(verdict: LineVerdict) -> Situation:
    """Say of a line's settlement what situations expect; nothing without one."""
    settlement = verdict.settlement
    if settlement is None:
        return {}
    return {
        "remedies": [remedy.value for remedy in settlement.remedies],
        "fees": {
            charge.id: charge.amount and str(charge.amount.amount)
            for charge in settlement.charges
        },
        "struck": [strike.what for strike in settlement.struck],
        "outbound": settlement.outbound,
        "return_freight": settlement.return_freight.value,
        "send_back_days": settlement.send_back_days,
        "refund_days": settlement.refund_days,
    }


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda s: s["name"])
def test_it_decides_as_written(situation: Situation) -> None:
    facts = read_facts(situation)
    terms = read_terms(situation, facts)

    decision = decide(facts, terms)
    found = summary(decision, len(offers_for(decision, facts, terms)))

    expects = {"ground": None, **situation["expects"]}
    assert {name: found.get(name) for name in expects} == expects


def test_every_situation_has_a_name_of_its_own() -> None:
    names = [(s["name"], str(s["place"]), str(s["policy"])) for s in SITUATIONS]

    assert len(SITUATIONS) >= 300
    assert len(names) == len(set(names))


def test_every_case_that_lawyers_wrote_down_is_a_situation() -> None:
    starts = [situation["name"].partition(" ")[0] for situation in SITUATIONS]

    # T01 to T83, by odd numbers.
    assert sorted(set(starts) & {f"T{n:02}" for n in range(100)}) == [
        f"T{n:02}" for n in range(1, 84, 2)
    ]


def test_every_pack_has_a_situation() -> None:
    used = {
        pack.id
        for situation in SITUATIONS
        for place in read_facts(situation).places
        if (pack := PACKS.law_for(place)) is not None
    }

    assert used == set(PACKS.law_packs)
