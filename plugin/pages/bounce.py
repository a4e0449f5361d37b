"""The page between: lets the bridge script fetch a fresh ID token and come back."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from plugin.install import is_own_path


def show() -> ResponseReturnValue:
    """Show the page; only a path of ours may be returned to."""
    asked = request.args.getlist("shopify-reload")
    if len(asked) != 1 or not is_own_path(asked[0]):
        return render_template(
            "pages/error.html",
            code="bad_reload_path",
            title="This link leads nowhere",
            text="Open Evenhand from the apps in the shop's admin.",
        ), 400
    return render_template("pages/bounce.html")
