"""The mail a customer gets."""

from __future__ import annotations

from plugin.devstore.model import Mail, Order
from plugin.devstore.store import Store


def send_mail(store: Store, order: Order, *, subject: str, text: str) -> None:
    """Send the customer of an order a message, if the order has an address."""
    if order.email is None:
        return
    at = store.clock.now()
    order.mails.append(Mail(to=order.email, subject=subject, text=text, at=at))
