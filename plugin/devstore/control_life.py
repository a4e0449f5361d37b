"""The control desk's second drawer: what happens after a request was made."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, request

from plugin.devstore import compliance, lifecycle
from plugin.devstore.disputes import ENDED, OPEN, move_dispute, open_dispute
from plugin.devstore.errors import Rejected
from plugin.devstore.model import Return
from plugin.devstore.payments import end_refunds, fail_late
from plugin.devstore.shop import Shop, WebhookSubscription
from plugin.devstore.store import Store
from plugin.devstore.web import (
    CLOSED,
    fail,
    json_answer,
    order_or_404,
    return_or_404,
    shop_or_404,
    store,
)

PRIVACY = ("data", "customer", "shop")
ENDS = ("SUCCESS", "PENDING", "FAILURE", "ERROR")
KINDS = ("CHARGEBACK", "INQUIRY")
MOVES: dict[str, Callable[[Store, Shop, Return], None]] = {
    "cancel": lifecycle.cancel_open_return,
    "close": lifecycle.close_return,
    "exchange": lifecycle.add_exchange,
    "remove": lifecycle.remove_from_return,
    "reopen": lifecycle.reopen_return,
    "take-in": lifecycle.take_in,
}

blueprint = Blueprint("control_life", __name__, url_prefix="/_control")


@blueprint.errorhandler(Rejected)
def rejected(error: Rejected) -> Response:
    """Say why the store refuses."""
    return json_answer({"error": error.message, "code": error.code}, 422)


@blueprint.post("/returns/<move>")
def move_return(move: str) -> Response:
    """Close, reopen or cancel a return, or remove a piece from it, as staff."""
    if move not in MOVES:
        fail(404, f"`{move}` must be one of {', '.join(sorted(MOVES))}")
    shop, given = _asked()
    with store().lock:
        found = return_or_404(shop, str(given.get("return_id")))
        MOVES[move](store(), shop, found)
        return json_answer({"return_id": found.id, "status": found.status})


@blueprint.post("/orders/cancel")
def cancel_order() -> Response:
    """Cancel an order."""
    shop, given = _asked()
    with store().lock:
        order = order_or_404(shop, int(given.get("number", 0)))
        lifecycle.cancel_order(store(), shop, order)
        return json_answer({"order_id": order.id})


@blueprint.post("/payments")
def payments() -> Response:
    """Say how the gateways end an order's refunds; what is pending ends so now.

    With `late`, what was through fails after all.
    """
    shop, given = _asked()
    status = str(given.get("status"))
    if status not in ENDS:
        fail(400, f"`status` must be one of {', '.join(ENDS)}")
    with store().lock:
        order = order_or_404(shop, int(given.get("number", 0)))
        if given.get("late"):
            fail_late(order)
        else:
            end_refunds(order, status)
        return json_answer({"order_id": order.id, "status": status})


@blueprint.post("/disputes")
def dispute() -> Response:
    """Open a dispute of an order's payment."""
    shop, given = _asked()
    kind = str(given.get("kind", "CHARGEBACK"))
    if kind not in KINDS:
        fail(400, f"`kind` must be one of {', '.join(KINDS)}")
    with store().lock:
        order = order_or_404(shop, int(given.get("number", 0)))
        made = open_dispute(store(), shop, order, kind=kind)
        return json_answer({"dispute_id": made.id}, 201)


@blueprint.post("/disputes/move")
def dispute_moves() -> Response:
    """Bring an order's newest dispute to another status."""
    shop, given = _asked()
    status = str(given.get("status"))
    if status not in (*OPEN, *ENDED):
        fail(400, f"`status` must be one of {', '.join((*OPEN, *ENDED))}")
    with store().lock:
        order = order_or_404(shop, int(given.get("number", 0)))
        move_dispute(store(), shop, order, status=status)
        return json_answer({"order_id": order.id, "status": status})


@blueprint.post("/marks")
def mark() -> Response:
    """Put tags and own metafields on an order, or on its customer."""
    shop, given = _asked()
    with store().lock:
        order = order_or_404(shop, int(given.get("number", 0)))
        owner = order.customer if given.get("on") == "customer" else order
        if owner is None:
            fail(400, "the order has no customer")
        tags, fields = given.get("tags", []), given.get("metafields", {})
        lifecycle.mark_owner(store(), owner, tags, fields)
        return json_answer({"owner_id": owner.id, "tags": owner.tags})


@blueprint.post("/bulk")
def bulk() -> Response:
    """Say how the next bulk operations go, or let the files there are run out."""
    shop, given = _asked()
    desk = store().bulk
    with store().lock:
        desk.seconds = float(given.get("seconds", desk.seconds))
        desk.most = int(given.get("most", desk.most))
        desk.failing += [str(code) for code in given.get("failing", [])]
        desk.cut += [int(size) for size in given.get("cut", [])]
        desk.refusing += [int(status) for status in given.get("refusing", [])]
        desk.garbled += int(given.get("garbled", 0))
        desk.lost += int(given.get("lost", 0))
        if given.get("expire"):
            desk.expire(shop.myshopify_domain)
        return json_answer({"operations": len(desk.of(shop.myshopify_domain))})


@blueprint.post("/shop")
def change_shop() -> Response:
    """Change a shop's currency, time zone, name or address."""
    shop, given = _asked()
    with store().lock:
        changes = {name: given[name] for name in given if name != "shop"}
        lifecycle.change_shop(store(), shop, changes)
        return json_answer({"shop": shop.myshopify_domain})


@blueprint.post("/closed")
def close_shop() -> Response:
    """Freeze, lock or remove a shop, as the status says; without one, open it."""
    shop, given = _asked()
    status = given.get("status")
    if status not in (None, *CLOSED):
        fail(400, f"`status` must be one of {', '.join(map(str, CLOSED))}")
    with store().lock:
        shop.closed = status
        return json_answer({"closed": shop.closed})


@blueprint.post("/subscriptions")
def subscribe() -> Response:
    """Subscribe one shop to a topic, as some app or person did by the API."""
    shop, given = _asked()
    with store().lock:
        made = WebhookSubscription(
            id=store().ids.gid("WebhookSubscription"),
            topic=str(given.get("topic")),
            uri=str(given.get("uri")),
        )
        shop.subscriptions.append(made)
        return json_answer({"id": made.id}, 201)


@blueprint.post("/scopes")
def change_scopes() -> Response:
    """Grant the app these scopes in a shop; without any, those of its manifest."""
    shop, given = _asked()
    with store().lock:
        scopes = frozenset(given.get("scopes", store().manifest.scopes))
        lifecycle.change_scopes(store(), shop, scopes)
        return json_answer({"scopes": sorted(shop.scopes)})


@blueprint.post("/privacy/<what>")
def privacy(what: str) -> Response:
    """Ask the app for a customer's data, or to erase a customer or the shop.

    `number` names an order of the customer; `days` is how long the store waits, by
    default as long as Shopify does.
    """
    if what not in PRIVACY:
        fail(404, f"`{what}` must be one of {', '.join(PRIVACY)}")
    shop, given = _asked()
    with store().lock:
        _oblige(shop, what, given)
        return json_answer({"shop": shop.myshopify_domain})


def _oblige(shop: Shop, what: str, given: dict[str, Any]) -> None:
    days = given.get("days")
    wait = None if days is None else float(days) * 86400
    if what == "shop":
        seconds = compliance.SHOP_WAITS_SECONDS if wait is None else wait
        compliance.erase_shop_later(store(), shop, seconds)
        return
    order = order_or_404(shop, int(given.get("number", 0)))
    if what == "data":
        compliance.request_data(store(), shop, order)
        return
    seconds = compliance.CUSTOMER_WAITS_SECONDS if wait is None else wait
    compliance.erase_customer(store(), shop, order, seconds)


@blueprint.post("/customers")
def change_customer() -> Response:
    """Give the customer of an order, and the order, other particulars."""
    shop, given = _asked()
    with store().lock:
        order = order_or_404(shop, int(given.get("number", 0)))
        lifecycle.change_customer(order, given)
        return json_answer({"order_id": order.id})


def _asked() -> tuple[Shop, dict[str, Any]]:
    body = request.get_json(silent=True)
    given = body if isinstance(body, dict) else {}
    return shop_or_404(str(given.get("shop"))), given
