"""What a shop holds; class and field names are the Admin API's own."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from plugin.devstore.money import MoneyBag, Rate


@dataclass(frozen=True, kw_only=True)
class Product:
    """Something a shop sells."""

    id: str
    title: str
    product_type: str
    vendor: str
    tags: tuple[str, ...]
    price: Decimal


@dataclass(frozen=True, kw_only=True)
class MailingAddress:
    """An address; the app may read its country and province only."""

    id: str
    country_code_v2: str
    province_code: str | None = None
    name: str | None = None
    address1: str | None = None


@dataclass(frozen=True, kw_only=True)
class Company:
    """A business that buys."""

    id: str
    name: str


@dataclass(frozen=True, kw_only=True)
class PurchasingCompany:
    """The business behind an order."""

    company: Company


@dataclass(frozen=True, kw_only=True)
class ReturnReasonDefinition:
    """One reason of the return reason library."""

    id: str
    handle: str
    name: str
    deleted: bool = False


@dataclass(frozen=True, kw_only=True)
class Mail:
    """A message the customer got."""

    to: str
    subject: str
    text: str
    at: datetime


@dataclass(kw_only=True, eq=False)
class Metafield:
    """One value kept on an order or a customer."""

    id: str
    namespace: str
    key: str
    value: str
    type: str
    compare_digest: str
    created_at: datetime
    updated_at: datetime


@dataclass(kw_only=True, eq=False)
class LineItem:
    """One line of an order."""

    id: str
    title: str
    sku: str
    vendor: str
    quantity: int
    current_quantity: int
    refundable_quantity: int
    product: Product
    original_unit_price_set: MoneyBag
    discounted_unit_price_after_all_discounts_set: MoneyBag
    is_gift_card: bool = False
    requires_shipping: bool = True


@dataclass(kw_only=True, eq=False)
class FulfillmentLineItem:
    """A line as it was shipped."""

    id: str
    quantity: int
    line_item: LineItem


@dataclass(kw_only=True, eq=False)
class Fulfillment:
    """One parcel."""

    id: str
    name: str
    created_at: datetime
    updated_at: datetime
    delivered_at: datetime | None
    fulfillment_line_items: list[FulfillmentLineItem]
    status: str = "SUCCESS"

    @property
    def display_status(self) -> str:
        """What the admin shows for this parcel."""
        return "DELIVERED" if self.delivered_at else "FULFILLED"


@dataclass(kw_only=True, eq=False)
class Customer:
    """A person with an account."""

    id: str
    name: str
    email: str
    locale: str
    tags: list[str]
    number_of_orders: int
    created_at: datetime
    metafields: list[Metafield] = field(default_factory=list)
    phone: str | None = None
    orders: list[Order] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class ReturnDecline:
    """Why a return was declined."""

    reason: str
    note: str | None


@dataclass(kw_only=True, eq=False)
class ReturnLineItem:
    """One line of a return."""

    id: str
    quantity: int
    customer_note: str | None
    return_reason_definition: ReturnReasonDefinition
    fulfillment_line_item: FulfillmentLineItem
    with_code_discounted_total_price_set: MoneyBag
    return_reason_note: str = ""
    refunded_quantity: int = 0
    processed_quantity: int = 0

    @property
    def refundable_quantity(self) -> int:
        """How many pieces were not refunded yet."""
        return self.quantity - self.refunded_quantity

    @property
    def unprocessed_quantity(self) -> int:
        """How many pieces wait to be processed."""
        return self.quantity - self.processed_quantity

    @property
    def processable_quantity(self) -> int:
        """How many pieces may be processed."""
        return self.unprocessed_quantity


@dataclass(kw_only=True, eq=False)
class ExchangeLineItem:
    """An item that the customer gets in turn for what comes back."""

    id: str
    title: str
    quantity: int

    @property
    def processable_quantity(self) -> int:
        """How many pieces are still to be sent; none ever is in this store."""
        return self.quantity


@dataclass(kw_only=True, eq=False)
class Return:
    """A customer's request to send things back."""

    id: str
    name: str
    order: Order
    created_at: datetime
    return_line_items: list[ReturnLineItem]
    status: str = "REQUESTED"
    decline: ReturnDecline | None = None
    request_approved_at: datetime | None = None
    decided_at: datetime | None = None
    decided_by: str | None = None
    closed_at: datetime | None = None
    # What the store itself keeps back, by fees of its own return rules.
    kept: Decimal = Decimal(0)
    refunds: list[Refund] = field(default_factory=list)
    exchange_line_items: list[ExchangeLineItem] = field(default_factory=list)

    @property
    def total_quantity(self) -> int:
        """How many pieces are to come back."""
        return sum(line.quantity for line in self.return_line_items)


@dataclass(kw_only=True, eq=False)
class OrderTransaction:
    """Money that came in or went out, by one gateway."""

    id: str
    kind: str
    gateway: str
    amount_set: MoneyBag
    created_at: datetime
    parent_transaction: OrderTransaction | None = None
    status: str = "SUCCESS"

    @property
    def failed(self) -> bool:
        """Whether the gateway did not do it, so that no money moved."""
        return self.status in ("FAILURE", "ERROR")


@dataclass(frozen=True, kw_only=True)
class RefundShippingLine:
    """What was given back of the shipping."""

    id: str
    subtotal_amount_set: MoneyBag
    tax_amount_set: MoneyBag


@dataclass(kw_only=True, eq=False)
class Refund:
    """Money given back."""

    id: str
    order: Order
    return_: Return | None
    created_at: datetime
    note: str | None
    total_refunded_set: MoneyBag
    refund_line_items: list[object] = field(default_factory=list)
    refund_shipping_lines: list[RefundShippingLine] = field(default_factory=list)
    transactions: list[OrderTransaction] = field(default_factory=list)
    by: str = "staff"


@dataclass(kw_only=True, eq=False)
class Order:
    """One purchase."""

    id: str
    number: int
    name: str
    created_at: datetime
    updated_at: datetime
    customer: Customer | None
    email: str | None
    customer_locale: str
    rate: Rate
    shipping_address: MailingAddress
    billing_address: MailingAddress
    line_items: list[LineItem]
    fulfillments: list[Fulfillment]
    recommendation: str = "ACCEPT"
    source_name: str = "web"
    payment_gateway_names: list[str] = field(
        default_factory=lambda: ["shopify_payments"]
    )
    purchasing_company: PurchasingCompany | None = None
    tags: list[str] = field(default_factory=list)
    tagged_at: datetime | None = None
    metafields: list[Metafield] = field(default_factory=list)
    mails: list[Mail] = field(default_factory=list)
    transactions: list[OrderTransaction] = field(default_factory=list)
    shipping: Decimal = Decimal(0)
    tax_percent: Decimal = Decimal(0)
    returns: list[Return] = field(default_factory=list)
    refunds: list[Refund] = field(default_factory=list)
    disputes: list[object] = field(default_factory=list)
    note: str | None = None
    note_attributes: dict[str, str] = field(default_factory=dict)
    cancelled_at: datetime | None = None
    closed_at: datetime | None = None
    test: bool = False
    # How the gateways end what goes back from now on.
    refunds_end: str = "SUCCESS"
