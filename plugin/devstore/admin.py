"""The merchant's pages: orders, what happened to them, and what staff may do."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Redirect

from plugin.devstore import compliance, refunds, returns
from plugin.devstore.errors import Rejected
from plugin.devstore.model import Order, ReturnDecline
from plugin.devstore.payments import refundable
from plugin.devstore.shop import Shop
from plugin.devstore.web import (
    fail,
    json_answer,
    order_or_404,
    return_or_404,
    shop_or_404,
    store,
    wants_json,
)

REASONS = ("RETURN_PERIOD_ENDED", "FINAL_SALE", "OTHER")

blueprint = Blueprint("admin", __name__)


@blueprint.get("/<domain:domain>/admin/orders")
def orders(domain: str) -> str:
    """The orders of a shop."""
    shop = shop_or_404(domain)
    with store().lock:
        return render_template("admin_orders.html", shop=shop)


@blueprint.get("/<domain:domain>/admin/flow")
def flow_page(domain: str) -> str:
    """What Shopify Flow was told, newest first."""
    shop = shop_or_404(domain)
    with store().lock:
        return render_template("admin_flow.html", shop=shop)


@blueprint.get("/<domain:domain>/admin/orders/<int:number>")
def order_page(domain: str, number: int) -> str:
    """One order and everything that happened to it."""
    shop = shop_or_404(domain)
    with store().lock:
        return _page(shop, order_or_404(shop, number))


@blueprint.post("/<domain:domain>/admin/returns/<path:return_id>/approve")
def approve(domain: str, return_id: str) -> Response | Redirect | tuple[str, int]:
    """Approve a return as staff."""
    shop = shop_or_404(domain)
    asked = return_or_404(shop, return_id)
    return _act(
        shop,
        asked.order,
        lambda: returns.approve(store(), shop, asked, by="staff", notify=True),
    )


@blueprint.post("/<domain:domain>/admin/returns/<path:return_id>/decline")
def decline(domain: str, return_id: str) -> Response | Redirect | tuple[str, int]:
    """Decline a return as staff."""
    shop = shop_or_404(domain)
    asked = return_or_404(shop, return_id)
    given = _given()
    reason = str(given.get("reason", "OTHER"))
    if reason not in REASONS:
        fail(400, f"`reason` must be one of {', '.join(REASONS)}")
    answer = ReturnDecline(reason=reason, note=given.get("note") or None)
    return _act(
        shop,
        asked.order,
        lambda: returns.decline(store(), shop, asked, answer, by="staff", notify=True),
    )


@blueprint.post("/<domain:domain>/admin/orders/<int:number>/refund")
def refund(domain: str, number: int) -> Response | Redirect | tuple[str, int]:
    """Refund an order, in full or in part."""
    shop = shop_or_404(domain)
    order = order_or_404(shop, number)
    given = _given()
    amount = _amount(given.get("amount"))
    shipping = _amount(given.get("shipping")) or Decimal(0)
    beside = bool(given.get("beside"))

    def give() -> None:
        refunds.refund_order(
            store(), shop, order, amount=amount, shipping=shipping, beside=beside
        )

    return _act(shop, order, give)


@blueprint.post("/<domain:domain>/admin/orders/<int:number>/delivered")
def mark_delivered(domain: str, number: int) -> Response | Redirect | tuple[str, int]:
    """Mark the parcels of an order as delivered now."""
    shop = shop_or_404(domain)
    order = order_or_404(shop, number)

    def deliver() -> None:
        for fulfillment in order.fulfillments:
            fulfillment.delivered_at = fulfillment.updated_at = store().clock.now()

    return _act(shop, order, deliver)


@blueprint.post("/<domain:domain>/admin/orders/<int:number>/privacy/<what>")
def privacy(
    domain: str, number: int, what: str
) -> Response | Redirect | tuple[str, int]:
    """Pass on that an order's customer wants their data, or wants it erased."""
    shop = shop_or_404(domain)
    order = order_or_404(shop, number)
    if what not in ("data", "erase"):
        fail(404, "`what` must be data or erase")

    def ask() -> None:
        if what == "data":
            compliance.request_data(store(), shop, order)
        else:
            compliance.erase_customer(store(), shop, order)

    return _act(shop, order, ask)


def _act(
    shop: Shop, order: Order, action: Callable[[], object]
) -> Response | Redirect | tuple[str, int]:
    with store().lock:
        try:
            action()
        except Rejected as rejected:
            if wants_json():
                body = {"error": rejected.message, "code": rejected.code}
                return json_answer(body, 422)
            return _page(shop, order, problem=rejected.message), 422
    if wants_json():
        return json_answer({"order_id": order.id, "order_name": order.name})
    page = url_for(
        "admin.order_page", domain=shop.myshopify_domain, number=order.number
    )
    return redirect(page, code=303)


def _page(shop: Shop, order: Order, *, problem: str | None = None) -> str:
    deliveries = store().outbox.deliveries()
    customer_id = order.customer and order.customer.id
    codes = shop.codes.values()
    return render_template(
        "admin_order.html",
        shop=shop,
        order=order,
        problem=problem,
        reasons=REASONS,
        refundable=refundable(order),
        now=store().clock.now(),
        codes=[code for code in codes if customer_id in code.customer_ids],
        deliveries=[each for each in deliveries if each.message.order_id == order.id],
    )


def _given() -> dict[str, Any]:
    given = request.get_json(silent=True) if request.is_json else None
    return given if isinstance(given, dict) else request.form.to_dict()


def _amount(text: object) -> Decimal | None:
    if text in {None, ""}:
        return None
    try:
        amount = Decimal(str(text))
    except InvalidOperation:
        fail(400, "`amount` must be a number")
    return amount if amount.is_finite() else fail(400, "`amount` must be a number")
