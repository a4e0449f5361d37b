"""The authorization-code grant: for an app that was opened outside the admin."""

from __future__ import annotations

import base64
import time
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response as Redirect

from plugin.devstore.installs import install, scopes_in_words
from plugin.devstore.shop import Shop
from plugin.devstore.web import fail, shop_or_404, store

blueprint = Blueprint("authorize", __name__)


@blueprint.get("/<domain:domain>/admin/oauth/outside")
def outside(domain: str) -> Redirect:
    """Open the app in a window of its own, as from a listing of apps."""
    query = _signed(shop_or_404(domain))
    return redirect(f"{store().manifest.app_url}/?{urlencode(query)}", code=302)


@blueprint.get("/<domain:domain>/admin/oauth/authorize")
def ask(domain: str) -> str:
    """What the app asks for, and a button; the address keeps what was asked."""
    shop, _ = _asked(domain)
    manifest = store().manifest
    return render_template(
        "install.html",
        shop=shop,
        manifest=manifest,
        scopes=scopes_in_words(manifest.scopes),
    )


@blueprint.post("/<domain:domain>/admin/oauth/authorize")
def grant(domain: str) -> Redirect:
    """Install the app and send the browser back to it with a code."""
    shop, address = _asked(domain)
    with store().lock:
        install(store(), shop)
        code = store().tokens.offer(shop.myshopify_domain, shop.scopes)
    query = _signed(shop, code=code, state=request.args.get("state", ""))
    return redirect(f"{address}?{urlencode(query)}", code=302)


def _asked(domain: str) -> tuple[Shop, str]:
    """Check who asks, and that it may be sent back to where it wants."""
    manifest, given = store().manifest, request.args
    if given.get("client_id") != manifest.client_id:
        fail(400, "unknown `client_id`")
    address = given.get("redirect_uri", "")
    if address not in manifest.redirects():
        fail(400, "`redirect_uri` is not among the app's redirect URLs")
    return shop_or_404(domain), address


def _signed(shop: Shop, **more: str) -> dict[str, str]:
    admin = f"{request.host}/{shop.myshopify_domain}/admin"
    query = {
        **more,
        "shop": shop.myshopify_domain,
        "host": base64.urlsafe_b64encode(admin.encode()).decode().rstrip("="),
        "timestamp": str(int(time.time())),
    }
    return {**query, "hmac": store().secrets.query_signature(query)}
