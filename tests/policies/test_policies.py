"""Public return policies of real shops, written in our language, decide as they say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from plugin.library import Library
from plugin.policy.decision import Decision, LineVerdict, Says, Stratum
from plugin.policy.engine import decide
from plugin.policy.facts import Facts
from plugin.policy.offers import offers_for
from plugin.policy.remedies import Charge
from plugin.policy.terms import Policy
from plugin.schemas.facts import parse_facts
from plugin.schemas.policy import parse_policy
from plugin.tone import Tone
from tests.builders import CONFIG, CONTACT, PACKS

Document = dict[str, Any]

FOLDER = Path(__file__).parent
# The sheet numbers its 37 rows by odd numbers.
ROWS = set(range(1, 74, 2))


def read(name: str) -> Any:
    return yaml.safe_load((FOLDER / name).read_text("utf-8"))


BASE: Document = read("base.yaml")
SHOPS: dict[str, Document] = {
    path.stem: read(path.name) for path in sorted(FOLDER.glob("[0-9][0-9]-*.yaml"))
}
POLICIES: dict[str, Policy] = {
    name: parse_policy(shop["policy"], version="v1") for name, shop in SHOPS.items()
}
LIBRARY = Library(PACKS)
LEGEND: Document = read("sources.yaml")
FOR_A_PERSON: list[Document] = read("for-a-person.yaml")


@pytest.fixture(scope="module")
def tone() -> Tone:
    return Tone.load(CONFIG / "tone")


SITUATIONS = [
    pytest.param(name, situation, id=f"{name}: {situation['name']}")
    for name, shop in SHOPS.items()
    for situation in shop["situations"]
]


def merged(usual: Document, own: Document) -> Document:
    """Put a document over a usual one; each of its lines over the usual line."""
    found = {**usual, **own}
    if "lines" in own:
        found["lines"] = [{**usual["lines"][0], **line} for line in own["lines"]]
    return found


def facts_of(shop: Document, situation: Document) -> Facts:
    usual = merged(BASE, shop.get("facts", {}))
    document = merged(usual, situation.get("facts", {}))
    days = [line["delivered_on"] for line in document["lines"]]
    last = None if None in days else max(days)
    return parse_facts({"last_delivered_on": last, **document})


def written(charge: Charge) -> Document:
    known = charge.amount
    amount = None if known is None else f"{known.amount} {known.currency}"
    return {"id": charge.id, "amount": amount}


def summary(decision: Decision, offers: list[str]) -> Document:
    """Say of a decision what situations expect; a settlement is the first item's."""
    ids = list(dict.fromkeys(finding.id for finding in decision.reasons))
    settlements = [verdict.settlement for verdict in decision.lines]
    found: Document = {
        "outcome": decision.outcome.value,
        "decided_by": ids[0] if len(ids) == 1 else ids,
        "ground": decision.ground and decision.ground.value,
        "why": decision.reasons[0].why,
        "offers": offers,
        "fees": [written(fee) for each in settlements if each for fee in each.charges],
    }
    first = settlements[0]
    if first is None:
        return found
    return found | {
        "remedies": [remedy.value for remedy in first.remedies],
        "outbound": first.outbound,
        "return_freight": first.return_freight.value,
        "send_back_days": first.send_back_days,
        "refund_days": first.refund_days,
        "credit_expires_after_days": first.credit_expires_after_days,
        "struck": [strike.what for strike in first.struck],
    }


# What a situation expects where it says nothing of it.
UNSAID: Document = {"ground": None, "fees": [], "offers": []}


def decided(name: str, situation: Document) -> tuple[Decision, list[str]]:
    """Decide a situation of a shop; gives the offers' ids, too."""
    facts = facts_of(SHOPS[name], situation)
    terms = LIBRARY.terms(POLICIES[name], facts, CONTACT)
    decision = decide(facts, terms)
    return decision, [offer.id for offer in offers_for(decision, facts, terms)]


@pytest.mark.parametrize(("name", "situation"), SITUATIONS)
def test_it_decides_as_the_shop_says(name: str, situation: Document) -> None:
    found = summary(*decided(name, situation))

    expects = {**UNSAID, **situation["expects"]}
    assert {key: found.get(key) for key in expects} == expects


def test_every_row_is_written_or_named_for_a_person() -> None:
    rows = [int(name.partition("-")[0]) for name in SHOPS]
    listed = [row["row"] for row in FOR_A_PERSON]

    assert sorted(rows + listed) == sorted(ROWS)
    assert len(listed) <= 2
    assert all(row["why"] for row in FOR_A_PERSON)


@pytest.mark.parametrize("name", SHOPS)
def test_every_shop_says_what_is_special_and_shows_it(name: str) -> None:
    shop = SHOPS[name]
    situations = [situation["name"] for situation in shop["situations"]]

    assert shop["about"]
    assert [one for one in shop["source"] if "." not in one and one not in LEGEND] == []
    assert len(situations) >= 2
    assert len(set(situations)) == len(situations)


def used(name: str) -> set[str]:
    """Name each situation's first rule that speaks, and its fees."""
    found: set[str] = set()
    for situation in SHOPS[name]["situations"]:
        decision, _ = decided(name, situation)
        found |= {fee["id"] for fee in situation["expects"].get("fees", ())}
        found |= {id for id in map(first_rule, decision.lines) if id}
    return found


def first_rule(verdict: LineVerdict) -> str | None:
    rules = (f for f in verdict.findings if f.stratum is Stratum.CLAUSE)
    return next((rule.id for rule in rules if rule.says is Says.SPEAKS), None)


@pytest.mark.parametrize("name", SHOPS)
def test_every_rule_and_fee_is_used_in_a_situation(name: str) -> None:
    policy = POLICIES[name]
    rules = {rule.id for rule in (*policy.limits, *policy.clauses)}
    rules |= {fee.id for fee in policy.fees}

    assert rules - used(name) == set()


@pytest.mark.parametrize("name", SHOPS)
def test_every_text_is_kind(name: str, tone: Tone) -> None:
    policy = POLICIES[name]
    texts = [pair for rule in (*policy.limits, *policy.clauses) for pair in rule.texts]
    texts += [pair for fee in policy.fees for pair in fee.texts]

    remarks = [
        (language, remark)
        for language, text in texts
        for remark in tone.remarks(text, language)
    ]

    assert remarks == []
