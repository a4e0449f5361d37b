"""The admin around the app: install, the frame with its bridge, uninstall."""

from __future__ import annotations

import base64
import time
from urllib.parse import urlencode

from flask import (
    Blueprint,
    Response,
    current_app,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as Redirect

from plugin.devstore.id_tokens import make_id_token
from plugin.devstore.installs import install, scopes_in_words, uninstall
from plugin.devstore.shop import Shop
from plugin.devstore.web import fail, shop_or_404, store

blueprint = Blueprint("frame", __name__)


@blueprint.get("/app-bridge.js")
def app_bridge() -> Response:
    """The script an embedded app loads, in place of the real App Bridge."""
    response = current_app.send_static_file("app-bridge.js")
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.get("/<domain:domain>/admin/oauth/install")
def install_page(domain: str) -> str:
    """What the app asks for, and a button."""
    manifest = store().manifest
    return render_template(
        "install.html",
        shop=shop_or_404(domain),
        manifest=manifest,
        scopes=scopes_in_words(manifest.scopes),
    )


@blueprint.post("/<domain:domain>/admin/oauth/install")
def install_app(domain: str) -> Redirect:
    """Install the app and open it."""
    shop = shop_or_404(domain)
    with store().lock:
        install(store(), shop)
    return redirect(_app_page(shop), code=303)


@blueprint.get("/<domain:domain>/admin/apps/<handle>")
@blueprint.get("/<domain:domain>/admin/apps/<handle>/<path:page>")
def app_page(domain: str, handle: str, page: str = "") -> str | Redirect:
    """The app inside the admin."""
    shop = _shop_of_app(domain, handle)
    if not shop.installed:
        return redirect(url_for("frame.install_page", domain=domain), code=303)
    manifest = store().manifest
    return render_template(
        "frame.html",
        shop=shop,
        manifest=manifest,
        base=_app_page(shop),
        source=f"{manifest.app_url}/{page}?{urlencode(_launch_query(shop))}",
    )


@blueprint.post("/<domain:domain>/admin/apps/<handle>/uninstall")
def uninstall_app(domain: str, handle: str) -> Redirect:
    """Remove the app."""
    shop = _shop_of_app(domain, handle)
    with store().lock:
        if shop.installed:
            uninstall(store(), shop)
    return redirect(url_for("home.shop", domain=domain), code=303)


def _launch_query(shop: Shop) -> dict[str, str]:
    admin = f"{request.host}/{shop.myshopify_domain}/admin"
    query = {
        **request.args.to_dict(),
        "embedded": "1",
        "shop": shop.myshopify_domain,
        "host": base64.urlsafe_b64encode(admin.encode()).decode().rstrip("="),
        "locale": "en",
        "timestamp": str(int(time.time())),
        "id_token": make_id_token(store(), shop),
    }
    return {**query, "hmac": store().secrets.query_signature(query)}


def _shop_of_app(domain: str, handle: str) -> Shop:
    known = store().manifest.handle
    # The app's client id leads to it as well.
    if handle not in (known, store().manifest.client_id):
        fail(404, f"no app `{handle}`; this store knows `{known}`")
    return shop_or_404(domain)


def _app_page(shop: Shop) -> str:
    handle = store().manifest.handle
    return url_for("frame.app_page", domain=shop.myshopify_domain, handle=handle)
