"""Lodging: a shop installs the app, a shop leaves."""

from __future__ import annotations

from plugin.ports import NoAccess, Services
from plugin.shop import Shop


def welcome(services: Services, *, shop: str, document: str) -> Shop:
    """Record an install with the shop's own profile and a first policy."""
    profile = services.platform.profile(shop)
    return services.archive.of(shop).install(profile, document)


def refresh_shop(services: Services, *, shop: str) -> str:
    """Record what the shop has become: its currency, zone and address."""
    profile = services.platform.profile(shop)
    services.archive.of(shop).refresh(profile)
    return "refreshed"


def check_scopes(services: Services, *, shop: str) -> str:
    """Record what the shop lets the app do now, as its token shows."""
    scopes = services.platform.scopes(shop)
    services.archive.of(shop).grant(scopes)
    return ",".join(sorted(scopes))


def say_goodbye(services: Services, *, shop: str) -> str:
    """Record an uninstall once the shop's token is seen not to work any more.

    The header that names the shop is not signed, so the token is the witness: while
    it works, the shop still has the app.
    """
    try:
        services.platform.profile(shop)
    except NoAccess:
        services.archive.of(shop).uninstall()
        return "uninstalled"
    return "still_installed"
