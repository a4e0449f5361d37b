"""Refund terms and fees that the law of some place would strike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

from plugin.policy.catalogue import WINDOW, known
from plugin.policy.clauses import ALWAYS, Guard
from plugin.policy.conditions import facts_read
from plugin.policy.decision import Outcome
from plugin.policy.facts import Facts
from plugin.policy.linting.example import shown
from plugin.policy.linting.lawyer import Lawyer, entitles
from plugin.policy.linting.remark import Example, Remark, Severity
from plugin.policy.linting.study import top_tier
from plugin.policy.terms import Fee, Policy

_KINDS = {
    "remedies": ("credit_only_forbidden", "remedies without money"),
    "fees": ("fee_forbidden", "fee"),
    "outbound_shipping": ("outbound_shipping", "`outbound_shipping`"),
    "return_shipping": ("return_shipping", "`return_shipping`"),
    "send_back_days": ("send_back_days", "`send_back_days`"),
}
_FIXES = {
    "remedies": "Add `original_payment` to the remedies.",
    "fees": "Give the fee a condition that leaves these places out.",
    "outbound_shipping": "Set `outbound_shipping` to true.",
    "return_shipping": "Set `return_shipping` to `trader`.",
    "send_back_days": "Give more `send_back_days`.",
}
# The days after the delivery, and the reasons, that are tried.
DAYS = (1, 4, 6, 9, 13, 20, 29)
REASONS = ("unwanted", "defective")


@dataclass(frozen=True, kw_only=True, slots=True)
class Promise:
    """One part of how a policy makes good, alone in a policy of its own.

    `guard` says for which requests it counts, `reads` what that hangs on.
    """

    where: str
    name: str
    policy: Policy
    guard: Guard
    reads: tuple[str, ...] = ()
    currency: str = "EUR"


def struck_terms(lawyer: Lawyer) -> Iterator[Remark]:
    """Point out what the law does not let stand in places the shop sells to."""
    for promise in _promises(lawyer):
        found: dict[str, tuple[list[str], Facts]] = {}
        for place in lawyer.packs:
            facts = _entitled(lawyer, promise, place)
            if facts is None:
                continue
            for what in _struck(lawyer, promise, place, facts):
                found.setdefault(what, ([], facts))[0].append(place)
        for what, (places, facts) in found.items():
            yield _remark(promise, what, places, facts)


def _promises(lawyer: Lawyer) -> Iterator[Promise]:
    policy, bare = lawyer.study.policy, _bare(lawyer)
    yield Promise(where="refund", name="refund", policy=bare, guard=ALWAYS)
    for number, clause in enumerate(policy.clauses):
        if clause.refund is not None and clause.then is Outcome.APPROVE:
            yield Promise(
                where=f"clauses.{number}.refund",
                name=clause.id,
                policy=replace(bare, refund=clause.refund),
                guard=lawyer.study.world.guard(clause.when),
                reads=facts_read(clause.when),
            )
    yield from fee_promises(lawyer)


def fee_promises(lawyer: Lawyer) -> Iterator[Promise]:
    """Give each fee of a policy, in order."""
    bare = _bare(lawyer)
    for number, fee in enumerate(lawyer.study.policy.fees):
        yield Promise(
            where=f"fees.{number}",
            name=fee.id,
            policy=replace(bare, fees=(fee,)),
            guard=lawyer.study.world.guard(top_tier(fee)),
            reads=facts_read(top_tier(fee)),
            currency=_currency(fee),
        )


def _bare(lawyer: Lawyer) -> Policy:
    policy = lawyer.study.policy
    return replace(
        lawyer.bare,
        window=policy.window,
        windows=policy.windows,
        seasons=policy.seasons,
    )


def _currency(fee: Fee) -> str:
    amounts = (fee.flat, fee.cap, *(tier.flat for tier in fee.tiers))
    return next((money.currency for money in amounts if money is not None), "EUR")


def _entitled(lawyer: Lawyer, promise: Promise, place: str) -> Facts | None:
    """Find a request that meets the promise's condition and that the law gives."""
    for reason, day in product(REASONS, DAYS):
        if lawyer.entitled(place, day, reason):
            pins = lawyer.pins(place, reason)
            facts = lawyer.make((promise.guard,), day, pins, promise.currency)
            if facts is not None:
                return facts
    return None


def _struck(
    lawyer: Lawyer, promise: Promise, place: str, facts: Facts
) -> dict[str, None]:
    """Name the promise's own terms that the law struck, each once."""
    verdict = lawyer.verdict(facts, promise.policy, place)
    if verdict is None or verdict.settlement is None or not entitles(verdict):
        return {}
    own = promise.where.startswith("fees")
    struck = (strike.what for strike in verdict.settlement.struck)
    return dict.fromkeys(what for what in struck if (what == "fees") is own)


def promise_example(promise: Promise, facts: Facts, place: str) -> Example:
    """Show a request of a place by what the promise hangs on."""
    reads = ("days_since_delivery", "reason", *promise.reads)
    line = facts.lines[0]
    values = {name: known(name).reads(facts, line) for name in reads if name != WINDOW}
    return shown({**values, "country": place})


def _remark(promise: Promise, what: str, places: list[str], facts: Facts) -> Remark:
    kind, term = _KINDS[what]
    return Remark(
        kind=kind,
        severity=Severity.WARNING,
        where=promise.where,
        message=(
            f"The {term} of `{promise.name}` will not stand in {', '.join(places)}:"
            " the law gives the customer more."
        ),
        example=promise_example(promise, facts, places[0]),
        fix=_FIXES[what],
    )
