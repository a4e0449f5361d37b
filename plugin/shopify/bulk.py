"""Past returns by a bulk operation: started, watched, its file read as it comes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import requests

from plugin.past import (
    BadFile,
    BulkState,
    PastItem,
    PastRefund,
    PastReturn,
    PastRow,
    Piece,
)
from plugin.ports import Refused, Unreachable
from plugin.shopify.client import TIMEOUT, Client
from plugin.shopify.errors import Throttled

Data = Mapping[str, Any]

PAST_RETURNS = (
    Path(__file__).parent / "operations" / "bulk" / "past_returns.graphql"
).read_text("utf-8")
# The platform takes another operation once one of those that run has ended.
BUSY = frozenset({"OPERATION_IN_PROGRESS", "LIMIT_REACHED"})
BUSY_SECONDS = 60.0
CHUNK = 64 * 1024
# No object of ours is nearly as long; a file that holds one is not what we asked for.
LONGEST_LINE = 1024 * 1024
PIECE_LINES = 500
# What the keeper of the file says when it is not there, or not for us, for good.
NOT_FOR_US = frozenset({403, 404, 410})
REFUSED = "file_refused"
UNREADABLE = "file_unreadable"


@dataclass(frozen=True, kw_only=True, slots=True)
class PastReturns:
    """Reads a shop's past returns; the file's address is never logged or kept.

    The session is one without a token: whoever serves the file is not to see it.
    """

    client: Client
    session: requests.Session

    def start(self, shop: str) -> str:
        """Let the shop gather; raises `Throttled` while it has too much to do."""
        answer = self.client.execute(shop, "run_bulk", {"query": PAST_RETURNS})
        made = answer["bulkOperationRunQuery"] or {}
        errors = made.get("userErrors") or ()
        if any(error["code"] in BUSY for error in errors):
            raise Throttled(BUSY_SECONDS)
        if errors or not made.get("bulkOperation"):
            raise Refused(f"run_bulk was refused: {[e['code'] for e in errors]}")
        return str(made["bulkOperation"]["id"])

    def look(self, shop: str, operation_id: str) -> BulkState | None:
        """See how an operation stands; None when there is no such any more."""
        data = self.client.execute(shop, "bulk_status", {"id": operation_id})
        found = data["bulkOperation"]
        if found is None:
            return None
        return BulkState(
            status=found["status"],
            url=found["url"],
            objects=int(found["objectCount"]),
            error=found["errorCode"],
        )

    def pieces(self, url: str, position: int) -> Iterator[Piece]:
        """Read a file piece by piece from a byte on.

        Raises `Unreachable` when it breaks off, `BadFile` where it stays bad.
        """
        try:
            # What is compressed on the way cannot be asked for from a byte on.
            headers = {"Range": f"bytes={position}-", "Accept-Encoding": "identity"}
            with self.session.get(
                url,
                headers=headers,
                timeout=TIMEOUT,
                stream=True,
                allow_redirects=False,
            ) as answer:
                if answer.status_code == 416:
                    return
                if answer.status_code in NOT_FOR_US:
                    raise BadFile(REFUSED)
                if answer.status_code not in (200, 206):
                    raise Unreachable(f"a bulk file: HTTP {answer.status_code}")
                skip = 0 if answer.status_code == 206 else position
                chunks = answer.iter_content(CHUNK)
                yield from _pieces(_lines(chunks, skip), position)
        except requests.RequestException as error:
            # The exception's own text may hold the address with its signature.
            raise Unreachable(f"a bulk file: {type(error).__name__}") from None


def _lines(chunks: Iterator[bytes], skip: int) -> Iterator[bytes]:
    """Cut a stream into lines, ends and all; the last may lack its end."""
    rest = b""
    for chunk in chunks:
        dropped, skip = chunk[:skip], max(0, skip - len(chunk))
        *lines, rest = (rest + chunk[len(dropped) :]).splitlines(keepends=True) or [b""]
        if rest.endswith(b"\n"):
            lines, rest = [*lines, rest], b""
        if len(rest) > LONGEST_LINE:
            raise BadFile(UNREADABLE)
        yield from lines
    if rest:
        yield rest


def _pieces(lines: Iterator[bytes], position: int) -> Iterator[Piece]:
    rows: list[PastRow] = []
    count = 0
    for line in lines:
        rows += read_line(line)
        count, position = count + 1, position + len(line)
        if count == PIECE_LINES:
            yield Piece(rows=tuple(rows), lines=count, position=position)
            rows, count = [], 0
    if count:
        yield Piece(rows=tuple(rows), lines=count, position=position)


def read_line(line: bytes) -> tuple[PastRow, ...]:
    """Read one line of the file: an order's refunds, a return, or a return's item.

    For what is none of them it raises `BadFile`, or `Unreachable` where it broke off.
    """
    try:
        data = json.loads(line)
        if "refunds" in data:
            return tuple(_refund(data, each) for each in data["refunds"])
        return (_return(data),) if "order" in data else (_item(data),)
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        if line.endswith(b"\n"):
            raise BadFile(UNREADABLE) from None
        why = f"a bulk file: a line came back half ({type(error).__name__})"
        raise Unreachable(why) from None


def _refund(order: Data, data: Data) -> PastRefund:
    money = data["totalRefundedSet"]["shopMoney"]
    at = data["createdAt"]
    return PastRefund(
        refund_id=data["id"],
        return_id=None if data["return"] is None else data["return"]["id"],
        order_id=order["id"],
        customer_id=_id(order["customer"]),
        refunded_at=None if at is None else datetime.fromisoformat(at),
        amount=money["amount"],
        currency=money["currencyCode"],
    )


def _return(data: Data) -> PastReturn:
    return PastReturn(
        return_id=data["id"],
        order_id=data["order"]["id"],
        customer_id=_id(data["order"]["customer"]),
        requested_at=datetime.fromisoformat(data["createdAt"]),
        status=data["status"],
        items=data["totalQuantity"],
    )


def _item(data: Data) -> PastItem:
    reason = data["returnReasonDefinition"]
    return PastItem(
        line_id=data["id"],
        return_id=data["__parentId"],
        quantity=data["quantity"],
        reason=None if reason is None else reason["handle"],
    )


def _id(customer: Data | None) -> str | None:
    return None if customer is None else str(customer["id"])
