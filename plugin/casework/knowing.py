"""Knowing: what only some policies ask for is read for those alone."""

from __future__ import annotations

from dataclasses import replace

from plugin.case import Request
from plugin.policy.facts import Facts
from plugin.policy.terms import Policy
from plugin.ports import OffersMade, Services, Shelf
from plugin.shop import Shop

# How the names of facts begin that come from a customer's earlier returns.
_RETURNS = ("customer_return", "customer_items_in_")
_OFFERS = "customer_offers_in_"


def known_facts(
    services: Services, tenant: Shop, request: Request, policy: Policy
) -> Facts:
    """Add what the merchant declares, and the history if a rule asks for it."""
    facts = replace(request.facts, practice=tenant.preferences.practice)
    asked = any(name.startswith(_RETURNS) for name, _ in policy.plan.readers)
    if not asked or request.customer_id is None:
        return facts
    before = services.platform.returns_before(tenant.domain, request)
    count = None if before is None else len(before)
    return replace(facts, returns_before=before, customer_returns=count)


def offers_counted(shelf: Shelf, request: Request, policy: Policy) -> OffersMade | None:
    """Count earlier offers if a rule or a cap asks for them; None when none does."""
    of_shop = any(offer.per_shop_day is not None for offer in policy.offers)
    of_customer = any(offer.per_customer is not None for offer in policy.offers)
    asked = any(name.startswith(_OFFERS) for name, _ in policy.plan.readers)
    if not (of_shop or of_customer or asked):
        return None
    return shelf.offers_made(request.customer_id, shop_too=of_shop)


def with_offers(facts: Facts, request: Request, made: OffersMade | None) -> Facts:
    """Add the offers that were counted; a guest's are not known."""
    if made is None:
        return facts
    known = None if request.customer_id is None else made.before
    return replace(facts, offers_before=known, shop_offers_today=made.shop_today)
