"""What really happened, for tests that compare it with what the app believes."""

from __future__ import annotations

from typing import Any

from plugin.devstore.bulk import BulkOperation
from plugin.devstore.clock import iso, iso_or_none
from plugin.devstore.discount_code import DiscountCode
from plugin.devstore.hooks import Delivery
from plugin.devstore.model import Order, Refund, Return
from plugin.devstore.money import decimal_text
from plugin.devstore.shop import Shop
from plugin.devstore.store import Store


def truth_of(store: Store, shop: Shop) -> dict[str, Any]:
    """Everything about one shop, as JSON."""
    issued = store.tokens.issued(shop.myshopify_domain)
    mine = [
        each
        for each in store.outbox.deliveries()
        if each.message.shop == shop.myshopify_domain
    ]
    return {
        "returns": [_return(each) for each in shop.returns.values()],
        "codes": [_code(store, each) for each in shop.codes.values()],
        "orders": [_order(each) for each in shop.orders.values()],
        "refunds": [_refund(each) for each in shop.refunds.values()],
        "credits": [
            {
                "customer_id": each.customer_id,
                "currency": each.currency,
                "balance": decimal_text(each.balance),
            }
            for each in shop.credits.values()
        ],
        "bulk": [_bulk(each) for each in store.bulk.of(shop.myshopify_domain)],
        "deliveries": [_delivery(each) for each in mine],
        "calls": _calls(shop),
        "flow": [
            {"handle": each.handle, "payload": each.payload, "at": iso(each.at)}
            for each in shop.triggered
        ],
        "tokens": {"issued": issued.issued, "refreshed": issued.refreshed},
        "installed": shop.installed,
    }


def _return(asked: Return) -> dict[str, Any]:
    decline = asked.decline
    return {
        "id": asked.id,
        "name": asked.name,
        "order_id": asked.order.id,
        "order_name": asked.order.name,
        "status": asked.status,
        "decline": decline and {"reason": decline.reason, "note": decline.note},
        "lines": [
            {
                "id": line.id,
                "line_item_id": line.fulfillment_line_item.line_item.id,
                "quantity": line.quantity,
                "reason": line.return_reason_definition.handle,
                "note": line.customer_note,
            }
            for line in asked.return_line_items
        ],
        "requested_at": iso(asked.created_at),
        "decided_at": iso_or_none(asked.decided_at),
        "decided_by": asked.decided_by,
    }


def _refund(refund: Refund) -> dict[str, Any]:
    total = refund.total_refunded_set.shop_money
    return {
        "id": refund.id,
        "order_id": refund.order.id,
        "return_id": refund.return_ and refund.return_.id,
        "amount": decimal_text(total.amount),
        "currency": total.currency_code,
        "transactions": [
            decimal_text(each.amount_set.shop_money.amount)
            for each in refund.transactions
        ],
        "statuses": [each.status for each in refund.transactions],
        "by": refund.by,
        "note": refund.note,
        "at": iso(refund.created_at),
    }


def _bulk(operation: BulkOperation) -> dict[str, Any]:
    return {
        "id": operation.id,
        "status": operation.status,
        "objects": operation.object_count,
        "size": len(operation.content),
        "downloads": operation.downloads,
    }


def _code(store: Store, code: DiscountCode) -> dict[str, Any]:
    return {
        "id": code.id,
        "code": code.code,
        "status": code.status(store.clock.now()),
        "title": code.title,
        "customer_id": code.customer_ids[0] if code.customer_ids else None,
        "percentage": None if code.percentage is None else float(code.percentage),
        "amount": None if code.amount is None else decimal_text(code.amount),
        "free_shipping": code.kind == "DiscountCodeFreeShipping",
        "starts_at": iso(code.starts_at),
        "ends_at": iso_or_none(code.ends_at),
        "usage_limit": code.usage_limit,
        "applies_once_per_customer": code.applies_once_per_customer,
        "created_at": iso(code.created_at),
    }


def _order(order: Order) -> dict[str, Any]:
    return {
        "id": order.id,
        "name": order.name,
        "channel": order.source_name,
        "paid_with": order.payment_gateway_names,
        "company": _company(order),
        "tags": order.tags,
        "tagged_at": iso_or_none(order.tagged_at),
        "metafields": [
            {"namespace": each.namespace, "key": each.key, "value": each.value}
            for each in order.metafields
        ],
        "mails": [
            {
                "to": mail.to,
                "subject": mail.subject,
                "text": mail.text,
                "at": iso(mail.at),
            }
            for mail in order.mails
        ],
    }


def _company(order: Order) -> str | None:
    buyer = order.purchasing_company
    return None if buyer is None else buyer.company.name


def _delivery(delivery: Delivery) -> dict[str, Any]:
    message = delivery.message
    return {
        "webhook_id": message.webhook_id,
        "event_id": message.event_id,
        "topic": message.topic,
        "return_id": message.return_id,
        "order_id": message.order_id,
        "attempt": delivery.attempt,
        "copy": delivery.copy,
        "sent_at": iso(delivery.sent_at),
        "status": delivery.status,
        "ms": delivery.ms,
    }


def _calls(shop: Shop) -> list[dict[str, Any]]:
    return [
        {
            "operation": operation,
            "subject": subject,
            "calls": counted.calls,
            "effective": counted.effective,
        }
        for (operation, subject), counted in shop.counted.items()
    ]
