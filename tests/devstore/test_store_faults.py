"""The store fails on request, and only in the way that was asked for."""

from __future__ import annotations

import time

import pytest

from tests.devstore.world import World


@pytest.mark.parametrize(
    ("kind", "http", "declined"),
    [
        ("http_500", 500, False),
        ("drop_after_effect", 502, True),
        ("internal_error", 200, False),
        ("timeout", 504, False),
    ],
)
def test_a_planned_fault_comes_once(
    world: World, kind: str, http: int, declined: bool
) -> None:
    token = world.token()
    return_id = world.request_return(1003)
    world.control("fail", operation="DeclineReturn", times=1, kind=kind, seconds=0.01)
    query = """mutation DeclineReturn($id: ID!) { returnDeclineRequest(
      input: {id: $id, declineReason: OTHER}) { userErrors { code } } }"""

    broken = world.ask(token, query, id=return_id)
    status = world.truth()["returns"][0]["status"]
    whole = world.ask(token, query, id=return_id)

    assert broken.status_code == http
    assert status == ("DECLINED" if declined else "REQUESTED")
    assert whole.status_code == 200
    assert "data" in whole.json()


def test_an_unknown_fault_is_refused(world: World) -> None:
    answer = world.post("/_control/fail", json={"operation": "X", "kind": "flood"})

    assert answer.status_code == 400
    assert answer.json()["error"].startswith("`kind` must be one of")


def test_answers_come_late_until_they_are_let_come_at_once(world: World) -> None:
    token = world.token()
    world.control("late", seconds=0.2)

    begun = time.monotonic()
    late = world.ask(token, "{ shop { name } }")
    taken = time.monotonic() - begun
    at_once = world.control("late", seconds=0)

    assert late.status_code == 200
    assert taken >= 0.2
    assert at_once["seconds"] == 0
