"""Parcels: which one carried an item, when the last one came, what still travels."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from plugin.localdays import latest_day

Data = Mapping[str, Any]

STILL_TRAVELLING = frozenset(
    {
        "ATTEMPTED_DELIVERY",
        "CONFIRMED",
        "DELAYED",
        "IN_TRANSIT",
        "LABEL_PRINTED",
        "LABEL_PURCHASED",
        "OUT_FOR_DELIVERY",
        "READY_FOR_PICKUP",
    }
)
# Order statuses under which something is still to be sent. Of the others only
# FULFILLED says that nothing is; a status we do not know says nothing.
NOT_ALL_SENT = frozenset(
    {
        "IN_PROGRESS",
        "ON_HOLD",
        "OPEN",
        "PARTIALLY_FULFILLED",
        "PENDING_FULFILLMENT",
        "SCHEDULED",
        "UNFULFILLED",
    }
)


def parcel_of(order: Data, sent_id: str) -> Data | None:
    """Find the fulfilment that carried an item."""
    parcels: list[Data] = order["fulfillments"]
    for parcel in parcels:
        if any(n["id"] == sent_id for n in parcel["fulfillmentLineItems"]["nodes"]):
            return parcel
    return None


def _live(order: Data) -> list[Data]:
    dead = ("CANCELLED", "ERROR", "FAILURE")
    return [parcel for parcel in order["fulfillments"] if parcel["status"] not in dead]


def last_delivered(order: Data, countries: tuple[str | None, ...]) -> date | None:
    """Name the day the last parcel came; unknown while any one's day is unknown."""
    days = [latest_day(p["deliveredAt"], *countries) for p in _live(order)]
    # A parcel whose status is an error but that has a day did arrive.
    days += [
        latest_day(parcel["deliveredAt"], *countries)
        for parcel in order["fulfillments"]
        if parcel["deliveredAt"] is not None
    ]
    known = [day for day in days if day is not None]
    return max(known) if known and len(known) == len(days) else None


def awaiting(order: Data) -> bool | None:
    """Tell whether something of the order has not reached the customer yet."""
    if order["displayFulfillmentStatus"] in NOT_ALL_SENT:
        return True
    missing = [p for p in _live(order) if p["deliveredAt"] is None]
    if any(parcel["displayStatus"] in STILL_TRAVELLING for parcel in missing):
        return True
    all_sent = order["displayFulfillmentStatus"] == "FULFILLED"
    return False if all_sent and not missing else None
