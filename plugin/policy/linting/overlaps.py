"""Rules that may hold for one request and end it in different ways."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from plugin.policy.catalogue import WINDOW
from plugin.policy.decision import Outcome
from plugin.policy.linting.links import DAYS, HOURS
from plugin.policy.linting.remark import Example, Remark, Severity
from plugin.policy.linting.rules import Verdicts, listed, shown_example
from plugin.policy.linting.study import Rule, Study

_ENDS = {
    Outcome.APPROVE: "approved",
    Outcome.DECLINE: "declined",
    Outcome.REVIEW: "left to a person",
}
# What is asked of every item alike: how long ago it came.
_OF_TIME = {WINDOW, *DAYS, *HOURS}


class _Pair(NamedTuple):
    """A rule with an earlier one that takes a request from it."""

    first: Rule
    rule: Rule
    example: Example


def overlaps(verdicts: Verdicts) -> Iterator[Remark]:
    """Point out rules that may hold where an earlier one ends otherwise.

    An exception above its rule is what the order is for, and nothing is said of it. A
    general rule above a special one is told rule by rule, all others in one remark.
    """
    study, others = verdicts.study, list[_Pair]()
    for rule in verdicts.deciding:
        pairs = list(_pairs(study, rule))
        above = [pair for pair in pairs if _general(pair.first)]
        others += [pair for pair in pairs if not _general(pair.first)]
        if above:
            yield _overlap(rule, above)
    if others:
        yield _order(others)


def _pairs(study: Study, rule: Rule) -> Iterator[_Pair]:
    for first in study.before(rule):
        alike = first.clause.then is rule.clause.then
        if alike or (_general(rule) and not _general(first)):
            continue
        both = shown_example(study, study.holds(first.speaks, rule.speaks))
        if both is not None and not _exception(study, first, rule):
            yield _Pair(first, rule, both)


def _general(rule: Rule) -> bool:
    """Tell whether a rule asks for the time alone, as a window's own rules do."""
    return not rule.clause.evidence and set(rule.clause.reads) <= _OF_TIME


def _exception(study: Study, first: Rule, rule: Rule) -> bool:
    """Tell whether it is proven that a rule is a case of one further down."""
    return study.holds(first.speaks, rule.silent).impossible


def _overlap(rule: Rule, pairs: list[_Pair]) -> Remark:
    first = pairs[0].first.clause
    more = len(pairs) > 1
    return Remark(
        kind="overlap",
        severity=Severity.HINT,
        where=rule.where,
        message=(
            f"A request may meet `{rule.clause.id}` and also"
            f" {listed([pair.first for pair in pairs])}, which"
            f" {'come' if more else 'comes'} first; by `{first.id}` it is"
            f" {_ENDS[first.then]}, not {_ENDS[rule.clause.then]}."
        ),
        example=pairs[0].example,
        fix=f"If `{rule.clause.id}` should win there, move it further up.",
    )


def _order(pairs: list[_Pair]) -> Remark:
    """Say once which rules win over which, each rule with all that it wins over."""
    winners: dict[str, list[Rule]] = {}
    for pair in pairs:
        winners.setdefault(pair.first.clause.id, []).append(pair.rule)
    said = (f"`{id}` before {listed(rules)}" for id, rules in winners.items())
    return Remark(
        kind="order",
        severity=Severity.HINT,
        where="clauses",
        message=(
            "A request may meet several of these rules, and the first one decides:"
            f" {'; '.join(said)}."
        ),
        example=pairs[0].example,
        fix="Move a rule further up where it should win.",
    )
