"""Study: one policy's rules with what each needs to speak, ready to be questioned."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from plugin.policy.clauses import Clause, Guard
from plugin.policy.conditions import All, Condition, Not, Operator, Test
from plugin.policy.decision import Outcome
from plugin.policy.linting.solve import Answer, Solver, Want
from plugin.policy.linting.world import World
from plugin.policy.terms import Fee, Policy


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """A limit or a clause with its place in the document, its yes and its no."""

    where: str
    clause: Clause
    speaks: Guard
    silent: Guard

    @property
    def refuses(self) -> bool:
        """Whether the rule declines."""
        return self.clause.then is Outcome.DECLINE


class Study:
    """A policy's rules in order, and the solver that knows their world."""

    def __init__(self, policy: Policy) -> None:
        """Collect every condition of the policy into one world."""
        self.policy = policy
        self.world = World(policy, _conditions(policy))
        self.solver = Solver(self.world)
        self.rules = tuple(
            self._rule(f"{part}.{number}", clause)
            for part, clauses in (
                ("limits", policy.limits),
                ("clauses", policy.clauses),
            )
            for number, clause in enumerate(clauses)
        )

    def guard(self, guard: Guard) -> Guard:
        """Make a guard of the policy fit to be asked in the study's world."""
        return self.world.guard(guard.when)

    def holds(self, *guards: Guard) -> Answer:
        """Find a request for which all guards hold."""
        return self.solver.example([Want(guard=guard) for guard in guards])

    def decides(self, rule: Rule, earlier: Iterable[Rule] | None = None) -> Answer:
        """Find a request in which a rule speaks and no earlier one comes before it.

        It may be one in which some facts are not known: an earlier rule in doubt does
        not stand in the way when it would end alike, asks for evidence, or refuses.
        """
        before = self.before(rule) if earlier is None else earlier
        wants = [Want(guard=rule.speaks)]
        wants += [
            Want(guard=other.silent, doubt_will_do=_gives_way(other, rule))
            for other in before
        ]
        return self.solver.example(wants)

    def before(self, rule: Rule) -> tuple[Rule, ...]:
        """List the rules that come before one."""
        return self.rules[: self.rules.index(rule)]

    def _rule(self, where: str, clause: Clause) -> Rule:
        speaks = speaking(clause)
        return Rule(
            where=where,
            clause=clause,
            speaks=self.world.guard(speaks),
            silent=self.world.guard(Not(speaks)),
        )


def speaking(clause: Clause) -> Condition:
    """Say what has to hold for a clause to speak, with what it wants to be shown."""
    if not clause.evidence:
        return clause.when
    counts = (
        Test(fact=item.fact, operator=Operator.AT_LEAST, value=item.at_least)
        for item in clause.evidence
    )
    return All((clause.when, *counts))


def _gives_way(other: Rule, rule: Rule) -> bool:
    return (
        other.clause.then is rule.clause.then
        or other.refuses
        or bool(other.clause.evidence)
    )


def _conditions(policy: Policy) -> list[Condition]:
    rules = (*policy.limits, *policy.clauses)
    return [
        *(speaking(rule) for rule in rules),
        *(rule.guard.when for rule in policy.windows),
        *(season.guard.when for season in policy.seasons),
        *(top_tier(fee) for fee in policy.fees),
        *(offer.guard.when for offer in policy.offers),
    ]


def top_tier(fee: Fee) -> Condition:
    """Say when a fee is kept, at its highest where it has tiers."""
    if fee.by is None:
        return fee.guard.when
    most = max(tier.at_least for tier in fee.tiers)
    return All(
        (fee.guard.when, Test(fact=fee.by, operator=Operator.AT_LEAST, value=most))
    )
