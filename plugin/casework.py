"""The story of a request: open, decide, answer; and what happens to it later.

Every story is safe to tell again: it reads what is remembered and what the platform
shows before it acts, writes down before it moves, and repeats no effect.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time

from plugin.case import Case, Entry, Request, Status
from plugin.policy.decision import Decision, Outcome
from plugin.policy.engine import decide
from plugin.policy.facts import Facts
from plugin.policy.offers import Offer, offers_for
from plugin.policy.terms import Terms
from plugin.ports import (
    Code,
    NoAccess,
    Overtaken,
    Refused,
    ReturnState,
    Services,
    Shelf,
)
from plugin.shop import Mode, PolicyVersion, Shop

TAGS = {
    Status.ANSWERED: {
        Outcome.APPROVE: "evenhand-approved",
        Outcome.DECLINE: "evenhand-declined",
    },
    Status.IN_REVIEW: dict.fromkeys(Outcome, "evenhand-review"),
    Status.PROPOSED: dict.fromkeys(Outcome, "evenhand-proposed"),
}
# What a return's own status means for a case that did not decide it.
FOUND = {"CANCELED": Status.WITHDRAWN}


def decide_case(services: Services, *, shop: str, return_id: str) -> Case | None:
    """Gather facts and terms, decide, and write it down before anything moves.

    Safe to repeat: a case that is there is returned as it is. None when this shop
    does not have the app or the return.
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
        return _open_decided_elsewhere(shelf, tenant, request)
    return _open(services, shelf, tenant, request)


def _open(services: Services, shelf: Shelf, tenant: Shop, request: Request) -> Case:
    version = shelf.policy_at(datetime.fromisoformat(request.ordered_at))
    terms = _terms(services, tenant, request, version)
    facts = _facts(services, tenant, request, terms)
    decision = decide(facts, terms)
    offers = offers_for(decision, facts, terms)
    case = _decided(services, tenant, request, terms, facts, decision, offers)
    shelf.open(
        case,
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
        decided_by=tuple(finding.id for finding in decision.reasons),
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


def _open_decided_elsewhere(shelf: Shelf, tenant: Shop, request: Request) -> Case:
    """Remember a return that was settled before we could look at it."""
    status = FOUND.get(request.status, Status.SUPERSEDED)
    case = replace(_blank(tenant, request), status=status)
    shelf.open(
        case,
        Entry(key="request", kind="request", body=_without_facts(request)),
        Entry(key="outcome", kind="outcome", body=_outcome(status, request.status)),
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


def _outcome(status: Status, platform: str | None = None) -> dict[str, object]:
    return {"status": status, "platform": platform}


# -- answering --------------------------------------------------------------------


def answer_case(services: Services, *, shop: str, return_id: str) -> Case | None:
    """Carry a decided case out, as far as the shop's mode lets the app go.

    Safe to repeat: a case that is settled is left alone, and every write looks first
    whether it was done before.
    """
    case = services.archive.of(shop).find(return_id)
    if case is None or case.status is not Status.DECIDED:
        return case
    if case.mode is Mode.OBSERVE:
        return _settle(services, case, Status.OBSERVED)
    if case.outcome is Outcome.REVIEW:
        return _mark_and_settle(services, case, Status.IN_REVIEW)
    if case.outcome is Outcome.DECLINE and case.mode is Mode.ASSIST:
        return _mark_and_settle(services, case, Status.PROPOSED)
    return _carry_out(services, case)


def confirm_case(
    services: Services, *, shop: str, return_id: str, by: str
) -> Case | None:
    """Let a proposed refusal go out, as a named member of staff decided."""
    shelf = services.archive.of(shop)
    case = shelf.find(return_id)
    if case is None or case.status is not Status.PROPOSED:
        return case
    confirmed = replace(case, mode=Mode.AUTOMATIC, status=Status.DECIDED)
    entry = Entry(key="confirmed", kind="event", body={"confirmed_by": by})
    shelf.keep(confirmed, entry, was=Status.PROPOSED)
    return confirmed


def give_up(services: Services, *, shop: str, return_id: str, why: str) -> None:
    """Give a request that cannot be answered to a person, with the reason."""
    shelf = services.archive.of(shop)
    case = shelf.find(return_id)
    body = {"status": Status.FAILED, "why": why}
    entry = Entry(key="outcome:failed", kind="outcome", body=body)
    tenant = shelf.shop()
    if case is None and tenant is not None:
        shelf.open(_unread(tenant, return_id), entry)
    elif case is not None and case.status is Status.DECIDED:
        shelf.keep(case.moved(Status.FAILED), entry, was=Status.DECIDED)
        _take_code_back(services, case)


def _take_code_back(services: Services, case: Case) -> None:
    """Leave no live code beside a refusal that was never sent."""
    if case.code is None or case.letter is None:
        return
    state = services.platform.state(case.shop, case.return_id)
    if state is not None and state.note == case.letter.text:
        return
    _deactivate_code(services, case, case.code)


def _deactivate_code(services: Services, case: Case, code: str) -> None:
    done = services.platform.deactivate_code(case.shop, code)
    _note(services, case, Entry(key="call:deactivate-code", kind="call", body=done))


def _unread(tenant: Shop, return_id: str) -> Case:
    """Stand in for a return that could never be read."""
    return Case(
        shop=tenant.domain,
        return_id=return_id,
        return_name="",
        order_id="",
        order_name="",
        customer_id=None,
        status=Status.FAILED,
        mode=tenant.preferences.mode,
    )


def _carry_out(services: Services, case: Case) -> Case:
    """Send the answer; give way to whoever decided first."""
    try:
        if case.outcome is Outcome.DECLINE:
            _decline(services, case)
        else:
            _approve(services, case)
    except Overtaken as overtaken:
        return _give_way(services, case, overtaken.state)
    return _mark_and_settle(services, case, Status.ANSWERED)


def _approve(services: Services, case: Case) -> None:
    done = services.platform.approve(case.shop, case.return_id)
    _note(services, case, Entry(key="call:approve", kind="call", body=done))


def _decline(services: Services, case: Case) -> None:
    """Make the code first, so that the letter never promises what is not there."""
    if case.letter is None or case.ground is None:
        raise Refused(f"case `{case.return_id}` has no letter to send")
    if case.offer is not None and not _is_declined(services, case):
        done = services.platform.create_code(case.shop, _code(case))
        _note(services, case, Entry(key="call:create-code", kind="call", body=done))
    done = services.platform.decline(
        case.shop, case.return_id, case.ground, case.letter.text
    )
    _note(services, case, Entry(key="call:decline", kind="call", body=done))


def _is_declined(services: Services, case: Case) -> bool:
    """Look before a code is made: no code for a return that is decided already."""
    state = services.platform.state(case.shop, case.return_id)
    if state is None or state.status == "REQUESTED":
        return False
    if case.letter is None or state.note != case.letter.text:
        raise Overtaken(state)
    return True


def _code(case: Case) -> Code:
    if case.offer is None or case.code is None or case.customer_id is None:
        raise Refused(f"case `{case.return_id}` has no code to make")
    number = case.return_id.rpartition("/")[2]
    # A day early, so that a clock that differs a little does not delay the code.
    return Code(
        text=case.code,
        title=f"Evenhand {case.return_name} ({number})",
        customer_id=case.customer_id,
        percent=case.offer.percent,
        starts_at=datetime(2020, 1, 1, tzinfo=UTC),
        ends_at=datetime.combine(case.offer.ends_on, time(23, 59, 59), UTC),
    )


def _give_way(services: Services, case: Case, state: ReturnState) -> Case:
    """Record who was first, and leave no code behind that promises nothing."""
    if case.code is not None:
        _deactivate_code(services, case, case.code)
    status = FOUND.get(state.status, Status.SUPERSEDED)
    entry = Entry(key="overtaken", kind="event", body=state)
    services.archive.of(case.shop).append(case.return_id, entry)
    return _settle(services, case, status, state.status)


def _mark_and_settle(services: Services, case: Case, status: Status) -> Case:
    """Show the result on the order, then close the step."""
    outcome = case.outcome or Outcome.REVIEW
    body = {
        "return": case.return_name,
        "outcome": outcome.value,
        "status": status.value,
        "decided_by": list(case.decided_by),
    }
    tags = [TAGS[status][outcome]]
    done = services.platform.mark(case.shop, case.order_id, tags, body)
    _note(
        services, case, Entry(key=f"call:mark:{status.value}", kind="call", body=done)
    )
    return _settle(services, case, status)


def _settle(
    services: Services, case: Case, status: Status, platform: str | None = None
) -> Case:
    settled = case.moved(status)
    entry = Entry(
        key=f"outcome:{status.value}", kind="outcome", body=_outcome(status, platform)
    )
    services.archive.of(case.shop).keep(settled, entry, was=case.status)
    return settled


def _note(services: Services, case: Case, entry: Entry) -> None:
    services.archive.of(case.shop).append(case.return_id, entry)


# -- what happens later --------------------------------------------------------------


def record_change(
    services: Services, *, shop: str, return_id: str, topic: str
) -> Case | None:
    """Take note of what somebody did to a return, as the platform shows it now.

    An event before its cause finds no case and leaves no trace on one; the request,
    when it comes, reads the state itself.
    """
    shelf = services.archive.of(shop)
    case = shelf.find(return_id)
    if case is None:
        return None
    state = services.platform.state(shop, return_id)
    if state is None:
        return case
    key = f"event:{topic}:{state.status}"
    shelf.append(return_id, Entry(key=key, kind="event", body={"saw": state}))
    if case.status in (Status.ANSWERED, Status.DECIDED) or state.status == "REQUESTED":
        return case
    status = FOUND.get(state.status, Status.SUPERSEDED)
    if case.status in (status, Status.WITHDRAWN, Status.SUPERSEDED):
        return case
    return _settle(services, case, status, state.status)


def record_refund(services: Services, *, shop: str, refund_id: str) -> Case | None:
    """Note a refund on the case of its return; amounts are re-read."""
    refund = services.platform.refund(shop, refund_id)
    if refund is None or refund.return_id is None:
        return None
    shelf = services.archive.of(shop)
    case = shelf.find(refund.return_id)
    if case is not None:
        entry = Entry(key=f"refund:{refund.refund_id}", kind="event", body=refund)
        shelf.append(refund.return_id, entry)
    return case


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


def welcome(services: Services, *, shop: str, document: str) -> Shop:
    """Record an install with the shop's own profile and a first policy."""
    profile = services.platform.profile(shop)
    return services.archive.of(shop).install(profile, document)
