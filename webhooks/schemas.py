"""Payloads as small frozen values: ids only, everything else is re-read.

The string ids (`admin_graphql_api_id`) are used wherever there are any: tools on the
way round numbers above 2^53. What a schema does not name, card details among it, is
never kept.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, post_load, validate

from webhooks.verify import SHOP_DOMAIN

# As many digits as a gid may have.
LARGEST_ID = 10**20 - 1
RETURN = re.compile(r"gid://shopify/Return/[0-9]{1,20}")


class BadPayload(ValueError):
    """A signed body that does not hold what its topic promises."""

    code = "bad_payload"


def _gid(kind: str) -> fields.String:
    pattern = re.compile(rf"gid://shopify/{kind}/[0-9]{{1,20}}\Z")
    return fields.String(
        required=True,
        data_key="admin_graphql_api_id",
        validate=validate.Regexp(pattern, error=f"is no {kind} gid"),
    )


def _domain(key: str) -> fields.String:
    pattern = rf"(?:{SHOP_DOMAIN.pattern})\Z"
    return fields.String(
        required=True,
        data_key=key,
        validate=validate.Regexp(pattern, error="is no shop"),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class ReturnEvent:
    """Something happened to a return."""

    return_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ProcessEvent:
    """Goods of a return were dealt with; None where the payload names no return."""

    return_id: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class RefundEvent:
    """A refund was made."""

    refund_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderEvent:
    """Something happened to an order; None where the payload names none."""

    order_id: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class BulkEvent:
    """A bulk operation ended."""

    operation_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ShopEvent:
    """A shop changed or removed the app; the domain comes from the signed body."""

    shop: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ScopesEvent:
    """A shop granted the app something, or took it back."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonEvent:
    """Somebody wants their data, or to be forgotten; the address is not read.

    Nothing is kept by address, so nothing is found by it either.
    """

    shop: str
    customer_id: str | None
    order_ids: tuple[str, ...]


class Payload(Schema):
    """A payload's schema: what it does not name is dropped."""

    class Meta:
        """Drop unknown fields; Shopify adds them at any time."""

        unknown = EXCLUDE


class ReturnPayload(Payload):
    """`returns/*`."""

    return_id = _gid("Return")

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> ReturnEvent:
        """Build the value."""
        return ReturnEvent(**data)


class ProcessPayload(Payload):
    """`returns/process`: documented as empty; a return that it names is used."""

    named = fields.Raw(data_key="admin_graphql_api_id", load_default=None)
    number = fields.Raw(data_key="id", load_default=None)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> ProcessEvent:
        """Build the value; what is no id of a return names none."""
        named, number = data["named"], data["number"]
        if isinstance(named, str) and RETURN.fullmatch(named):
            return ProcessEvent(return_id=named)
        is_number = isinstance(number, int) and not isinstance(number, bool)
        if is_number and 1 <= number <= LARGEST_ID:
            return ProcessEvent(return_id=f"gid://shopify/Return/{number}")
        return ProcessEvent(return_id=None)


class RefundPayload(Payload):
    """`refunds/create`."""

    refund_id = _gid("Refund")

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> RefundEvent:
        """Build the value."""
        return RefundEvent(**data)


class OrderPayload(Payload):
    """`orders/cancelled`: the order with everybody in it."""

    order_id = _gid("Order")

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> OrderEvent:
        """Build the value."""
        return OrderEvent(**data)


class DisputePayload(Payload):
    """`disputes/*`: no gid in it, so the order is known by its number."""

    order_id = fields.Integer(
        required=True,
        strict=True,
        allow_none=True,
        validate=validate.Range(min=1, max=LARGEST_ID),
    )

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> OrderEvent:
        """Build the value."""
        number = data["order_id"]
        named = None if number is None else f"gid://shopify/Order/{number}"
        return OrderEvent(order_id=named)


class BulkPayload(Payload):
    """`bulk_operations/finish`."""

    operation_id = _gid("BulkOperation")

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> BulkEvent:
        """Build the value."""
        return BulkEvent(**data)


class ScopesPayload(Payload):
    """`app/scopes_update`: which scopes there are is asked of the shop itself."""

    @post_load
    def make(self, _data: dict[str, Any], **_: Any) -> ScopesEvent:
        """Build the value."""
        return ScopesEvent()


class ShopPayload(Payload):
    """`app/uninstalled` and `shop/update`: the shop itself."""

    shop = _domain("myshopify_domain")

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> ShopEvent:
        """Build the value."""
        return ShopEvent(**data)


def _number() -> fields.Integer:
    bounds = validate.Range(min=1, max=LARGEST_ID)
    return fields.Integer(strict=True, validate=bounds)


class PersonPayload(Payload):
    """`customers/data_request` and `customers/redact`: no gids in them."""

    class Someone(Payload):
        """The customer; one who bought as a guest has no number."""

        id = fields.Integer(
            load_default=None,
            allow_none=True,
            strict=True,
            validate=validate.Range(min=1, max=LARGEST_ID),
        )

    shop = _domain("shop_domain")
    customer = fields.Nested(Someone, load_default=None, allow_none=True)
    orders_requested = fields.List(_number(), load_default=list)
    orders_to_redact = fields.List(_number(), load_default=list)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> PersonEvent:
        """Build the value."""
        number = (data["customer"] or {}).get("id")
        orders = [*data["orders_requested"], *data["orders_to_redact"]]
        return PersonEvent(
            shop=data["shop"],
            customer_id=None if number is None else f"gid://shopify/Customer/{number}",
            order_ids=tuple(f"gid://shopify/Order/{each}" for each in orders),
        )


class GonePayload(Payload):
    """`shop/redact`: which shop is to be forgotten."""

    shop = _domain("shop_domain")

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> ShopEvent:
        """Build the value."""
        return ShopEvent(**data)


def read(schema: Schema, body: bytes) -> Any:
    """Parse a signed body by its topic's schema; raises `BadPayload`."""
    try:
        return schema.load(json.loads(body.decode("utf-8")))
    except (ValueError, RecursionError) as error:
        raise BadPayload("the body is not JSON in UTF-8") from error
    except ValidationError as error:
        raise BadPayload(f"fields: {', '.join(map(str, error.messages))}") from error
