"""What would have changed with evidence, or with the item in another condition."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from plugin.policy.clauses import Clause
from plugin.policy.decision import Outcome, Says, Stratum
from plugin.policy.explaining.asking import Asking, would_be
from plugin.policy.explaining.breakpoints import thresholds, words_of
from plugin.policy.explaining.rule_words import is_shown, pieces_said
from plugin.policy.explaining.spans import Turn, turns
from plugin.policy.explaining.trace import Change, Counterfactual

_OPPOSITES = (("unopened", "opened"), ("unused", "used"))
_OPPOSITE = {**dict(_OPPOSITES), **{b: a for a, b in _OPPOSITES}}
_USED = "used_percent"
_CONDITION = "item_condition"


def by_evidence(asking: Asking) -> Iterator[Counterfactual]:
    """Find each rule that would speak, and change the outcome, with what it asks."""
    values = asking.read.values
    for rule in _unmet(asking):
        missing = [item for item in rule.evidence if not is_shown(item, values)]
        wanted = [(item.fact, item.at_least) for item in missing]
        outcome = asking.telling(*wanted)
        if outcome is not None:
            shown = " and ".join(pieces_said(item) for item in missing)
            changes = (Change(fact=f, was=values[f], to=number) for f, number in wanted)
            said = f"With {shown}, {would_be(outcome)}."
            yield asking.found("evidence", said, outcome, *changes)


def _unmet(asking: Asking) -> Iterator[Clause]:
    """Give the rules whose condition holds, but whose evidence was not shown."""
    for found in asking.verdict.findings:
        if found.stratum is not Stratum.CLAUSE or found.says is Says.SPEAKS:
            continue
        rule = asking.read.rules[found.id]
        if rule.evidence and rule.asks(asking.read.values):
            yield rule


def by_condition(asking: Asking) -> Iterator[Counterfactual]:
    """Find what another condition of the item would have changed, where it was read."""
    read = dict(asking.verdict.decided_by.read)
    state, used = read.get(_CONDITION), read.get(_USED)
    if asking.base is Outcome.APPROVE:
        return
    if isinstance(state, frozenset):
        yield from _in_state(asking, state)
    if isinstance(used, int):
        yield from _less_used(asking, used)


def _in_state(asking: Asking, state: frozenset[str]) -> Iterator[Counterfactual]:
    for word in words_of(asking.terms.policy, _CONDITION):
        there = word in state
        other = (state | {word}) - {_OPPOSITE.get(word, word)} if not there else state
        to = other | {word} if not there else state - {word}
        outcome = asking.telling((_CONDITION, to))
        if outcome is not None:
            said = f"If the item were {'not ' * there}{word}, {would_be(outcome)}."
            change = Change(fact=_CONDITION, was=state, to=to)
            yield asking.found("condition", said, outcome, change)


def _less_used(asking: Asking, used: int) -> Iterator[Counterfactual]:
    @cache
    def answer(percent: int) -> Outcome | None:
        return asking.ask((_USED, percent))

    points = [n for n in thresholds(asking.terms.policy, _USED) if 0 <= n < used]
    for turn in turns(answer, used, reversed(points)):
        yield _used(asking, turn, used)
        return


def _used(asking: Asking, turn: Turn, used: int) -> Counterfactual:
    said = (
        f"If no more than {turn.first} percent of the item were used up, "
        f"{would_be(turn.outcome)}."
    )
    change = Change(fact=_USED, was=used, to=turn.first)
    return asking.found("condition", said, turn.outcome, change)
