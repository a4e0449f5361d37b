"""Deciding: gather facts and terms, decide, and write it down before anything moves."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from plugin.case import Case, Entry, Request, Status
from plugin.casework.record import FOUND, EventId, event_entries, outcome
from plugin.policy.decision import Decision, Outcome
from plugin.policy.engine import decide
from plugin.policy.facts import Facts
from plugin.policy.offers import Offer, offers_for
from plugin.policy.terms import Terms
from plugin.ports import Services, Shelf
from plugin.shop import PolicyVersion, Shop


def decide_case(
    services: Services, *, shop: str, return_id: str, event: EventId | None = None
) -> Case | None:
    """Gather facts and terms, decide, and write it down before anything moves.

    Safe to repeat: a case that is there is returned as it is. None when this shop
    does not have the app or the return. `event` is what told us of it.
    """
    shelf = services.archive.of(shop)
    case = shelf.find(return_id)
    tenant = shelf.shop()
    if case is not None or tenant is None or not tenant.installed:
        return case
    request = services.platform.request(shop, return_id)
    if request is None:
        return None
    if request.status != "REQUESTED":
        return _open_decided_elsewhere(shelf, tenant, request, event)
    return _open(services, shelf, tenant, request, event)


def remember_case(services: Services, *, shop: str, return_id: str) -> Case | None:
    """Find a case, or open one for a return that others settled; decides nothing."""
    shelf = services.archive.of(shop)
    case = shelf.find(return_id)
    tenant = shelf.shop()
    if case is not None or tenant is None or not tenant.installed:
        return case
    request = services.platform.request(shop, return_id)
    if request is None or request.status == "REQUESTED":
        return None
    return _open_decided_elsewhere(shelf, tenant, request, None)


def _open(
    services: Services,
    shelf: Shelf,
    tenant: Shop,
    request: Request,
    event: EventId | None,
) -> Case:
    version = shelf.policy_at(datetime.fromisoformat(request.ordered_at))
    terms = _terms(services, tenant, request, version)
    facts = _facts(services, tenant, request, terms)
    decision = decide(facts, terms)
    offers = offers_for(decision, facts, terms)
    case = _decided(services, tenant, request, terms, facts, decision, offers)
    shelf.open(
        case,
        *event_entries(event),
        Entry(key="request", kind="request", body=_without_facts(request)),
        Entry(key="facts", kind="facts", body=facts),
        Entry(key="terms", kind="terms", body=_terms_body(terms, version)),
        Entry(key="decision", kind="decision", body=decision),
        Entry(key="offers", kind="offers", body=offers),
        *_letter_entries(case),
    )
    # Whoever wrote first wrote what counts.
    return shelf.find(request.return_id) or case


def _terms(
    services: Services, tenant: Shop, request: Request, version: PolicyVersion
) -> Terms:
    return Terms(
        policy=services.library.policy(version),
        packs=tuple(services.library.law_for(p) for p in request.facts.places),
        contact=tenant.contact,
    )


def _facts(services: Services, tenant: Shop, request: Request, terms: Terms) -> Facts:
    """Add what the merchant declares, and the history if a clause asks for it."""
    facts = replace(request.facts, practice=tenant.preferences.practice)
    asks = any("customer_returns" in c.reads for c in terms.policy.clauses)
    if not asks or request.customer_id is None:
        return facts
    before = services.platform.returns_before(
        tenant.domain, request.customer_id, request.return_id
    )
    return replace(facts, customer_returns=before)


def _decided(
    services: Services,
    tenant: Shop,
    request: Request,
    terms: Terms,
    facts: Facts,
    decision: Decision,
    offers: tuple[Offer, ...],
) -> Case:
    offer = offers[0] if offers else None
    code = (
        services.codes.text(shop=tenant.domain, return_id=request.return_id)
        if offer
        else None
    )
    letter = None
    if decision.outcome is Outcome.DECLINE:
        letter = services.letters.decline(
            decision,
            facts,
            terms,
            offers,
            code,
            locale=request.locale,
            return_name=request.return_name,
        )
    return replace(
        _blank(tenant, request),
        outcome=decision.outcome,
        ground=decision.ground,
        decided_by=tuple(dict.fromkeys(found.id for found in decision.reasons)),
        offer=offer,
        letter=letter,
        code=code,
    )


def _blank(tenant: Shop, request: Request) -> Case:
    return Case(
        shop=tenant.domain,
        return_id=request.return_id,
        return_name=request.return_name,
        order_id=request.order_id,
        order_name=request.order_name,
        customer_id=request.customer_id,
        status=Status.DECIDED,
        mode=tenant.preferences.mode,
        asked=request.asked,
    )


def _open_decided_elsewhere(
    shelf: Shelf, tenant: Shop, request: Request, event: EventId | None
) -> Case:
    """Remember a return that was settled before we could look at it."""
    status = FOUND.get(request.status, Status.SUPERSEDED)
    case = replace(_blank(tenant, request), status=status)
    shelf.open(
        case,
        *event_entries(event),
        Entry(key="request", kind="request", body=_without_facts(request)),
        Entry(key="outcome", kind="outcome", body=outcome(status, request.status)),
    )
    return shelf.find(request.return_id) or case


def _without_facts(request: Request) -> dict[str, object]:
    return {
        name: getattr(request, name) for name in Request.__slots__ if name != "facts"
    }


def _terms_body(terms: Terms, version: PolicyVersion) -> dict[str, object]:
    return {
        "policy": {
            "version": version.label,
            "name": terms.policy.name,
            "sha256": version.sha256,
            "since": version.since,
        },
        "packs": [pack and f"{pack.id} {pack.checked_on}" for pack in terms.packs],
        "contact": terms.contact,
    }


def _letter_entries(case: Case) -> list[Entry]:
    if case.letter is None:
        return []
    return [Entry(key="letter", kind="letter", body=case.letter)]
