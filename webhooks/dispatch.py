"""Topic -> (schema, handler): the table of contents of what is listened to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from marshmallow import Schema

from plugin.jobs import Job
from webhooks import handlers, schemas
from webhooks.verify import Event

Handler = Callable[[Event, Any], Job | None]

TOPICS: dict[str, tuple[Schema, Handler]] = {
    "returns/request": (schemas.ReturnPayload(), handlers.return_requested),
    "returns/approve": (schemas.ReturnPayload(), handlers.return_changed),
    "returns/decline": (schemas.ReturnPayload(), handlers.return_changed),
    "returns/cancel": (schemas.ReturnPayload(), handlers.return_changed),
    "returns/close": (schemas.ReturnPayload(), handlers.return_changed),
    "returns/reopen": (schemas.ReturnPayload(), handlers.return_changed),
    "returns/process": (schemas.ProcessPayload(), handlers.return_processed),
    "returns/update": (schemas.ReturnPayload(), handlers.return_changed),
    "refunds/create": (schemas.RefundPayload(), handlers.refund_created),
    "orders/cancelled": (schemas.OrderPayload(), handlers.order_changed),
    "disputes/create": (schemas.DisputePayload(), handlers.order_changed),
    "disputes/update": (schemas.DisputePayload(), handlers.order_changed),
    "shop/update": (schemas.ShopPayload(), handlers.shop_changed),
    "app/scopes_update": (schemas.ScopesPayload(), handlers.scopes_changed),
    "customers/data_request": (schemas.PersonPayload(), handlers.data_requested),
    "customers/redact": (schemas.PersonPayload(), handlers.customer_redacted),
    "shop/redact": (schemas.GonePayload(), handlers.shop_redacted),
    "bulk_operations/finish": (schemas.BulkPayload(), handlers.bulk_finished),
    "app/uninstalled": (schemas.ShopPayload(), handlers.app_uninstalled),
}


def job_for(event: Event) -> Job | None:
    """Find the story an event asks for; None when it asks for none.

    Raises `schemas.BadPayload` when the body does not hold what the topic promises.
    """
    entry = TOPICS.get(event.topic)
    if entry is None:
        return None
    schema, handler = entry
    return handler(event, schemas.read(schema, event.body))
