"""A return as the platform shows it, made by hand."""

from __future__ import annotations

from typing import Any

from plugin.case import Request
from plugin.policy.facts import Facts
from plugin.shopify.facts import read_request
from tests.builders import SIGNS

Data = dict[str, Any]
RETURN = "gid://shopify/Return/1"


def page(*nodes: Data | None, more: bool = False) -> Data:
    return {"pageInfo": {"hasNextPage": more}, "nodes": list(nodes)}


def bag(amount: str, currency: str = "USD") -> Data:
    return {"shopMoney": {"amount": amount, "currencyCode": currency}}


def line(**changes: Any) -> Data:
    item = {
        "id": "gid://shopify/LineItem/1",
        "title": "Blue mug",
        "vendor": "Potter",
        "isGiftCard": False,
        "originalUnitPriceSet": bag("15.0"),
        "product": {"productType": "Mug", "vendor": "Potter", "tags": ["Custom-Made"]},
    }
    return {
        "id": "gid://shopify/ReturnLineItem/1",
        "quantity": 2,
        "customerNote": "Not mine",
        "returnReasonDefinition": {"handle": "unwanted"},
        "withCodeDiscountedTotalPriceSet": bag("25.0"),
        "fulfillmentLineItem": {"id": "sent-1", "quantity": 3, "lineItem": item},
        **changes,
    }


def unverified(**changes: Any) -> Data:
    """Make a line with nothing behind it but the customer's word."""
    known = line()
    names = ("id", "quantity", "customerNote", "returnReasonDefinition")
    return {**{name: known[name] for name in names}, **changes}


def parcel(**changes: Any) -> Data:
    return {
        "status": "SUCCESS",
        "displayStatus": "DELIVERED",
        "createdAt": "2026-10-30T12:00:00Z",
        "deliveredAt": "2026-11-02T12:00:00Z",
        "fulfillmentLineItems": page({"id": "sent-1"}),
        **changes,
    }


def other(name: str, status: str, quantity: int = 1, **changes: Any) -> Data:
    """Make another return of the same item."""
    same = {"quantity": quantity, "fulfillmentLineItem": {"id": "sent-1"}}
    return {
        "id": f"gid://shopify/Return/{name}",
        "name": name,
        "status": status,
        "createdAt": "2026-11-03T12:00:00Z",
        "returnLineItems": page(same),
        **changes,
    }


def customer(**changes: Any) -> Data:
    known = {"id": "c-1", "numberOfOrders": "7", "tags": ["VIP "], "metafield": None}
    return {**known, **changes}


def order(**changes: Any) -> Data:
    address = {"countryCodeV2": "DE", "provinceCode": None}
    return {
        "id": "gid://shopify/Order/1",
        "name": "#1001",
        "createdAt": "2026-10-28T12:00:00Z",
        "cancelledAt": None,
        "displayFulfillmentStatus": "FULFILLED",
        "tags": [],
        "customerLocale": "de-DE",
        "sourceName": "web",
        "attribution": {"handle": "online_store"},
        "paymentGatewayNames": ["PayPal Express "],
        "purchasingEntity": {"__typename": "Customer"},
        "subtotalPriceSet": bag("40.0"),
        "shippingAddress": address,
        "billingAddress": address,
        "risk": {"recommendation": "ACCEPT"},
        "disputes": [],
        "returns": page(),
        "fulfillments": [parcel()],
        "customer": customer(),
        **changes,
    }


def answer(*lines: Data, more: bool = False, **of_order: Any) -> Data:
    return {
        "id": RETURN,
        "name": "#1001-R1",
        "status": "REQUESTED",
        "createdAt": "2026-11-05T12:00:00Z",
        "returnLineItems": page(*(lines or [line()]), more=more),
        "order": order(**of_order),
    }


def facts(*lines: Data, **of_order: Any) -> Facts:
    return read(answer(*lines, **of_order)).facts


def read(data: Data) -> Request:
    return read_request(data, SIGNS)
