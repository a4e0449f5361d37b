"""Store credit: one account for each customer and currency."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from plugin.devstore.credit_account import Account, Credit
from plugin.devstore.errors import Rejected
from plugin.devstore.model import Order
from plugin.devstore.shop import Shop
from plugin.devstore.store import Store


def give_credit(
    store: Store,
    shop: Shop,
    order: Order,
    amount: Decimal,
    expires_at: datetime | None,
) -> None:
    """Put an amount, in the buyer's currency, on the account of an order's customer."""
    if order.customer is None:
        raise Rejected("Store credit needs a customer", code="INVALID")
    key = (order.customer.id, order.rate.currency)
    if key not in shop.credits:
        shop.credits[key] = Account(customer_id=key[0], currency=key[1])
    credit = Credit(
        order_id=order.id, amount=amount, expires_at=expires_at, at=store.clock.now()
    )
    shop.credits[key].credits.append(credit)
