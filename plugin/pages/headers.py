"""The headers of every answer: who may frame it and what it may load."""

from __future__ import annotations

from flask import Response, g, request
from shopify.utils import shop_url  # type: ignore[import-untyped]  # ships no types

from plugin.pages.desk import Frame


def secure(response: Response, frame: Frame) -> Response:
    """Put the headers on one answer of the merchant's pages."""
    headers = response.headers
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "no-referrer"
    if request.endpoint is None or not request.endpoint.endswith(".static"):
        headers["Cache-Control"] = "no-store"
    if response.mimetype == "text/html":
        headers["Content-Security-Policy"] = policy(frame, _shop())
    return response


def policy(frame: Frame, shop: str | None) -> str:
    """Write the content security policy for one shop's pages."""
    framed_by = [frame.shop_origin(shop)] if shop else []
    framed_by = list(dict.fromkeys([*framed_by, frame.admin_origin]))
    directives = {
        "default-src": "'self'",
        "script-src": f"'self' {frame.bridge_origin}",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "frame-ancestors": " ".join(framed_by),
        "base-uri": "'none'",
        "form-action": "'self'",
        "object-src": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in directives.items())


def _shop() -> str | None:
    """Name the proven shop, or the one hinted at on the way to a proof."""
    staff = g.get("staff")
    if staff is not None:
        return str(staff.shop)
    try:
        hinted = shop_url.sanitize_shop_domain(request.args.get("shop", ""))
    except ValueError:
        # It parses the hint as an address, and a hint may be anything.
        return None
    return str(hinted) if hinted else None
