"""The control desk: what demos and tests may ask of the store."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, request

from plugin.devstore.faults import KINDS, Fault
from plugin.devstore.hooks import Delivery
from plugin.devstore.installs import install, uninstall
from plugin.devstore.model import Order
from plugin.devstore.orders import TRANSIT, Purchase, next_number, place_order
from plugin.devstore.shop import Shop
from plugin.devstore.truth import truth_of
from plugin.devstore.web import fail, json_answer, shop_or_404, store

MODES = ("normal", "hold")
ORDERS = ("fifo", "reverse")

blueprint = Blueprint("control", __name__, url_prefix="/_control")


@blueprint.errorhandler(ValueError)
def not_a_number(error: ValueError) -> Response:
    """Say which figure could not be read."""
    return json_answer({"error": str(error)}, 400)


@blueprint.get("/day")
def day() -> Response:
    """The return requests of the demo day."""
    return json_answer(store().day)


@blueprint.get("/truth")
def truth_of_all() -> Response:
    """What happened in every shop."""
    with store().lock:
        shops = store().shops.items()
        return json_answer({name: truth_of(store(), shop) for name, shop in shops})


@blueprint.get("/<domain:domain>/truth")
def truth(domain: str) -> Response:
    """What happened in one shop."""
    shop = shop_or_404(domain)
    with store().lock:
        return json_answer(truth_of(store(), shop))


@blueprint.get("/deliveries")
def delivery_settings() -> Response:
    """How webhooks travel now, and how many wait."""
    return json_answer(_settings())


@blueprint.post("/deliveries")
def set_deliveries() -> Response:
    """Change how webhooks travel; what is not named stays as it is."""
    given = _body()
    settings = store().outbox.settings
    settings.mode = _one_of(MODES, given.get("mode", settings.mode), "mode")
    settings.order = _one_of(ORDERS, given.get("order", settings.order), "order")
    settings.copies = max(1, int(given.get("copies", settings.copies)))
    settings.drop_percent = float(given.get("drop_percent", settings.drop_percent))
    return json_answer(_settings())


@blueprint.post("/deliveries/release")
def release_deliveries() -> Response:
    """Send the held webhooks and wait for each answer; then back to normal."""
    settings = store().outbox.settings
    settings.order = _one_of(ORDERS, _body().get("order", settings.order), "order")
    sent = store().outbox.release()
    return json_answer({"sent": [_sent(each) for each in sent]})


@blueprint.post("/throttle")
def throttle() -> Response:
    """Leave an app so many points in a shop, or give the shop a wider plan."""
    given = _body()
    shop = shop_or_404(str(given.get("shop")))
    with store().lock:
        bucket = store().buckets.of(shop.myshopify_domain)
        if "restore_rate" in given:
            bucket.widen(float(given["restore_rate"]))
        if "points" in given:
            bucket.set(float(given["points"]))
        seen = {"capacity": bucket.capacity, "lowest": bucket.lowest}
        return json_answer({"currentlyAvailable": bucket.available(), **seen})


@blueprint.post("/protected")
def protect() -> Response:
    """Withhold types or fields of customers' data, as from an app not approved."""
    given = _body()
    shop = shop_or_404(str(given.get("shop")))
    with store().lock:
        shop.protected = frozenset(map(str, given.get("fields", [])))
        return json_answer({"fields": sorted(shop.protected)})


@blueprint.post("/api_version")
def answer_as_version() -> Response:
    """Answer as another version: ours is supported no more."""
    with store().lock:
        store().api_version = str(_body().get("version"))
        return json_answer({"version": store().api_version})


@blueprint.post("/fail")
def plan_fault() -> Response:
    """Let an operation fail the next times."""
    given = _body()
    fault = Fault(
        operation=str(given.get("operation")),
        kind=_one_of(tuple(sorted(KINDS)), given.get("kind"), "kind"),
        times=int(given.get("times", 1)),
        seconds=float(given.get("seconds", 30)),
    )
    with store().lock:
        store().faults.plan(fault)
    return json_answer(asdict(fault))


@blueprint.post("/late")
def answer_late() -> Response:
    """Let every answer of the Admin API come so many seconds late."""
    with store().lock:
        store().faults.late = max(0.0, float(_body().get("seconds", 0)))
        return json_answer({"seconds": store().faults.late})


@blueprint.post("/fail/clear")
def clear_faults() -> Response:
    """Let everything work again."""
    with store().lock:
        store().faults.clear()
    return json_answer({})


@blueprint.post("/tokens/expire")
def expire_tokens() -> Response:
    """Let a shop's access tokens run out now."""
    shop = shop_or_404(str(_body().get("shop")))
    with store().lock:
        expired = store().tokens.expire(shop.myshopify_domain)
    return json_answer({"expired": expired})


@blueprint.post("/tokens/refuse")
def refuse_tokens() -> Response:
    """Take a shop's tokens no more until the app is opened, though they are renewed."""
    shop = shop_or_404(str(_body().get("shop")))
    with store().lock:
        refused = store().tokens.refuse(shop.myshopify_domain)
    return json_answer({"refused": refused})


@blueprint.post("/tokens/revoke")
def revoke_tokens() -> Response:
    """Make a shop's tokens worthless, though the app stays installed."""
    shop = shop_or_404(str(_body().get("shop")))
    with store().lock:
        store().tokens.revoke(shop.myshopify_domain)
    return json_answer({})


@blueprint.post("/secret")
def change_secret() -> Response:
    """Rotate the client secret, or revoke the oldest."""
    given = _body()
    with store().lock:
        if given.get("new"):
            store().secrets.rotate(str(given["new"]))
        if given.get("revoke_oldest"):
            revoked = store().secrets.revoke_oldest()
            if revoked is not None:
                store().tokens.revoke_secret(revoked)
        return json_answer({"secrets": len(store().secrets.all())})


@blueprint.post("/install")
def install_app() -> Response:
    """Install or uninstall the app without a browser."""
    given = _body()
    shop = shop_or_404(str(given.get("shop")))
    with store().lock:
        change = install if given.get("installed", True) else uninstall
        change(store(), shop)
        return json_answer({"installed": shop.installed})


@blueprint.post("/orders")
def create_orders() -> Response:
    """Add delivered orders to a shop."""
    given = _body()
    shop = shop_or_404(str(given.get("shop")))
    with store().lock:
        count = int(given.get("count", 1))
        made = [_place(shop, given) for _ in range(count)]
    return json_answer([_order(each) for each in made], 201)


def _place(shop: Shop, given: dict[str, Any]) -> Order:
    delivered_at = store().clock.now() - timedelta(
        days=float(given.get("delivered_days_ago", 5))
    )
    wants_sale = bool(given.get("final_sale"))
    products = shop.products.values()
    fitting = [each for each in products if ("final-sale" in each.tags) is wants_sale]
    customers = list(shop.customers.values())
    number = next_number(shop)
    known = given.get("customer", True)
    purchase = Purchase(
        number=number,
        products=fitting[: int(given.get("lines", 1))],
        country=str(given.get("country", shop.country)),
        province=given.get("province"),
        customer=customers[number % len(customers)] if known else None,
        email=None if known else f"guest-{number}@mail.example",
        fulfilled_at=delivered_at - TRANSIT,
        delivered_at=delivered_at,
        discount=Decimal(str(given.get("discount", 0))),
        shipping=Decimal(str(given.get("shipping", 0))),
        tax_percent=Decimal(str(given.get("tax_percent", 0))),
        channel=str(given.get("channel", "web")),
        paid_with=tuple(given.get("paid_with", ["shopify_payments"])),
        company=given.get("company"),
    )
    return place_order(store().ids, shop, purchase)


def _order(order: Order) -> dict[str, Any]:
    return {
        "order_id": order.id,
        "order_number": order.number,
        "order_name": order.name,
        "line_item_ids": [item.id for item in order.line_items],
    }


def _settings() -> dict[str, Any]:
    outbox = store().outbox
    return {**asdict(outbox.settings), "held": outbox.held()}


def _sent(delivery: Delivery) -> dict[str, Any]:
    return {
        "topic": delivery.message.topic,
        "webhook_id": delivery.message.webhook_id,
        "status": delivery.status,
    }


def _body() -> dict[str, Any]:
    body = request.get_json(silent=True)
    return body if isinstance(body, dict) else {}


def _one_of(known: tuple[str, ...], value: object, name: str) -> str:
    if value not in known:
        fail(400, f"`{name}` must be one of {', '.join(known)}")
    return str(value)
