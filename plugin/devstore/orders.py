"""Orders as they come to be: bought, shipped, maybe delivered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from plugin.devstore.ids import Ids
from plugin.devstore.model import (
    Company,
    Customer,
    Fulfillment,
    FulfillmentLineItem,
    LineItem,
    MailingAddress,
    Order,
    Product,
    PurchasingCompany,
)
from plugin.devstore.money import Rate, rounded
from plugin.devstore.payments import pay
from plugin.devstore.shop import Shop

TRANSIT = timedelta(days=3)
PACKING = timedelta(days=3)


@dataclass(frozen=True, kw_only=True)
class Purchase:
    """What was bought, by whom, and how it travelled."""

    number: int
    products: list[Product]
    country: str
    province: str | None = None
    customer: Customer | None = None
    email: str | None = None
    locale: str = "en"
    currency: str | None = None
    rate: Decimal = Decimal(1)
    fulfilled_at: datetime
    delivered_at: datetime | None
    discount: Decimal = Decimal(0)
    shipping: Decimal = Decimal(0)
    tax_percent: Decimal = Decimal(0)
    channel: str = "web"
    paid_with: tuple[str, ...] = ("shopify_payments",)
    company: str | None = None


def place_order(ids: Ids, shop: Shop, purchase: Purchase) -> Order:
    """Put a shipped order into a shop."""
    order = _order(ids, shop, purchase)
    pay(ids, order)
    shop.orders[order.id] = order
    if purchase.customer is not None:
        purchase.customer.orders.append(order)
    return order


def next_number(shop: Shop) -> int:
    """The number of the shop's next order."""
    return max((order.number for order in shop.orders.values()), default=1000) + 1


def _order(ids: Ids, shop: Shop, purchase: Purchase) -> Order:
    currency = purchase.currency or shop.currency_code
    rate = Rate(
        shop_currency=shop.currency_code, currency=currency, factor=purchase.rate
    )
    items = [
        _line(ids, rate, product, position, purchase.discount)
        for position, product in enumerate(purchase.products, start=1)
    ]
    address = _address(ids, purchase)
    customer = purchase.customer
    created_at = purchase.fulfilled_at - PACKING
    return Order(
        id=ids.gid("Order"),
        number=purchase.number,
        name=f"#{purchase.number}",
        created_at=created_at,
        updated_at=purchase.delivered_at or purchase.fulfilled_at,
        customer=customer,
        email=purchase.email or (customer.email if customer else None),
        customer_locale=customer.locale if customer else purchase.locale,
        rate=rate,
        shipping_address=address,
        billing_address=address,
        line_items=items,
        fulfillments=[_fulfillment(ids, purchase, items)],
        source_name=purchase.channel,
        payment_gateway_names=list(purchase.paid_with),
        purchasing_company=_company(ids, purchase.company),
        shipping=purchase.shipping,
        tax_percent=purchase.tax_percent,
    )


def _company(ids: Ids, name: str | None) -> PurchasingCompany | None:
    if name is None:
        return None
    return PurchasingCompany(company=Company(id=ids.gid("Company"), name=name))


def _line(
    ids: Ids, rate: Rate, product: Product, position: int, discount: Decimal
) -> LineItem:
    off = product.price * discount / 100
    paid = rounded(product.price - off, rate.shop_currency)
    return LineItem(
        id=ids.gid("LineItem"),
        title=product.title,
        sku=f"{product.title[:3].upper()}-{position}",
        vendor=product.vendor,
        quantity=1,
        current_quantity=1,
        refundable_quantity=1,
        product=product,
        original_unit_price_set=rate.bag(product.price),
        discounted_unit_price_after_all_discounts_set=rate.bag(paid),
    )


def _address(ids: Ids, purchase: Purchase) -> MailingAddress:
    return MailingAddress(
        id=ids.gid("MailingAddress"),
        country_code_v2=purchase.country,
        province_code=purchase.province,
    )


def _fulfillment(ids: Ids, purchase: Purchase, items: list[LineItem]) -> Fulfillment:
    return Fulfillment(
        id=ids.gid("Fulfillment"),
        name=f"#{purchase.number}-F1",
        created_at=purchase.fulfilled_at,
        updated_at=purchase.delivered_at or purchase.fulfilled_at,
        delivered_at=purchase.delivered_at,
        fulfillment_line_items=[
            FulfillmentLineItem(
                id=ids.gid("FulfillmentLineItem"),
                quantity=item.quantity,
                line_item=item,
            )
            for item in items
        ],
    )
