"""Listing what is there, page by page, within the background's share of the budget."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import structlog

from plugin.listed import ListedOrder, ListedRefund, ListedReturn, Page, Part
from plugin.ports import RefundSeen, Unreachable
from plugin.shopify.client import Client
from plugin.shopify.cut import with_payments
from plugin.shopify.later import read_order, read_refund

log = structlog.get_logger(__name__)

Data = Mapping[str, Any]

# `refunds(first: 20)` in the operation; a plain list tells of no more.
MOST_REFUNDS = 20


class OrderListing:
    """Lists returns, refunds and disputes by way of their orders.

    The Admin API has no list of returns or refunds of its own.
    """

    def __init__(self, client: Client) -> None:
        """List through one client."""
        self.client = client

    def page(
        self, shop: str, part: Part, *, since: datetime, after: str | None
    ) -> Page:
        """List one page; what did not change since then may be left out.

        Raises `Throttled` while the budget is needed for customers' requests.
        """
        asked: dict[str, Any] = {"after": after}
        if part is Part.RECENT:
            text = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            asked["query"] = f"updated_at:>='{text}'"
        data = self.client.execute_gently(shop, part.value, asked)
        try:
            wholes = [self._whole(shop, each) for each in data["orders"]["nodes"]]
            nodes = [each for each in wholes if each is not None]
            return _page({**data["orders"], "nodes": nodes})
        except (KeyError, TypeError, ValueError) as error:
            why = f"{part.value} came back half: {type(error).__name__}"
            raise Unreachable(why) from error

    def refund(self, shop: str, refund_id: str) -> RefundSeen | None:
        """Read a refund; None when this shop has no such refund.

        Raises `Throttled` while the budget is needed for customers' requests.
        """
        ask = self.client.execute_gently
        data = ask(shop, "refund_by_id", {"id": refund_id})["refund"]
        return None if data is None else read_refund(with_payments(ask, shop, data))

    def _whole(self, shop: str, order: Data) -> Data | None:
        """Read on in an order that has more returns or refunds than a list shows.

        None for one that was deleted since: nothing is owed there any more.
        """
        if not _is_cut(order):
            return order
        returns: list[Data] = []
        after, found = None, order
        while found is order or after is not None:
            asked = {"id": order["id"], "after": after}
            # The page was begun: to wait here would begin it anew, maybe for ever.
            answer = self.client.execute(shop, "order_changes", asked)
            if answer["order"] is None:
                log.warning("order_gone", shop=shop, operation="order_changes")
                return None
            found = answer["order"]
            returns += found["returns"]["nodes"]
            info = found["returns"]["pageInfo"]
            after = info["endCursor"] if info["hasNextPage"] else None
        whole = {**order, "returns": {"nodes": returns}}
        return {**whole, "refunds": found["refunds"]} if "refunds" in order else whole


def _is_cut(order: Data) -> bool:
    returns = order.get("returns")
    more = returns is not None and returns["pageInfo"]["hasNextPage"]
    return more or len(order.get("refunds", ())) >= MOST_REFUNDS


def _page(orders: Data) -> Page:
    nodes = orders["nodes"]
    info = orders["pageInfo"]
    return Page(
        returns=tuple(
            _return(order, each) for order in nodes for each in _nodes(order)
        ),
        refunds=tuple(
            _refund(order, each) for order in nodes for each in order.get("refunds", ())
        ),
        orders=tuple(_order(order) for order in nodes if "disputes" in order),
        until=max((_moment(order["updatedAt"]) for order in nodes), default=None),
        after=info["endCursor"] if info["hasNextPage"] else None,
    )


def _nodes(order: Data) -> list[Data]:
    nodes: list[Data] = order["returns"]["nodes"] if "returns" in order else []
    return nodes


def _return(order: Data, data: Data) -> ListedReturn:
    return ListedReturn(
        return_id=data["id"],
        order_id=order["id"],
        status=data["status"],
        requested_at=_moment(data["createdAt"]),
        changed_at=_moment(order["updatedAt"]),
    )


def _refund(order: Data, data: Data) -> ListedRefund:
    return ListedRefund(
        refund_id=data["id"],
        order_id=order["id"],
        return_id=None if data["return"] is None else data["return"]["id"],
        # Null on a refund whose making is not over yet; its order changed just now.
        created_at=_moment(data["createdAt"] or order["updatedAt"]),
    )


def _order(order: Data) -> ListedOrder:
    return ListedOrder(
        order_id=order["id"],
        state=read_order(order),
        changed_at=_moment(order["updatedAt"]),
    )


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
