"""Between rows and values, both ways."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any, TypeVar

from plugin.archive.canonical import as_data, canonical
from plugin.case import Asked, Case, Letter, Settled, Status
from plugin.policy.decision import Ground, Outcome
from plugin.policy.money import Money
from plugin.policy.offers import Offer
from plugin.policy.remedies import Charge, Remedy
from plugin.shop import Caution, Mode, PolicyVersion, Preferences, Profile, Shop

Row = Mapping[Any, Any]
Data = Mapping[str, Any]
T = TypeVar("T")


def shop(row: Row) -> Shop:
    """Read a shop."""
    return Shop(
        domain=row["shop"],
        profile=Profile(
            name=row["name"],
            currency=row["currency"],
            zone=row["zone"],
            contact=row["contact"],
        ),
        preferences=Preferences(
            mode=Mode(row["mode"]),
            practice=frozenset(json.loads(row["practice"])),
            contact=row["contact_chosen"],
            caution=Caution(**json.loads(row["caution"])),
        ),
        generation=row["generation"],
        installed=row["uninstalled_at"] is None,
    )


def of_profile(profile: Profile) -> dict[str, object]:
    """Write a profile's columns."""
    return {
        "name": profile.name,
        "currency": profile.currency,
        "zone": profile.zone,
        "contact": profile.contact,
    }


def of_preferences(preferences: Preferences) -> dict[str, object]:
    """Write the merchant's preferences."""
    return {
        "mode": preferences.mode.value,
        "practice": canonical(preferences.practice),
        "contact_chosen": preferences.contact,
        "caution": canonical(preferences.caution),
    }


def policy(row: Row) -> PolicyVersion:
    """Read a policy version."""
    return PolicyVersion(
        version=row["version"],
        since=row["since"],
        document=row["document"],
        sha256=row["sha256"],
        saved_at=row["saved_at"],
        saved_by=row["saved_by"],
    )


def case(row: Row) -> Case:
    """Read a case."""
    return Case(
        shop=row["shop"],
        return_id=row["return_id"],
        return_name=row["return_name"],
        order_id=row["order_id"],
        order_name=row["order_name"],
        customer_id=row["customer_id"],
        status=Status(row["status"]),
        mode=Mode(row["mode"]),
        asked=tuple(Asked(**asked) for asked in json.loads(row["asked"])),
        outcome=Outcome(row["outcome"]) if row["outcome"] else None,
        ground=Ground(row["ground"]) if row["ground"] else None,
        decided_by=tuple(json.loads(row["decided_by"])),
        offers=tuple(_offer(data) for data in json.loads(row["offers"])),
        letter=_letter(row),
        code=row["code"],
        settled=tuple(_settled(data) for data in json.loads(row["settled"])),
        tasks=tuple(json.loads(row["tasks"])),
    )


def _offer(data: Data) -> Offer:
    """Read an offer; the oldest ones knew a percentage only."""
    return Offer(
        remedy=Remedy(data["remedy"]),
        ends_on=date.fromisoformat(data["ends_on"]),
        id=data.get("id", "code"),
        percent=data["percent"],
        amount=_money(data.get("amount")),
        bonus_percent=data.get("bonus_percent", 0),
    )


def _settled(data: Data) -> Settled:
    return Settled(
        title=data["title"],
        remedies=tuple(Remedy(name) for name in data["remedies"]),
        fees=tuple(
            Charge(id=fee["id"], amount=_money(fee["amount"]), why=fee["why"])
            for fee in data["fees"]
        ),
    )


def _money(data: Data | None) -> Money | None:
    return None if data is None else Money.of(data["amount"], data["currency"])


def _letter(row: Row) -> Letter | None:
    if row["letter_text"] is None:
        return None
    return Letter(language=row["letter_language"], text=row["letter_text"])


def of_case(case: Case) -> dict[str, object]:
    """Write a case's columns, all but its moments."""
    letter = case.letter
    return {
        "return_id": case.return_id,
        "return_name": case.return_name,
        "order_id": case.order_id,
        "order_name": case.order_name,
        "customer_id": case.customer_id,
        "status": case.status.value,
        "mode": case.mode.value,
        "asked": canonical(case.asked),
        "outcome": as_data(case.outcome),
        "ground": as_data(case.ground),
        "decided_by": canonical(case.decided_by),
        "offers": canonical(case.offers),
        "settled": canonical(case.settled),
        "tasks": canonical(case.tasks),
        "letter_language": None if letter is None else letter.language,
        "letter_text": None if letter is None else letter.text,
        "code": case.code,
    }


def entry(row: Row, make: type[T]) -> T:
    """Read an entry."""
    names = ("seq", "key", "kind", "at", "body", "sha256")
    return make(**{name: row[name] for name in names})
