"""What others make of our refusals, and what keeps the next ones in."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pytest

from plugin import casework
from plugin.case import Case, Status
from plugin.casework.guarding import BRAKED
from plugin.casework.overturning import rules_of
from plugin.policy.decision import Outcome
from plugin.policy.facts import PRACTICE
from plugin.ports import ALL_RULES
from plugin.shop import Caution, Mode, Preferences
from tests.casework.life import Life
from tests.casework.scene import SHOP

RULE = "window-over"
OPT_OUT = "no-automated-decisions"
# What a customer's wish for a person looks like in the store.
WISHES: list[dict[str, Any]] = [
    {"on": "customer", "tags": [OPT_OUT]},
    {"on": "order", "tags": [OPT_OUT]},
    {"on": "customer", "metafields": {"no_automated_decisions": "true"}},
]


def set_to(life: Life, mode: Mode = Mode.AUTOMATIC, **caution: int) -> None:
    preferences = Preferences(
        mode=mode, practice=frozenset(PRACTICE), caution=Caution(**caution)
    )
    life.scene.shelf.prefer(preferences)


def refused(life: Life, *, days: int = 45) -> str:
    """Let a request come that is too late, and tell of it to the end."""
    return_id = life.scene.asked(days=days)
    life.tell_all(life.events(1))
    if life.case(return_id).status is Status.ANSWERED:
        life.tell_all(life.events(1))
    return return_id


def counts(life: Life) -> list[tuple[int, int, int]]:
    """Sum up refusals, contested and overturned ones, by rule and version."""
    return [
        (each.declined, each.contested, each.overturned)
        for each in life.scene.shelf.rule_counts()
    ]


def overridden(life: Life, return_id: str, to: str = "approve", **more: Any) -> Case:
    """Let staff answer in the app, as its workflow does."""
    about: dict[str, Any] = {"shop": SHOP, "return_id": return_id}
    given: dict[str, Any] = {"by": "staff:7", "to": to, "number": 1, **more}
    casework.override_case(life.scene.services, **about, **given)
    casework.answer_case(life.scene.services, **about)
    return life.case(return_id)


def test_a_refusal_counts_once_for_the_rule_that_gave_it(life: Life) -> None:
    return_id = refused(life)
    casework.answer_case(life.scene.services, shop=SHOP, return_id=return_id)

    [count] = life.scene.shelf.rule_counts()
    assert rules_of(life.scene.shelf, return_id) == ((RULE,), count.version)
    assert asdict(count) == {
        "rule": RULE,
        "version": life.scene.shelf.policies()[0].label,
        "declined": 1,
        "contested": 0,
        "overturned": 0,
    }


@pytest.mark.parametrize(
    ("parts", "overturned"), [({}, 1), ({"amount": "10.00"}, 0)], ids=["all", "part"]
)
def test_refunding_what_was_refused_overturns_it(
    life: Life, parts: dict[str, str], overturned: int
) -> None:
    return_id = refused(life)
    life.refund(life.number(return_id), **parts)
    life.tell_all(life.events(1) * 3)

    assert counts(life) == [(1, 0, overturned)]


def test_a_proposed_refusal_that_staff_approve_is_overturned(life: Life) -> None:
    set_to(life, Mode.ASSIST)
    return_id = refused(life)
    before = counts(life)
    life.staff(return_id, "approve")
    life.tell_all(life.events(1) * 2)

    assert (before, counts(life)) == ([], [(1, 0, 1)])


def test_a_proposed_refusal_that_staff_send_in_the_admin_holds_up(life: Life) -> None:
    set_to(life, Mode.ASSIST)
    return_id = refused(life)
    life.staff(return_id, "decline")
    life.tell_all(life.events(1))

    assert counts(life) == [(1, 0, 0)]


def test_a_withdrawn_proposal_counts_for_nothing(life: Life) -> None:
    set_to(life, Mode.ASSIST)
    return_id = refused(life)
    life.withdraw(return_id)
    life.tell_all(life.events(1))

    assert counts(life) == []


def test_a_proposed_refusal_that_staff_reject_in_the_app_is_overturned(
    life: Life,
) -> None:
    set_to(life, Mode.ASSIST)
    return_id = refused(life)
    case = overridden(life, return_id)
    again = overridden(life, return_id)

    assert case == again
    assert (case.status, case.outcome) == (Status.ANSWERED, Outcome.APPROVE)
    assert (case.decided_by, case.letter, case.offers) == (("person",), None, ())
    assert counts(life) == [(1, 0, 1)]
    assert life.scene.found(return_id)["status"] == "OPEN"
    effects = {name: count for name, count in life.scene.effects().items() if count}

    assert effects == {"returnApproveRequest": 1}


def test_items_approved_when_asked_for_again_overturn_the_first_refusal(
    life: Life,
) -> None:
    first = refused(life)
    [line] = life.scene.found(first)["lines"]
    second = life.scene.ask_again(life.number(first), line["line_item_id"])
    life.tell_all(life.events(1))
    contested = counts(life)
    life.staff(second, "approve")
    life.tell_all(life.events(1) * 2)

    assert (contested, counts(life)) == ([(1, 1, 0)], [(1, 1, 1)])


def test_a_dispute_contests_a_refusal(life: Life) -> None:
    return_id = refused(life)
    life.act("disputes", number=life.number(return_id))
    life.tell_all(life.events(1))

    assert counts(life) == [(1, 1, 0)]


def test_a_rule_that_is_overturned_too_often_stops_refusing(life: Life) -> None:
    set_to(life, overturned_of=2, overturned_percent=49)
    first = refused(life)
    life.refund(life.number(first))
    life.tell_all(life.events(1))
    second = refused(life)
    third = refused(life)

    [brake] = life.scene.shelf.brakes()
    assert life.case(second).status is Status.ANSWERED
    assert life.case(third).status is Status.PROPOSED
    assert (brake.what, brake.why) == (RULE, "1 of its 2 refusals were overturned")
    assert life.scene.shelf.body(third, BRAKED) is not None
    assert life.scene.found(third)["status"] == "REQUESTED"
    assert life.scene.effects()["returnDeclineRequest"] == 2


def test_a_rule_put_back_refuses_again_and_is_counted_anew(life: Life) -> None:
    set_to(life, overturned_of=1, overturned_percent=49)
    first = refused(life)
    life.refund(life.number(first))
    life.tell_all(life.events(1))
    released = [life.scene.shelf.release(RULE, "staff:7") for _ in range(2)]
    second = refused(life)

    [brake] = life.scene.shelf.brakes()
    assert released == [True, False]
    assert (brake.ended_by, brake.ended_at is not None) == ("staff:7", True)
    assert life.case(second).status is Status.ANSWERED
    assert life.scene.shelf.overturned(RULE) == (1, 0)


def test_refusals_stop_when_their_share_jumps(life: Life) -> None:
    set_to(life, declined_of=6)
    for _ in range(6):
        life.scene.run(life.scene.asked(days=5))
    late = [life.scene.asked(days=45) for _ in range(8)]
    for return_id in late:
        life.scene.run(return_id)
    stood = [life.case(return_id).status for return_id in late]
    life.scene.shelf.release(ALL_RULES, "staff:7")
    after = life.scene.asked(days=45)
    life.scene.run(after)

    assert stood == [Status.ANSWERED] * 5 + [Status.PROPOSED] * 3
    assert life.scene.effects()["returnDeclineRequest"] == 6
    assert life.case(after).status is Status.ANSWERED
    [brake] = life.scene.shelf.brakes()
    assert brake.why == (
        "6 of the last 6 requests would have been refused; before, it was 0 of 6"
    )


@pytest.mark.parametrize("wish", WISHES, ids=["tag", "order tag", "metafield"])
def test_a_wish_for_a_person_is_heard_before_it_is_decided(
    life: Life, wish: dict[str, Any]
) -> None:
    return_id = life.scene.asked(days=45)
    life.act("marks", number=life.number(return_id), **wish)
    case = life.scene.run(return_id)

    assert case is not None
    assert (case.status, case.decided_by) == (Status.IN_REVIEW, ("opted-out",))


@pytest.mark.parametrize("wish", WISHES, ids=["tag", "order tag", "metafield"])
def test_a_wish_for_a_person_is_heard_right_before_an_answer(
    life: Life, wish: dict[str, Any]
) -> None:
    return_id = life.scene.asked(days=45)
    casework.decide_case(life.scene.services, shop=SHOP, return_id=return_id)
    decided = life.case(return_id)
    life.act("marks", number=life.number(return_id), **wish)
    casework.answer_case(life.scene.services, shop=SHOP, return_id=return_id)

    assert decided.outcome is Outcome.DECLINE
    assert life.case(return_id).status is Status.IN_REVIEW
    assert "hold:opened:opted-out" in life.scene.keys(return_id)
    assert life.scene.found(return_id)["status"] == "REQUESTED"
    assert set(life.scene.effects().values()) == {0}


def test_a_dispute_that_nobody_told_of_is_seen_before_an_answer(life: Life) -> None:
    return_id = life.scene.asked(days=45)
    casework.decide_case(life.scene.services, shop=SHOP, return_id=return_id)
    life.act("disputes", number=life.number(return_id))
    casework.answer_case(life.scene.services, shop=SHOP, return_id=return_id)

    assert life.case(return_id).status is Status.IN_REVIEW
    assert set(life.scene.effects().values()) == {0}
