"""Forgetting: data is handed out and erased as customers and shops ask by law.

Each story is told again until it is done; the request keeps the proof of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from plugin.casework.lodging import see_off
from plugin.ports import Services, Shelf
from plugin.privacy import GRACE, Install, NotYet, PrivacyRequest

DONE_BEFORE = "done_before"
# The shop was erased meanwhile, and everybody with it.
NOBODY = "nothing_held"


def hand_over_data(services: Services, *, shop: str, request_id: str) -> str:
    """Make the data file that a customer asked the shop for."""
    shelf = services.archive.of(shop)
    ask = _open(shelf, request_id)
    if ask is None:
        return DONE_BEFORE
    if ask.person is None:
        return _finish(shelf, request_id, NOBODY)
    shelf.export(request_id, ask.person)
    return _finish(shelf, request_id, "handed_out")


def forget_customer(services: Services, *, shop: str, request_id: str) -> str:
    """Erase whatever is known of a customer, or of whoever is behind some orders.

    Raises `NotYet` while one of their cases is being answered.
    """
    shelf = services.archive.of(shop)
    ask = _open(shelf, request_id)
    if ask is None:
        return DONE_BEFORE
    if ask.person is None:
        return _finish(shelf, request_id, NOBODY)
    erased = shelf.erase_person(ask.person, request_id)
    if erased.moving:
        raise NotYet(f"{erased.moving} cases of the customer are being answered")
    services.archive.scrub()
    return _finish(shelf, request_id, "erased")


def forget_shop(services: Services, *, shop: str, request_id: str) -> str:
    """Erase what a shop left behind; a shop that came back in time loses nothing.

    Raises `NotYet` before a shop that left has had its time to come back.
    """
    shelf = services.archive.of(shop)
    ask = _open(shelf, request_id)
    if ask is None:
        return DONE_BEFORE
    tenant = shelf.shop()
    here = tenant is not None and tenant.installed
    if here and is_reached(shelf.installs(), ask.triggered_at):
        # It may have left without a word that reached us: its token is the witness.
        see_off(services, shop=shop)
    ended, back = ended_for_good(shelf.installs(), ask.triggered_at)
    if ended is None:
        return _finish(shelf, request_id, "still_installed")
    if back is not None:
        shelf.erase_before(back, request_id)
    elif services.clock.now() - ended < GRACE:
        raise NotYet("the shop may still come back and find everything as it was")
    else:
        shelf.erase_shop(request_id)
    services.archive.scrub()
    return _finish(shelf, request_id, "erased")


def is_reached(installs: Sequence[Install], triggered_at: datetime) -> bool:
    """Tell whether an erasure may be about the newest install.

    It is asked for when an install has been over for the time of grace, so that one
    that came later is never meant, whatever keeps its token from working.
    """
    return bool(installs) and installs[-1].installed_at <= triggered_at - GRACE


def ended_for_good(
    installs: Sequence[Install], triggered_at: datetime
) -> tuple[datetime | None, datetime | None]:
    """Find when the last install ended that an erasure may reach, and who came after.

    A shop that left for good is reached whenever it left: its own request is on its
    way. Otherwise an install is reached that had ended when it was asked for; one
    that was followed by another within the time of grace goes on in that one.
    """
    ended: datetime | None = None
    back: datetime | None = None
    for one, after in zip(installs, [*installs[1:], None], strict=False):
        left = one.uninstalled_at
        if left is not None and _for_good(left, after, triggered_at):
            ended, back = left, None if after is None else after.installed_at
    return ended, back


def _for_good(left: datetime, after: Install | None, triggered_at: datetime) -> bool:
    if after is None:
        return True
    return left <= triggered_at and after.installed_at - left >= GRACE


def _open(shelf: Shelf, request_id: str) -> PrivacyRequest | None:
    ask = shelf.asked(request_id)
    return None if ask is None or ask.done_at is not None else ask


def _finish(shelf: Shelf, request_id: str, result: str) -> str:
    shelf.finish(request_id, result)
    return result
