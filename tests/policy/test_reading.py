"""Reading a line: what the policy asks for, and nothing else."""

from __future__ import annotations

from plugin.policy.catalogue import WINDOW
from plugin.policy.clauses import Evidence, Guard
from plugin.policy.plan import Plan
from plugin.policy.reading import known_values
from plugin.policy.remedies import Remedy
from plugin.policy.terms import (
    Fee,
    OfferTerms,
    Policy,
    Season,
    Tier,
    Window,
    WindowRule,
)
from tests.builders import make_facts, make_line
from tests.policy.parts import at_least, is_flag, make_core, make_rule

GIFT = is_flag("gift_card")


def names(policy: Policy) -> set[str]:
    """Name the facts that are read for a line."""
    facts = make_facts()
    return set(known_values(facts, facts.lines[0], policy))


def test_a_policy_without_rules_reads_nothing() -> None:
    assert names(make_core()) == set()


def test_it_reads_what_every_kind_of_rule_asks_for() -> None:
    def guard(name: str) -> Guard:
        return Guard(at_least(name, 1))

    policy = make_core(
        make_rule("clause", when=at_least("price", 1)),
        make_rule("shown", evidence=(Evidence(fact="photos", at_least=1),)),
        limits=(make_rule("limit", when=at_least("customer_items_in_9_days", 1)),),
        windows=(
            WindowRule(id="window", guard=guard("videos"), window=Window(days=1)),
        ),
        seasons=(Season(id="season", guard=guard("receipts"), add_days=1),),
        fees=(
            Fee(id="fee", guard=guard("used_percent")),
            Fee(id="tiers", guard=guard("order_total"), by="kept_value", tiers=TIERS),
        ),
        offers=(
            OfferTerms(
                id="offer",
                remedy=Remedy.EXCHANGE,
                guard=guard("customer_orders"),
                expires_after_days=1,
            ),
        ),
    )

    assert names(policy) == {
        "price",
        "photos",
        "customer_items_in_9_days",
        "videos",
        "receipts",
        "used_percent",
        "order_total",
        "kept_value",
        "customer_orders",
    }


TIERS = (Tier(at_least=1),)


def test_a_fact_is_read_once_however_many_rules_ask() -> None:
    rules = (make_rule("a", when=GIFT), make_rule("b", when=GIFT))
    plan = Plan(rules, [Guard(GIFT)], ["price", "price"])

    assert [name for name, _ in plan.readers] == ["gift_card", "price"]
    assert plan.needs_window is False


def test_the_window_is_worked_out_only_where_it_is_asked_for() -> None:
    asked = make_core(make_rule(when=at_least(WINDOW, 1)))
    facts = make_facts()

    assert known_values(facts, facts.lines[0], asked) == {WINDOW: -27}


def test_the_window_may_hang_on_facts_that_no_clause_asks_for() -> None:
    rule = WindowRule(id="gifts", guard=Guard(GIFT), window=Window(days=1))
    policy = make_core(make_rule(when=at_least(WINDOW, 1)), windows=(rule,))
    facts = make_facts(make_line(gift_card=True))

    assert known_values(facts, facts.lines[0], policy) == {
        "gift_card": True,
        WINDOW: 2,
    }


def test_a_plan_keeps_limits_before_clauses() -> None:
    policy = make_core(make_rule("clause"), limits=(make_rule("limit"),))

    assert policy.plan.ids == ("limit", "clause")
    assert policy.plan.rules == (*policy.limits, *policy.clauses)
    assert policy.plan.asking == ()


def test_a_plan_knows_which_rules_ask_for_evidence() -> None:
    photo = (Evidence(fact="photos", at_least=1),)
    policy = make_core(make_rule("a"), make_rule("b", evidence=photo))

    assert policy.plan.asking == (1,)
