"""Offers go out within their caps, each by the road that its remedy takes."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest

from plugin import casework
from plugin.archive.store import SqlShelf
from plugin.case import Case, Status
from plugin.policy.decision import Outcome
from plugin.policy.remedies import Remedy
from plugin.ports import StaleCase, Unreachable
from tests.archive.shelves import make_case
from tests.casework.scene import SHOP, Scene

FIVE = {"amount": "5", "currency": "USD"}


def offer(remedy: str = "code", **changes: Any) -> dict[str, Any]:
    id = remedy.replace("_", "-")
    made = {"id": id, "remedy": remedy, "expires_after_days": 30}
    if remedy == "code" and "amount" not in changes:
        made["percent"] = 10
    return {**made, **changes}


def decided(scene: Scene, return_id: str) -> Case:
    case = scene.run(return_id)
    assert case is not None
    return case


def one_after_the_other(scene: Scene) -> tuple[Case, Case]:
    """Let one customer ask for both items of an order."""
    where = {"country": "US", "province": "CO"}
    [made] = scene.world.control(
        "orders", shop=SHOP, delivered_days_ago=45, lines=2, **where
    )
    first, second = (
        decided(scene, scene.ask_again(made["order_number"], line))
        for line in made["line_item_ids"]
    )
    return first, second


def test_a_customer_gets_no_more_offers_than_the_cap(scene: Scene) -> None:
    cap = {"at_most": 1, "within_days": 90}
    scene.change_policy(offers=[offer(per_customer=cap)])

    first, second = one_after_the_other(scene)
    stranger = decided(scene, scene.asked(days=45))

    assert (first.outcome, second.outcome) == (Outcome.DECLINE, Outcome.DECLINE)
    assert (second.offers, second.code) == ((), None)
    assert scene.alive_codes() == [first.code, stranger.code]
    assert second.letter is not None
    assert str(first.code) not in second.letter.text


def test_a_shop_gives_no_more_offers_a_day_than_the_cap(scene: Scene) -> None:
    scene.change_policy(offers=[offer(per_shop_day=1)])

    first = decided(scene, scene.asked(days=45))
    second = decided(scene, scene.asked(days=45))

    assert (len(first.offers), second.offers) == (1, ())
    assert scene.alive_codes() == [first.code]


def test_a_rule_can_ask_how_many_offers_a_customer_had(scene: Scene) -> None:
    asks = {"fact": "customer_offers_in_90_days", "at_least": 1}
    clause = {"id": "had-one", "when": asks, "then": "review"}
    clauses = scene.packs.preset("standard-30-days")["clauses"]
    scene.change_policy(clauses=[clause, *clauses])

    first, second = one_after_the_other(scene)

    assert first.outcome is Outcome.DECLINE
    assert second.decided_by == ("had-one",)


def test_it_counts_offers_only_when_the_policy_asks(scene: Scene) -> None:
    decided(scene, scene.asked(days=45))
    case = decided(scene, scene.asked(days=45))

    [facts] = [e for e in scene.shelf.entries(case.return_id) if e.key == "facts"]
    assert isinstance(facts.data, dict)
    assert facts.data["offers_before"] is None
    assert facts.data["shop_offers_today"] is None


class RivalShelf:
    """A shelf on which a rival spends an offer before each of the first writes."""

    def __init__(self, shelf: SqlShelf, times: int) -> None:
        self._shelf = shelf
        self.times = times

    def __getattr__(self, name: str) -> Any:
        return getattr(self._shelf, name)

    def open(self, case: Case, *entries: Any, **how: Any) -> bool:
        if self.times > 0:
            self.times -= 1
            rival = f"gid://shopify/Return/{self.times}"
            self._shelf.open(make_case(shop=SHOP, return_id=rival))
        return self._shelf.open(case, *entries, **how)


class RivalArchive:
    """Gives out one shelf with a rival."""

    def __init__(self, shelf: RivalShelf) -> None:
        self._shelf = shelf

    def of(self, shop: str) -> Any:
        return self._shelf


def decided_beside_a_rival(scene: Scene, return_id: str, times: int) -> Case | None:
    shelf = RivalShelf(scene.shelf, times)
    services = scene.with_archive(RivalArchive(shelf))
    return casework.decide_case(services, shop=SHOP, return_id=return_id)


def test_it_decides_anew_when_another_case_spent_the_last_offer(scene: Scene) -> None:
    scene.change_policy(offers=[offer(per_shop_day=1)])
    return_id = scene.asked(days=45)

    case = decided_beside_a_rival(scene, return_id, times=1)

    assert case is not None
    assert (case.outcome, case.offers) == (Outcome.DECLINE, ())
    assert case.letter is not None
    assert "SORRY" not in case.letter.text


def test_it_tries_again_later_when_offers_are_made_too_fast(scene: Scene) -> None:
    scene.change_policy(offers=[offer(per_shop_day=100)])
    return_id = scene.asked(days=45)

    with pytest.raises(StaleCase):
        decided_beside_a_rival(scene, return_id, times=99)

    assert scene.shelf.find(return_id) is None


def test_a_code_can_be_for_an_amount(scene: Scene) -> None:
    scene.change_policy(offers=[offer(amount=FIVE)])

    case = decided(scene, scene.asked(days=45))

    [code] = scene.world.truth(SHOP)["codes"]
    assert (code["code"], code["amount"], code["percentage"]) == (
        case.code,
        "5.0",
        None,
    )


def test_a_code_is_not_for_an_amount_of_another_currency(scene: Scene) -> None:
    euros = offer(amount={"amount": "5", "currency": "EUR"})
    scene.change_policy(offers=[euros, offer("exchange")])

    case = decided(scene, scene.asked(days=45))

    assert case.status is Status.ANSWERED
    assert [one.remedy for one in case.offers] == [Remedy.EXCHANGE]
    assert (case.code, scene.alive_codes()) == (None, [])


def test_of_codes_in_several_currencies_the_shops_own_is_made(scene: Scene) -> None:
    euros = offer(id="euros", amount={"amount": "10", "currency": "EUR"})
    dollars = offer(id="dollars", amount={"amount": "10", "currency": "USD"})
    scene.change_policy(offers=[euros, dollars])

    case = decided(scene, scene.asked(days=45))

    [code] = scene.world.truth(SHOP)["codes"]
    assert [one.id for one in case.offers] == ["dollars"]
    assert (code["code"], code["amount"]) == (case.code, "10.0")


def test_a_code_can_be_for_free_shipping(scene: Scene) -> None:
    scene.change_policy(offers=[offer("free_shipping")])

    case = decided(scene, scene.asked(days=45))

    [code] = scene.world.truth(SHOP)["codes"]
    assert (code["code"], code["free_shipping"]) == (case.code, True)
    assert code["customer_id"] == case.customer_id
    assert case.letter is not None
    assert str(case.code) in case.letter.text


def test_what_is_no_code_is_words_and_a_task(scene: Scene) -> None:
    credit = offer("store_credit", percent=100, bonus_percent=10)
    keep = offer("keep_item", amount=FIVE)
    scene.change_policy(offers=[credit, keep, offer("exchange")])

    case = decided(scene, scene.asked(days=45))

    day = case.offers[0].ends_on
    assert case.status is Status.ANSWERED
    assert (case.code, case.offer, scene.alive_codes()) == (None, None, [])
    assert case.to_do == (
        f"Offered until {day}: store credit, 100 %, with 10 % more. "
        "The customer writes to you to take it.",
        f"Offered until {day}: money back in part, and keeping the item, "
        "5 USD. The customer writes to you to take it.",
        f"Offered until {day}: an exchange. The customer writes to you to take it."
        " The platform cannot offer an exchange by itself: a person must.",
    )


def test_a_code_beside_an_approval_is_for_staff_to_tell(scene: Scene) -> None:
    scene.change_policy(offers=[offer(on=["approve"])])
    return_id = scene.asked(days=5)

    case = decided(scene, return_id)

    assert scene.found(return_id)["status"] == "OPEN"
    assert scene.alive_codes() == [case.code]
    assert case.to_do == (
        f"Offered until {case.offers[0].ends_on}: a discount code, 10 %. "
        "Tell the customer; the approval itself does not name it.",
    )


@pytest.mark.parametrize("verb", ["decline", "cancel"])
def test_it_makes_no_code_for_what_others_decided(scene: Scene, verb: str) -> None:
    scene.change_policy(offers=[offer(on=["approve"])])
    return_id = scene.asked(days=5)
    casework.decide_case(scene.services, shop=SHOP, return_id=return_id)
    number = return_id.rpartition("/")[2]
    if verb == "cancel":
        scene.world.post(f"/{SHOP}/account/returns/{number}/cancel")
    else:
        body = {"reason": "OTHER", "note": "No."}
        scene.world.post(f"/{SHOP}/admin/returns/{number}/decline", json=body)

    case = casework.answer_case(scene.services, shop=SHOP, return_id=return_id)

    assert case is not None
    assert case.status in (Status.SUPERSEDED, Status.WITHDRAWN)
    assert scene.world.truth(SHOP)["codes"] == []


@pytest.mark.parametrize(
    ("sent", "status", "alive"), [(True, Status.ANSWERED, 1), (False, Status.FAILED, 0)]
)
def test_giving_up_leaves_a_code_only_beside_a_sent_approval(
    scene: Scene, *, sent: bool, status: Status, alive: int
) -> None:
    scene.change_policy(offers=[offer(on=["approve"])])
    return_id = scene.asked(days=5)
    casework.decide_case(scene.services, shop=SHOP, return_id=return_id)
    kind = "drop_after_effect" if sent else "http_500"
    scene.world.control("fail", operation="returnApproveRequest", kind=kind, times=9)
    with pytest.raises(Unreachable):
        casework.answer_case(scene.services, shop=SHOP, return_id=return_id)

    later = scene.later(hours=8)
    casework.give_up(later, shop=SHOP, return_id=return_id, why="lost")

    case = scene.shelf.find(return_id)
    assert case is not None
    assert case.status is status
    assert len(scene.alive_codes()) == alive


@pytest.mark.parametrize("at", ["return_state", "approve_return"])
def test_one_answer_told_twice_at_once_keeps_its_code(scene: Scene, at: str) -> None:
    scene.change_policy(offers=[offer(on=["approve"])])
    return_id = scene.asked(days=5)
    casework.decide_case(scene.services, shop=SHOP, return_id=return_id)

    class Beside:
        """Another who tells the same story is quicker."""

        told = False

        def __getattr__(self, name: str) -> Any:
            return getattr(scene.client, name)

        def execute(self, shop: str, operation: str, given: Any) -> Any:
            if operation == at and not self.told:
                self.told = True
                scene.run(return_id)
            return scene.client.execute(shop, operation, given)

    with suppress(StaleCase):
        casework.answer_case(
            scene.with_client(Beside()), shop=SHOP, return_id=return_id
        )
    case = casework.answer_case(scene.services, shop=SHOP, return_id=return_id)

    assert case is not None
    assert case.status is Status.ANSWERED
    assert scene.alive_codes() == [case.code]
    assert "overtaken" not in scene.keys(return_id)
