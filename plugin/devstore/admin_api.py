"""The Admin API: GraphQL over HTTP, with its tokens, headers and faults."""

from __future__ import annotations

import time
import uuid

from flask import Blueprint, Response, request

from plugin.devstore.faults import Fault
from plugin.devstore.graph import Request, answer, error_body
from plugin.devstore.graph_fields import Context
from plugin.devstore.shop import Shop
from plugin.devstore.tokens import TokenRefused
from plugin.devstore.web import json_answer, open_shop, store

VERSION = "2026-10"
BAD_TOKEN = (
    "[API] Invalid API key or access token (unrecognized login or wrong password)"
)
INTERNAL_ERROR = "Internal error. Looks like something went wrong on our end."

blueprint = Blueprint("admin_api", __name__)


@blueprint.post("/<domain:domain>/admin/api/<version>/graphql.json")
def graphql(domain: str, version: str) -> Response:
    """Answer one GraphQL request."""
    time.sleep(store().faults.late)
    response = _answer(open_shop(domain), version)
    response.headers["X-Request-Id"] = str(uuid.uuid4())
    response.headers["X-Shopify-API-Version"] = store().api_version
    return response


def _answer(shop: Shop, version: str) -> Response:
    if version != VERSION:
        return json_answer({"errors": "Not Found"}, 404)
    context = _context(shop)
    if context is None:
        return json_answer({"errors": BAD_TOKEN}, 401)
    asked = _request()
    if asked is None:
        return json_answer({"errors": {"query": "Required parameter missing"}}, 400)
    with store().lock:
        fault = store().faults.next_for(asked.names())
    return _run(asked, context) if fault is None else _fail(fault, asked, context)


def _context(shop: Shop) -> Context | None:
    token = request.headers.get("X-Shopify-Access-Token", "")
    with store().lock:
        try:
            grant = store().tokens.open(shop.myshopify_domain, token)
        except TokenRefused:
            return None
    # A scope that was taken away works no more, whatever the token came with.
    return Context(store=store(), shop=shop, scopes=grant.scopes & shop.scopes)


def _request() -> Request | None:
    body = request.get_json(silent=True)
    if not isinstance(body, dict) or not isinstance(body.get("query"), str):
        return None
    variables = body.get("variables")
    return Request(
        query=body["query"],
        variables=variables if isinstance(variables, dict) else {},
        operation_name=body.get("operationName"),
    )


def _run(asked: Request, context: Context) -> Response:
    with context.store.lock:
        return json_answer(answer(asked, context))


def _fail(fault: Fault, asked: Request, context: Context) -> Response:
    if fault.kind == "internal_error":
        return json_answer(error_body("INTERNAL_SERVER_ERROR", INTERNAL_ERROR))
    if fault.kind == "drop_after_effect":
        _run(asked, context)
        return json_answer({"errors": "Bad Gateway"}, 502)
    if fault.kind == "timeout":
        time.sleep(fault.seconds)
        return json_answer({"errors": "Gateway Timeout"}, 504)
    return json_answer({"errors": "Internal Server Error"}, 500)
