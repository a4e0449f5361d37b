"""What tests do and see in the Alpine shop."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from plugin.policy.decision import Ground
from plugin.ports import Code, Done
from tests.shopify.desk import ALPINE, Desk

NOTE = "Grüße, the time for returns is over. 退货期已过。"


def make_code(desk: Desk, **changes: Any) -> Code:
    order = desk.store.shops[ALPINE].order_numbered(1001)
    assert order is not None
    assert order.customer is not None
    values: dict[str, Any] = {
        "text": "SORRY-0123456789AB",
        "title": "Evenhand #1001-R1 (1)",
        "customer_id": order.customer.id,
        "percent": 15,
        "starts_at": datetime(2020, 1, 1, tzinfo=UTC),
        "ends_at": datetime(2030, 1, 31, 23, 59, 59, tzinfo=UTC),
    }
    return Code(**{**values, **changes})


def decline(desk: Desk, return_id: str, note: str = NOTE) -> Done:
    return desk.actions.decline(ALPINE, return_id, Ground.RETURN_PERIOD_ENDED, note)


def found_return(desk: Desk, return_id: str) -> dict[str, Any]:
    [found] = [each for each in desk.truth()["returns"] if each["id"] == return_id]
    return dict(found)


def order_1001(desk: Desk) -> dict[str, Any]:
    [found] = [each for each in desk.truth()["orders"] if each["name"] == "#1001"]
    return dict(found)
