"""What becomes of a request later, told by the store's own events."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from plugin import casework
from plugin.case import Entry, Status
from plugin.casework.holding import holds
from plugin.casework.record import BEGUN
from plugin.policy.decision import Outcome
from plugin.ports import DisputeSeen, OrderState
from plugin.privacy import NotYet
from plugin.shop import Mode
from tests.casework.life import Life
from tests.casework.scene import SHOP, Scene

PRICE = Decimal("89.0")


def proposed(life: Life) -> str:
    life.scene.prefer(Mode.ASSIST)
    return_id = life.scene.asked(days=45)
    life.tell_all(life.events(1))
    assert life.case(return_id).status is Status.PROPOSED
    return return_id


def answered(life: Life, *, days: int) -> str:
    return_id = life.scene.asked(days=days)
    life.tell_all(life.events(1))
    assert life.case(return_id).status is Status.ANSWERED
    life.events(1)
    return return_id


def test_a_dispute_takes_a_proposed_refusal_back_until_it_is_won(life: Life) -> None:
    return_id = proposed(life)
    number = life.number(return_id)
    dispute = life.act("disputes", number=number)["dispute_id"]
    life.tell_all(life.events(1))
    during = life.case(return_id).status
    life.act("disputes/move", number=number, status="UNDER_REVIEW")
    life.tell_all(life.events(1))
    still = life.case(return_id).status
    life.act("disputes/move", number=number, status="WON")
    life.tell_all(life.events(1))

    assert (during, still) == (Status.IN_REVIEW, Status.IN_REVIEW)
    assert life.case(return_id).status is Status.PROPOSED
    keys = life.scene.keys(return_id)
    assert [key for key in keys if key.startswith("hold:")] == [
        f"hold:opened:{dispute}",
        f"hold:ended:{dispute}",
    ]
    assert life.scene.found(return_id)["status"] == "REQUESTED"


def test_a_dispute_that_opens_again_takes_the_refusal_back_again(life: Life) -> None:
    return_id = proposed(life)
    number = life.number(return_id)
    dispute = life.act("disputes", number=number)["dispute_id"]
    life.tell_all(life.events(1))
    stood = []

    for status in ("WON", "NEEDS_RESPONSE", "WON", "UNDER_REVIEW", "LOST", "LOST"):
        life.act("disputes/move", number=number, status=status)
        life.tell_all(life.events(1))
        stood.append(life.case(return_id).status.value)

    keys = [key for key in life.scene.keys(return_id) if key.startswith("hold:")]
    waits, open_ = "in_review", "proposed"
    assert stood == [open_, waits, open_, waits, waits, waits]
    assert keys == [
        f"hold:opened:{dispute}",
        f"hold:ended:{dispute}",
        f"hold:opened:{dispute}#2",
        f"hold:ended:{dispute}#2",
        f"hold:opened:{dispute}#3",
        f"hold:lost:{dispute}#3",
    ]


def test_a_dispute_is_not_taken_for_another_whose_number_begins_alike() -> None:
    one = DisputeSeen(dispute_id="gid/1", kind="CHARGEBACK", status="NEEDS_RESPONSE")
    others = frozenset({"hold:opened:gid/12", "hold:ended:gid/12"})

    entries = list(holds(OrderState(cancelled=False, disputes=(one,)), others))

    assert [entry.key for entry in entries] == ["hold:opened:gid/1"]


@pytest.mark.parametrize("status", ["LOST", "ACCEPTED"])
def test_a_lost_dispute_leaves_the_request_to_a_person(life: Life, status: str) -> None:
    return_id = proposed(life)
    number = life.number(return_id)
    life.act("disputes", number=number)
    life.tell_all(life.events(1))
    life.act("disputes/move", number=number, status=status)
    life.tell_all(life.events(1))

    assert life.case(return_id).status is Status.IN_REVIEW


def test_a_dispute_is_noted_on_an_answered_case(life: Life) -> None:
    return_id = answered(life, days=5)
    dispute = life.act("disputes", number=life.number(return_id))["dispute_id"]
    life.tell_all(life.events(1))

    assert life.case(return_id).status is Status.ANSWERED
    assert life.scene.keys(return_id)[-1] == f"hold:opened:{dispute}"


def test_a_decided_answer_stays_in_when_a_dispute_comes_before_it(life: Life) -> None:
    return_id = life.scene.asked(days=5)
    casework.decide_case(life.scene.services, shop=SHOP, return_id=return_id)
    life.act("disputes", number=life.number(return_id))
    life.tell(life.about("disputes/create", 2))

    casework.answer_case(life.scene.services, shop=SHOP, return_id=return_id)

    assert life.case(return_id).status is Status.IN_REVIEW
    assert life.scene.found(return_id)["status"] == "REQUESTED"
    assert set(life.scene.effects().values()) == {0}


def test_an_answer_that_was_begun_is_finished_whatever_is_disputed(life: Life) -> None:
    return_id = life.scene.asked(days=45)
    casework.decide_case(life.scene.services, shop=SHOP, return_id=return_id)
    from_before = life.case(return_id)
    life.act("disputes", number=life.number(return_id))
    heard = life.about("disputes/create", 2)
    note = Entry(key=BEGUN, kind="event", body={"begun": True})
    life.scene.shelf.append(return_id, note)
    life.tell(heard)
    casework.answer_case(life.scene.services, shop=SHOP, return_id=return_id)

    assert from_before.status is Status.DECIDED
    assert life.case(return_id).status is Status.ANSWERED


def test_a_cancelled_order_brings_its_open_requests_to_a_person(life: Life) -> None:
    return_id = proposed(life)
    life.act("orders/cancel", number=life.number(return_id))
    life.tell_all(life.events(1))

    assert life.case(return_id).status is Status.IN_REVIEW
    assert "hold:opened:order-cancelled" in life.scene.keys(return_id)


def test_a_cancelled_order_whose_return_ended_with_it_is_withdrawn(life: Life) -> None:
    return_id = proposed(life)
    life.withdraw(return_id)
    life.act("orders/cancel", number=life.number(return_id))
    life.tell(life.about("orders/cancelled", 2))

    assert life.case(return_id).status is Status.WITHDRAWN


def test_an_order_of_nobody_here_is_no_matter(life: Life) -> None:
    return_id = life.scene.asked(days=5)
    life.act("orders/cancel", number=life.number(return_id))
    heard = life.about("orders/cancelled", 2)

    assert life.tell(heard) == ["0_cases", "0_cases"]
    assert life.scene.shelf.find(return_id) is None


def test_a_refund_of_what_was_approved_is_within(life: Life) -> None:
    return_id = answered(life, days=5)
    life.refund(life.number(return_id), amount="40.00")
    life.refund(life.number(return_id), amount="49.00")
    life.tell_all(life.events(2))

    found = [(a["verdict"], Decimal(a["refunded"])) for a in life.audits(return_id)]
    assert sorted(verdict for verdict, _ in found) == ["within", "within"]
    assert max(amount for _, amount in found) == PRICE
    assert {Decimal(a["owed"]) for a in life.audits(return_id)} == {PRICE}


def test_a_refund_of_more_than_is_owed_is_larger(life: Life) -> None:
    fee = {"id": "restocking", "percent": 10}
    life.scene.change_policy(fees=[fee])
    return_id = answered(life, days=5)
    life.refund(life.number(return_id))
    life.tell_all(life.events(1))

    [found] = life.audits(return_id)
    assert (found["verdict"], Decimal(found["owed"])) == ("larger", Decimal("80.1"))
    assert Decimal(found["refunded"]) == PRICE


def test_the_way_there_is_not_held_against_a_refund(life: Life) -> None:
    life.scene.change_policy(fees=[{"id": "restocking", "percent": 10}])
    return_id = answered(life, days=5)
    life.refund(life.number(return_id), amount="85.10", shipping="5.00")
    life.tell_all(life.events(1))

    [found] = life.audits(return_id)
    assert (found["verdict"], Decimal(found["refunded"])) == ("within", Decimal("80.1"))


@pytest.mark.parametrize("parts", [{}, {"amount": "10.00"}])
def test_a_refund_after_a_refusal_is_outside(life: Life, parts: dict[str, str]) -> None:
    return_id = answered(life, days=45)
    life.refund(life.number(return_id), **parts)
    life.tell_all(life.events(1))

    [found] = life.audits(return_id)
    assert (found["verdict"], found["owed"]) == ("outside", "0")
    assert life.case(return_id).status is Status.ANSWERED


def test_a_refund_is_audited_once(life: Life) -> None:
    return_id = answered(life, days=5)
    life.refund(life.number(return_id))
    heard = life.events(1)
    life.tell_all(heard * 3)

    assert [a["verdict"] for a in life.audits(return_id)] == ["within"]


def test_what_a_person_decided_is_not_audited_against_us(life: Life) -> None:
    return_id = life.scene.asked(days=5)
    life.staff(return_id, "approve")
    life.refund(life.number(return_id))
    life.tell_all(life.events(3))

    assert life.case(return_id).status is Status.SUPERSEDED
    assert [a["verdict"] for a in life.audits(return_id)] == ["undecided"]


def test_the_same_items_asked_for_again_are_linked_both_ways(life: Life) -> None:
    first = answered(life, days=45)
    [line] = life.scene.found(first)["lines"]
    second = life.scene.ask_again(life.number(first), line["line_item_id"])
    life.tell_all(life.events(1))

    case = life.case(second)
    assert (case.outcome, case.status) == (Outcome.REVIEW, Status.IN_REVIEW)
    assert case.decided_by == ("asked-before",)
    names = life.case(first).return_name, case.return_name
    assert life.scene.shelf.body(second, f"before:{first}") == {
        "asked_before": names[0],
        "return_id": first,
    }
    assert life.scene.shelf.body(first, f"again:{second}") == {
        "asked_again": names[1],
        "return_id": second,
    }


def test_a_request_from_before_the_app_came_is_named(life: Life) -> None:
    first = life.scene.asked(days=45)
    life.staff(first, "decline")
    [line] = life.scene.found(first)["lines"]
    second = life.scene.ask_again(life.number(first), line["line_item_id"])
    life.events(3)
    casework.decide_case(life.scene.services, shop=SHOP, return_id=second)

    name = life.scene.found(first)["name"]
    found = life.scene.shelf.body(second, f"before:{name}")
    assert found == {"asked_before": name, "return_id": None}


def test_the_profile_follows_the_shop(life: Life) -> None:
    changes = {"currency_code": "EUR", "iana_timezone": "Europe/Paris"}
    life.act("shop", email="new@alpine.example", **changes)
    life.tell_all(life.events(1))

    found = life.scene.shelf.shop()
    assert found is not None
    assert (found.profile.currency, found.profile.zone) == ("EUR", "Europe/Paris")
    assert found.contact == "new@alpine.example"
    assert (found.generation, found.installed) == (1, True)


def test_a_right_that_was_taken_away_is_marked_and_comes_back(life: Life) -> None:
    granted = life.scene.tokens.vault.load(SHOP)
    assert granted is not None
    kept = sorted(granted.scopes - {"write_returns"})
    life.act("scopes", scopes=kept)
    life.tell_all(life.events(1))
    without = life.scene.tokens.vault.load(SHOP)
    life.act("scopes")
    life.scene.tokens.exchange(SHOP, life.scene.world.id_token(SHOP))
    life.tell_all(life.events(1))

    assert without is not None
    assert sorted(without.scopes) == kept
    assert life.scene.tokens.vault.load(SHOP).scopes == granted.scopes  # type: ignore[union-attr]  # it is there


def test_what_an_older_token_showed_is_not_taken_for_the_newer_one_s(
    on_both: Scene,
) -> None:
    vault = on_both.tokens.vault
    granted = vault.load(SHOP)
    assert granted is not None
    kept = sorted(granted.scopes - {"write_returns"})
    on_both.world.control("scopes", shop=SHOP, scopes=kept)

    class Late:
        """The answer comes when the merchant has granted all and opened the app."""

        def __getattr__(self, name: str) -> Any:
            return getattr(on_both.client, name)

        def execute(self, shop: str, operation: str, given: Any) -> Any:
            answer = on_both.client.execute(shop, operation, given)
            on_both.world.control("scopes", shop=SHOP)
            on_both.tokens.exchange(SHOP, on_both.world.id_token(SHOP))
            return answer

    late = on_both.with_client(Late())
    with pytest.raises(NotYet, match="renewed just now"):
        casework.check_scopes(late, shop=SHOP)
    between = vault.load(SHOP)
    said = casework.check_scopes(on_both.services, shop=SHOP)

    assert between is not None
    assert between.scopes == granted.scopes
    assert said == ",".join(sorted(granted.scopes))
