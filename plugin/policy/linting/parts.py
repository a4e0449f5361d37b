"""Windows, seasons, fees, offers and words read for parts that never count."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from plugin.policy.clauses import Guard
from plugin.policy.conditions import Not
from plugin.policy.decision import Outcome
from plugin.policy.linting.remark import Remark, Severity
from plugin.policy.linting.rules import Verdicts
from plugin.policy.linting.solve import Want
from plugin.policy.linting.study import Study, top_tier


def parts_never_used(verdicts: Verdicts) -> Iterator[Remark]:
    """Point out windows, seasons, fees and offers that can never count."""
    study = verdicts.study
    yield from _windows(study)
    for number, season in enumerate(study.policy.seasons):
        if study.holds(study.guard(season.guard)).impossible:
            yield _idle("season_never", f"seasons.{number}", season.id)
    for number, fee in enumerate(study.policy.fees):
        if study.holds(study.world.guard(top_tier(fee))).impossible:
            yield _idle("unused_fee", f"fees.{number}", fee.id)
    yield from _offers(verdicts)


def words_missing(study: Study, languages: Collection[str]) -> Iterator[Remark]:
    """Point out refusals without words in a language that letters are written in."""
    for rule in study.rules:
        written = {language for language, _ in rule.clause.texts}
        missing = sorted(set(languages) - written)
        if rule.refuses and missing:
            yield Remark(
                kind="missing_words",
                severity=Severity.WARNING,
                where=f"{rule.where}.text",
                message=(
                    f"The words of `{rule.clause.id}` are missing in"
                    f" {', '.join(missing)}; letters quote them in English there."
                ),
                fix=f"Write its sentence in {', '.join(missing)}, too.",
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


def _offers(verdicts: Verdicts) -> Iterator[Remark]:
    study = verdicts.study
    for number, offer in enumerate(study.policy.offers):
        guard = study.guard(offer.guard)
        if study.holds(guard).impossible or (
            # An approval may always come by law.
            offer.outcomes == {Outcome.DECLINE} and _never_declined(verdicts, guard)
        ):
            yield _idle("offer_never", f"offers.{number}", offer.id)


def _never_declined(verdicts: Verdicts, guard: Guard) -> bool:
    """Tell whether it is proven that no refusal that allows offers meets a guard."""
    return all(
        verdicts.study.holds(rule.speaks, guard).impossible
        for rule in verdicts.deciding
        if rule.refuses and rule.clause.offers
    )


def _idle(kind: str, where: str, id: str) -> Remark:
    why = {
        "unused_window": "no item can ever meet its condition before another window",
        "season_never": "no request can ever meet its condition",
        "unused_fee": "no return can ever meet its condition",
        "offer_never": "no decision that it goes with can meet its condition",
    }
    return Remark(
        kind=kind,
        severity=Severity.WARNING,
        where=where,
        message=f"`{id}` never counts: {why[kind]}.",
        fix="Correct its condition, or remove it.",
    )
