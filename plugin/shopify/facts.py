"""Shopify's return and order as a Request with Facts; what is missing stays unknown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from plugin.case import Request
from plugin.localdays import earliest_day, latest_day, moment
from plugin.notes import FaultSigns
from plugin.policy.facts import UNKNOWN_COUNTRY, Facts, Place
from plugin.ports import Unreachable
from plugin.shopify.items import read_asked, read_line
from plugin.shopify.opting import opted_out
from plugin.shopify.parcels import awaiting, last_delivered
from plugin.shopify.prices import read_price
from plugin.shopify.texts import lower

Data = Mapping[str, Any]

OPEN_DISPUTES = frozenset({"NEEDS_RESPONSE", "UNDER_REVIEW"})
SUSPICIOUS = frozenset({"CANCEL", "INVESTIGATE"})
# `fulfillments(first: 10)` in the operation: a plain list, which tells of no more.
MOST_PARCELS = 10


def read_request(data: Data, signs: FaultSigns) -> Request:
    """Turn the answer of `return_for_policy` into a Request.

    Raises `Unreachable` when the answer lacks what the schema promises.
    """
    try:
        return _request(data, signs)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise Unreachable(f"a return came back half: {type(error).__name__}") from error


def _request(data: Data, signs: FaultSigns) -> Request:
    order = data["order"]
    lines = data["returnLineItems"]["nodes"]
    customer = order["customer"]
    return Request(
        return_id=data["id"],
        return_name=data["name"],
        status=data["status"],
        order_id=order["id"],
        order_name=order["name"],
        ordered_at=order["createdAt"],
        locale=order["customerLocale"],
        customer_id=None if customer is None else customer["id"],
        asked=tuple(read_asked(line) for line in lines),
        facts=_facts(data, order, lines, signs),
    )


def _facts(data: Data, order: Data, lines: list[Data], signs: FaultSigns) -> Facts:
    places = _places(order)
    countries = tuple(place.country for place in places)
    customer_tags = _customer_tags(order["customer"])
    ordered_on = latest_day(order["createdAt"], *countries)
    return Facts(
        requested_on=earliest_day(data["createdAt"], *countries),
        requested_at=moment(data["createdAt"]),
        ordered_at=moment(order["createdAt"]),
        ordered_on=ordered_on or earliest_day(order["createdAt"], *countries),
        lines=tuple(read_line(line, data, signs, countries) for line in lines),
        places=places,
        last_delivered_on=last_delivered(order, countries),
        awaiting_delivery=awaiting(order),
        order_tags=lower(order["tags"]),
        order_total=read_price(order["subtotalPriceSet"]),
        channel=_channel(order),
        payment_methods=lower(order["paymentGatewayNames"]),
        business=_business(order),
        order_cancelled=order["cancelledAt"] is not None,
        customer_known=order["customer"] is not None,
        customer_tags=customer_tags,
        customer_orders=_orders(order["customer"]),
        dispute_open=_dispute_open(order["disputes"]),
        fraud_suspected=_fraud(order["risk"]),
        opted_out=opted_out(order),
        complete=_complete(data, order),
    )


def _complete(data: Data, order: Data) -> bool:
    """Whether every list was read to its end; pages are small to stay affordable."""
    lists = [data["returnLineItems"], order["returns"]]
    lists += [other["returnLineItems"] for other in order["returns"]["nodes"]]
    lists += [parcel["fulfillmentLineItems"] for parcel in order["fulfillments"]]
    more = any(page["pageInfo"]["hasNextPage"] for page in lists)
    return not more and len(order["fulfillments"]) < MOST_PARCELS


def _places(order: Data) -> tuple[Place, ...]:
    """Where the goods went, then where the bill went if that is elsewhere.

    The bill's country may add to what the law gives; it never stands in for an
    unknown country of delivery.
    """
    sent_to = _place(order["shippingAddress"]) or Place(country=UNKNOWN_COUNTRY)
    billed_to = _place(order["billingAddress"])
    return tuple(dict.fromkeys(place for place in (sent_to, billed_to) if place))


def _place(address: Data | None) -> Place | None:
    if address is None or address["countryCodeV2"] is None:
        return None
    return Place(country=address["countryCodeV2"], region=address["provinceCode"])


def _channel(order: Data) -> str | None:
    """Name where the order was placed; an app's number gives way to its handle."""
    source = (order["sourceName"] or "").strip().lower()
    if source and not source.isdigit():
        return source
    attribution = order["attribution"]
    return None if attribution is None else attribution["handle"].lower()


def _business(order: Data) -> bool | None:
    """Tell whether a company bought; the platform names no buyer behind a guest."""
    buyer = order["purchasingEntity"]
    if buyer is None:
        return False if order["customer"] is None else None
    return bool(buyer["__typename"] == "PurchasingCompany")


def _customer_tags(customer: Data | None) -> frozenset[str] | None:
    # A guest has no tags; that is known.
    return frozenset() if customer is None else lower(customer["tags"])


def _orders(customer: Data | None) -> int | None:
    return None if customer is None else int(customer["numberOfOrders"])


def _dispute_open(disputes: list[Data] | None) -> bool | None:
    if disputes is None:
        return None
    return any(dispute["status"] in OPEN_DISPUTES for dispute in disputes)


def _fraud(risk: Data | None) -> bool | None:
    if risk is None or risk["recommendation"] is None:
        return None
    return risk["recommendation"] in SUSPICIOUS
