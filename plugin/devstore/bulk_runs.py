"""Running bulk operations: the query checked, the app told, the file served."""

from __future__ import annotations

import re
from collections.abc import Iterator

from flask import Blueprint, Response, request

from plugin.devstore import bulk_query
from plugin.devstore.bulk import BulkOperation
from plugin.devstore.graph_fields import Context
from plugin.devstore.graph_schema import load_schema
from plugin.devstore.web import fail, json_answer, shop_or_404, store

RANGE = re.compile(r"bytes=(\d+)-")
PIECE = 16 * 1024

blueprint = Blueprint("bulk", __name__)


def run(context: Context, text: str) -> BulkOperation:
    """Start an operation for whoever asks now."""
    shop, at = context.shop, context.store
    schema = load_schema()
    document = bulk_query.check(schema, text)

    def rows() -> list[dict[str, object]]:
        with at.lock:
            return bulk_query.rows(schema, document, context)

    def finished(made: BulkOperation) -> None:
        with at.lock:
            if at.bulk.closed:
                return
            at.fire(shop, "bulk_operations/finish", made.payload())

    address = f"{request.host_url}{shop.myshopify_domain}/bulk"
    return at.bulk.start(
        shop.myshopify_domain, text, address=address, rows=rows, finished=finished
    )


@blueprint.get("/<domain:domain>/bulk/<key>.jsonl")
def download(domain: str, key: str) -> Response:
    """The file of an operation, or its end from some byte on."""
    shop = shop_or_404(domain)
    with store().lock:
        found = store().bulk.file(shop.myshopify_domain, key)
        if found is None:
            fail(404, "there is no such file, or no more")
        if store().bulk.refusing:
            fail(store().bulk.refusing.pop(0), "refused on request")
        cut = store().bulk.cut.pop(0) if store().bulk.cut else None
        asked = request.headers.get("Range", "")
        found.downloads.append(asked)
        if "X-Shopify-Access-Token" in request.headers:
            found.downloads.append("with a token")
        content = found.content
    ranged = RANGE.fullmatch(asked)
    start = int(ranged[1]) if ranged else 0
    if start >= len(content):
        return json_answer({"error": "there is nothing behind"}, 416)
    answer = Response(
        _pieces(content[start:], cut),
        status=206 if ranged else 200,
        mimetype="application/jsonl",
    )
    answer.content_length = len(content) - start
    if ranged:
        last = len(content) - 1
        answer.headers["Content-Range"] = f"bytes {start}-{last}/{len(content)}"
    return answer


def _pieces(content: bytes, cut: int | None) -> Iterator[bytes]:
    """The content in pieces; the line breaks after so many bytes, where it shall."""
    end = len(content) if cut is None else min(cut, len(content))
    for at in range(0, end, PIECE):
        yield content[at : min(at + PIECE, end)]
    if end < len(content):
        raise ConnectionAbortedError("cut on request")
