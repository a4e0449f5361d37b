"""What the app's cases must say: the truth, and about every request."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import sqlalchemy as sa

from plugin.archive.tables import cases
from plugin.case import UNANSWERED, Case, Status
from plugin.casework.coding import was_asked
from plugin.devstore.compliance import REDACT
from plugin.devstore.model import Return
from plugin.devstore.shop import Shop
from plugin.policy.decision import Outcome

if TYPE_CHECKING:
    from tests.simulation.world import World


def verdicts(
    world: World, shop: Shop, kept: dict[str, Case], *, gone: bool
) -> Iterator[str]:
    """Judge what is remembered of one shop by what its store holds."""
    for id, held in kept.items():
        if id not in shop.returns and not _unread(held):
            yield f"stranger: {id} lies with {shop.myshopify_domain}"
    if gone:
        return
    for made in shop.returns.values():
        case = kept.get(made.id)
        if shop.installed:
            yield from _ended(made, case)
        if case is not None:
            yield from _true(world, shop, made, case)
            yield from _forgotten(world, made, case)


def _unread(case: Case) -> bool:
    """Tell whether a case is an id and nothing else, that a person was given.

    What nobody could read for as long as it is tried may be another shop's.
    """
    return case.status is Status.FAILED and not case.return_name and not case.asked


def _forgotten(world: World, made: Return, case: Case) -> Iterator[str]:
    """What was there when somebody was to be forgotten was erased.

    What the store shows later of an order is nobody's there either.
    """
    customer = world.people.ledger.erased.get(made.order.id)
    asked = [
        each.triggered_at
        for each in world.post.acknowledged.values()
        if each.topic == REDACT and customer and _is_about(each.body, customer)
    ]
    if not asked or case.erased:
        return
    query = sa.select(cases.c.opened_at).where(cases.c.return_id == made.id)
    with world.engine.connect() as db:
        opened_at = db.scalar(query)
    if opened_at is not None and opened_at < min(asked):
        yield f"remembered: the customer of {made.id} was to be forgotten"
    elif case.customer_id is not None:
        yield f"remembered: {made.id} names a customer who was forgotten"


def _is_about(body: bytes, customer_id: str) -> bool:
    asked = json.loads(body)["customer"]["id"]
    return str(asked) == customer_id.rpartition("/")[2]


def _ended(made: Return, case: Case | None) -> Iterator[str]:
    """Every request has its answer, or a person has it."""
    if case is None:
        if made.status == "REQUESTED":
            yield f"missed: nobody knows of {made.id}"
        return
    if case.status is Status.DECIDED:
        yield f"unanswered: {made.id} was decided and is {made.status}"
    elif made.status == "REQUESTED" and case.status not in UNANSWERED:
        yield f"unanswered: {made.id} is {case.status.value} and still requested"
    elif made.status != "REQUESTED" and case.status in (
        Status.PROPOSED,
        Status.IN_REVIEW,
    ):
        yield f"stale: {made.id} is {made.status} and a person is still to look at it"
    elif made.decided_by == "app" and case.status in UNANSWERED:
        yield f"untrue: {made.id} waits for a person, and the app answered it"


def _true(world: World, shop: Shop, made: Return, case: Case) -> Iterator[str]:
    """What the app remembers is what happened."""
    ours = made.decided_by == "app"
    if case.status is Status.ANSWERED and not (ours or _cannot_tell(world, made)):
        yield f"untrue: {made.id} is answered for the app, by {made.decided_by}"
    refused = case.status is Status.ANSWERED and case.outcome is Outcome.DECLINE
    if refused and made.status != "DECLINED":
        yield f"untrue: {made.id} is declined for the app, and is {made.status}"
    if refused and case.code and case.code not in {c.code for c in shop.codes.values()}:
        yield f"broken promise: {case.code} is promised and not there"
    if ours and made.status == "DECLINED" and case.status is Status.SUPERSEDED:
        yield f"untrue: {made.id} was declined by the app, which says others did"


def _cannot_tell(world: World, made: Return) -> bool:
    """Tell whether the app asked for an approval that staff then gave.

    The store does not say who approved, so an approval that was asked for and is
    there counts as the one that was asked for.
    """
    keys = world.program.archive.of(_shop_of(world, made)).keys(made.id)
    return was_asked(keys) and made.status in ("OPEN", "CLOSED")


def _shop_of(world: World, made: Return) -> str:
    return world.people.ledger.asked[made.id].shop
