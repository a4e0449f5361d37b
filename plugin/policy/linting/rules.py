"""Rules read for their own faults: never speaking, or covered by others."""

from __future__ import annotations

from collections.abc import Iterator

from plugin.policy.decision import Outcome
from plugin.policy.linting.example import STEPS, reads_as, request, shown, tries
from plugin.policy.linting.remark import Example, Remark, Severity
from plugin.policy.linting.solve import Answer
from plugin.policy.linting.study import Rule, Study


class Verdicts:
    """Which rules of a policy can decide anything, and what is amiss with the rest."""

    def __init__(self, study: Study) -> None:
        """Question every rule once."""
        self.study = study
        self.idle: list[Rule] = []
        self.remarks: list[Remark] = []
        for rule in study.rules:
            found = _never_speaks(study, rule) or _shadowed(study, rule)
            if found is not None:
                self.idle.append(rule)
                self.remarks.append(found)

    @property
    def deciding(self) -> tuple[Rule, ...]:
        """The rules that are not proven to be idle."""
        return tuple(rule for rule in self.study.rules if rule not in self.idle)


def nothing_approved(verdicts: Verdicts) -> Iterator[Remark]:
    """Point out a policy that leaves to persons whatever it does not decline."""
    policy = verdicts.study.policy
    if policy.default is Outcome.APPROVE:
        return
    approving = [r for r in verdicts.study.rules if r.clause.then is Outcome.APPROVE]
    if not approving:
        yield Remark(
            kind="no_default",
            severity=Severity.WARNING,
            where="default",
            message=(
                "No clause approves anything and the default is `review`, so every"
                " request that is not declined goes to a person."
            ),
            fix="Add a clause that approves, such as requests inside the window.",
        )
    elif not any(rule in verdicts.deciding for rule in approving):
        yield Remark(
            kind="no_approval",
            severity=Severity.WARNING,
            where="clauses",
            message="No clause that approves can ever decide, so nothing is approved.",
            fix="Move a clause that approves before those that cover it.",
        )


def _never_speaks(study: Study, rule: Rule) -> Remark | None:
    if not study.holds(rule.speaks).impossible:
        return None
    return Remark(
        kind="never_speaks",
        severity=Severity.WARNING,
        where=rule.where,
        message=f"No request can ever meet the condition of `{rule.clause.id}`.",
        fix="Correct the parts of its condition that exclude each other, or remove it.",
    )


def _shadowed(study: Study, rule: Rule) -> Remark | None:
    if not study.decides(rule).impossible:
        return None
    covering = _covering(study, rule)
    names = listed(covering)
    verb = "covers" if len(covering) == 1 else "cover"
    return Remark(
        kind="shadowed",
        severity=Severity.WARNING,
        where=rule.where,
        message=(
            f"`{rule.clause.id}` never decides: {names} {verb} every request that"
            " meets its condition."
        ),
        example=shown_example(study, study.holds(rule.speaks)),
        fix=f"Move `{rule.clause.id}` before {names}, narrow those, or remove it.",
    )


def _covering(study: Study, rule: Rule) -> list[Rule]:
    """Leave out one earlier rule after the other, as long as the rest still covers."""
    covering = list(study.before(rule))
    for other in reversed(study.before(rule)):
        rest = [one for one in covering if one is not other]
        if study.decides(rule, rest).impossible:
            covering = rest
    return covering


def shown_example(study: Study, answer: Answer) -> Example | None:
    """Show an answer, if a request can be made of it that reads the same."""
    steps = STEPS * tries(study.policy)
    if answer.values is None or not study.solver.affords(steps):
        return None
    values = study.world.joined(answer.values)
    facts = request(values, study.policy)
    if facts is None or not reads_as(facts, study.policy, values):
        return None
    return shown(values)


def listed(rules: list[Rule]) -> str:
    """Name rules as the subject of a sentence."""
    names = [f"`{rule.clause.id}`" for rule in rules]
    return " and ".join((", ".join(names[:-1]), names[-1])) if names[1:] else names[0]
