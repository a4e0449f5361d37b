"""Lodging: a shop installs the app, a shop leaves."""

from __future__ import annotations

from plugin.ports import NoAccess, Services
from plugin.privacy import NotYet
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
    """Record what the shop lets the app do now, as its token shows.

    Raises `NotYet` where another token took its place: that one may show more.
    """
    shelf = services.archive.of(shop)
    held = shelf.held_token()
    scopes = services.platform.scopes(shop)
    if not shelf.grant(scopes, shown_by=held):
        raise NotYet("the shop's token was renewed just now")
    return ",".join(sorted(scopes))


def say_goodbye(services: Services, *, shop: str, left_at: str | None = None) -> str:
    """Record an uninstall once the shop's token is seen not to work any more.

    The header that names the shop is not signed, so the token is the witness: while
    it works, the shop still has the app. A shop that is closed or frozen says nothing
    of its token; whether it left shows when it is opened, or asked to be erased.

    An uninstall ends tokens, also for a shop that is back before it is heard of. Where
    staff were in the app after `left_at` the shop has it, and waits for a new token.
    """
    try:
        services.platform.profile(shop)
    except NoAccess:
        shelf = services.archive.of(shop)
        if shelf.opened_since(left_at):
            return "back_already"
        return "uninstalled" if shelf.uninstall() else NoAccess.code
    return "still_installed"


def see_off(services: Services, *, shop: str) -> bool:
    """Record that a shop left which nobody can enter and which asks to be erased.

    Its token is given up whatever kept it from working: whoever opens the app brings a
    new one. False where the token works; raises `NotYet` where it changed meanwhile.
    """
    shelf = services.archive.of(shop)
    held = shelf.held_token()
    try:
        services.platform.profile(shop)
    except NoAccess:
        if not shelf.uninstall(given_up=held):
            raise NotYet("the shop's token was renewed just now") from None
        return True
    return False
