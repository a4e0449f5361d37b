"""One line of a return as the platform shows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from plugin.case import Asked
from plugin.localdays import latest_day, moment
from plugin.notes import FaultSigns
from plugin.policy.facts import Line
from plugin.shopify.parcels import parcel_of
from plugin.shopify.prices import discount_percent, read_price
from plugin.shopify.texts import clean, lower, sound

Data = Mapping[str, Any]

# Product tags by which a merchant proves what a statutory exception needs.
TAG_PROOFS = {
    "custom-made": {"item_is_custom"},
    "perishable": {
        "item_is_perishable",
        "fresh_or_perishable",
        "food_plants_flowers_perishable",
    },
}
LIVE_RETURNS = frozenset({"REQUESTED", "OPEN", "CLOSED"})


def read_line(
    line: Data, data: Data, signs: FaultSigns, countries: tuple[str, ...]
) -> Line:
    """Read one line; an unverified one has no item behind it and stays unknown."""
    order = data["order"]
    sent = line.get("fulfillmentLineItem")
    item = sent["lineItem"] if sent else {}
    product = item.get("product") or {}
    parcel = (parcel_of(order, sent["id"]) if sent else None) or {}
    price = read_price(line.get("withCodeDiscountedTotalPriceSet"))
    listed = read_price(item.get("originalUnitPriceSet"))
    tags = lower(product.get("tags"))
    return Line(
        id=line["id"],
        title=clean(item.get("title") or "item"),
        quantity=line["quantity"],
        reason=_reason(line),
        note_tells_fault=signs.tells_fault(
            line["customerNote"], order["customerLocale"]
        ),
        price=price,
        discount_percent=discount_percent(price, listed, line["quantity"]),
        product_tags=tags,
        product_type=product.get("productType"),
        vendor=item.get("vendor") or product.get("vendor"),
        gift_card=item.get("isGiftCard"),
        fulfilled_on=latest_day(parcel.get("createdAt"), *countries),
        fulfilled_at=moment(parcel.get("createdAt")),
        delivered_on=latest_day(parcel.get("deliveredAt"), *countries),
        delivered_at=moment(parcel.get("deliveredAt")),
        returnable=_returnable(sent, data, order) if sent else None,
        asked_before=_asked_before(sent["id"], data, order) if sent else None,
        proven=frozenset().union(*(TAG_PROOFS.get(tag, set()) for tag in tags or ())),
    )


def read_asked(line: Data) -> Asked:
    """Read what was asked, in the customer's own words."""
    sent = line.get("fulfillmentLineItem")
    return Asked(
        title=clean(sent["lineItem"]["title"] if sent else "item"),
        quantity=line["quantity"],
        reason=_reason(line),
        note=sound(line["customerNote"] or ""),
        item_id=sent["lineItem"]["id"] if sent else None,
    )


def _reason(line: Data) -> str | None:
    definition = line["returnReasonDefinition"]
    return None if definition is None else definition["handle"]


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
