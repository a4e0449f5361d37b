"""What the linter says, held against requests that the engine decides."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

from plugin.policy.catalogue import WINDOW
from plugin.policy.decision import Says, Stratum
from plugin.policy.engine import decide
from plugin.policy.facts import PRACTICE, Facts, Past, Place
from plugin.policy.linting.example import EXAMPLE_DAY, reads_as, request
from plugin.policy.linting.lint import lint
from plugin.policy.terms import Policy, Terms
from tests.builders import CONTACT, PACKS, make_facts, make_line, make_pack, make_policy

PACK_OF = {"XX": make_pack(), **{id: PACKS.law_packs[id] for id in ("DE", "GB", "US")}}
REQUESTS = 800
POLICIES = 12
NEVER_ASKED = {"never_speaks", "shadowed"}


def number(fact: str, dice: random.Random) -> dict[str, Any]:
    """Compare a number at random."""
    operator = dice.choice(["more_than", "at_least", "less_than", "at_most", "equals"])
    return {"fact": fact, operator: dice.randint(0, 6)}


def condition(dice: random.Random, depth: int = 0) -> dict[str, Any]:
    """Make a condition at random, over few facts, so that clauses meet."""
    if depth < 2 and dice.random() < 0.55:
        name = dice.choice(["all", "any", "not"])
        if name == "not":
            return {"not": condition(dice, depth + 1)}
        parts = [condition(dice, depth + 1) for _ in range(dice.randint(1, 3))]
        return {name: parts}
    fact = dice.choice(
        (
            *(WINDOW, "days_since_delivery", "days_since_order", "customer_returns"),
            *("customer_returns_in_30_days", "gift_card", "product_tags", "country"),
        )
    )
    if fact == "gift_card":
        return {"fact": fact, "equals": dice.random() < 0.5}
    if fact == "product_tags":
        return {"fact": fact, "contains": dice.choice(["a", "b"])}
    if fact == "country":
        return {"fact": fact, "equals": dice.choice(["DE", "GB"])}
    return number(fact, dice)


def policy_of(seed: int) -> Policy:
    """Make a policy of ten clauses at random."""
    dice = random.Random(seed)
    clauses: list[dict[str, Any]] = []
    for name in range(10):
        then = dice.choice(["approve", "decline", "review"])
        clause = {"id": f"c{name}", "when": condition(dice), "then": then}
        if then == "decline":
            clause |= {"text": {"en": "We cannot take this."}, "ground": "OTHER"}
        clauses.append(clause)
    return make_policy(clauses=clauses, window={"days": 3})


def request_of(dice: random.Random) -> Facts:
    """Make a request at random, with some of its facts not known."""

    def maybe(value: Any) -> Any:
        return None if dice.random() < 0.15 else value

    came = dice.randint(0, 9)
    ordered = came + dice.choice([0, 0, 1, 4])
    today = EXAMPLE_DAY
    past = [Past(on=today - timedelta(days=dice.randint(0, 60))) for _ in range(8)]
    tags = frozenset(word for word in "ab" if dice.random() < 0.5)
    line = make_line(
        delivered_on=maybe(today - timedelta(days=came)),
        gift_card=maybe(dice.random() < 0.5),
        product_tags=maybe(tags),
        reason=maybe(dice.choice(["unwanted", "defective", "other"])),
    )
    return make_facts(
        line,
        requested_on=today,
        ordered_on=today - timedelta(days=ordered),
        places=(Place(country=dice.choice(sorted(PACK_OF))),),
        customer_returns=maybe(dice.randint(0, 8)),
        returns_before=maybe(tuple(past[: dice.randint(0, 8)])),
        practice=frozenset(PRACTICE if dice.random() < 0.5 else ()),
    )


def test_no_rule_decides_that_was_said_never_to() -> None:
    idle = decided = 0
    for seed in range(POLICIES):
        policy = policy_of(seed)
        remarks = lint(policy, {}, ("en",))
        named = {
            policy.clauses[int(remark.where.partition(".")[2])].id
            for remark in remarks
            if remark.kind in NEVER_ASKED
        }
        idle += len(named)
        dice = random.Random(seed)
        for _ in range(REQUESTS):
            facts = request_of(dice)
            pack = PACK_OF[facts.places[0].country]
            terms = Terms(policy=policy, packs=(pack,), contact=CONTACT)
            by = decide(facts, terms).lines[0].decided_by
            # A rule that cannot tell, for a fact is missing, decides nothing.
            decided += by.stratum is Stratum.CLAUSE and by.says is Says.SPEAKS

            assert by.says is not Says.SPEAKS or by.id not in named
    # The clauses meet often enough for the promise to mean something.
    assert idle > POLICIES
    assert decided > POLICIES * REQUESTS / 3


def test_every_example_meets_the_rules_it_is_shown_for() -> None:
    shown_once = 0
    for seed in range(POLICIES):
        policy = policy_of(seed)
        rules = {f"clauses.{n}": rule for n, rule in enumerate(policy.clauses)}
        for remark in lint(policy, {}, ("en",)):
            if remark.kind != "overlap" or remark.example is None:
                continue
            values: dict[str, object] = {
                name: frozenset(value) if isinstance(value, tuple) else value
                for name, value in remark.example
            }
            facts = request(values, policy)
            shown_once += 1

            assert facts is not None
            assert reads_as(facts, policy, values)
            every = dict.fromkeys(rules[remark.where].reads) | values
            assert rules[remark.where].asks(every) is True
    assert shown_once > POLICIES
