"""lint(policy, packs, languages): a policy read for its own faults, before it is used.

Read `rules` for rules that never decide, `overlaps` for those that meet, `parts` for
windows, fees and offers, `floors` and `refunds` for the law. Whatever is not proven is
not said.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from plugin.policy.linting.doubts import doubtful_fees
from plugin.policy.linting.floors import below_law, short_windows
from plugin.policy.linting.lawyer import Lawyer
from plugin.policy.linting.overlaps import overlaps
from plugin.policy.linting.parts import parts_never_used, windows_over
from plugin.policy.linting.refunds import struck_terms
from plugin.policy.linting.remark import Remark, in_order
from plugin.policy.linting.rules import Verdicts, nothing_approved
from plugin.policy.linting.sentences import words_missing, words_unread
from plugin.policy.linting.study import Study
from plugin.policy.provisions import LawPack
from plugin.policy.terms import Policy


@dataclass(frozen=True, kw_only=True, slots=True)
class Inspection:
    """The remarks on a policy, and how many questions stayed open."""

    remarks: tuple[Remark, ...]
    not_proven: int = 0


def lint(
    policy: Policy,
    packs: Mapping[str, LawPack],
    languages: Collection[str],
    *,
    today: date | None = None,
) -> tuple[Remark, ...]:
    """Say what is amiss in a policy, the gravest first.

    `packs` holds the law of each place that the shop sells to, by codes such as `DE`
    or `US-CA`; `languages` are those in which its letters are written. What is over
    is told by `today`.
    """
    return inspect(policy, packs, languages, today=today).remarks


def inspect(
    policy: Policy,
    packs: Mapping[str, LawPack],
    languages: Collection[str],
    *,
    today: date | None = None,
) -> Inspection:
    """Lint a policy, and count the questions that took too many steps to answer."""
    study = Study(policy)
    study.solver.share(4)
    verdicts = Verdicts(study)
    lawyer = Lawyer(study, packs)
    remarks = [
        *verdicts.remarks,
        *nothing_approved(verdicts),
        *parts_never_used(verdicts),
        *words_missing(study, languages),
        *words_unread(study, languages),
        *(windows_over(policy, today) if today is not None else ()),
    ]
    study.solver.share(3)
    remarks += (*short_windows(lawyer), *struck_terms(lawyer))
    remarks += doubtful_fees(lawyer)
    study.solver.share(2)
    remarks += below_law(verdicts, lawyer)
    study.solver.share(1)
    remarks += overlaps(verdicts)
    return Inspection(remarks=in_order(remarks), not_proven=study.solver.not_proven)
