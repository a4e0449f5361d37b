"""Listening: whether a shop subscribes to more than the app declares."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import structlog

from plugin.ports import Services

# Never subscribed to by the API, so never listed either.
COMPLIANCE = frozenset({"customers/data_request", "customers/redact", "shop/redact"})

log = structlog.get_logger(__name__)


def check_subscriptions(
    services: Services, *, shop: str, declared: Iterable[str] = ()
) -> str:
    """Look which topics a shop subscribes to by itself, beside those we declare."""
    listed = services.platform.subscriptions(shop)
    strays = stray(listed, declared)
    if not strays:
        return "in_order"
    word = f"listed:{','.join(strays)}"
    log.warning("subscriptions_listed", shop=shop, result=word)
    return word


def stray(listed: Iterable[str], declared: Iterable[str]) -> tuple[str, ...]:
    """Name the topics whose events may come twice, or go elsewhere.

    What the manifest declares has no ids and is not listed, so that nothing listed is
    in order and nobody is missed. A platform that lists each of them once is taken to
    show the manifest's own.
    """
    counted = Counter(listed)
    if counted == Counter(set(declared) - COMPLIANCE):
        return ()
    return tuple(sorted(counted))
