"""What casework needs from the world, by shape; adapters provide it."""

from __future__ import annotations

from plugin.ports.archive import Alone, Archive, Shelf, Vault
from plugin.ports.buckets import AHEAD, Bucket, Buckets
from plugin.ports.counted import ALL_RULES, Brake, OffersMade, RuleCount
from plugin.ports.errors import (
    NoAccess,
    NotThere,
    Overtaken,
    PlatformError,
    Refused,
    StaleCase,
    Throttled,
    Unreachable,
)
from plugin.ports.money import LineOutlook, Outlook, Payment, RefundGiven, Share
from plugin.ports.platform import Platform
from plugin.ports.seen import (
    Code,
    DisputeSeen,
    Done,
    OrderState,
    PaymentSeen,
    RefundedItem,
    RefundSeen,
    ReturnState,
)
from plugin.ports.services import Clock, CodeMaker, Letters, Library, Services

__all__ = [
    "AHEAD",
    "ALL_RULES",
    "Alone",
    "Archive",
    "Brake",
    "Bucket",
    "Buckets",
    "Clock",
    "Code",
    "CodeMaker",
    "DisputeSeen",
    "Done",
    "Letters",
    "Library",
    "LineOutlook",
    "NoAccess",
    "NotThere",
    "OffersMade",
    "OrderState",
    "Outlook",
    "Overtaken",
    "Payment",
    "PaymentSeen",
    "Platform",
    "PlatformError",
    "RefundGiven",
    "RefundSeen",
    "RefundedItem",
    "Refused",
    "ReturnState",
    "RuleCount",
    "Services",
    "Share",
    "Shelf",
    "StaleCase",
    "Throttled",
    "Unreachable",
    "Vault",
]
