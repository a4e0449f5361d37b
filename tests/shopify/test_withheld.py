"""What the platform withholds is unknown, field by field, and refuses nobody."""

from __future__ import annotations

from typing import Any

import pytest

from plugin.case import Request
from plugin.policy.facts import UNKNOWN_COUNTRY
from plugin.shopify.errors import Withheld
from plugin.shopify.withheld import withheld
from tests.shopify.desk import ALPINE, Desk


def read(desk: Desk, *fields: str, number: int = 1001) -> Request:
    desk.control("protected", shop=ALPINE, fields=list(fields))
    found = desk.actions.request(ALPINE, desk.ask(number))
    assert found is not None
    return found


def test_a_customer_who_is_withheld_is_no_guest(desk: Desk) -> None:
    request = read(desk, "Customer", "PurchasingEntity")

    facts = request.facts
    assert request.customer_id is None
    assert (facts.customer_known, facts.customer_tags) == (None, None)
    assert (facts.customer_orders, facts.business) == (None, None)
    assert facts.opted_out is None
    assert facts.complete is True


def test_a_guest_is_a_guest(desk: Desk) -> None:
    facts = read(desk, number=1007).facts

    assert (facts.customer_known, facts.customer_tags) == (False, frozenset())
    assert (facts.business, facts.opted_out) == (False, False)


def test_an_address_that_is_withheld_is_of_no_known_country(desk: Desk) -> None:
    facts = read(desk, "Order.shippingAddress").facts

    assert facts.places[0].country == UNKNOWN_COUNTRY
    assert facts.complete is True


@pytest.mark.parametrize(
    ("field", "fact", "value"),
    [
        ("Order.cancelledAt", "order_cancelled", None),
        ("Order.billingAddress", "complete", False),
        ("ReturnLineItem.customerNote", "complete", False),
        ("MailingAddress.provinceCode", "complete", False),
    ],
)
def test_what_is_withheld_is_unknown_or_seen_to_by_a_person(
    desk: Desk, field: str, fact: str, value: object
) -> None:
    assert getattr(read(desk).facts, fact) != value
    assert getattr(read(desk, field, number=1002).facts, fact) is value


def test_a_history_that_is_withheld_is_unknown(desk: Desk) -> None:
    request = read(desk)
    assert desk.actions.returns_before(ALPINE, request) == ()

    desk.control("protected", shop=ALPINE, fields=["Order.returns"])

    assert desk.actions.returns_before(ALPINE, request) is None


def test_it_is_denied_what_it_cannot_do_without(desk: Desk) -> None:
    return_id = desk.ask(1001)
    # Neither may be null, so the null spreads to the return, which is there.
    desk.control("protected", shop=ALPINE, fields=["Return.status", "Order.risk"])

    with pytest.raises(Withheld):
        desk.actions.state(ALPINE, return_id)
    with pytest.raises(Withheld):
        desk.actions.request(ALPINE, return_id)


def test_a_field_that_a_reader_needs_is_not_passed_over(desk: Desk) -> None:
    order_id = next(iter(desk.store.shops[ALPINE].orders))
    desk.control("protected", shop=ALPINE, fields=["Order.cancelledAt"])

    with pytest.raises(Withheld, match=r"order\.cancelledAt was withheld"):
        desk.actions.order(ALPINE, order_id)


def error(code: str = "ACCESS_DENIED", **given: Any) -> dict[str, Any]:
    return {"path": ["a", "b"], "extensions": {"code": code}, **given}


@pytest.mark.parametrize(
    "errors",
    [
        "CANARY",
        None,
        [],
        [None],
        [error(path=["a"])],
        [error(path=None)],
        [error(code="INTERNAL_SERVER_ERROR")],
        [error(), error(code="INTERNAL_SERVER_ERROR")],
        [error(extensions={"code": "ACCESS_DENIED", "requiredAccess": "`read_x`"})],
    ],
)
def test_any_other_error_withholds_nothing_but_fails(errors: object) -> None:
    assert withheld(errors) == frozenset()


def test_it_names_fields_without_the_places_in_lists() -> None:
    assert withheld([error(path=["return", "lines", 0, "note"])]) == {
        "return.lines.note"
    }
