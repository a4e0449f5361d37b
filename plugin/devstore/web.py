"""What the store's addresses share: which store, which shop, which order."""

from __future__ import annotations

from typing import NoReturn

from flask import Response, abort, current_app, jsonify, request
from werkzeug.routing import BaseConverter

from plugin.devstore.ids import gid
from plugin.devstore.model import Order, Return
from plugin.devstore.shop import Shop
from plugin.devstore.store import Store

EXTENSION = "devstore"
# How a shop that is closed answers (shopify.dev: response codes).
CLOSED = {
    402: "Payment Required",
    403: "Forbidden",
    404: "Not Found",
    423: "Locked",
}


class DomainConverter(BaseConverter):
    """The part of an address that names a shop."""

    regex = r"[a-zA-Z0-9][a-zA-Z0-9-]*\.myshopify\.com"


def store() -> Store:
    """The store this program runs."""
    found: Store = current_app.extensions[EXTENSION]
    return found


def shop_or_404(domain: str) -> Shop:
    """The shop an address names."""
    shop = store().shops.get(domain)
    if shop is None:
        fail(404, f"no shop `{domain}`; `/` lists the shops there are")
    return shop


def open_shop(domain: str) -> Shop:
    """The shop an app asks; one that is closed answers nothing else."""
    shop = shop_or_404(domain)
    if shop.closed is not None:
        abort(json_answer({"errors": CLOSED[shop.closed]}, shop.closed))
    return shop


def order_or_404(shop: Shop, number: int) -> Order:
    """The order an address names."""
    order = shop.order_numbered(number)
    if order is None:
        fail(404, f"no order `{number}` in {shop.myshopify_domain}")
    return order


def return_or_404(shop: Shop, return_id: str) -> Return:
    """The return an address names, by its number or its gid."""
    number = return_id.rstrip("/").rsplit("/", 1)[-1]
    found = shop.returns.get(gid("Return", number))
    if found is None:
        fail(404, f"no return `{return_id}` in {shop.myshopify_domain}")
    return found


def wants_json() -> bool:
    """Whether the caller is a program rather than a browser."""
    if request.is_json:
        return True
    accepted = request.accept_mimetypes
    return accepted["application/json"] > accepted["text/html"]


def fail(status: int, message: str) -> NoReturn:
    """End the request with an error in JSON."""
    abort(json_answer({"error": message}, status))


def json_answer(body: object, status: int = 200) -> Response:
    """A JSON answer with a status."""
    response = jsonify(body)
    response.status_code = status
    return response
