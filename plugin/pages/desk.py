"""What every page works with, handed in once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from plugin.archive.store import SqlArchive, SqlShelf
from plugin.casework.granting import Quote
from plugin.casework.overriding import Answer
from plugin.clock import SystemClock
from plugin.install import current_staff
from plugin.outgoing.switchboard import Switchboard
from plugin.packs import Packs
from plugin.policy_check import Report, check_document
from plugin.ports import Library
from plugin.shop import Shop
from plugin.tone import Tone


@dataclass(frozen=True, kw_only=True, slots=True)
class Frame:
    """Where the pages are shown: inside the admin, by way of its bridge script.

    `shop_url` is an address with `{shop}` in it, of which the origin counts.
    """

    api_key: str
    app_bridge_url: str
    admin_origin: str
    shop_url: str

    @property
    def bridge_origin(self) -> str:
        """Where the bridge script comes from."""
        return origin(self.app_bridge_url)

    def shop_origin(self, shop: str) -> str:
        """Name the origin of one shop's own address."""
        return origin(self.shop_url.replace("{shop}", shop))


def nothing(*_: str) -> frozenset[str]:
    """Grant nothing, whatever the shop."""
    return frozenset()


def english(_locale: str | None) -> str:
    """Write in English, whatever the locale."""
    return "en"


@dataclass(frozen=True, kw_only=True, slots=True)
class Desk:
    """The needs that all pages share.

    `confirm` sends a proposed refusal, `override` a person's own answer to a case as it
    stood at a number; it raises `NotAllowed` for one that may not be given. `quote`
    says what a refund comes to, or raises `ForAPerson`; `give` gives exactly that.
    `languages` are those in which letters are written, `language_for` picks one.
    `granted` tells what a shop grants as far as we know, `regrant` asks the platform
    by an ID token.
    """

    frame: Frame
    archive: SqlArchive
    packs: Packs
    confirm: Callable[[str, str, str], None]
    override: Callable[[str, str, str, Answer, int | None], None]
    quote: Callable[[str, str], Quote]
    give: Callable[[str, str, str, Quote], None]
    library: Library
    languages: Collection[str]
    tone: Tone | None
    switchboard: Switchboard | None = None
    granted: Callable[[str], frozenset[str]] = nothing
    regrant: Callable[[str, str], frozenset[str]] = nothing
    language_for: Callable[[str | None], str] = english

    def shelf(self) -> SqlShelf:
        """Open the shelf of the shop whose staff is asking."""
        return self.archive.of(current_staff().shop)

    def check(self, document: Mapping[str, Any]) -> Report:
        """Check a policy document against its form, itself, the law and the tone."""
        return check_document(
            document,
            self.packs.law_packs,
            self.languages,
            self.tone,
            today=SystemClock().today(),
        )


class NotInstalled(LookupError):
    """A page was asked for a shop that is not on record."""

    code = "not_installed"


def shop_of(shelf: SqlShelf) -> Shop:
    """Find the shop on its shelf; raises `NotInstalled` when there is none."""
    shop = shelf.shop()
    if shop is None:
        raise NotInstalled("open the app in the shop's admin to install it")
    return shop


def zone_of(shop: Shop) -> ZoneInfo:
    """Name the shop's time zone; UTC when the platform's name is not known here."""
    try:
        return ZoneInfo(shop.profile.zone)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def clock_time(moment: datetime, zone: ZoneInfo) -> str:
    """Write a moment as people at the shop read it."""
    local = moment.astimezone(zone)
    return f"{day(local)}, {local:%H:%M}"


def day(day: date) -> str:
    """Write a day as people at the shop read it."""
    return f"{day.day} {day:%b %Y}"


def origin(url: str) -> str:
    """Cut an address down to scheme, host and port."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
