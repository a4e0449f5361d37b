"""Discount codes, checked as Shopify checks them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from typing import Any

from plugin.devstore.discount_code import DiscountCode
from plugin.devstore.errors import Rejected
from plugin.devstore.shop import Shop
from plugin.devstore.store import Store

REQUIRED = ("code", "context", "startsAt", "title")
BASIC = "basicCodeDiscount"
SHIPPING = "freeShippingCodeDiscount"
MOST_TAGS = 5
LONGEST_CODE = 255


def create_code(store: Store, shop: Shop, given: dict[str, Any]) -> DiscountCode:
    """A new code from the fields of `DiscountCodeBasicInput`."""
    with _under(BASIC):
        _check_required(given, (*REQUIRED, "customerGets"))
        value = _value(given)
        return _make(store, shop, given, value.get("percentage"), value.get("amount"))


def create_shipping_code(
    store: Store, shop: Shop, given: dict[str, Any]
) -> DiscountCode:
    """A new code from the fields of `DiscountCodeFreeShippingInput`."""
    with _under(SHIPPING):
        _check_required(given, REQUIRED)
        if not (given.get("destination") or {}).get("all"):
            raise _rejected("Destination can't be blank", "BLANK", "destination")
        return _make(store, shop, given, None, None)


@contextmanager
def _under(argument: str) -> Iterator[None]:
    """Put the argument's name before the field of a refusal."""
    try:
        yield
    except Rejected as rejected:
        field = [argument, *(rejected.field or [])]
        raise Rejected(rejected.message, code=rejected.code, field=field) from None


def _make(
    store: Store,
    shop: Shop,
    given: dict[str, Any],
    percentage: Decimal | None,
    amount: Decimal | None,
) -> DiscountCode:
    _check_code(shop, given["code"])
    _check_dates(given)
    if len(given.get("tags") or []) > MOST_TAGS:
        raise _rejected("Tags are limited to 5", "TOO_MANY_TAGS", "tags")
    now = store.clock.now()
    made = DiscountCode(
        id=store.ids.gid("DiscountCodeNode"),
        code=given["code"],
        title=given["title"],
        percentage=percentage,
        amount=amount,
        customer_ids=_customers(shop, given),
        starts_at=given["startsAt"],
        ends_at=given.get("endsAt"),
        usage_limit=_usage_limit(given),
        applies_once_per_customer=bool(given.get("appliesOncePerCustomer")),
        created_at=now,
        updated_at=now,
        tags=tuple(given.get("tags") or ()),
    )
    shop.codes[made.code.casefold()] = made
    return made


def update_code(
    store: Store, code: DiscountCode, argument: str, given: dict[str, Any]
) -> bool:
    """Change when a code works; says whether that changed anything."""
    with _under(argument):
        other = sorted(set(given) - {"startsAt", "endsAt"})
        if other:
            message = f"the development store cannot change {', '.join(other)}"
            raise _rejected(message, "INVALID", other[0])
        dates = {"startsAt": code.starts_at, "endsAt": code.ends_at, **given}
        _check_dates(dates)
    before = (code.starts_at, code.ends_at)
    code.starts_at, code.ends_at = dates["startsAt"], dates["endsAt"]
    code.updated_at = store.clock.now()
    return before != (code.starts_at, code.ends_at)


def deactivate(store: Store, code: DiscountCode) -> bool:
    """End a code now; says whether that changed anything."""
    now = store.clock.now()
    if code.status(now) == "EXPIRED":
        return False
    code.ends_at = code.updated_at = now
    return True


def _check_required(given: dict[str, Any], required: tuple[str, ...]) -> None:
    for name in required:
        if not given.get(name):
            raise _rejected(f"{name} can't be blank", "BLANK", name)


def _check_code(shop: Shop, code: str) -> None:
    if len(code) > LONGEST_CODE:
        raise _rejected("Code is too long (maximum is 255)", "TOO_LONG", "code")
    if shop.code(code) is not None:
        raise _rejected("Code must be unique", "TAKEN", "code")


def _check_dates(given: dict[str, Any]) -> None:
    ends_at: datetime | None = given.get("endsAt")
    if ends_at is not None and ends_at <= given["startsAt"]:
        message = "Ends at must be after starts_at"
        raise _rejected(message, "END_DATE_BEFORE_START_DATE", "endsAt")


def _value(given: dict[str, Any]) -> dict[str, Decimal]:
    """What the code takes off: a part of the price, or an amount."""
    gets = given["customerGets"]
    if not (gets.get("items") or {}).get("all"):
        raise _rejected("Items can't be blank", "BLANK", "customerGets", "items")
    value = gets.get("value") or {}
    if value.get("discountAmount") is not None:
        return {"amount": _amount(value["discountAmount"])}
    return {"percentage": _percentage(value.get("percentage"))}


def _percentage(percentage: float | None) -> Decimal:
    where = ("customerGets", "value", "percentage")
    if percentage is None:
        raise _rejected("Value can't be blank", "BLANK", *where)
    if not 0 < percentage <= 1:
        message = "Value must be between 0.0 and 1.0"
        raise _rejected(message, "VALUE_OUTSIDE_RANGE", *where)
    return Decimal(str(percentage))


def _amount(given: dict[str, Any]) -> Decimal:
    where = ("customerGets", "value", "discountAmount", "amount")
    amount: Decimal = given.get("amount") or Decimal(0)
    if amount <= 0:
        raise _rejected("Amount must be greater than 0", "GREATER_THAN", *where)
    return amount


def _usage_limit(given: dict[str, Any]) -> int | None:
    limit: int | None = given.get("usageLimit")
    if limit is not None and limit < 1:
        message = "Usage limit must be greater than 0"
        raise _rejected(message, "GREATER_THAN", "usageLimit")
    return limit


def _customers(shop: Shop, given: dict[str, Any]) -> tuple[str, ...]:
    context = given["context"]
    if context.get("all"):
        return ()
    ids = (context.get("customers") or {}).get("add") or []
    if not ids or any(each not in shop.customers for each in ids):
        message = "Customers are invalid"
        raise _rejected(message, "INVALID", "context", "customers", "add")
    return tuple(ids)


def _rejected(message: str, code: str, *path: str) -> Rejected:
    return Rejected(message, code=code, field=[*path])
