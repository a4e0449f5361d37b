"""The bodies of webhooks, in Shopify's shapes."""

from __future__ import annotations

from typing import Any

from plugin.devstore.clock import iso
from plugin.devstore.ids import number_of
from plugin.devstore.model import Refund, Return, ReturnLineItem
from plugin.devstore.money import MoneyBag, rounded
from plugin.devstore.shop import Shop

LEGACY_REASONS = frozenset(
    {
        "color",
        "defective",
        "not_as_described",
        "other",
        "size_too_large",
        "size_too_small",
        "style",
        "unknown",
        "unwanted",
        "wrong_item",
    }
)


def return_requested(asked: Return) -> dict[str, Any]:
    """The body of returns/request and returns/approve."""
    return {
        **reference(asked.id),
        "status": asked.status.lower(),
        "order": reference(asked.order.id),
        "total_return_line_items": asked.total_quantity,
        "name": asked.name,
        "return_line_items": [_line(line) for line in asked.return_line_items],
        "return_shipping_fees": [],
        "exchange_line_items": [],
        "total_exchange_line_items": 0,
    }


def return_declined(declined: Return) -> dict[str, Any]:
    """The body of returns/decline."""
    decline = declined.decline
    return {
        **reference(declined.id),
        "status": "declined",
        "order": reference(declined.order.id),
        "decline": decline and {"reason": decline.reason.lower(), "note": decline.note},
    }


def return_canceled(canceled: Return) -> dict[str, Any]:
    """The body of returns/cancel."""
    return {
        **reference(canceled.id),
        "order_id": number_of(canceled.order.id),
        "status": "canceled",
    }


def refund_created(refund: Refund, shop: Shop) -> dict[str, Any]:
    """The body of refunds/create, card details and all, as Shopify sends it."""
    moment = iso(refund.created_at)
    return {
        **reference(refund.id),
        "order_id": number_of(refund.order.id),
        "created_at": moment,
        "processed_at": moment,
        "note": refund.note,
        "user_id": shop.staff_id,
        "duties": [],
        "total_duties_set": _bag(refund.order.rate.total([])),
        "return": reference(refund.return_.id) if refund.return_ else None,
        "restock": False,
        "refund_shipping_lines": [],
        "order_adjustments": [],
        "refund_line_items": _refund_lines(refund),
        "transactions": [_transaction(refund, shop)],
    }


def app_uninstalled(shop: Shop) -> dict[str, Any]:
    """The body of app/uninstalled: the shop."""
    return {
        "id": number_of(shop.id),
        "name": shop.name,
        "email": shop.email,
        "domain": shop.myshopify_domain,
        "myshopify_domain": shop.myshopify_domain,
        "country_code": shop.country,
        "currency": shop.currency_code,
        "iana_timezone": shop.iana_timezone,
    }


def reference(gid: str) -> dict[str, Any]:
    """A thing by its number and its gid."""
    return {"id": number_of(gid), "admin_graphql_api_id": gid}


def _line(line: ReturnLineItem) -> dict[str, Any]:
    shipped = line.fulfillment_line_item
    legacy = line.return_reason_definition.handle.replace("-", "_")
    return {
        **reference(line.id),
        "fulfillment_line_item": {
            **reference(shipped.id),
            "line_item": reference(shipped.line_item.id),
        },
        "quantity": line.quantity,
        "return_reason": legacy if legacy in LEGACY_REASONS else "other",
        "return_reason_note": line.return_reason_note,
        "customer_note": line.customer_note,
    }


def _refund_lines(refund: Refund) -> list[dict[str, Any]]:
    lines = refund.return_.return_line_items if refund.return_ else []
    return [_refund_line(line, number_of(refund.id)) for line in lines]


def _refund_line(line: ReturnLineItem, refund_number: int) -> dict[str, Any]:
    paid = line.with_code_discounted_total_price_set
    item = line.fulfillment_line_item.line_item
    return {
        "id": refund_number + number_of(line.id) % 1000,
        "quantity": line.quantity,
        "line_item_id": number_of(item.id),
        "location_id": None,
        "restock_type": "no_restock",
        "subtotal": _amount(paid),
        "subtotal_set": _bag(paid),
        "total_tax": "0.00",
        "line_item": {**reference(item.id), "title": item.title, "sku": item.sku},
    }


def _ended(refund: Refund) -> str:
    statuses = {each.status.lower() for each in refund.transactions}
    return next(iter(sorted(statuses)), "success")


def _transaction(refund: Refund, shop: Shop) -> dict[str, Any]:
    number = number_of(refund.id) + 1
    return {
        "id": number,
        "admin_graphql_api_id": f"gid://shopify/OrderTransaction/{number}",
        "order_id": number_of(refund.order.id),
        "kind": "refund",
        "gateway": "bogus",
        "status": _ended(refund),
        "amount": _amount(refund.total_refunded_set),
        "currency": shop.currency_code,
        "authorization": "53433",
        "receipt": {"paid_amount": _amount(refund.total_refunded_set)},
        "payment_details": {
            "credit_card_bin": "424242",
            "credit_card_company": "Visa",
            "credit_card_name": "Test Card",
            "credit_card_number": "•••• •••• •••• 4242",
            "credit_card_expiration_month": 12,
            "credit_card_expiration_year": 2030,
        },
    }


def _amount(bag: MoneyBag) -> str:
    money = bag.shop_money
    return str(rounded(money.amount, money.currency_code))


def _bag(bag: MoneyBag) -> dict[str, Any]:
    pairs = {"shop_money": bag.shop_money, "presentment_money": bag.presentment_money}
    return {
        key: {
            "amount": str(rounded(money.amount, money.currency_code)),
            "currency_code": money.currency_code,
        }
        for key, money in pairs.items()
    }
