"""Optional scopes: an installed app asks for them, and gives them back."""

from __future__ import annotations

from flask import Blueprint, Response, request

from plugin.devstore.installs import scopes_in_words
from plugin.devstore.lifecycle import change_scopes
from plugin.devstore.shop import Shop
from plugin.devstore.web import fail, json_answer, shop_or_404, store

blueprint = Blueprint("optional", __name__)


@blueprint.get("/<domain:domain>/admin/scopes")
def query(domain: str) -> Response:
    """What the app may and might do; with `asked`, what is left to ask in words."""
    shop = _installed(domain)
    asked = frozenset(request.args.getlist("asked"))
    return json_answer({**_detail(shop), "words": scopes_in_words(_left(shop, asked))})


@blueprint.post("/<domain:domain>/admin/scopes/grant")
def grant(domain: str) -> Response:
    """Let the app do what it asks, as the merchant agreed to."""
    shop = _installed(domain)
    with store().lock:
        left = _left(shop, _named())
        if left:
            change_scopes(store(), shop, shop.scopes | left)
        return json_answer(_detail(shop))


@blueprint.post("/<domain:domain>/admin/scopes/revoke")
def revoke(domain: str) -> Response:
    """Take back what the app gives up; what it cannot do without stays."""
    shop = _installed(domain)
    with store().lock:
        named = _named()
        if not named <= store().manifest.optional_scopes:
            fail(400, "only optional scopes can be revoked")
        if named & shop.scopes:
            change_scopes(store(), shop, shop.scopes - named)
        return json_answer(_detail(shop))


def _left(shop: Shop, asked: frozenset[str]) -> frozenset[str]:
    declared = store().manifest.scopes | store().manifest.optional_scopes
    if not asked <= declared:
        fail(400, "the app's manifest does not declare what it asks for")
    return asked - shop.scopes


def _named() -> frozenset[str]:
    given = request.get_json(silent=True) or {}
    return frozenset(str(scope) for scope in given.get("scopes", []))


def _detail(shop: Shop) -> dict[str, list[str]]:
    return {
        "required": sorted(store().manifest.scopes),
        "optional": sorted(store().manifest.optional_scopes),
        "granted": sorted(shop.scopes),
    }


def _installed(domain: str) -> Shop:
    shop = shop_or_404(domain)
    if not shop.installed:
        fail(409, "the shop does not have the app")
    return shop
