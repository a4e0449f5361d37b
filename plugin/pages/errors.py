"""Pages and answers for what went wrong, each with a stable code and a way out."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, Response, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from plugin.archive.keyring import KeysMissing
from plugin.install import InstallFailed, ScopesMissing
from plugin.pages.desk import Frame
from plugin.pages.headers import secure
from plugin.sessions import NO_SECRET, NotAStaffSession

NOTHING_HERE = "there is nothing at this address; open Evenhand again in the admin"

NOTHING_SENT = (
    "nothing is taken at this address; webhooks go to /webhooks, and everything else "
    "begins in Evenhand's pages in the admin"
)

# What each scope is for, in the merchant's words.
SCOPE = {
    "read_customers": "see which customer asked",
    "read_products": "see the products that come back",
    "write_discounts": "make discount codes",
    "write_orders": "read orders and mark them",
    "write_returns": "read, approve and decline returns",
}

NO_PAGE = "This page does not exist"

FITS_NONE = (
    "What your shop's admin signs fits no client secret that Evenhand has. Whoever "
    "runs Evenhand has to set `SHOPIFY_API_SECRET` to the client secret in the app's "
    "page of the Dev Dashboard."
)
REFUSED = (
    "What your shop's admin says of you was refused twice in a row. Whoever runs "
    "Evenhand has to see that `SHOPIFY_API_KEY` is the client id in the app's page of "
    "the Dev Dashboard, and that the clock of the machine is right."
)


class NoSuchPage(LookupError):
    """An address that names nothing of this shop."""

    code = "not_found"


def register(blueprint: Blueprint, frame: Frame) -> None:
    """Answer the errors that pages may raise, and whoever asks for no page at all."""
    blueprint.app_errorhandler(NotFound)(partial(_nothing_here, frame))
    blueprint.register_error_handler(NoSuchPage, _no_such_page)
    blueprint.register_error_handler(NotAStaffSession, _not_let_in)
    blueprint.register_error_handler(InstallFailed, _install_failed)
    blueprint.register_error_handler(KeysMissing, _keys_missing)
    blueprint.register_error_handler(ScopesMissing, _scopes_missing)


def _nothing_here(frame: Frame, _error: NotFound) -> Response:
    """Answer for an address of nobody's: a page to a browser, JSON to others."""
    if _is_api() or "text/html" not in request.headers.get("Accept", ""):
        sent = request.method not in ("GET", "HEAD")
        said = NOTHING_SENT if sent else NOTHING_HERE
        answer = jsonify(error=NoSuchPage.code, message=said), 404
        return make_response(answer)
    page = render_template(
        "pages/error.html",
        frame=frame,
        code=NoSuchPage.code,
        title=NO_PAGE,
        text="There is nothing at this address. It may be an old one, or mistyped.",
    )
    return secure(make_response(page, 404), frame)


def _no_such_page(error: NoSuchPage) -> ResponseReturnValue:
    return _answer(
        404,
        error.code,
        title=NO_PAGE,
        text="There is no such case in this shop. It may have been erased.",
    )


def _not_let_in(error: NotAStaffSession) -> ResponseReturnValue:
    fits_none = error.code == NO_SECRET
    return _answer(
        401,
        error.code,
        title="Evenhand cannot let you in",
        text=f"{FITS_NONE if fits_none else REFUSED} Nothing was changed.",
    )


def _install_failed(error: InstallFailed) -> ResponseReturnValue:
    return _answer(
        502,
        error.code,
        title="Evenhand could not be set up",
        text="The platform did not answer as it should while Evenhand was being set "
        "up for this shop. Nothing was changed. Reload the app to try again.",
    )


def _keys_missing(error: KeysMissing) -> ResponseReturnValue:
    return _answer(
        503,
        error.code,
        title="Sealed; key missing",
        text="This is sealed with a key that this installation does not have now. "
        "Nothing was changed. Whoever runs Evenhand has to put the older secret back "
        "into its settings; then it is shown again.",
    )


def _scopes_missing(error: ScopesMissing) -> ResponseReturnValue:
    lacking = ", ".join(SCOPE.get(scope, scope) for scope in sorted(error.scopes))
    return _answer(
        403,
        error.code,
        title="Evenhand needs your permission",
        text=f"Your store does not let Evenhand do this: {lacking}. Until it does, "
        "requests wait and nothing is sent. Reload the app and approve what the "
        "platform asks; the work goes on by itself.",
    )


def _answer(status: int, code: str, *, title: str, text: str) -> ResponseReturnValue:
    if "application/json" in request.headers.get("Accept", "") or _is_api():
        return jsonify(error=code, message=text), status
    page = render_template("pages/error.html", code=code, title=title, text=text)
    return page, status


def _is_api() -> bool:
    return request.path.startswith("/api/")
