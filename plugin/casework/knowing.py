"""Knowing: what only some policies ask for is read for those alone."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from plugin.case import Request
from plugin.localdays import earliest_day
from plugin.past import History, PastReturn
from plugin.policy.facts import Facts, Past
from plugin.policy.terms import Policy
from plugin.ports import OffersMade, Services, Shelf
from plugin.shop import Shop

# How the names of facts begin that come from a customer's earlier returns.
_RETURNS = ("customer_return", "customer_items_in_")
_OFFERS = "customer_offers_in_"
# How many days back a fact of a customer's returns looks; one without looks at all.
_SPAN = re.compile(r"_in_([0-9]+)_days$")


def known_facts(
    services: Services, tenant: Shop, request: Request, policy: Policy
) -> Facts:
    """Add what the merchant declares, and the history if a rule asks for it."""
    facts = replace(request.facts, practice=tenant.preferences.practice)
    asked = any(name.startswith(_RETURNS) for name, _ in policy.plan.readers)
    if not asked or request.customer_id is None:
        return facts
    before = _returns_before(services, tenant, request, policy)
    count = None if before is None else len(before)
    return replace(facts, returns_before=before, customer_returns=count)


def _returns_before(
    services: Services, tenant: Shop, request: Request, policy: Policy
) -> tuple[Past, ...] | None:
    """List what this customer asked for before: as remembered, or else as read now.

    None where a rule asks further back than anybody can see.
    """
    history = services.archive.of(tenant.domain).history(str(request.customer_id))
    if history is None:
        return services.platform.returns_before(tenant.domain, request)
    if not _reaches(history, request, policy):
        return None
    places = request.facts.places
    country = places[0].country if places else None
    earlier = (
        Past(on=earliest_day(past.requested_at.isoformat(), country), items=past.items)
        for past in history.returns
        if past.return_id != request.return_id and _came_before(past, request)
    )
    return tuple(sorted(earlier, key=lambda past: past.on))


def _reaches(history: History, request: Request, policy: Policy) -> bool:
    """Tell whether what is remembered goes as far back as the rules ask."""
    if history.since is None:
        return True
    asked = [name for name, _ in policy.plan.readers if name.startswith(_RETURNS)]
    spans = [_SPAN.search(name) for name in asked]
    if not all(spans):
        return False
    longest = max(int(span[1]) for span in spans if span)
    first = request.facts.requested_on - timedelta(days=longest)
    return history.since.date() <= first


def _came_before(past: PastReturn, request: Request) -> bool:
    asked_at = request.facts.requested_at
    return asked_at is None or past.requested_at <= asked_at


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
