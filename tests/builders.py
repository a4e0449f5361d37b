"""Sound values for tests; a test names only what matters to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from plugin.letters import Letters
from plugin.notes import FaultSigns
from plugin.packs import BadPolicy, Packs, parse_policy
from plugin.policy.facts import Facts, Line, Place
from plugin.policy.money import Money
from plugin.policy.provisions import ChangeOfMind, Fault, LawPack, Right
from plugin.policy.terms import Policy, Terms

CONFIG = Path(__file__).parent.parent / "config"
# Read once: nothing changes them.
PACKS = Packs.load(CONFIG / "law", CONFIG / "presets")
LETTERS = Letters.load(CONFIG / "messages")
SIGNS = FaultSigns.load(CONFIG / "fault_signs.yaml")

# A Monday, and a week in which nothing is a holiday.
DELIVERED = date(2026, 11, 2)
ASKED_ON = date(2026, 11, 5)
CONTACT = "help@shop.example"


def make_line(**changes: Any) -> Line:
    """Make one item that was delivered, is no longer wanted and may be returned."""
    line = Line(
        id="line-1",
        title="Blue mug",
        quantity=1,
        reason="unwanted",
        note_tells_fault=False,
        price=Money.of("25.00", "USD"),
        product_tags=frozenset(),
        product_type="Mug",
        vendor="Potter",
        gift_card=False,
        fulfilled_on=date(2026, 10, 30),
        delivered_on=DELIVERED,
        returnable=1,
    )
    return replace(line, **changes)


def make_facts(*lines: Line, **changes: Any) -> Facts:
    """Make a request of a known customer in a country without special law."""
    lines = lines or (make_line(),)
    delivered = [line.delivered_on for line in lines]
    known = [day for day in delivered if day is not None]
    facts = Facts(
        requested_on=ASKED_ON,
        ordered_on=date(2026, 10, 28),
        lines=lines,
        places=(Place(country="XX"),),
        last_delivered_on=max(known) if len(known) == len(delivered) else None,
        awaiting_delivery=False,
        order_tags=frozenset(),
        order_cancelled=False,
        customer_known=True,
        customer_tags=frozenset(),
        customer_orders=3,
        customer_returns=0,
        dispute_open=False,
        fraud_suspected=False,
        opted_out=False,
    )
    return replace(facts, **changes)


def make_pack(**changes: Any) -> LawPack:
    """Make a law pack that gives nothing for a change of mind."""
    pack = LawPack(
        id="XX",
        name="Nowhere",
        checked_on=date(2026, 11, 1),
        since=date(2020, 1, 1),
        change_of_mind=ChangeOfMind(right=Right.NONE, cites="Example Act s 1"),
        fault=Fault(
            right=Right.STATUTORY,
            cites="Example Act s 2",
            guarantee_months=24,
            burden_on_trader_months=12,
        ),
    )
    return replace(pack, **changes)


def make_document(**changes: Any) -> dict[str, Any]:
    """Make a small policy document: 30 days, late is declined, the rest approved."""
    document = {
        "schema": 2,
        "name": "Small",
        "window": {"days": 30, "starts": "delivered"},
        "clauses": [
            make_clause(),
            {
                "id": "in-time",
                "when": {"fact": "days_past_window", "at_most": 0},
                "then": "approve",
            },
        ],
        "offers": [make_offer()],
        "default": "review",
    }
    return {**document, **changes}


def make_clause(**changes: Any) -> dict[str, Any]:
    """Make a clause that declines what comes after the window."""
    clause = {
        "id": "late",
        "text": {"en": "Items can be returned within {window_days} days."},
        "when": {"fact": "days_past_window", "more_than": 0},
        "then": "decline",
        "ground": "RETURN_PERIOD_ENDED",
    }
    return {**clause, **changes}


def make_offer(**changes: Any) -> dict[str, Any]:
    """Make an offer of a discount code that goes with a refusal."""
    offer = {
        "id": "code",
        "remedy": "code",
        "percent": 10,
        "expires_after_days": 30,
    }
    return {**offer, **changes}


def make_policy(*, version: str = "v1", **changes: Any) -> Policy:
    """Make a policy from the small document with other parts."""
    return parse_policy(make_document(**changes), version=version)


def make_terms(**changes: Any) -> Terms:
    """Make terms of the small policy, one pack and a contact."""
    terms = {"policy": make_policy(), "packs": (make_pack(),), "contact": CONTACT}
    return Terms(**{**terms, **changes})


def make_place(code: str) -> Place:
    """Read a place as `DE` or `US-CA`."""
    country, _, region = code.partition("-")
    return Place(country=country, region=region or None)


def errors_of(document: Any) -> dict[str, list[str]]:
    """Read a policy document and give its errors by path; none when it is sound."""
    try:
        parse_policy(document, version="v1")
    except BadPolicy as error:
        return error.errors
    return {}


def policy_of(**parts: Any) -> Policy:
    """Read the small document with other parts."""
    return parse_policy(make_document(**parts), version="v1")


def faults_of(name: str, rule: dict[str, Any]) -> dict[str, list[str]]:
    """Read a policy with one faulty rule, and give its errors by their paths."""
    path = f"{name}.0"
    found = errors_of(make_document(**{name: [rule]}))
    return {key.removeprefix(path).lstrip("."): why for key, why in found.items()}


def between(least: int, most: int) -> list[str]:
    """Say that a number has to lie between two."""
    return [f"give a number from {least} to {most}"]
