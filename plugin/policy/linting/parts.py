"""Windows, seasons, fees and offers read for parts that never count."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from plugin.policy.clauses import Guard
from plugin.policy.conditions import Not
from plugin.policy.decision import Outcome
from plugin.policy.linting.remark import Remark, Severity
from plugin.policy.linting.rules import Verdicts
from plugin.policy.linting.seasons import adds_nothing
from plugin.policy.linting.solve import Want
from plugin.policy.linting.study import Study, top_tier
from plugin.policy.offers import CODES
from plugin.policy.terms import OfferTerms, Policy


def parts_never_used(verdicts: Verdicts) -> Iterator[Remark]:
    """Point out windows, seasons, fees and offers that can never count."""
    study = verdicts.study
    yield from _windows(study)
    for number, season in enumerate(study.policy.seasons):
        if study.holds(study.guard(season.guard)).impossible:
            yield _idle("season_never", f"seasons.{number}", season.id)
        elif adds_nothing(study.policy, season):
            yield _idle("season_never", f"seasons.{number}", season.id, _ENDS_LATER)
    for number, fee in enumerate(study.policy.fees):
        where, kept = f"fees.{number}", study.world.guard(top_tier(fee))
        if study.holds(kept).impossible:
            yield _idle("unused_fee", where, fee.id)
        elif _never_approved(verdicts, kept):
            yield _idle("unused_fee", where, fee.id, _NOT_APPROVED)
    yield from _offers(verdicts)


def windows_over(policy: Policy, today: date) -> Iterator[Remark]:
    """Point out windows that ended before a day, so that every item is late."""
    named = [("window", policy.window)]
    named += [(f"windows.{n}", rule.window) for n, rule in enumerate(policy.windows)]
    for where, window in named:
        if window.until is not None and window.until < today:
            yield Remark(
                kind="window_over",
                severity=Severity.WARNING,
                where=f"{where}.until",
                message=f"This window ended on {window.until}: every item is late.",
                fix="Give a later day, or days from the delivery.",
            )


def _windows(study: Study) -> Iterator[Remark]:
    policy = study.policy
    if not policy.plan.needs_window:
        yield Remark(
            kind="unused_window",
            severity=Severity.HINT,
            where="window",
            message="No rule asks for `days_past_window`, so no window has any effect.",
            fix="Let a clause ask for `days_past_window`.",
        )
        return
    before: list[Want] = []
    for number, rule in enumerate(policy.windows):
        own = Want(guard=study.guard(rule.guard))
        if study.solver.example([own, *before]).impossible:
            yield _idle("unused_window", f"windows.{number}", rule.id)
        silent = study.world.guard(Not(rule.guard.when))
        before.append(Want(guard=silent, doubt_will_do=True))


def _never_approved(verdicts: Verdicts, guard: Guard) -> bool:
    """Tell whether it is proven that nothing that the policy approves meets a guard."""
    study = verdicts.study
    # A fee whose condition nobody can tell counts, too.
    kept = Want(guard=guard, doubt_will_do=True)
    approving = [r for r in verdicts.deciding if r.clause.then is Outcome.APPROVE]
    asked = [[Want(guard=rule.speaks), kept] for rule in approving]
    if study.policy.default is Outcome.APPROVE:
        # A doubt about what would end otherwise leaves it to a person.
        silent = (
            Want(guard=rule.silent, doubt_will_do=rule.clause.then is Outcome.APPROVE)
            for rule in study.rules
        )
        asked.append([kept, *silent])
    # Where nothing is approved at all, a graver remark says so.
    return bool(asked) and all(study.solver.example(q).impossible for q in asked)


def _offers(verdicts: Verdicts) -> Iterator[Remark]:
    study = verdicts.study
    for number, offer in enumerate(study.policy.offers):
        where, guard = f"offers.{number}", study.guard(offer.guard)
        first = _first_made(study, number)
        if study.holds(guard).impossible or (
            # An approval may always come by law.
            offer.outcomes == {Outcome.DECLINE} and _never_declined(verdicts, guard)
        ):
            yield _idle("offer_never", where, offer.id)
        elif first is not None:
            why = f"`{first.id}`, of which only one is made, comes before it"
            yield _idle("offer_never", where, offer.id, why)


def _first_made(study: Study, number: int) -> OfferTerms | None:
    """Find an earlier offer that is made wherever one could be, and stands for it."""
    offer = study.policy.offers[number]
    wanted = Want(guard=study.guard(offer.guard))
    for other in study.policy.offers[:number]:
        if stands_for(other, offer):
            silent = study.world.guard(Not(other.guard.when))
            wants = [wanted, Want(guard=silent, doubt_will_do=True)]
            if study.solver.example(wants).impossible:
                return other
    return None


def stands_for(first: OfferTerms, other: OfferTerms) -> bool:
    """Tell whether an offer, where it is made, keeps another from being made."""
    alike = first.remedy is other.remedy or {first.remedy, other.remedy} <= CODES
    capped = first.per_customer is not None or first.per_shop_day is not None
    return (
        alike
        and not capped
        and first.outcomes >= other.outcomes
        and (
            first.amount is None
            # An amount is only offered where that currency was paid.
            or (
                other.amount is not None
                and other.amount.currency == first.amount.currency
            )
        )
    )


def _never_declined(verdicts: Verdicts, guard: Guard) -> bool:
    """Tell whether it is proven that no refusal that allows offers meets a guard."""
    return all(
        verdicts.study.holds(rule.speaks, guard).impossible
        for rule in verdicts.deciding
        if rule.refuses and rule.clause.offers
    )


_ENDS_LATER = "the window ends as late without it"
_NOT_APPROVED = "nothing that the policy approves can meet its condition"
_WHY = {
    "unused_window": "no item can ever meet its condition before another window",
    "season_never": "no request can ever meet its condition",
    "unused_fee": "no return can ever meet its condition",
    "offer_never": "no decision that it goes with can meet its condition",
}


def _idle(kind: str, where: str, id: str, why: str | None = None) -> Remark:
    return Remark(
        kind=kind,
        severity=Severity.WARNING,
        where=where,
        message=f"`{id}` never counts: {why or _WHY[kind]}.",
        fix="Correct its condition, or remove it.",
    )
