"""How a field of the Admin API gets its value from the shop's objects."""

from __future__ import annotations

import keyword
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from graphql import (
    GraphQLError,
    GraphQLResolveInfo,
    get_directive_values,
    get_named_type,
)
from graphql.type import GraphQLAbstractType

from plugin.devstore.discount_code import DiscountCode
from plugin.devstore.errors import Rejected
from plugin.devstore.graph_pages import all_of, page_of
from plugin.devstore.marks import find_metafield
from plugin.devstore.model import Customer, Order, Return
from plugin.devstore.outcomes import outcome_of
from plugin.devstore.payments import (
    financial_status,
    tax_on,
    total_paid,
    total_price,
    total_refunded,
)
from plugin.devstore.shop import Shop
from plugin.devstore.store import Store

TYPE_SCOPES = {
    "Customer": "read_customers",
    "DiscountCodeNode": "read_discounts",
    "Fulfillment": "read_orders",
    "FulfillmentLineItem": "read_orders",
    "Company": "read_customers",
    "ExchangeLineItem": "read_returns",
    "LineItem": "read_orders",
    "Order": "read_orders",
    "OrderDisputeSummary": "read_orders",
    "OrderRiskSummary": "read_orders",
    "Product": "read_products",
    "PurchasingEntity": "read_customers",
    "OrderTransaction": "read_orders",
    "Refund": "read_orders",
    "RefundLineItem": "read_orders",
    "RefundShippingLine": "read_orders",
    "Return": "read_returns",
    "ReturnLineItemType": "read_returns",
    "ReturnReasonDefinition": "read_returns",
    "SuggestedReturnFinancialOutcome": "read_returns",
}
MUTATION_SCOPES = {
    "bulkOperationRunQuery": "",
    "returnApproveRequest": "write_returns",
    "returnDeclineRequest": "write_returns",
    "returnProcess": "write_returns",
    "returnClose": "write_returns",
    "removeFromReturn": "write_returns",
    "refundCreate": "write_orders",
    "discountCodeBasicCreate": "write_discounts",
    "discountCodeFreeShippingCreate": "write_discounts",
    "discountCodeBasicUpdate": "write_discounts",
    "discountCodeFreeShippingUpdate": "write_discounts",
    "discountCodeDeactivate": "write_discounts",
    "tagsAdd": "write_orders",
    "tagsRemove": "write_orders",
    "metafieldsSet": "write_orders",
    # It has none of its own, but our triggers refer to an order.
    "flowTriggerReceive": "read_orders",
}
PROTECTED = "https://shopify.dev/docs/apps/launch/protected-customer-data"
# Mutations that are asked with `@idempotent`.
KEYED = frozenset({"refundCreate"})
CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@dataclass(frozen=True, kw_only=True)
class Context:
    """Who asks: a store, one of its shops, and what the token may see."""

    store: Store
    shop: Shop
    scopes: frozenset[str]
    bulk: bool = False

    def allows(self, scope: str) -> bool:
        """Whether the token has a scope; to write implies to read."""
        wider = scope.replace("read_", "write_", 1)
        return scope in self.scopes or wider in self.scopes


Reader = Callable[[Any, Context, dict[str, Any]], Any]


def resolve_field(source: Any, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:
    """The value of one field, if the token may see it."""
    _guard(info)
    arguments = {snake(name): value for name, value in arguments.items()}
    if info.field_name in KEYED:
        arguments["idempotency_key"] = _key(info)
    reader = READERS.get((info.parent_type.name, info.field_name))
    if reader is not None:
        value = reader(source, info.context, arguments)
    else:
        value = _read(source, info, arguments)
    return _shaped(value, info, arguments)


def resolve_type(value: Any, _info: Any, abstract: GraphQLAbstractType) -> str:
    """The concrete type of a value: its class has the same name."""
    if isinstance(value, DiscountCode):
        return value.kind if abstract.name == "DiscountCode" else "DiscountCodeNode"
    return type(value).__name__


@cache
def snake(name: str) -> str:
    """`createdAt` as `created_at`, and never a Python keyword."""
    text = CAMEL.sub("_", name).lower()
    return f"{text}_" if keyword.iskeyword(text) else text


def _read(source: Any, info: GraphQLResolveInfo[Any], arguments: dict[str, Any]) -> Any:
    if isinstance(source, dict):
        return source.get(info.field_name)
    value = getattr(source, snake(info.field_name))
    return value(**arguments) if callable(value) else value


def _guard(info: GraphQLResolveInfo[Any]) -> None:
    if info.parent_type.name == "Mutation":
        scope = MUTATION_SCOPES[info.field_name]
    else:
        name = get_named_type(info.return_type).name.removesuffix("Connection")
        scope = TYPE_SCOPES.get(name, "")
    if scope and not info.context.allows(scope):
        raise _access_denied(info.field_name, scope)
    _protect(info)


def _protect(info: GraphQLResolveInfo[Any]) -> None:
    """Withhold customers' data that the app was not approved to see."""
    if not info.context.shop.protected:
        return
    kind = get_named_type(info.return_type).name.removesuffix("Connection")
    field = f"{info.parent_type.name}.{info.field_name}"
    if not info.context.shop.protected & {kind, field}:
        return
    what = f"the {kind} object" if kind in info.context.shop.protected else field
    raise GraphQLError(
        f"This app is not approved to access {what}. See {PROTECTED} for more details.",
        extensions={"code": "ACCESS_DENIED", "documentation": PROTECTED},
    )


def _key(info: GraphQLResolveInfo[Any]) -> str | None:
    """The key that a mutation was marked with, so that it happens once."""
    directive = info.schema.get_directive("idempotent")
    assert directive is not None
    node = info.field_nodes[0]
    values = get_directive_values(directive, node, info.variable_values)
    return None if values is None else values["key"]


def _access_denied(field: str, scope: str) -> GraphQLError:
    access = f"`{scope}` access scope."
    return GraphQLError(
        f"Access denied for {field} field. Required access: {access}",
        extensions={"code": "ACCESS_DENIED", "requiredAccess": access},
    )


def _shaped(
    value: Any, info: GraphQLResolveInfo[Any], arguments: dict[str, Any]
) -> Any:
    if not isinstance(value, list):
        return value
    if get_named_type(info.return_type).name.endswith("Connection"):
        bulk = info.context.bulk
        return all_of(value) if bulk else page_of(value, arguments)
    return value[: arguments.get("first") or None]


def _metafield(
    owner: Order | Customer, _context: Context, arguments: dict[str, Any]
) -> Any:
    return find_metafield(owner, arguments.get("namespace"), arguments["key"])


def _returns(order: Order, _context: Context, arguments: dict[str, Any]) -> Any:
    wanted = (arguments.get("query") or "").removeprefix("status:").upper()
    return [each for each in order.returns if wanted in {"", each.status}]


def _return_status(order: Order, _context: Context, _: dict[str, Any]) -> str:
    return return_status(order)


def return_status(order: Order) -> str:
    """Where the returns of an order stand, taken together."""
    statuses = {each.status for each in order.returns}
    if "REQUESTED" in statuses:
        return "RETURN_REQUESTED"
    if "OPEN" in statuses:
        return "IN_PROGRESS"
    return "RETURNED" if "CLOSED" in statuses else "NO_RETURN"


def _attribution(order: Order, _context: Context, _: dict[str, Any]) -> Any:
    handle = order.source_name
    return {"handle": handle, "displayName": handle.replace("_", " ").capitalize()}


def _purchasing_entity(order: Order, _context: Context, _: dict[str, Any]) -> Any:
    return order.purchasing_company or order.customer


def _suggested_outcome(asked: Return, _context: Context, given: dict[str, Any]) -> Any:
    try:
        return outcome_of(
            asked,
            given["return_line_items"],
            given.get("refund_shipping"),
            given["refund_method_allocation"],
        )
    except Rejected as rejected:
        raise GraphQLError(rejected.message) from None


READERS: dict[tuple[str, str], Reader] = {
    ("Customer", "metafield"): _metafield,
    ("DiscountCodeBasic", "codes"): lambda code, _c, _a: [code],
    ("DiscountCodeBasic", "status"): lambda code, c, _a: code.status(
        c.store.clock.now()
    ),
    ("DiscountCodeFreeShipping", "codes"): lambda code, _c, _a: [code],
    ("DiscountCodeFreeShipping", "status"): lambda code, c, _a: code.status(
        c.store.clock.now()
    ),
    ("DiscountCodeNode", "codeDiscount"): lambda code, _c, _a: code,
    ("Order", "attribution"): _attribution,
    ("Order", "currencyCode"): lambda order, _c, _a: order.rate.shop_currency,
    ("Order", "displayFinancialStatus"): lambda order, _c, _a: financial_status(order),
    ("Order", "displayFulfillmentStatus"): lambda _order, _c, _a: "FULFILLED",
    ("Order", "metafield"): _metafield,
    ("Order", "presentmentCurrencyCode"): lambda order, _c, _a: order.rate.currency,
    ("Order", "processedAt"): lambda order, _c, _a: order.created_at,
    ("Order", "purchasingEntity"): _purchasing_entity,
    ("Order", "returnStatus"): _return_status,
    ("Order", "returns"): _returns,
    ("Order", "risk"): lambda order, _c, _a: {"recommendation": order.recommendation},
    ("Order", "subtotalPriceSet"): lambda order, _c, _a: total_price(order),
    ("Order", "taxesIncluded"): lambda _order, _c, _a: False,
    ("Order", "totalPriceSet"): lambda order, _c, _a: order.rate.bag(total_paid(order)),
    ("Order", "totalRefundedSet"): lambda order, _c, _a: total_refunded(order),
    ("Order", "totalShippingPriceSet"): lambda order, _c, _a: order.rate.bag(
        order.shipping
    ),
    ("Order", "totalTaxSet"): lambda order, _c, _a: order.rate.bag(
        tax_on(order, total_price(order).shop_money.amount)
    ),
    ("Return", "suggestedFinancialOutcome"): _suggested_outcome,
}
