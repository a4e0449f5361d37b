"""Events may come late, twice and in any order: what counts is how it ended."""

from __future__ import annotations

from itertools import permutations
from random import Random
from typing import Any

import pytest

from plugin.case import Status
from plugin.shop import Mode
from tests.casework.life import Life
from tests.devstore.world import Heard

# What people do after a request, in the order in which they do it, and how many
# events the store sends of it.
STORIES: dict[str, tuple[tuple[str, ...], Status]] = {
    "staff approves": (("approve", "refund", "close", "reopen"), Status.SUPERSEDED),
    "staff refuses": (("decline", "refund"), Status.SUPERSEDED),
    "the customer withdraws": (("withdraw", "order"), Status.WITHDRAWN),
    "staff approves, then cancels": (("approve", "cancel"), Status.WITHDRAWN),
    "a dispute is won": (("dispute", "review", "win"), Status.PROPOSED),
    "a dispute is lost": (("dispute", "review", "lose"), Status.IN_REVIEW),
    "the order is cancelled": (("dispute", "order", "win"), Status.IN_REVIEW),
    "everything at once": (
        ("dispute", "approve", "refund", "close", "win"),
        Status.SUPERSEDED,
    ),
}
MANY = 24


def act(life: Life, return_id: str, deed: str) -> None:
    number = life.number(return_id)
    deeds: dict[str, Any] = {
        "approve": lambda: life.staff(return_id, "approve"),
        "decline": lambda: life.staff(return_id, "decline"),
        "withdraw": lambda: life.withdraw(return_id),
        "refund": lambda: life.refund(number, amount="10.00"),
        "order": lambda: life.act("orders/cancel", number=number),
        "dispute": lambda: life.act("disputes", number=number),
        "review": lambda: life.act(
            "disputes/move", number=number, status="UNDER_REVIEW"
        ),
        "win": lambda: life.act("disputes/move", number=number, status="WON"),
        "lose": lambda: life.act("disputes/move", number=number, status="LOST"),
    }
    default = lambda: life.act(f"returns/{deed}", return_id=return_id)  # noqa: E731  # one of many deeds
    deeds.get(deed, default)()


def end_of(life: Life, return_id: str) -> tuple[Any, ...]:
    """Where a case came to stand, but for the names that differ each time."""
    case = life.case(return_id)
    return (
        case.status,
        case.outcome,
        sorted(
            (a["verdict"], a["refunded"], a["owed"]) for a in life.audits(return_id)
        ),
        life.scene.found(return_id)["status"],
        life.scene.alive_codes(),
        set(life.scene.effects().values()),
    )


def orders(events: list[Heard]) -> list[tuple[Heard, ...]]:
    """Every order of a few events; a fair sample of the orders of many."""
    every = list(permutations(events))
    return every if len(every) <= MANY else Random(0).sample(every, MANY)


def test_the_store_sends_up_to_six_events(life: Life) -> None:
    assert max(len(deeds) for deeds, _ in STORIES.values()) + 1 == 6


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(STORIES))
def test_late_events_end_alike_in_any_order(life: Life, name: str) -> None:
    deeds, _ = STORIES[name]
    life.scene.prefer(Mode.ASSIST)
    ends = set()
    for index in range(len(orders([None] * (len(deeds) + 1)))):  # type: ignore[list-item]  # only counted
        return_id = life.scene.asked(days=45)
        for deed in deeds:
            act(life, return_id, deed)
        events = sorted(life.events(len(deeds) + 1), key=lambda heard: heard.body)
        life.tell_all([*orders(events)[index], *events])
        ends.add(repr(end_of(life, return_id)))

    assert len(ends) == 1


@pytest.mark.parametrize("name", sorted(STORIES))
def test_events_between_the_deeds_end_alike_whenever_they_come(
    life: Life, name: str
) -> None:
    deeds, end = STORIES[name]
    dice = Random(name)
    life.scene.prefer(Mode.ASSIST)
    ends = set()
    for _ in range(8):
        return_id = life.scene.asked(days=45)
        life.tell_all(life.events(1))
        waiting: list[Heard] = []
        for deed in deeds:
            act(life, return_id, deed)
            waiting += life.events(1)
            dice.shuffle(waiting)
            told = [waiting.pop() for _ in range(dice.randint(0, len(waiting)))]
            life.tell_all(told + told[:1])
        life.tell_all(waiting)
        ends.add(repr(end_of(life, return_id)))

    assert len(ends) == 1
    assert life.case(return_id).status is end
