"""A request is decided once, however often and whenever the answer is repeated."""

from __future__ import annotations

from typing import Any

import pytest

from plugin.policy.decision import Ground
from plugin.ports import Done, Overtaken, Refused, ReturnState, Unreachable
from plugin.shopify.actions import Actions
from plugin.shopify.errors import UserError
from tests.builders import SIGNS
from tests.shopify.desk import ALPINE, NORTH, Desk
from tests.shopify.seen import NOTE, decline, found_return, order_1001


def test_it_approves_a_request_and_tells_the_customer(desk: Desk) -> None:
    return_id = desk.ask()

    done = desk.actions.approve(ALPINE, return_id)

    answer = {"return": {"id": return_id, "status": "OPEN"}, "told": True}
    assert done == Done(operation="approve_return", answer=answer)
    found = found_return(desk, return_id)
    assert (found["status"], found["decided_by"]) == ("OPEN", "app")
    assert [mail["subject"] for mail in order_1001(desk)["mails"]] == [
        "Return approved"
    ]


def test_it_approves_once(desk: Desk) -> None:
    return_id = desk.ask()
    desk.actions.approve(ALPINE, return_id)

    again = desk.actions.approve(ALPINE, return_id)

    assert again == Done(
        operation="approve_return", answer={"found": "OPEN"}, repeated=True
    )
    assert desk.effective("returnApproveRequest") == [1]
    assert len(order_1001(desk)["mails"]) == 1


def test_it_finds_that_it_approved_when_the_answer_was_lost(desk: Desk) -> None:
    return_id = desk.ask()
    desk.fail("returnApproveRequest", "drop_after_effect")
    with pytest.raises(Unreachable):
        desk.actions.approve(ALPINE, return_id)

    again = desk.actions.approve(ALPINE, return_id)

    assert again.repeated is True
    assert desk.effective("returnApproveRequest") == [1]


@pytest.mark.parametrize("kind", ["http_500", "internal_error"])
def test_it_approves_after_the_platform_was_not_well(desk: Desk, kind: str) -> None:
    return_id = desk.ask()
    desk.fail("returnApproveRequest", kind)
    with pytest.raises(Unreachable):
        desk.actions.approve(ALPINE, return_id)

    again = desk.actions.approve(ALPINE, return_id)

    assert again.repeated is False
    assert desk.effective("returnApproveRequest") == [1]


def test_it_does_not_approve_what_the_staff_declined(desk: Desk) -> None:
    return_id = desk.ask()
    desk.staff(return_id, "decline", reason="OTHER", note="No.")

    with pytest.raises(Overtaken) as caught:
        desk.actions.approve(ALPINE, return_id)

    assert caught.value.state == ReturnState(
        status="DECLINED", ground="OTHER", note="No."
    )
    assert desk.effective("returnApproveRequest") == []


def test_it_declines_a_request_in_the_words_of_the_letter(desk: Desk) -> None:
    return_id = desk.ask()

    done = decline(desk, return_id)

    said = {"reason": "RETURN_PERIOD_ENDED", "note": NOTE}
    assert (done.operation, done.repeated, done.answer["told"]) == (
        "decline_return",
        False,
        True,
    )
    assert found_return(desk, return_id)["decline"] == said
    assert [mail["text"] for mail in order_1001(desk)["mails"]] == [NOTE]


def test_it_declines_once(desk: Desk) -> None:
    return_id = desk.ask()
    decline(desk, return_id)

    again = decline(desk, return_id)

    assert again == Done(
        operation="decline_return", answer={"found": "DECLINED"}, repeated=True
    )
    assert desk.effective("returnDeclineRequest") == [1]
    assert len(order_1001(desk)["mails"]) == 1


def test_it_finds_that_it_declined_when_the_answer_was_lost(desk: Desk) -> None:
    return_id = desk.ask()
    desk.fail("returnDeclineRequest", "drop_after_effect")
    with pytest.raises(Unreachable):
        decline(desk, return_id)

    again = decline(desk, return_id)

    assert again.repeated is True
    assert desk.effective("returnDeclineRequest") == [1]
    assert len(order_1001(desk)["mails"]) == 1


def test_it_does_not_decline_what_the_staff_approved(desk: Desk) -> None:
    return_id = desk.ask()
    desk.staff(return_id, "approve")

    with pytest.raises(Overtaken) as caught:
        decline(desk, return_id)

    assert (caught.value.code, caught.value.state.status) == ("overtaken", "OPEN")
    assert found_return(desk, return_id)["decided_by"] == "staff"
    assert desk.effective("returnDeclineRequest") == []


def test_it_does_not_decline_what_the_customer_took_back(desk: Desk) -> None:
    return_id = desk.ask()
    desk.cancel(return_id)

    with pytest.raises(Overtaken) as caught:
        decline(desk, return_id)

    assert caught.value.state.status == "CANCELED"


def test_it_does_not_take_anothers_refusal_for_its_own(desk: Desk) -> None:
    return_id = desk.ask()
    desk.staff(return_id, "decline", reason="OTHER", note="In other words.")

    with pytest.raises(Overtaken):
        decline(desk, return_id)


def test_it_notices_who_came_between_the_look_and_the_answer(desk: Desk) -> None:
    return_id = desk.ask()
    actions = _Hesitating(desk, lambda: desk.staff(return_id, "approve"))

    with pytest.raises(Overtaken):
        actions.decline(ALPINE, return_id, Ground.OTHER, NOTE)

    assert desk.effective("returnDeclineRequest") == [0]
    assert found_return(desk, return_id)["status"] == "OPEN"


def test_it_is_refused_a_note_that_is_too_long(desk: Desk) -> None:
    return_id = desk.ask()

    with pytest.raises(UserError) as caught:
        decline(desk, return_id, "x" * 501)

    assert (caught.value.operation, caught.value.reason) == (
        "decline_return",
        "TOO_LONG",
    )
    assert found_return(desk, return_id)["status"] == "REQUESTED"


def test_it_decides_no_return_of_another_shop(desk: Desk) -> None:
    desk.install(NORTH)
    return_id = desk.ask()

    with pytest.raises(Refused):
        desk.actions.approve(NORTH, return_id)

    assert found_return(desk, return_id)["status"] == "REQUESTED"
    assert desk.truth(NORTH)["calls"] == []


class _Hesitating(Actions):
    """Somebody else acts between the look and the answer."""

    def __init__(self, desk: Desk, meanwhile: Any) -> None:
        super().__init__(desk.client, SIGNS)
        self._meanwhile = [meanwhile]

    def state(self, shop: str, return_id: str) -> ReturnState | None:
        found = super().state(shop, return_id)
        for act in self._meanwhile:
            act()
        self._meanwhile = []
        return found
