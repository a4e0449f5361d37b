"""Reading on: what a list inside another answer cut off."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from plugin.ports import Unreachable
from plugin.shopify.later import has_more_payments

Data = Mapping[str, Any]
# One of the client's ways to ask: of a shop, an operation, with its variables.
Ask = Callable[[str, str, Data], Data]


def with_payments(ask: Ask, shop: str, refund: Data) -> Data:
    """Read all payments of a refund; as it is where none was cut off.

    Raises `Unreachable` when it lacks what the schema promises.
    """
    try:
        if not has_more_payments(refund):
            return refund
    except (KeyError, TypeError) as error:
        raise Unreachable(f"a refund came back half: {type(error).__name__}") from error
    found = ask(shop, "refund_payments", {"id": refund["id"]})["refund"]
    return refund if found is None else {**refund, **found}


def with_all_payments(ask: Ask, shop: str, asked: Data) -> Data:
    """Read all payments of the refunds that the order of a return shows."""
    order = asked.get("order") or {}
    refunds = [with_payments(ask, shop, each) for each in order.get("refunds", ())]
    return {**asked, "order": {**order, "refunds": refunds}}
