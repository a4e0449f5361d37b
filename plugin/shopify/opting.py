"""Opting out: who wants a person to decide, by tag or by metafield.

The metafield is the shop's own (`custom.no_automated_decisions`): the app needs no
right to write customers, and a shop's account pages may set it as well as its staff.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from plugin.shopify.texts import lower

Data = Mapping[str, Any]

# A customer or order with this tag is decided by a person.
OPT_OUT_TAG = "no-automated-decisions"
# What a metafield of another type than true or false says when it means no.
NO = frozenset({"", "0", "false", "no"})


def opted_out(order: Data) -> bool | None:
    """Tell whether a customer wants a person; None when their tags are not known."""
    customer = order["customer"]
    # A guest has neither tags nor fields; that is known.
    theirs = frozenset() if customer is None else lower(customer["tags"])
    if customer is not None and _says_so(customer["metafield"]):
        return True
    tags = (theirs, lower(order["tags"]))
    if any(OPT_OUT_TAG in found for found in tags if found is not None):
        return True
    return None if None in tags else False


def _says_so(field: Data | None) -> bool:
    return field is not None and field["value"].strip().lower() not in NO
