"""What must hold of money: never twice, never more than owed, never left undone."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from plugin.case import PAID, Case
from plugin.casework.turns import owes
from plugin.devstore.model import Refund, Return
from plugin.devstore.payments import tax_on, total_paid, total_refunded
from plugin.devstore.shop import Shop

if TYPE_CHECKING:
    from tests.simulation.world import World

APP = "app"
WAITS_FOR_GOODS = "on_receipt"


def verdicts(world: World, shop: Shop, kept: dict[str, Case]) -> Iterator[str]:
    """Judge by the payments of one shop."""
    for order in shop.orders.values():
        given = total_refunded(order).shop_money.amount
        if given > total_paid(order):
            yield f"too much: {given} of {order.name} went back"
    for made in shop.returns.values():
        ours = [each for each in made.order.refunds if _is_ours(each, made)]
        yield from _twice(made, ours)
        if ours:
            yield from _more_than_owed(made, ours)
            yield from _unasked(world, shop, made)
            yield from _too_early(world, shop, made)
        if shop.installed and made.id in kept:
            yield from _left_undone(world, shop, made, kept[made.id])
            yield from _unknown(world, made, ours, kept[made.id])


def _is_ours(refund: Refund, made: Return) -> bool:
    """Tell whether the app gave a refund for a return; its note names the return."""
    number = made.id.rpartition("/")[2]
    about = refund.return_ is made or f"({number})" in (refund.note or "")
    return refund.by == APP and about


def _twice(made: Return, ours: list[Refund]) -> Iterator[str]:
    moved = [each for each in ours if not any(t.failed for t in each.transactions)]
    if len(moved) > 1:
        yield f"twice: {len(moved)} refunds of {made.id} by the app"
    theirs = [each for each in made.refunds if each.by != APP]
    if ours and theirs and min(each.created_at for each in theirs) < ours[0].created_at:
        yield f"twice: {made.id} was refunded by staff and then by the app"


def _more_than_owed(made: Return, ours: list[Refund]) -> Iterator[str]:
    order = made.order
    goods = sum(
        (
            line.with_code_discounted_total_price_set.shop_money.amount
            for line in made.return_line_items
        ),
        Decimal(0),
    )
    owed = goods + tax_on(order, goods) + order.shipping
    for refund in ours:
        amount = refund.total_refunded_set.shop_money.amount
        if amount > owed:
            yield f"too much: {amount} of {made.id}, which comes to {owed}"


def _unasked(world: World, shop: Shop, made: Return) -> Iterator[str]:
    """No money moves unless the merchant let it, or staff gave it by hand."""
    chosen = world.people.ledger.chosen[shop.myshopify_domain]
    clicked = world.people.ledger.clicked.get(made.id, set())
    if not any(wishes.refunds for wishes, _ in chosen) and "give" not in clicked:
        yield f"unasked: {made.id} was refunded, and refunds are off"
    if made.status not in ("OPEN", "CLOSED", "CANCELED"):
        yield f"unasked: {made.id} was refunded and is {made.status}"


def _too_early(world: World, shop: Shop, made: Return) -> Iterator[str]:
    """Where the policy waits for the goods, money waits too."""
    chosen = world.people.ledger.chosen[shop.myshopify_domain]
    clicked = world.people.ledger.clicked.get(made.id, set())
    waits = {name for _, name in chosen} == {WAITS_FOR_GOODS}
    came = world.people.ledger.came_in
    if waits and made.id not in came and "give" not in clicked:
        yield f"too early: {made.id} was refunded before anything came back"


def _unknown(
    world: World, made: Return, ours: list[Refund], case: Case
) -> Iterator[str]:
    """What the app gave, and nobody else, it knows that it gave."""
    moved = all(not t.failed for each in ours for t in each.transactions)
    alone = [each for each in made.order.refunds if each not in ours] == []
    keys = world.program.archive.of(case.shop).keys(made.id)
    if ours and moved and alone and PAID not in keys and not case.erased:
        yield f"untrue: {made.id} was refunded by the app, which does not know"


def _left_undone(world: World, shop: Shop, made: Return, case: Case) -> Iterator[str]:
    """What the app may still give, and could, it gave or left to a person."""
    shelf = world.program.archive.of(shop.myshopify_domain)
    body = shelf.keys(made.id)
    if not owes(case, body):
        return
    waits = any(
        item.pays and item.pays.value == WAITS_FOR_GOODS for item in case.settled
    )
    refunds_on = world.people.ledger.chosen[shop.myshopify_domain][-1][0].refunds
    automatic = world.people.ledger.chosen[shop.myshopify_domain][-1][0].mode.value
    if refunds_on and automatic == "automatic" and not waits:
        yield f"unpaid: {made.id} was to be paid back, and nobody has it"
