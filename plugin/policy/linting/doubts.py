"""Fees that the law of some place leaves open, so that a person has to look."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from plugin.policy.decision import Outcome
from plugin.policy.facts import Facts
from plugin.policy.linting.lawyer import Lawyer
from plugin.policy.linting.refunds import (
    DAYS,
    REASONS,
    Promise,
    fee_promises,
    promise_example,
)
from plugin.policy.linting.remark import Remark, Severity
from plugin.policy.terms import Policy

_WHAT = {"unwanted": "unwanted", "defective": "faulty"}
_Found = tuple[list[str], Facts]


def doubtful_fees(lawyer: Lawyer) -> Iterator[Remark]:
    """Point out fees for which whatever the policy approves goes to a person."""
    without = replace(lawyer.study.policy, fees=())
    for fee, promise in zip(
        lawyer.study.policy.fees, fee_promises(lawyer), strict=True
    ):
        # It takes a while to compile all rules again.
        if not lawyer.affords_rules():
            return
        policy = replace(without, fees=(fee,))
        for reason in REASONS:
            found = _left_open(lawyer, promise, {True: policy, False: without}, reason)
            if found is not None:
                yield _remark(promise, reason, *found)


def _left_open(
    lawyer: Lawyer, promise: Promise, policies: Mapping[bool, Policy], reason: str
) -> _Found | None:
    """List the places in which every approval turns into a review, with a request."""
    places: list[str] = []
    first: Facts | None = None
    for place in lawyer.packs:
        facts = _always(lawyer, promise, policies, place, reason)
        if facts is not None:
            places.append(place)
            first = first or facts
    return None if first is None else (places, first)


def _always(
    lawyer: Lawyer,
    promise: Promise,
    policies: Mapping[bool, Policy],
    place: str,
    reason: str,
) -> Facts | None:
    """Find a request whose approval the fee takes back; None where one stands."""
    pins = lawyer.pins(place, reason)
    first: Facts | None = None
    for day in DAYS:
        facts = lawyer.make((promise.guard,), day, pins, promise.currency)
        if facts is None or not _ends(
            lawyer, facts, policies[False], place, Outcome.APPROVE
        ):
            continue
        if not _ends(lawyer, facts, policies[True], place, Outcome.REVIEW):
            return None
        first = first or facts
    return first


def _ends(
    lawyer: Lawyer, facts: Facts, policy: Policy, place: str, outcome: Outcome
) -> bool:
    verdict = lawyer.verdict(facts, policy, place)
    return verdict is not None and verdict.outcome is outcome


def _remark(promise: Promise, reason: str, places: list[str], facts: Facts) -> Remark:
    return Remark(
        kind="fee_doubtful",
        severity=Severity.WARNING,
        where=promise.where,
        message=(
            f"Approved returns of {_WHAT[reason]} items that `{promise.name}` is kept"
            f" of will go to a person in {', '.join(places)}: the law there leaves"
            " open whether a fee may be kept."
        ),
        example=promise_example(promise, facts, places[0]),
        fix="Give the fee a condition that leaves these returns out.",
    )
