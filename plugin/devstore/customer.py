"""The customer's pages: an order, and the form to ask for a return."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Redirect

from plugin.devstore import returns
from plugin.devstore.errors import Rejected
from plugin.devstore.returns import AskedLine
from plugin.devstore.web import (
    fail,
    json_answer,
    order_or_404,
    return_or_404,
    shop_or_404,
    store,
    wants_json,
)

blueprint = Blueprint("customer", __name__)


@blueprint.get("/<domain:domain>/account/orders/<int:number>")
def order_page(domain: str, number: int) -> str:
    """One order as its customer sees it."""
    shop = shop_or_404(domain)
    with store().lock:
        return render_template(
            "order.html", shop=shop, order=order_or_404(shop, number), problem=None
        )


@blueprint.post("/<domain:domain>/account/orders/<int:number>/returns")
def request_return(domain: str, number: int) -> Response | Redirect | tuple[str, int]:
    """Ask for a return."""
    shop = shop_or_404(domain)
    with store().lock:
        order = order_or_404(shop, number)
        try:
            made = returns.request_return(store(), shop, order, _asked())
        except Rejected as rejected:
            if wants_json():
                return _refusal(rejected)
            page = render_template(
                "order.html", shop=shop, order=order, problem=rejected.message
            )
            return page, 422
    if wants_json():
        return json_answer({"return_id": made.id, "name": made.name}, 201)
    return _back(domain, number)


@blueprint.post("/<domain:domain>/account/returns/<path:return_id>/cancel")
def cancel_return(domain: str, return_id: str) -> Response | Redirect:
    """Take a requested return back."""
    shop = shop_or_404(domain)
    with store().lock:
        asked = return_or_404(shop, return_id)
        try:
            returns.cancel(store(), shop, asked)
        except Rejected as rejected:
            return _refusal(rejected)
    if wants_json():
        return json_answer({"return_id": asked.id, "status": asked.status})
    return _back(domain, asked.order.number)


def _asked() -> list[AskedLine]:
    given = request.get_json(silent=True) if request.is_json else None
    if given is None:
        return _asked_in_form()
    try:
        return [_asked_line(line) for line in given["lines"]]
    except (KeyError, TypeError, ValueError):
        fail(400, "send {lines: [{line_item_id, quantity, reason, note}]}")


def _asked_line(line: dict[str, Any]) -> AskedLine:
    return AskedLine(
        line_item_id=str(line["line_item_id"]),
        quantity=int(line.get("quantity", 1)),
        reason=str(line["reason"]),
        note=line.get("note"),
    )


def _asked_in_form() -> list[AskedLine]:
    chosen = request.form.getlist("line")
    return [
        AskedLine(
            line_item_id=line_item_id,
            quantity=request.form.get(f"quantity-{line_item_id}", 1, type=int),
            reason=request.form.get(f"reason-{line_item_id}", ""),
            note=request.form.get(f"note-{line_item_id}"),
        )
        for line_item_id in chosen
    ]


def _refusal(rejected: Rejected) -> Response:
    return json_answer({"error": rejected.message, "code": rejected.code}, 422)


def _back(domain: str, number: int) -> Redirect:
    page = url_for("customer.order_page", domain=domain, number=number)
    return redirect(page, code=303)
