"""Shopify's return and order as a Request with Facts; what is missing stays unknown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from plugin.case import Asked, Request
from plugin.notes import FaultSigns
from plugin.policy.facts import UNKNOWN_COUNTRY, Facts, Line, Place
from plugin.policy.money import BadMoney, Money
from plugin.ports import RefundSeen, ReturnState, Unreachable
from plugin.shop import Profile
from plugin.shopify.client import Client
from plugin.shopify.localdays import earliest_day, latest_day
from plugin.shopify.parcels import awaiting, last_delivered, parcel_of

Data = Mapping[str, Any]

# A customer or order with this tag is decided by a person.
OPT_OUT_TAG = "no-automated-decisions"
# Product tags by which a merchant proves what a statutory exception needs.
TAG_PROOFS = {
    "custom-made": {"item_is_custom"},
    "perishable": {
        "item_is_perishable",
        "fresh_or_perishable",
        "food_plants_flowers_perishable",
    },
}
OPEN_DISPUTES = frozenset({"NEEDS_RESPONSE", "UNDER_REVIEW"})
LIVE_RETURNS = frozenset({"REQUESTED", "OPEN", "CLOSED"})
SUSPICIOUS = frozenset({"CANCEL", "INVESTIGATE"})
# `fulfillments(first: 10)` in the operation: a plain list, which tells of no more.
MOST_PARCELS = 10
CONTROL = dict.fromkeys((*range(32), 127), " ")


class Reader:
    """Reads returns, refunds and the shop with the shop's own token."""

    def __init__(self, client: Client, signs: FaultSigns) -> None:
        """Read through one client; `signs` reads what customers write."""
        self.client = client
        self.signs = signs

    def profile(self, shop: str) -> Profile:
        """Read the shop itself."""
        data = self.client.execute(shop, "shop_info", {})["shop"]
        return Profile(
            name=data["name"],
            currency=data["currencyCode"],
            zone=data["ianaTimezone"],
            contact=data["contactEmail"],
        )

    def request(self, shop: str, return_id: str) -> Request | None:
        """Re-read a return and its order; None when this shop has no such return."""
        data = self.client.execute(shop, "return_for_policy", {"id": return_id})
        return (
            None if data["return"] is None else read_request(data["return"], self.signs)
        )

    def returns_before(self, shop: str, customer_id: str, return_id: str) -> int | None:
        """Count the customer's other returns; None when not known."""
        data = self.client.execute(
            shop, "customer_return_history", {"customerId": customer_id}
        )["customer"]
        if data is None:
            return None
        pages = [data["orders"]]
        pages += [order["returns"] for order in data["orders"]["nodes"]]
        # A count of part of the list would be too low; then it is not known.
        if any(page["pageInfo"]["hasNextPage"] for page in pages):
            return None
        found = {node["id"] for page in pages[1:] for node in page["nodes"]}
        return len(found - {return_id})

    def state(self, shop: str, return_id: str) -> ReturnState | None:
        """Read where a return stands; None when this shop has no such return."""
        data = self.client.execute(shop, "return_state", {"id": return_id})["return"]
        if data is None:
            return None
        decline = data["decline"] or {}
        return ReturnState(
            status=data["status"],
            ground=decline.get("reason"),
            note=decline.get("note"),
        )

    def refund(self, shop: str, refund_id: str) -> RefundSeen | None:
        """Read a refund; None when this shop has no such refund."""
        data = self.client.execute(shop, "refund_by_id", {"id": refund_id})["refund"]
        if data is None:
            return None
        total = data["totalRefundedSet"]["shopMoney"]
        return RefundSeen(
            refund_id=data["id"],
            return_id=None if data["return"] is None else data["return"]["id"],
            order_id=data["order"]["id"],
            amount=total["amount"],
            currency=total["currencyCode"],
        )


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
        asked=tuple(_asked(line) for line in lines),
        facts=_facts(data, order, lines, signs),
    )


def _facts(data: Data, order: Data, lines: list[Data], signs: FaultSigns) -> Facts:
    places = _places(order)
    country = places[0].country
    customer_tags = _customer_tags(order["customer"])
    ordered_on = latest_day(order["createdAt"], country)
    return Facts(
        requested_on=earliest_day(data["createdAt"], country),
        ordered_on=ordered_on or earliest_day(order["createdAt"], country),
        lines=tuple(_line(line, data, order, signs) for line in lines),
        places=places,
        last_delivered_on=last_delivered(order, country),
        awaiting_delivery=awaiting(order),
        order_tags=_lower(order["tags"]),
        order_cancelled=order["cancelledAt"] is not None,
        customer_known=order["customer"] is not None,
        customer_tags=customer_tags,
        customer_orders=_orders(order["customer"]),
        dispute_open=_dispute_open(order["disputes"]),
        fraud_suspected=_fraud(order["risk"]),
        opted_out=_opted_out(customer_tags, _lower(order["tags"])),
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


def _line(line: Data, data: Data, order: Data, signs: FaultSigns) -> Line:
    """Read one line; an unverified one has no item behind it and stays unknown."""
    sent = line.get("fulfillmentLineItem")
    item = sent["lineItem"] if sent else {}
    product = item.get("product") or {}
    country = _places(order)[0].country
    parcel = parcel_of(order, sent["id"]) if sent else None
    tags = _lower(product.get("tags"))
    return Line(
        id=line["id"],
        title=_clean(item.get("title") or "item"),
        quantity=line["quantity"],
        reason=_reason(line),
        note_tells_fault=signs.tells_fault(
            line["customerNote"], order["customerLocale"]
        ),
        price=_price(line.get("withCodeDiscountedTotalPriceSet")),
        product_tags=tags,
        product_type=product.get("productType"),
        vendor=item.get("vendor") or product.get("vendor"),
        gift_card=item.get("isGiftCard"),
        fulfilled_on=latest_day(parcel["createdAt"], country) if parcel else None,
        delivered_on=latest_day(parcel["deliveredAt"], country) if parcel else None,
        returnable=_returnable(sent, data, order) if sent else None,
        asked_before=_asked_before(sent["id"], data, order) if sent else None,
        proven=frozenset().union(*(TAG_PROOFS.get(tag, set()) for tag in tags or ())),
    )


def _reason(line: Data) -> str | None:
    definition = line["returnReasonDefinition"]
    return None if definition is None else definition["handle"]


def _asked(line: Data) -> Asked:
    sent = line.get("fulfillmentLineItem")
    return Asked(
        title=_clean(sent["lineItem"]["title"] if sent else "item"),
        quantity=line["quantity"],
        reason=_reason(line),
        note=_sound(line["customerNote"] or ""),
    )


def _clean(text: str) -> str:
    """One line of sound text; half a character pair becomes a question mark."""
    return _sound(text).translate(CONTROL).strip()


def _sound(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _lower(tags: Iterable[str] | None) -> frozenset[str] | None:
    return None if tags is None else frozenset(tag.strip().lower() for tag in tags)


def _price(bag: Data | None) -> Money | None:
    if bag is None:
        return None
    try:
        money = bag["shopMoney"]
        return Money.of(money["amount"], money["currencyCode"])
    except BadMoney:
        return None


def _customer_tags(customer: Data | None) -> frozenset[str] | None:
    # A guest has no tags; that is known.
    return frozenset() if customer is None else _lower(customer["tags"])


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


def _opted_out(*tags: frozenset[str] | None) -> bool | None:
    if any(OPT_OUT_TAG in found for found in tags if found is not None):
        return True
    return None if None in tags else False


def _others(sent_id: str, data: Data, order: Data) -> list[tuple[Data, int]]:
    """List the order's other returns of the same item with their quantities."""
    found = []
    for other in order["returns"]["nodes"]:
        for line in other["returnLineItems"]["nodes"]:
            sent = line.get("fulfillmentLineItem")
            if other["id"] != data["id"] and sent and sent["id"] == sent_id:
                found.append((other, line["quantity"]))
    return found


def _returnable(sent: Data, data: Data, order: Data) -> int:
    """What was sent, less what other live returns already claim."""
    others = _others(sent["id"], data, order)
    claimed = sum(count for other, count in others if other["status"] in LIVE_RETURNS)
    return int(sent["quantity"]) - claimed


def _asked_before(sent_id: str, data: Data, order: Data) -> str | None:
    """Name an earlier return of the same item that was declined."""
    for other, _count in _others(sent_id, data, order):
        if other["status"] == "DECLINED" and other["createdAt"] <= data["createdAt"]:
            return str(other["name"])
    return None
