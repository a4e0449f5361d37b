"""Every table of ours, in one place to read; DBOS keeps its own beside them."""

from __future__ import annotations

from plugin.archive.tables.base import Moment, metadata
from plugin.archive.tables.cases import cases, data_keys, entries
from plugin.archive.tables.outgoing import announcements, deliveries, endpoints
from plugin.archive.tables.past import (
    backfills,
    forgotten,
    past_items,
    past_refunds,
    past_returns,
)
from plugin.archive.tables.privacy import looks, privacy_requests
from plugin.archive.tables.rules import brakes, refusals
from plugin.archive.tables.shops import installs, policies, shops, tokens
from plugin.archive.tables.work import buckets, finds, inbox, sweeps, tallies, workers

__all__ = [
    "Moment",
    "announcements",
    "backfills",
    "brakes",
    "buckets",
    "cases",
    "data_keys",
    "deliveries",
    "endpoints",
    "entries",
    "finds",
    "forgotten",
    "inbox",
    "installs",
    "looks",
    "metadata",
    "past_items",
    "past_refunds",
    "past_returns",
    "policies",
    "privacy_requests",
    "refusals",
    "shops",
    "sweeps",
    "tallies",
    "tokens",
    "workers",
]
