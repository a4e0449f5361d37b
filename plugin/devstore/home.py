"""The front door: the shops, and the ways into each."""

from __future__ import annotations

from flask import Blueprint, render_template

from plugin.devstore.web import shop_or_404, store

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
def shops() -> str:
    """The shops of this store."""
    return render_template("shops.html", shops=store().shops.values())


@blueprint.get("/<domain:domain>")
def shop(domain: str) -> str:
    """One shop: its customers' orders, its admin, its app."""
    found = shop_or_404(domain)
    with store().lock:
        return render_template("shop.html", shop=found, manifest=store().manifest)
