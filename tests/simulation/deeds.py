"""What customers and staff do about a return, without the app and in it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from plugin.case import Case, Status
from plugin.casework.overriding import Answer, NotAllowed
from plugin.casework.reckoning import ForAPerson
from plugin.casework.record import moves
from plugin.devstore import compliance, disputes, lifecycle, refunds, returns
from plugin.devstore.model import Return, ReturnDecline
from plugin.devstore.shop import Shop
from plugin.policy.decision import Ground, Outcome
from plugin.policy.facts import PRACTICE
from plugin.ports import PlatformError
from plugin.shop import Mode, Preferences
from tests.simulation.people import Deed, People
from tests.simulation.program import Program, documents

STAFF = "staff:1"
MODES = (Mode.AUTOMATIC,) * 6 + (Mode.ASSIST, Mode.OBSERVE)
ERASED_SECONDS = 1800.0


# -- in the store's own admin ------------------------------------------------------


def approve(people: People, shop: Shop, made: Return) -> None:
    returns.approve(people.store, shop, made, by="staff")


def decline(people: People, shop: Shop, made: Return) -> None:
    no = ReturnDecline(reason="OTHER", note="No.")
    returns.decline(people.store, shop, made, no, by="staff")


def withdraw(people: People, shop: Shop, made: Return) -> None:
    returns.cancel(people.store, shop, made)


def ask_again(people: People, shop: Shop, made: Return) -> None:
    bought = people.ledger.asked[made.id]
    if bought.order.id not in people.ledger.erased:
        people.ask(bought)


def take_in(people: People, shop: Shop, made: Return) -> None:
    lifecycle.take_in(people.store, shop, made)
    people.ledger.came_in.add(made.id)


def take_piece_out(people: People, shop: Shop, made: Return) -> None:
    lifecycle.remove_from_return(people.store, shop, made)


def refund(people: People, shop: Shop, made: Return) -> None:
    refunds.refund_order(people.store, shop, made.order)


def close(people: People, shop: Shop, made: Return) -> None:
    lifecycle.close_return(people.store, shop, made)
    # Who closes a return has seen to it that everything is in.
    people.ledger.came_in.add(made.id)


def cancel(people: People, shop: Shop, made: Return) -> None:
    lifecycle.cancel_open_return(people.store, shop, made)


def dispute(people: People, shop: Shop, made: Return) -> None:
    disputes.open_dispute(people.store, shop, made.order, kind="CHARGEBACK")


def cancel_order(people: People, shop: Shop, made: Return) -> None:
    lifecycle.cancel_order(people.store, shop, made.order)


def fail_payments(people: People, shop: Shop, made: Return) -> None:
    made.order.refunds_end = "FAILURE"


def request_data(people: People, shop: Shop, made: Return) -> None:
    if made.order.customer is not None:
        compliance.request_data(people.store, shop, made.order)


def erase(people: People, shop: Shop, made: Return) -> None:
    customer = made.order.customer
    if customer is not None:
        orders = [order.id for order in customer.orders]
        compliance.erase_customer(people.store, shop, made.order, ERASED_SECONDS)
        people.ledger.erased |= dict.fromkeys(orders, customer.id)


# -- in the app --------------------------------------------------------------------


def confirm(people: People, shop: Shop, made: Return) -> None:
    def click(program: Program, case: Case) -> None:
        if case.status is Status.PROPOSED:
            _note_click(people, made, "confirm")
            program.reception.confirm(case.shop, case.return_id, STAFF)

    _open_page(people, made, click)


def override(people: People, shop: Shop, made: Return) -> None:
    to = people.dice.choice([Outcome.APPROVE, Outcome.DECLINE])
    ground = Ground.OTHER if to is Outcome.DECLINE else None
    answer = Answer(
        to=to, ground=ground, words="It was used for weeks." if ground else ""
    )

    def click(program: Program, case: Case) -> None:
        with suppress(NotAllowed):
            _note_click(people, made, f"override {to.value}")
            number = moves(program.archive.of(case.shop).keys(case.return_id))
            program.reception.override(case.shop, case.return_id, STAFF, answer, number)

    _open_page(people, made, click)


def give(people: People, shop: Shop, made: Return) -> None:
    def click(program: Program, case: Case) -> None:
        with suppress(ForAPerson, PlatformError):
            quote = program.reception.quote(case.shop, case.return_id)
            _note_click(people, made, "give")
            program.reception.give(case.shop, case.return_id, STAFF, quote)

    _open_page(people, made, click)


def _open_page(
    people: People, made: Return, click: Callable[[Program, Case], None]
) -> None:
    """Open the page of a case, if there is one, and click."""
    domain = people.ledger.asked[made.id].shop

    def look(program: Program) -> None:
        case = program.archive.of(domain).find(made.id)
        if case is not None and not case.erased:
            click(program, case)

    people.use(look)


def _note_click(people: People, made: Return, what: str) -> None:
    people.ledger.clicked.setdefault(made.id, set()).add(what)


def choose(people: People, domain: str) -> None:
    """Let a merchant choose how far the app may go, and by which policy."""
    dice = people.dice
    wishes = Preferences(
        mode=dice.choice(MODES),
        practice=frozenset(PRACTICE),
        refunds=dice.random() < 0.6,
        splits=dice.random() < 0.5,
    )
    name = dice.choice(list(documents()))
    people.ledger.chosen.setdefault(domain, []).append((wishes, name))

    def save(program: Program) -> None:
        shelf = program.archive.of(domain)
        shelf.prefer(wishes)
        shelf.save_policy(documents()[name], by=STAFF)

    people.use(save)
    people.note("chooses", domain, name, wishes.mode.value, wishes.refunds)


# Each with the share of returns about which it is done.
DEEDS: tuple[tuple[float, Deed], ...] = (
    (0.12, approve),
    (0.08, decline),
    (0.10, withdraw),
    (0.10, ask_again),
    (0.30, take_in),
    (0.03, take_piece_out),
    (0.08, refund),
    (0.05, close),
    (0.04, cancel),
    (0.05, dispute),
    (0.05, cancel_order),
    (0.06, fail_payments),
    (0.04, request_data),
    (0.08, erase),
    (0.35, confirm),
    (0.15, override),
    (0.25, give),
)
