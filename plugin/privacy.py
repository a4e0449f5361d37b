"""Privacy: what customers and shops may ask of what is remembered about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum

# As the platform asks for it: whatever is asked is done within so many days.
DAYS_TO_DO = timedelta(days=30)
# A shop that left may come back so long and find everything as it was.
GRACE = timedelta(hours=48)


class Topic(Enum):
    """What may be asked, in the platform's own words."""

    DATA_REQUEST = "customers/data_request"
    REDACT_CUSTOMER = "customers/redact"
    REDACT_SHOP = "shop/redact"


class NotYet(Exception):
    """What was asked cannot be done now; it is asked again by itself."""

    code = "not_yet"


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """Who it is about: a customer, or whoever is behind some orders."""

    customer_id: str | None = None
    order_ids: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Ask:
    """One request as it arrives; a shop's own is about no person."""

    topic: Topic
    person: Person | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class PrivacyRequest:
    """One request as we remember it; the proof of what was done stays for good.

    `person` is known until it is done. `counts` and `sha256` say what was handed out
    or erased.
    """

    id: str
    topic: Topic
    asked_at: datetime
    triggered_at: datetime
    due_at: datetime
    person: Person | None = None
    done_at: datetime | None = None
    result: str | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    sha256: str | None = None
    has_file: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Install:
    """One generation of a shop: when the app came, and when it left."""

    generation: int
    installed_at: datetime
    uninstalled_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Erased:
    """What was erased: how much of what; `moving` cases are being answered still."""

    counts: Mapping[str, int]
    sha256: str
    moving: int = 0
