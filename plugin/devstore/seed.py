"""The world the store starts with, read from `day.yaml`."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from plugin.devstore.ids import gid
from plugin.devstore.model import Customer, Order, Product, ReturnReasonDefinition
from plugin.devstore.orders import TRANSIT, Purchase, place_order
from plugin.devstore.shop import Shop
from plugin.devstore.store import Store

DAY_FILE = Path(__file__).with_name("day.yaml")
FIRST_STAFF = 90001
# The quick one of two, where PyYAML was built with it.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def fill(store: Store, file: Path = DAY_FILE) -> None:
    """Put the shops, their orders and the demo day into an empty store."""
    day = yaml.load(file.read_text("utf-8"), Loader=LOADER)
    reasons = {each["handle"]: _reason(each) for each in day["reasons"]}
    for position, given in enumerate(day["shops"]):
        shop = _shop(store, given, staff_id=FIRST_STAFF + position)
        shop.reasons = dict(reasons)
        store.shops[shop.myshopify_domain] = shop
    for ask in day["asks"]:
        _keep_ask(store, ask)
    store.ids.leave_the_past()


def _reason(given: dict[str, str]) -> ReturnReasonDefinition:
    # Shopify numbers its library; a readable number is enough here.
    number = sum(ord(letter) * 7**index for index, letter in enumerate(given["handle"]))
    return ReturnReasonDefinition(
        id=gid("ReturnReasonDefinition", number),
        handle=given["handle"],
        name=given["name"],
    )


def _shop(store: Store, given: dict[str, Any], *, staff_id: int) -> Shop:
    shop = Shop(
        id=store.ids.gid("Shop"),
        myshopify_domain=given["domain"],
        name=given["name"],
        country=given["country"],
        email=given["email"],
        currency_code=given["currency"],
        iana_timezone=given["timezone"],
        staff_id=staff_id,
    )
    products = {
        key: _product(store, shop, each) for key, each in given["products"].items()
    }
    customers = {
        key: _customer(store, shop, key, each)
        for key, each in given["customers"].items()
    }
    for number, each in given["orders"].items():
        _order(store, shop, number, each, products, customers)
    return shop


def _product(store: Store, shop: Shop, given: dict[str, Any]) -> Product:
    product = Product(
        id=store.ids.gid("Product"),
        title=given["title"],
        product_type=given["type"],
        vendor=given["vendor"],
        tags=tuple(given.get("tags", ())),
        price=Decimal(given["price"]),
    )
    shop.products[product.id] = product
    return product


def _customer(store: Store, shop: Shop, key: str, given: dict[str, Any]) -> Customer:
    customer = Customer(
        id=store.ids.gid("Customer"),
        name=given["name"],
        email=f"{key}@mail.example",
        locale=given["locale"],
        tags=list(given.get("tags", ())),
        number_of_orders=given["orders"],
        created_at=store.clock.now() - timedelta(days=200),
    )
    shop.customers[customer.id] = customer
    return customer


def _order(
    store: Store,
    shop: Shop,
    number: int,
    given: dict[str, Any],
    products: dict[str, Product],
    customers: dict[str, Customer],
) -> None:
    now = store.clock.now()
    days = given["delivered"]
    delivered_at = None if days is None else now - timedelta(days=days)
    if delivered_at is None:
        fulfilled_at = now - timedelta(days=given["fulfilled"])
    else:
        fulfilled_at = delivered_at - TRANSIT
    purchase = Purchase(
        number=number,
        products=[products[key] for key in given["lines"]],
        country=given["country"],
        province=given.get("province"),
        customer=customers.get(given.get("customer", "")),
        email=given.get("email"),
        currency=given.get("currency"),
        rate=Decimal(given.get("rate", "1")),
        discount=Decimal(given.get("discount", "0")),
        channel=given.get("channel", "web"),
        paid_with=tuple(given.get("paid_with", ["shopify_payments"])),
        company=given.get("company"),
        fulfilled_at=fulfilled_at,
        delivered_at=delivered_at,
    )
    place_order(store.ids, shop, purchase)


def _keep_ask(store: Store, given: dict[str, Any]) -> None:
    shop, order = _find(store, given["order"])
    lines = [
        {
            "line_item_id": order.line_items[line["line"] - 1].id,
            "quantity": line.get("quantity", 1),
            "reason": line["reason"],
            "note": line["note"],
        }
        for line in given["lines"]
    ]
    store.day.append(
        {
            "shop": shop.myshopify_domain,
            "order_name": order.name,
            "order_number": order.number,
            "story": given["story"],
            "lines": lines,
            "twist": given.get("twist"),
            "country": order.shipping_address.country_code_v2,
            "locale": order.customer_locale,
        }
    )


def _find(store: Store, number: int) -> tuple[Shop, Order]:
    for shop in store.shops.values():
        order = shop.order_numbered(number)
        if order is not None:
            return shop, order
    raise LookupError(f"no shop has an order `{number}`")
