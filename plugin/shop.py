"""Shop: one store that installed the app, and how it wants to be served."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class Mode(Enum):
    """How much a shop lets the app do by itself."""

    OBSERVE = "observe"
    ASSIST = "assist"
    AUTOMATIC = "automatic"


@dataclass(frozen=True, kw_only=True, slots=True)
class Profile:
    """What the platform says about a shop."""

    name: str
    currency: str
    zone: str
    contact: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Caution:
    """When refusals stop going out by themselves until a person has looked.

    A rule stops when more than `overturned_percent` of at least `overturned_of` of its
    refusals were overturned. All rules stop when more than `declined_percent` of the
    last `declined_of` requests were to be refused; None is three times the usual share.
    """

    overturned_percent: int = 5
    overturned_of: int = 20
    declined_percent: int | None = None
    declined_of: int = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Preferences:
    """What the merchant set beside the policy.

    `practice` holds what the merchant declares to do for every customer, such as
    telling them of their right of withdrawal; law packs ask for it. `refunds` lets the
    app give money back in automatic mode, as the policy says; `splits` lets it take
    refused items out of a return whose other items are approved. What is
    personal of a case is erased when nothing happened to it for `keep_months`.
    """

    mode: Mode = Mode.OBSERVE
    practice: frozenset[str] = frozenset()
    contact: str | None = None
    caution: Caution = Caution()
    refunds: bool = False
    splits: bool = False
    keep_months: int = 36


@dataclass(frozen=True, kw_only=True, slots=True)
class Shop:
    """One tenant; `generation` counts its installs."""

    domain: str
    profile: Profile
    preferences: Preferences
    generation: int
    installed: bool

    @property
    def contact(self) -> str:
        """Where a customer reaches a person."""
        given = self.preferences.contact or self.profile.contact
        return given or f"https://{self.domain}"


@dataclass(frozen=True, kw_only=True, slots=True)
class PolicyVersion:
    """One saved version of a shop's policy document; what it says never changes.

    `written` is the text as its author wrote it; None where it did not come as one.
    """

    version: int
    since: datetime
    document: str
    sha256: str
    saved_at: datetime
    saved_by: str
    written: str | None = None

    @property
    def label(self) -> str:
        """Name the version the way decisions and letters cite it."""
        return f"v{self.version}-{self.sha256[:8]}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Token:
    """An expiring offline token with the means to renew it."""

    access: str
    expires_at: datetime
    refresh: str
    refresh_expires_at: datetime
    scopes: frozenset[str]
