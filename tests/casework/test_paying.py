"""Money goes back once, as the policy says and the merchant lets it, or to a person."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from plugin import casework
from plugin.case import Status
from plugin.casework.turns import owes
from plugin.ports import Unreachable
from plugin.shop import Mode
from tests.casework.life import Life
from tests.casework.paying import (
    PRICE,
    approved,
    balance,
    lets_pay,
    make_due_at_once,
    order_of,
    paid_back,
    pay,
    refunds,
    task,
)
from tests.casework.scene import SHOP, Scene

RESTOCKING = {"id": "restocking", "percent": 10}
LABEL = {
    "id": "label",
    "pays_for": "return_shipping",
    "flat": {"amount": "5.95", "currency": "USD"},
}
ODD = {"id": "odd", "percent": "3.3333"}


@pytest.fixture
def scene(on_both: Scene) -> Scene:
    """Everything here is promised on both kinds of database."""
    return on_both


def test_the_money_goes_back_with_the_approval_through_the_return(scene: Scene) -> None:
    lets_pay(scene)

    return_id = approved(scene)

    [refund] = refunds(scene, return_id)
    assert refund.return_ is scene.store.shops[SHOP].returns[return_id]
    assert paid_back(scene, return_id) == [PRICE]
    assert [t.gateway for t in refund.transactions] == ["shopify_payments"]
    *_, asked, given, marked = scene.keys(return_id)
    assert (asked, given, marked) == (
        "refund:asked",
        "call:refund",
        "call:mark:answered",
    )
    mails = [mail.subject for mail in order_of(scene, return_id).mails]
    assert mails == ["Return approved", "Refund"]


@pytest.mark.parametrize(
    ("fees", "back"),
    [
        ([RESTOCKING], "80.1"),
        ([LABEL], "83.05"),
        ([RESTOCKING, LABEL], "74.15"),
        ([ODD], "86.04"),
    ],
)
def test_fees_are_kept_back_to_the_cent(scene: Scene, fees: Any, back: str) -> None:
    lets_pay(scene, fees=fees)

    return_id = approved(scene)

    assert paid_back(scene, return_id) == [Decimal(back)]


@pytest.mark.parametrize(("outbound", "back"), [(True, "103.84"), (False, "96.34")])
def test_tax_on_top_goes_back_and_shipping_if_the_policy_says_so(
    scene: Scene, outbound: bool, back: str
) -> None:
    lets_pay(scene, outbound_shipping=outbound)

    return_id = approved(scene, tax_percent="8.25", shipping="7.50")

    assert paid_back(scene, return_id) == [Decimal(back)]


def test_each_payment_gets_its_part_back(scene: Scene) -> None:
    lets_pay(scene, fees=[RESTOCKING])

    return_id = approved(scene, paid_with=["gift_card", "shopify_payments"])

    [refund] = refunds(scene, return_id)
    parts = [(t.gateway, t.amount_set.shop_money.amount) for t in refund.transactions]
    assert parts == [
        ("gift_card", Decimal("44.50")),
        ("shopify_payments", Decimal("35.60")),
    ]


@pytest.mark.parametrize(
    ("mode", "wishes"),
    [
        (Mode.AUTOMATIC, {}),
        (Mode.ASSIST, {"refunds": True}),
        (Mode.OBSERVE, {"refunds": True}),
    ],
)
def test_no_money_moves_that_the_merchant_did_not_set_moving(
    scene: Scene, mode: Mode, wishes: dict[str, bool]
) -> None:
    lets_pay(scene)
    scene.prefer(mode, **wishes)

    return_id = approved(scene)

    assert paid_back(scene, return_id) == []
    assert not any(key.startswith("refund:") for key in scene.keys(return_id))


def test_a_case_from_a_careful_time_is_not_paid_later(scene: Scene) -> None:
    lets_pay(scene)
    scene.prefer(Mode.ASSIST, refunds=True)
    return_id = approved(scene)
    scene.prefer(Mode.AUTOMATIC, refunds=True)

    pay(scene, return_id)

    assert paid_back(scene, return_id) == []


def test_a_case_that_was_approved_before_refunds_were_allowed_is_never_paid(
    life: Life,
) -> None:
    scene = life.scene
    lets_pay(scene, "on_receipt")
    scene.prefer(Mode.AUTOMATIC, refunds=False)
    return_id = approved(scene)
    life.act("returns/close", return_id=return_id)
    scene.prefer(Mode.AUTOMATIC, refunds=True)

    case = pay(scene, return_id)

    assert paid_back(scene, return_id) == []
    assert not owes(case, frozenset(scene.keys(return_id)))


def test_staff_give_the_money_where_the_policy_does_not_say_when(scene: Scene) -> None:
    lets_pay(scene, None)

    return_id = approved(scene)

    assert paid_back(scene, return_id) == []
    assert scene.shelf.find(return_id).to_do == ()  # type: ignore[union-attr]  # it is there


def test_store_credit_goes_through_the_return_and_its_bonus_to_staff(
    scene: Scene,
) -> None:
    credit = {"bonus_percent": 10, "expires_after_days": 365}
    lets_pay(scene, fees=[RESTOCKING], remedies=["store_credit"], credit=credit)

    return_id = approved(scene)

    assert balance(scene, return_id) == Decimal("80.1")
    assert paid_back(scene, return_id) == [Decimal("80.1")]
    assert task(scene, return_id) == "Put 8.01 USD more on the store credit."
    [account] = scene.store.shops[SHOP].credits.values()
    [given] = account.credits
    assert given.expires_at is not None


def test_store_credit_of_a_guest_is_for_a_person(scene: Scene) -> None:
    lets_pay(scene, remedies=["store_credit"])

    return_id = approved(scene, customer=False)

    assert paid_back(scene, return_id) == []
    assert task(scene, return_id).startswith("Look whether the refund was given")


def test_an_item_that_stays_is_paid_back_beside_the_return(scene: Scene) -> None:
    lets_pay(scene, "without_return")

    return_id = approved(scene)

    [refund] = refunds(scene, return_id)
    assert (refund.return_, paid_back(scene, return_id)) == (None, [PRICE])
    assert refund.note is not None
    assert refund.note.startswith("Evenhand #")
    assert scene.found(return_id)["status"] == "CLOSED"
    assert task(scene, return_id) == (
        "Tell the customer that nothing has to be sent back."
    )
    assert scene.effects()["refundCreate"] == 1


@pytest.mark.parametrize("deed", ["close", "take-in"])
def test_the_money_waits_for_the_goods(life: Life, deed: str) -> None:
    scene = life.scene
    lets_pay(scene, "on_receipt", fees=[RESTOCKING])
    return_id = approved(scene)
    pay(scene, return_id)
    before = paid_back(scene, return_id)

    life.act(f"returns/{deed}", return_id=return_id)
    pay(scene, return_id)
    pay(scene, return_id)

    assert before == []
    assert paid_back(scene, return_id) == [Decimal("80.1")]


def test_the_event_of_a_closed_return_brings_the_money(life: Life) -> None:
    lets_pay(life.scene, "on_receipt")
    return_id = approved(life.scene)
    life.act("returns/close", return_id=return_id)

    life.tell(life.about("returns/close", 3))

    assert paid_back(life.scene, return_id) == [PRICE]


@pytest.mark.parametrize(
    ("amount", "key", "tasks"),
    [
        ("89.00", "refund:theirs", ()),
        (
            "50.00",
            "refund:left",
            ("Look whether the rest is due: staff gave 50.00 USD of 89.00 USD.",),
        ),
    ],
)
def test_a_refund_that_staff_gave_first_is_theirs(
    life: Life, amount: str, key: str, tasks: tuple[str, ...]
) -> None:
    scene = life.scene
    lets_pay(scene, "on_receipt")
    return_id = approved(scene)
    life.refund(life.number(return_id), amount=amount)
    life.act("returns/close", return_id=return_id)

    case = pay(scene, return_id)
    again = pay(scene, return_id)

    assert paid_back(scene, return_id) == [Decimal(amount)]
    assert (case.status, case.to_do) == (Status.ANSWERED, tasks)
    assert case.waits == again.waits == bool(tasks)
    assert again.to_do == tasks
    assert scene.keys(return_id)[-1] == key


@pytest.mark.parametrize("amount", ["5.00", "89.00"])
def test_a_refund_that_names_neither_return_nor_item_leaves_it_to_a_person(
    life: Life, amount: str
) -> None:
    scene = life.scene
    lets_pay(scene, "on_receipt")
    return_id = approved(scene, lines=2)
    life.act("returns/close", return_id=return_id)
    life.refund(life.number(return_id), amount=amount)

    pay(scene, return_id)

    assert paid_back(scene, return_id) == [Decimal(amount)]
    assert task(scene, return_id) == (
        "Give the money back yourself: money was refunded on this order past the"
        " return."
    )


def test_a_dispute_between_the_decision_and_the_refund_stops_it(life: Life) -> None:
    scene = life.scene
    lets_pay(scene, "on_receipt")
    return_id = approved(scene)
    life.act("disputes", number=life.number(return_id))
    life.act("returns/close", return_id=return_id)

    pay(scene, return_id)

    assert paid_back(scene, return_id) == []
    assert task(scene, return_id) == (
        "Give the money back yourself: the payment of the order is disputed."
    )


def test_a_dispute_that_was_lost_stops_it_too(life: Life) -> None:
    scene = life.scene
    lets_pay(scene, "on_receipt")
    return_id = approved(scene)
    number = life.number(return_id)
    life.act("disputes", number=number)
    life.act("disputes/move", number=number, status="LOST")
    life.tell_all([e for e in life.events(4) if e.topic.startswith("disputes/")])
    life.act("returns/close", return_id=return_id)

    pay(scene, return_id)

    assert paid_back(scene, return_id) == []


@pytest.mark.parametrize("status", ["LOST", "ACCEPTED"])
def test_a_dispute_that_the_shop_lost_stops_it_though_nobody_told(
    life: Life, status: str
) -> None:
    scene = life.scene
    lets_pay(scene, "on_receipt")
    return_id = approved(scene)
    number = life.number(return_id)
    life.act("disputes", number=number)
    life.act("disputes/move", number=number, status=status)
    life.act("returns/close", return_id=return_id)

    pay(scene, return_id)

    assert paid_back(scene, return_id) == []
    assert task(scene, return_id) == (
        "Give the money back yourself: the payment of the order is disputed."
    )


@pytest.mark.parametrize(
    ("deed", "why"),
    [
        ("orders", "the order was cancelled"),
        ("cancel", "the return is canceled"),
        ("remove", "the platform said no (refund_outlook: GraphQL error)"),
    ],
)
def test_what_changed_since_is_for_a_person(life: Life, deed: str, why: str) -> None:
    scene = life.scene
    lets_pay(scene, "on_receipt")
    return_id = approved(scene)
    if deed == "orders":
        life.act("orders/cancel", number=life.number(return_id))
        life.act("returns/close", return_id=return_id)
    else:
        lets_pay(scene)
        life.act(f"returns/{deed}", return_id=return_id)
        make_due_at_once(scene, return_id)

    pay(scene, return_id)

    assert paid_back(scene, return_id) == []
    assert task(scene, return_id) == f"Give the money back yourself: {why}."


@pytest.mark.parametrize(
    ("policy", "order", "why"),
    [
        (
            {"remedies": ["original_payment", "store_credit"]},
            {},
            "the customer may choose what they get",
        ),
        ({"remedies": ["exchange"]}, {}, "an exchange is not for Evenhand to give"),
        (
            {},
            {"shipping": "7.50"},
            "nobody said whether the shipping there is paid back",
        ),
        (
            {
                "fees": [
                    {"id": "gone", "flat": {"amount": "5", "currency": "EUR"}},
                ]
            },
            {},
            "the amount of a fee is not known",
        ),
    ],
)
def test_what_is_left_to_choose_is_for_a_person(
    scene: Scene, policy: dict[str, Any], order: dict[str, Any], why: str
) -> None:
    lets_pay(scene, **policy)

    return_id = approved(scene, **order)

    assert paid_back(scene, return_id) == []
    assert task(scene, return_id) == f"Give the money back yourself: {why}."


def test_what_the_store_keeps_itself_is_not_kept_twice(scene: Scene) -> None:
    lets_pay(scene, "on_receipt")
    return_id = approved(scene)
    asked = scene.store.shops[SHOP].returns[return_id]
    asked.kept = Decimal(5)
    make_due_at_once(scene, return_id)

    pay(scene, return_id)

    assert paid_back(scene, return_id) == []
    assert "the store itself counts another amount" in task(scene, return_id)


def test_no_more_goes_back_than_is_left_on_the_order(life: Life) -> None:
    scene = life.scene
    lets_pay(scene, "on_receipt")
    first = approved(scene, lines=2)
    number = life.number(first)
    life.refund(number, amount="100.00")
    life.act("returns/close", return_id=first)

    pay(scene, first)

    assert paid_back(scene, first) == [Decimal("100.00")]


class Deaf:
    """A way to the platform whose answers to one operation are lost, or wrong."""

    def __init__(self, scene: Scene, operation: str) -> None:
        self.client = scene.client
        self.operation = operation

    def __getattr__(self, name: str) -> Any:
        return getattr(self.client, name)

    def execute(self, shop: str, operation: str, given: Any) -> Any:
        answer = self.client.execute(shop, operation, given)
        if operation == self.operation:
            raise Unreachable("the answer was lost")
        return answer


@pytest.mark.parametrize(
    ("pays", "operation"),
    [("at_once", "process_return"), ("without_return", "refund_order")],
)
def test_a_refund_whose_answer_was_lost_is_found_and_not_given_again(
    scene: Scene, pays: str, operation: str
) -> None:
    lets_pay(scene, pays)
    return_id = scene.asked(days=5)
    with pytest.raises(Unreachable):
        scene.run(return_id, scene.with_client(Deaf(scene, operation)))

    case = pay(scene, return_id)

    assert paid_back(scene, return_id) == [PRICE]
    assert case.status is Status.ANSWERED
    done = scene.shelf.body(return_id, "call:refund")
    assert done is not None
    assert done["done"]["repeated"] is True


def test_what_was_begun_is_looked_after_when_the_merchant_forbids_it(
    scene: Scene,
) -> None:
    lets_pay(scene)
    return_id = scene.asked(days=5)
    with pytest.raises(Unreachable):
        scene.run(return_id, scene.with_client(Deaf(scene, "process_return")))
    scene.prefer(Mode.AUTOMATIC)

    pay(scene, return_id)

    assert "call:refund" in scene.keys(return_id)
    assert paid_back(scene, return_id) == [PRICE]


class Cut(Deaf):
    """A way to the platform on which one operation never arrives."""

    def execute(self, shop: str, operation: str, given: Any) -> Any:
        if operation == self.operation:
            raise Unreachable("it was never sent")
        return self.client.execute(shop, operation, given)


def test_what_never_reached_the_store_is_not_given_once_the_merchant_forbids_it(
    scene: Scene,
) -> None:
    lets_pay(scene)
    return_id = scene.asked(days=5)
    with pytest.raises(Unreachable):
        scene.run(return_id, scene.with_client(Cut(scene, "process_return")))
    scene.prefer(Mode.AUTOMATIC, refunds=False)

    pay(scene, return_id)

    assert paid_back(scene, return_id) == []
    assert task(scene, return_id) == (
        "Look whether the refund was given, and give it if not: refunds were"
        " switched off before it was given."
    )


def test_only_one_at_a_time_moves_a_shops_money(scene: Scene) -> None:
    lets_pay(scene, "on_receipt")
    return_id = approved(scene)
    make_due_at_once(scene, return_id)

    with scene.shelf.alone() as alone, pytest.raises(Unreachable):
        pay(scene, return_id)

    assert alone
    pay(scene, return_id)
    assert paid_back(scene, return_id) == [PRICE]


def test_our_own_refund_is_known_as_ours(life: Life) -> None:
    scene = life.scene
    lets_pay(scene, fees=[RESTOCKING])
    return_id = approved(scene)
    life.tell(life.about("refunds/create", 3))

    [found] = life.audits(return_id)
    assert (found["verdict"], found["ours"]) == ("within", True)
    assert Decimal(found["refunded"]) == Decimal("80.1")


def test_what_cannot_be_given_for_long_is_given_up_to_a_person(scene: Scene) -> None:
    lets_pay(scene, "on_receipt")
    return_id = approved(scene)
    body = {"shop": SHOP, "return_id": return_id}
    scene.world.post("/_control/returns/close", json=body).raise_for_status()

    casework.give_up(scene.services, shop=SHOP, return_id=return_id, why="retry:down")

    case = scene.shelf.find(return_id)
    assert case is not None
    assert case.status is Status.ANSWERED
    assert case.to_do == (
        "Give the money back yourself: whether the items are back could not be seen,"
        " or it could not be given (retry:down).",
    )
