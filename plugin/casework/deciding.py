"""Deciding: gather facts and terms, decide, and write it down before anything moves."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from plugin.case import Case, Entry, Request, Status, Task, TaskKind
from plugin.casework.knowing import known_facts, offers_counted, with_offers
from plugin.casework.linking import link_earlier
from plugin.casework.record import FOUND, EventId, event_entries, outcome
from plugin.casework.remembering import remember_request
from plugin.casework.settling import settled, tasks
from plugin.casework.splitting import with_plan
from plugin.policy.decision import Decision, Outcome
from plugin.policy.engine import decide
from plugin.policy.explaining.counterfactual import explained
from plugin.policy.facts import Facts
from plugin.policy.offers import CODES, Offer, offers_for
from plugin.policy.terms import Terms
from plugin.ports import NotThere, Refused, Services, Shelf, StaleCase
from plugin.shop import PolicyVersion, Shop

# How often a case is decided anew because others spent the offers it counted.
TRIES = 5


def decide_case(
    services: Services, *, shop: str, return_id: str, event: EventId | None = None
) -> Case | None:
    """Gather facts and terms, decide, and write it down before anything moves.

    Safe to repeat: a case that is there is returned as it is. None when this shop
    does not have the app; `NotThere` when it does not show the return, or not yet.
    `event` is what told us of it.
    """
    shelf = services.archive.of(shop)
    case = shelf.find(return_id)
    tenant = shelf.shop()
    if case is not None or tenant is None or not tenant.installed:
        return case
    request = services.platform.request(shop, return_id)
    if request is None:
        raise NotThere(f"the shop does not show `{return_id}`")
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
    """Decide and write down; once more when the offers it counted were spent."""
    version = shelf.policy_at(datetime.fromisoformat(request.ordered_at))
    terms = _terms(services, tenant, request, version)
    remember_request(shelf, request)
    facts = known_facts(services, tenant, request, terms.policy)
    before = [*event_entries(event), *link_earlier(shelf, request)]
    for _ in range(TRIES):
        counted = offers_counted(shelf, request, terms.policy)
        counts = with_offers(facts, request, counted)
        case, entries = _decided(services, tenant, request, terms, version, counts)
        with suppress(StaleCase):
            shelf.open(case, *before, *entries, counted=counted)
            break
    # Whoever wrote first wrote what counts.
    found = shelf.find(request.return_id)
    if found is None:
        raise StaleCase(f"offers are made too fast to decide `{request.return_id}`")
    return found


def _terms(
    services: Services, tenant: Shop, request: Request, version: PolicyVersion
) -> Terms:
    """Gather what binds: the law of the day of the order, wherever it reaches."""
    library = services.library
    return library.terms(library.policy(version), request.facts, tenant.contact)


def _decided(
    services: Services,
    tenant: Shop,
    request: Request,
    terms: Terms,
    version: PolicyVersion,
    facts: Facts,
) -> tuple[Case, tuple[Entry, ...]]:
    decision = decide(facts, terms)
    offers = _payable(offers_for(decision, facts, terms), tenant)
    case = _case(services, tenant, request, decision, offers)
    if decision.outcome is Outcome.DECLINE:
        case = _with_letter(services, request, terms, facts, decision, case)
    case, plan = with_plan(services, case, request, decision, facts, terms)
    entries = (
        Entry(key="request", kind="request", body=_without_facts(request)),
        Entry(key="facts", kind="facts", body=facts),
        Entry(key="terms", kind="terms", body=_terms_body(terms, version)),
        Entry(key="decision", kind="decision", body=decision),
        Entry(key="trace", kind="trace", body=explained(decision, facts, terms)),
        Entry(key="offers", kind="offers", body=case.offers),
        *_letter_entries(case),
        *plan,
    )
    return case, entries


def _payable(offers: tuple[Offer, ...], tenant: Shop) -> tuple[Offer, ...]:
    """Leave out a code for an amount that the shop's tills do not know."""
    currency = tenant.profile.currency
    return tuple(
        offer
        for offer in offers
        if offer.remedy not in CODES
        or offer.amount is None
        or offer.amount.currency == currency
    )


def _case(
    services: Services,
    tenant: Shop,
    request: Request,
    decision: Decision,
    offers: tuple[Offer, ...],
) -> Case:
    case = replace(
        _blank(tenant, request),
        outcome=decision.outcome,
        ground=decision.ground,
        decided_by=tuple(dict.fromkeys(found.id for found in decision.reasons)),
        offers=offers,
        settled=settled(decision, request.facts),
        tasks=tasks(decision, request.facts, offers),
    )
    if case.offer is None:
        return case
    code = services.codes.text(shop=tenant.domain, return_id=request.return_id)
    return replace(case, code=code)


def _with_letter(
    services: Services,
    request: Request,
    terms: Terms,
    facts: Facts,
    decision: Decision,
    case: Case,
) -> Case:
    """Write a refusal's letter; what cannot be told in one is left to a person."""
    try:
        letter = services.letters.decline(
            decision,
            facts,
            terms,
            case.offers,
            case.code,
            locale=request.locale,
            return_name=request.return_name,
        )
    except Refused as refused:
        text = f"The policy refuses this request, but no letter was written: {refused}."
        return replace(
            case,
            outcome=Outcome.REVIEW,
            ground=None,
            offers=(),
            code=None,
            tasks=(Task(kind=TaskKind.WRITE, text=text),),
        )
    return replace(case, letter=letter)


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
    remember_request(shelf, request)
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
        "calendars": [calendar is not None for calendar in terms.calendars],
        "contact": terms.contact,
    }


def _letter_entries(case: Case) -> list[Entry]:
    if case.letter is None:
        return []
    return [Entry(key="letter", kind="letter", body=case.letter)]
