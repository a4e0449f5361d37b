"""Between rows and values, both ways."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from plugin.archive.canonical import as_data, canonical
from plugin.archive.earlier import with_kinds
from plugin.archive.revive import revive
from plugin.case import Asked, Case, Letter, Promise, Settled, Status, Task, TaskKind
from plugin.policy.decision import Ground, Outcome
from plugin.policy.offers import Offer
from plugin.shop import Caution, Mode, PolicyVersion, Preferences, Profile, Shop

Row = Mapping[Any, Any]


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
            refunds=row["refunds"],
            splits=row["splits"],
            keep_months=row["keep_months"],
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
        "refunds": preferences.refunds,
        "splits": preferences.splits,
        "keep_months": preferences.keep_months,
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
        written=row["written"],
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Personal:
    """What is personal of a case: it rests sealed, and is empty once erased."""

    customer_id: str | None = None
    asked: tuple[Asked, ...] = ()
    offers: tuple[Offer, ...] = ()
    letter: Letter | None = None
    code: str | None = None
    settled: tuple[Settled, ...] = ()
    tasks: tuple[Task, ...] = ()


def personal(text: str) -> Personal:
    """Read what is personal of a case, however early it was archived."""
    return revive(Personal, text, with_kinds)


# What is left to staff of a case that was erased while its money waited.
OWED = (
    "Money may be owed on return {name}: look whether it was given, and give it if not."
)


def case(row: Row, about: Personal | None) -> Case:
    """Read a case; without what was personal of it, it was erased."""
    known = about or Personal()
    found = Case(
        shop=row["shop"],
        return_id=row["return_id"],
        return_name=row["return_name"],
        order_id=row["order_id"],
        order_name=row["order_name"],
        status=Status(row["status"]),
        mode=Mode(row["mode"]),
        outcome=Outcome(row["outcome"]) if row["outcome"] else None,
        ground=Ground(row["ground"]) if row["ground"] else None,
        decided_by=tuple(json.loads(row["decided_by"])),
        promise=Promise(row["money"]) if row["money"] else None,
        erased=about is None,
        **{name: getattr(known, name) for name in Personal.__slots__},
    )
    return _left_to_staff(found) if found.erased else found


def _left_to_staff(case: Case) -> Case:
    """Say what is left to staff of an erased case."""
    if not (case.approved and case.waits):
        return case
    name = case.return_name or case.return_id.rpartition("/")[2]
    text = OWED.format(name=name)
    return case.with_task(Task(kind=TaskKind.GIVE_REFUND, text=text))


def of_case(case: Case) -> dict[str, object]:
    """Write a case's open columns, all but its moments."""
    return {
        "return_id": case.return_id,
        "return_name": case.return_name,
        "order_id": case.order_id,
        "order_name": case.order_name,
        "status": case.status.value,
        "mode": case.mode.value,
        "outcome": as_data(case.outcome),
        "ground": as_data(case.ground),
        "decided_by": canonical(case.decided_by),
        "offering": bool(case.offers),
        "has_code": case.code is not None,
    }


def personal_of(case: Case) -> str:
    """Write what is personal of a case."""
    return canonical({name: getattr(case, name) for name in Personal.__slots__})
