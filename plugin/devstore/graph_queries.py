"""The root of queries."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from graphql import GraphQLError

from plugin.devstore.bulk import BulkOperation
from plugin.devstore.discount_code import DiscountCode
from plugin.devstore.graph_fields import Context, return_status
from plugin.devstore.ids import gid, kind_of
from plugin.devstore.marks import APP_NUMBER
from plugin.devstore.model import Customer, Order, Refund, Return
from plugin.devstore.shop import Shop, WebhookSubscription

# How old an order may be that an app sees without `read_all_orders`.
VISIBLE = timedelta(days=60)
FILTER = re.compile(r"(?P<field>\w+):(?P<sign>>=|<=|>|<)?'?(?P<value>[^\s']+)'?")


class Query:
    """Answers one token's queries about its shop."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._shop = context.shop

    def return_(self, id: str) -> Return | None:
        """A return by its gid."""
        return self._shop.returns.get(id)

    def order(self, id: str) -> Order | None:
        """An order by its gid."""
        return self._shop.orders.get(id)

    def orders(self, query: str | None = None, **_paging: Any) -> list[Order]:
        """The orders that match a search: terms that all hold, or others after OR."""
        groups = [
            [_filter(match) for match in FILTER.finditer(group)]
            for group in (query or "").split(" OR ")
        ]
        orders = [order for order in self._shop.orders.values() if self._shows(order)]
        return [
            order
            for order in orders
            if any(all(accept(order) for accept in accepts) for accepts in groups)
        ]

    def bulk_operation(self, id: str) -> BulkOperation | None:
        """A bulk operation of this shop by its gid."""
        found = self._context.store.bulk.operations.get(id)
        mine = found is not None and found.shop == self._shop.myshopify_domain
        return found if mine else None

    def _shows(self, order: Order) -> bool:
        """Whether a bulk operation sees an order; for old ones it needs a right."""
        if not self._context.bulk or self._context.allows("read_all_orders"):
            return True
        return self._context.store.clock.now() - order.created_at <= VISIBLE

    def customer(self, id: str) -> Customer | None:
        """A customer by their gid."""
        return self._shop.customers.get(id)

    def refund(self, id: str) -> Refund | None:
        """A refund by its gid."""
        return self._shop.refunds.get(id)

    def shop(self) -> Shop:
        """The shop itself."""
        return self._shop

    def code_discount_node_by_code(self, code: str) -> DiscountCode | None:
        """A discount by one of its codes."""
        return self._shop.code(code)

    def current_app_installation(self) -> dict[str, Any]:
        """What the app was granted here."""
        scopes = sorted(self._context.scopes)
        return {
            "id": gid("AppInstallation", APP_NUMBER),
            "accessScopes": [{"handle": scope} for scope in scopes],
        }

    def webhook_subscriptions(self, **_paging: Any) -> list[WebhookSubscription]:
        """What this shop is subscribed to by the API; the manifest's have no ids."""
        return self._shop.subscriptions

    def node(self, id: str) -> object | None:
        """Anything with a gid."""
        tables: dict[str, Mapping[str, object]] = {
            "Customer": self._shop.customers,
            "Order": self._shop.orders,
            "Product": self._shop.products,
            "Refund": self._shop.refunds,
            "Return": self._shop.returns,
        }
        found = tables.get(kind_of(id), {}).get(id)
        return found or self._shop.code_by_id(id)


def _filter(match: re.Match[str]) -> Callable[[Order], bool]:
    field, sign, value = match["field"], match["sign"], match["value"]
    if field == "return_status":
        return lambda order: return_status(order) == value.upper()
    if field == "chargeback_status":
        return lambda order: value.upper() in _disputed(order)
    if field == "name":
        return lambda order: order.name.removeprefix("#") == value.removeprefix("#")
    if field in {"updated_at", "created_at"}:
        return _date_filter(field, sign, value)
    raise GraphQLError(f"the development store cannot search orders by `{field}`")


def _disputed(order: Order) -> set[str]:
    return {str(getattr(dispute, "status", "")) for dispute in order.disputes}


def _date_filter(field: str, sign: str | None, value: str) -> Callable[[Order], bool]:
    limit = datetime.fromisoformat(value)
    limit = limit if limit.tzinfo else limit.replace(tzinfo=UTC)
    compare: dict[str | None, Callable[[datetime], bool]] = {
        ">=": lambda moment: moment >= limit,
        ">": lambda moment: moment > limit,
        "<=": lambda moment: moment <= limit,
        "<": lambda moment: moment < limit,
    }
    accepts = compare.get(sign, limit.__eq__)
    return lambda order: accepts(getattr(order, field))
