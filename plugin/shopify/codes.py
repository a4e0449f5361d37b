"""A discount code as the platform's mutations ask for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from plugin.ports import Code

CODE_TAG = "evenhand"
NOT_COMBINED = {
    "orderDiscounts": False,
    "productDiscounts": False,
    "shippingDiscounts": False,
}


def code_call(code: Code) -> tuple[str, str, Mapping[str, Any]]:
    """Name the operation that makes a code, its field, and what it is asked with."""
    if _value(code) is None:
        asked = {**_bounds(code), "destination": {"all": True}}
        field = "discountCodeFreeShippingCreate"
        return "create_shipping_code", field, {"freeShippingCodeDiscount": asked}
    gets = {"value": _value(code), "items": {"all": True}}
    asked = {**_bounds(code), "customerGets": gets}
    return "create_code", "discountCodeBasicCreate", {"basicCodeDiscount": asked}


def revive_call(code: Code, id: str) -> tuple[str, str, Mapping[str, Any]]:
    """Name the operation that lets a code work until its end, and what it is asked."""
    until = {"endsAt": _iso(code.ends_at)}
    if _value(code) is None:
        field = "discountCodeFreeShippingUpdate"
        return "revive_shipping_code", field, {"id": id, "until": until}
    return "revive_code", "discountCodeBasicUpdate", {"id": id, "until": until}


def _value(code: Code) -> dict[str, Any] | None:
    """Say what a code takes off; None is the way there."""
    if code.amount is not None:
        amount = {"amount": str(code.amount.amount), "appliesOnEachItem": False}
        return {"discountAmount": amount}
    return {"percentage": code.percent / 100} if code.percent else None


def _bounds(code: Code) -> dict[str, Any]:
    """One use, one customer, with an end, combined with nothing."""
    return {
        "title": code.title,
        "code": code.text,
        "startsAt": _iso(code.starts_at),
        "endsAt": _iso(code.ends_at),
        "usageLimit": 1,
        "appliesOncePerCustomer": True,
        "context": {"customers": {"add": [code.customer_id]}},
        "combinesWith": NOT_COMBINED,
        "tags": [CODE_TAG],
    }


def _iso(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
