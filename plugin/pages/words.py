"""The plain words that the pages use for what the app knows by name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from plugin.case import Status
from plugin.pages.desk import clock_time, day
from plugin.pages.practice import PRACTICE as PRACTICE
from plugin.pages.practice import practised as practised
from plugin.policy.catalogue import CATALOGUE
from plugin.policy.counting import counted
from plugin.policy.decision import Outcome
from plugin.policy.money import BadMoney, Money
from plugin.policy.terms import Clock
from plugin.ports import ALL_RULES
from plugin.shop import Mode

STATUS = {
    Status.DECIDED: "Being answered",
    Status.ANSWERED: "Answered",
    Status.OBSERVED: "Watched only",
    Status.PROPOSED: "Refusal proposed",
    Status.IN_REVIEW: "Needs a person",
    Status.SUPERSEDED: "Answered by someone else",
    Status.WITHDRAWN: "Withdrawn by the customer",
    Status.FAILED: "Could not be answered",
}

# Why a shop seems silent, as its last sweep says it.
SILENCE = {
    "untold": "Since {at} Shopify has not told Evenhand of everything that happens in"
    " your store. Nothing is lost: Evenhand looks for itself every few minutes, so"
    " answers come a little later. If this stays for a day, write to Evenhand's"
    " support.",
    "no_events": "Shopify has told Evenhand nothing for more than a week, as noticed"
    " on {at}, though there used to be something every few days. Evenhand goes on"
    " looking for itself; if you know of new requests that are not listed here, write"
    " to Evenhand's support.",
}

OUTCOME = {
    Outcome.APPROVE: "Approve",
    Outcome.DECLINE: "Refuse",
    Outcome.REVIEW: "A person decides",
}

# What a person decided, by the word in the record.
OUTCOME_DONE = {"approve": "approved", "decline": "refused"}

STRATUM = {
    "law": "Law",
    "hold": "Hold",
    "clause": "Clause",
    "default": "Default",
}

SAYS = {"speaks": "speaks", "silent": "silent", "cannot_tell": "cannot tell"}

GROUND = {
    "FINAL_SALE": "Final sale",
    "RETURN_PERIOD_ENDED": "The return period has ended",
    "OTHER": "Another reason",
}

# What an entry of a kind is about, where nothing more can be said of it.
KIND = {
    "request": "Read the customer's request",
    "facts": "Read what the store knows of the request",
    "terms": "Took your policy and the law",
    "decision": "Decided",
    "trace": "Wrote down why",
    "offers": "Prepared offers",
    "letter": "Wrote the letter to the customer",
    "call": "Changed something in Shopify",
    "outcome": "The request moved on",
    "event": "Noted what happened",
    "audit": "Compared a refund with the decision",
    "tombstone": "Erased what was personal",
}

MODE = {
    Mode.OBSERVE: (
        "Observe",
        "Evenhand decides and keeps a record, and sends nothing to anyone.",
    ),
    Mode.ASSIST: (
        "Assist",
        "Evenhand approves by itself and proposes refusals, which you send.",
    ),
    Mode.AUTOMATIC: (
        "Automatic",
        "Evenhand approves and refuses by itself; doubtful cases wait for you.",
    ),
}

# What the merchant may allow beside the mode; all of it is off after install.
WISHES = {
    "refunds": (
        "Give money back",
        "In automatic mode, when the policy says when (pays). Fees are kept back, what"
        " is left on the order is the limit, and every doubt goes to you. Off: you"
        " give every refund yourself.",
    ),
    "splits": (
        "Split returns",
        "In automatic mode, when some items are approved and others refused, take the"
        " refused ones out of the return. Off: such a return waits for you.",
    ),
}

STARTS = {
    Clock.DELIVERED: "Delivery of the item",
    Clock.FULFILLED: "Dispatch of the item",
    Clock.ORDERED: "The order",
}

WINDOW_STARTS = {
    Clock.DELIVERED: "delivery",
    Clock.FULFILLED: "dispatch",
    Clock.ORDERED: "the order",
}

# Recorded facts whose own name says too little.
_LABELS = {
    "complete": "Read to the end",
    "practice": "Your shop does for every customer",
    "lacking": "Your shop does not",
    "proven": "Shown by the customer",
    "disproven": "Shown not to be so",
}

# How a record writes days and moments.
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(rf"{_DAY.pattern}T[0-9:.]+(?:Z|[+-][0-9:]+)")

_LAW_BODY = {"speaks": "entitled", "silent": "silent", "cannot_tell": "unclear"}


def filled(text: str, values: Mapping[str, str]) -> str:
    """Fill a clause's placeholders for the merchant's eyes."""
    for placeholder, value in values.items():
        text = text.replace(placeholder, value)
    return text


def law_word(says: str) -> str:
    """Say in one word what the law gives the customer."""
    return _LAW_BODY.get(says, "unclear")


def brake(body: Mapping[str, Any]) -> str:
    """Say what keeps refusals in, and why."""
    if body["what"] == ALL_RULES:
        return f"all refusals wait for you, because {body['why']}"
    return f"the rule {body['what']} waits for you, because {body['why']}"


def pack(zone: ZoneInfo, recorded_pack: str | None) -> str:
    """Name a law pack, and the day it was last read over."""
    if recorded_pack is None:
        return "no pack for this place"
    name, _, checked = recorded_pack.partition(" ")
    return f"{name}, as read on {recorded(zone, checked)}"


def staff(signature: str) -> str:
    """Name a member of staff by the number that a record has of them."""
    return signature.replace("staff:", "staff member ", 1)


def fact(name: str) -> str:
    """Say what a fact is, in the catalogue's words; how to count it is said there."""
    known = CATALOGUE.get(name)
    return known.meaning.partition(";")[0] if known else name.replace("_", " ")


def label(name: str) -> str:
    """Name a recorded fact as a label."""
    return _LABELS.get(name, name.replace("_", " ").capitalize())


def fact_value(name: str, value: Any) -> str:
    """Say a fact's value, with its unit where it has one."""
    known = CATALOGUE.get(name)
    has_unit = known is not None and known.unit and isinstance(value, int)
    return counted(value, known.unit) if known and has_unit else plain(value)


def money(money: Money) -> str:
    """Write an amount as staff read it."""
    whole = money.percent(100)
    return f"{whole.amount:f} {whole.currency}"


def recorded(zone: ZoneInfo, value: Any) -> str:
    """Say a value of a record, its days and moments as people at the shop read them."""
    if isinstance(value, str) and _DAY.fullmatch(value):
        return day(date.fromisoformat(value))
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        return clock_time(datetime.fromisoformat(value), zone)
    if _is_money(value):
        return _amount(value)
    if isinstance(value, str) and value in PRACTICE:
        return f"“{PRACTICE[value]}”"
    if isinstance(value, list):
        return ", ".join(recorded(zone, item) for item in value) or "none"
    if isinstance(value, dict):
        known = (item for item in value.values() if item is not None)
        return " ".join(recorded(zone, item) for item in known)
    return plain(value)


def _is_money(value: Any) -> bool:
    return isinstance(value, Mapping) and value.keys() == {"amount", "currency"}


def _amount(value: Mapping[str, Any]) -> str:
    """Write a recorded amount as every other; as it is where it is none."""
    try:
        return money(Money.of(value["amount"], value["currency"]))
    except BadMoney:
        return plain(value)


def plain(value: Any) -> str:
    """Say any value that an entry can hold."""
    if value is None:
        return "not known"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(plain(item) for item in value) or "none"
    if isinstance(value, dict):
        return " ".join(plain(item) for item in value.values() if item is not None)
    return str(value)


def detail(zone: ZoneInfo, name: str, value: Any) -> str:
    """Say one detail of an item; an earlier request is absent, never unknown."""
    return "no" if name == "asked_before" and value is None else recorded(zone, value)


def reason(handle: str | None) -> str:
    """Say a return reason's handle."""
    return handle.replace("-", " ").capitalize() if handle else "No reason given"
