"""One shop of the store and everything in it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from plugin.devstore.credit_account import Account
from plugin.devstore.discount_code import DiscountCode
from plugin.devstore.model import (
    Customer,
    Order,
    Product,
    Refund,
    Return,
    ReturnReasonDefinition,
)


@dataclass(kw_only=True)
class Calls:
    """How often a mutation was called for a subject, and how often it changed it."""

    calls: int = 0
    effective: int = 0


@dataclass(frozen=True, kw_only=True)
class Triggered:
    """One call of a trigger of Shopify Flow; a repeat is a call of its own."""

    handle: str
    payload: dict[str, Any]
    at: datetime


@dataclass(frozen=True, kw_only=True)
class WebhookSubscription:
    """What somebody subscribed this one shop to by the API."""

    id: str
    topic: str
    uri: str


@dataclass(kw_only=True, eq=False)
class Shop:
    """A merchant's shop."""

    id: str
    myshopify_domain: str
    name: str
    country: str
    email: str
    currency_code: str
    iana_timezone: str
    staff_id: int
    products: dict[str, Product] = field(default_factory=dict)
    customers: dict[str, Customer] = field(default_factory=dict)
    reasons: dict[str, ReturnReasonDefinition] = field(default_factory=dict)
    orders: dict[str, Order] = field(default_factory=dict)
    returns: dict[str, Return] = field(default_factory=dict)
    refunds: dict[str, Refund] = field(default_factory=dict)
    codes: dict[str, DiscountCode] = field(default_factory=dict)
    subscriptions: list[WebhookSubscription] = field(default_factory=list)
    triggered: list[Triggered] = field(default_factory=list)
    # By customer and currency; by idempotency key, with what was asked.
    credits: dict[tuple[str, str], Account] = field(default_factory=dict)
    refund_keys: dict[str, tuple[str, Refund]] = field(default_factory=dict)
    scopes: frozenset[str] = frozenset()
    # Types, and fields such as `Order.billingAddress`, of customers' data that the app
    # was not approved to see here.
    protected: frozenset[str] = frozenset()
    installed: bool = False
    # What a shop that is frozen, locked or gone answers apps, whatever they ask.
    closed: int | None = None
    # Whether lines may be taken out of a return that nobody approved yet.
    edits_requests: bool = False
    installs: int = 0
    counted: defaultdict[tuple[str, str], Calls] = field(
        default_factory=lambda: defaultdict(Calls)
    )

    @property
    def contact_email(self) -> str:
        """Where customers write to."""
        return self.email

    def order_numbered(self, number: int) -> Order | None:
        """The order a person would name by its number."""
        orders = self.orders.values()
        return next((order for order in orders if order.number == number), None)

    def code(self, text: str) -> DiscountCode | None:
        """A code by its text; letter case does not matter."""
        return self.codes.get(text.casefold())

    def code_by_id(self, code_id: str) -> DiscountCode | None:
        """A code by its gid."""
        codes = self.codes.values()
        return next((code for code in codes if code.id == code_id), None)

    def count(self, operation: str, subject: str, *, effective: bool) -> None:
        """Remember one call of a mutation."""
        counted = self.counted[operation, subject]
        counted.calls += 1
        counted.effective += int(effective)
