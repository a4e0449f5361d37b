"""How an app comes to a shop: ID tokens and access tokens."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from plugin.devstore.id_tokens import IdTokenRefused, check_id_token, make_id_token
from plugin.devstore.shop import Shop
from plugin.devstore.tokens import (
    ACCESS_SECONDS,
    REFRESH_SECONDS,
    Grant,
    TokenRefused,
)
from plugin.devstore.web import json_answer, open_shop, shop_or_404, store

TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token"
OFFLINE = "urn:shopify:params:oauth:token-type:offline-access-token"
EXPIRING = frozenset({"1", "True", "true"})
NOT_EXPIRING = "expiring offline tokens are mandatory; send expiring=1"

blueprint = Blueprint("oauth", __name__)


@blueprint.post("/<domain:domain>/admin/oauth/access_token")
def access_token(domain: str) -> Response:
    """Exchange an ID token, or refresh a pair of tokens."""
    shop = open_shop(domain)
    given = request.get_json(silent=True) or request.form.to_dict()
    if not _is_our_app(given):
        return _error(401, "invalid_client", "unknown client id or secret")
    with store().lock:
        if given.get("grant_type") == TOKEN_EXCHANGE:
            return _exchange(shop, given)
        if given.get("grant_type") == "refresh_token":
            return _refresh(shop, given)
        if "code" in given and "grant_type" not in given:
            return _redeem(shop, given)
    return _error(400, "unsupported_grant_type", "use token-exchange or refresh_token")


@blueprint.post("/<domain:domain>/admin/id_token")
def id_token(domain: str) -> Response:
    """A fresh ID token, as the admin gives its frames."""
    return json_answer({"id_token": make_id_token(store(), shop_or_404(domain))})


def _is_our_app(given: dict[str, Any]) -> bool:
    secret = str(given.get("client_secret", ""))
    known = given.get("client_id") == store().manifest.client_id
    return known and store().secrets.knows(secret)


def _exchange(shop: Shop, given: dict[str, Any]) -> Response:
    if given.get("subject_token_type") != ID_TOKEN:
        return _error(400, "invalid_request", f"subject_token_type must be {ID_TOKEN}")
    if given.get("requested_token_type") != OFFLINE:
        message = f"this store only gives {OFFLINE}"
        return _error(400, "invalid_request", message)
    try:
        check_id_token(store(), shop, str(given.get("subject_token", "")))
    except IdTokenRefused:
        return _error(400, "invalid_subject_token", "the ID token is stale or not ours")
    if not shop.installed:
        return _error(400, "app_not_installed", "install the app first")
    if str(given.get("expiring")) not in EXPIRING:
        return _error(403, "expiring_token_required", NOT_EXPIRING)
    secret = str(given["client_secret"])
    return _granted(store().tokens.issue(shop.myshopify_domain, shop.scopes, secret))


def _redeem(shop: Shop, given: dict[str, Any]) -> Response:
    if str(given.get("expiring")) not in EXPIRING:
        return _error(403, "expiring_token_required", NOT_EXPIRING)
    code, secret = str(given["code"]), str(given["client_secret"])
    try:
        grant = store().tokens.redeem(shop.myshopify_domain, code, secret)
    except TokenRefused:
        return _error(400, "invalid_request", "the code was not found or was used")
    return _granted(grant)


def _refresh(shop: Shop, given: dict[str, Any]) -> Response:
    refresh_token = str(given.get("refresh_token", ""))
    try:
        grant = store().tokens.refresh(
            shop.myshopify_domain, refresh_token, str(given["client_secret"])
        )
    except TokenRefused:
        message = "this refresh token is no longer valid"
        return _error(401, "invalid_request", message)
    # What was taken away does not come back with a renewal.
    grant.scopes &= shop.scopes
    return _granted(grant)


def _granted(grant: Grant) -> Response:
    return json_answer(
        {
            "access_token": grant.access_token,
            "scope": ",".join(sorted(grant.scopes)),
            "expires_in": ACCESS_SECONDS,
            "refresh_token": grant.refresh_token,
            "refresh_token_expires_in": REFRESH_SECONDS,
        }
    )


def _error(status: int, code: str, description: str) -> Response:
    return json_answer({"error": code, "error_description": description}, status)
