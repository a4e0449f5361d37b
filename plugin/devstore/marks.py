"""Marks an app leaves on an order: tags and metafields."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from plugin.devstore.errors import Rejected
from plugin.devstore.model import Customer, Metafield, Order
from plugin.devstore.shop import Shop
from plugin.devstore.store import Store

APP_NUMBER = 4242
MOST_METAFIELDS = 25
# Where the metafields live that a shop's staff defines.
OWN_NAMESPACE = "custom"
KEY_LENGTHS = range(2, 65)
LONGEST_TAG = 40


def add_tags(store: Store, order: Order, tags: list[str]) -> bool:
    """Add the tags an order does not have yet; says whether there were any."""
    names = [tag.strip() for tag in tags if tag.strip()]
    if any(len(name) > LONGEST_TAG for name in names):
        raise Rejected("Tag is too long (maximum is 40)", code="TOO_LONG")
    known = {tag.casefold() for tag in order.tags}
    fresh = [name for name in dict.fromkeys(names) if name.casefold() not in known]
    if fresh:
        order.tags = sorted([*order.tags, *fresh], key=str.casefold)
        order.tagged_at = order.updated_at = store.clock.now()
    return bool(fresh)


def remove_tags(store: Store, order: Order, tags: list[str]) -> bool:
    """Take tags off that are spelled just so; says whether there were any."""
    names = {tag.strip() for tag in tags}
    left = [tag for tag in order.tags if tag not in names]
    changed = left != order.tags
    if changed:
        order.tags = left
        order.tagged_at = order.updated_at = store.clock.now()
    return changed


def set_metafields(
    store: Store, shop: Shop, given: list[dict[str, Any]]
) -> list[tuple[Metafield, bool]]:
    """Write metafields, all or none; says of each whether it changed."""
    if len(given) > MOST_METAFIELDS:
        message = "Exceeded the maximum of 25 metafields"
        raise Rejected(message, code="LESS_THAN_OR_EQUAL_TO", field=["metafields"])
    for index, each in enumerate(given):
        _check(shop, index, each)
    return [_set(store, shop.orders[each["ownerId"]], each) for each in given]


def set_own_metafield(
    store: Store, owner: Order | Customer, key: str, value: str
) -> None:
    """Write a metafield of the shop's own, as its staff does in the admin."""
    now = store.clock.now()
    known = find_metafield(owner, OWN_NAMESPACE, key)
    if known is not None:
        known.value, known.compare_digest = value, _digest(value)
        known.updated_at = now
        return
    made = Metafield(
        id=store.ids.gid("Metafield"),
        namespace=OWN_NAMESPACE,
        key=key,
        value=value,
        type="boolean",
        compare_digest=_digest(value),
        created_at=now,
        updated_at=now,
    )
    owner.metafields.append(made)


def resolve_namespace(namespace: str | None) -> str:
    """The real namespace behind `$app` or `$app:name`."""
    text = namespace or "$app"
    if text == "$app":
        return f"app--{APP_NUMBER}"
    return text.replace("$app:", f"app--{APP_NUMBER}--", 1)


def find_metafield(
    owner: Order | Customer, namespace: str | None, key: str
) -> Metafield | None:
    """A metafield of an order or a customer, if there."""
    wanted = (resolve_namespace(namespace), key)
    found = (
        field for field in owner.metafields if (field.namespace, field.key) == wanted
    )
    return next(found, None)


def _check(shop: Shop, index: int, given: dict[str, Any]) -> None:
    order = shop.orders.get(given["ownerId"])
    if order is None:
        raise _rejected("Owner does not exist", "INVALID", index, "ownerId")
    if len(given["key"]) not in KEY_LENGTHS:
        raise _rejected("key must be 2 to 64 characters", "INVALID", index, "key")
    known = find_metafield(order, given.get("namespace"), given["key"])
    if known is None and not given.get("type"):
        raise _rejected("Type can't be blank", "BLANK", index, "type")
    if not given["value"]:
        raise _rejected("Value can't be blank", "BLANK", index, "value")
    if _type_of(known, given) == "json" and not _is_json(given["value"]):
        raise _rejected("Value is invalid JSON", "INVALID_VALUE", index, "value")
    if given.get("compareDigest") and known is not None:
        _check_digest(known, index, given["compareDigest"])


def _check_digest(known: Metafield, index: int, digest: str) -> None:
    if known.compare_digest != digest:
        message = "The resource has been updated since it was loaded"
        raise _rejected(message, "STALE_OBJECT", index, "compareDigest")


def _set(store: Store, order: Order, given: dict[str, Any]) -> tuple[Metafield, bool]:
    now = store.clock.now()
    known = find_metafield(order, given.get("namespace"), given["key"])
    if known is not None:
        changed = known.value != given["value"]
        known.value = given["value"]
        known.compare_digest = _digest(known.value)
        known.updated_at = now if changed else known.updated_at
        return known, changed
    made = Metafield(
        id=store.ids.gid("Metafield"),
        namespace=resolve_namespace(given.get("namespace")),
        key=given["key"],
        value=given["value"],
        type=given["type"],
        compare_digest=_digest(given["value"]),
        created_at=now,
        updated_at=now,
    )
    order.metafields.append(made)
    return made, True


def _type_of(known: Metafield | None, given: dict[str, Any]) -> str:
    return str(given.get("type") or (known.type if known else ""))


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _digest(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()


def _rejected(message: str, code: str, index: int, name: str) -> Rejected:
    return Rejected(message, code=code, field=["metafields", str(index), name])
