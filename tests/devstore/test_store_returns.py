"""A return is decided once, and its customer is told."""

from __future__ import annotations

from typing import Any

import pytest

from tests.devstore.world import World, decline_input, errors_of


def test_it_declines_once_and_mails_the_note(world: World) -> None:
    token = world.token()
    given = decline_input(world.request_return(1003))

    first = world.run(token, "decline_return", input=given)
    second = world.run(token, "decline_return", input=given)

    assert first["data"]["returnDeclineRequest"]["return"]["decline"] == {
        "reason": "FINAL_SALE",
        "note": "Sorry.",
    }
    assert errors_of(second, "returnDeclineRequest") == [
        ("INVALID_STATE", ["input", "id"])
    ]
    truth = world.truth()
    mails = [mail for order in truth["orders"] for mail in order["mails"]]
    assert [mail["text"] for mail in mails] == ["Sorry."]
    assert truth["returns"][0]["decided_by"] == "app"
    assert world.calls("returnDeclineRequest") == [(2, 1)]


def test_it_mails_nobody_unless_asked(world: World) -> None:
    token = world.token()
    given = decline_input(world.request_return(1003), notifyCustomer=False)

    world.run(token, "decline_return", input=given)

    mails = [mail for order in world.truth()["orders"] for mail in order["mails"]]
    assert mails == []


def test_it_approves(world: World) -> None:
    token = world.token()
    return_id = world.request_return()

    answer = world.run(token, "approve_return", input={"id": return_id})

    assert answer["data"]["returnApproveRequest"] == {
        "return": {"id": return_id, "status": "OPEN"},
        "userErrors": [],
    }


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"declineNote": "x" * 501}, "TOO_LONG"),
        ({"id": "gid://shopify/Return/1"}, "NOT_FOUND"),
    ],
)
def test_it_refuses_a_bad_decline(
    world: World, changes: dict[str, Any], code: str
) -> None:
    token = world.token()
    given = decline_input(world.request_return(1003), **changes)

    answer = world.run(token, "decline_return", input=given)

    assert [each[0] for each in errors_of(answer, "returnDeclineRequest")] == [code]
    assert world.truth()["returns"][0]["status"] == "REQUESTED"
    assert world.calls("returnDeclineRequest") == [(1, 0)]


def test_a_declined_line_may_be_asked_for_again(world: World) -> None:
    token = world.token()
    first = world.request_return(1002)
    world.run(token, "decline_return", input=decline_input(first))

    second = world.request_return(1002)

    names = [each["name"] for each in world.truth()["returns"]]
    assert second != first
    assert names == ["#1002-R1", "#1002-R2"]
