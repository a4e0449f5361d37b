"""Splitting: a request of which some items are approved and others refused.

The platform answers a return as a whole, so such a request is for a person, with the
plan ready. Where the merchant lets the app split, it takes the refused items out and
approves the rest; staff tell of the refusal, since the platform has no word for it.
"""

from __future__ import annotations

from dataclasses import replace

from plugin.case import Case, Entry, Letter, Request, Task, TaskKind
from plugin.casework.record import BEGUN
from plugin.policy.decision import Decision, LineVerdict, Outcome
from plugin.policy.facts import Facts
from plugin.policy.terms import Terms
from plugin.ports import Refused, Services
from plugin.shop import Mode

PLAN = "split"
REMOVED = "call:remove"


def splittable(decision: Decision) -> bool:
    """Tell whether every item is decided, and only the whole is not."""
    return not decision.holds and {line.outcome for line in decision.lines} == {
        Outcome.APPROVE,
        Outcome.DECLINE,
    }


def with_plan(
    services: Services,
    case: Case,
    request: Request,
    decision: Decision,
    facts: Facts,
    terms: Terms,
) -> tuple[Case, tuple[Entry, ...]]:
    """Prepare the split of a mixed request for whoever does it; else change nothing."""
    if not splittable(decision):
        return case, ()
    approved, refused = _of(decision, Outcome.APPROVE), _of(decision, Outcome.DECLINE)
    letter = _letter(services, request, decision, facts, terms)
    quantities = {line.id: line.quantity for line in facts.lines}
    body = {
        "approve": [line.title for line in approved],
        "refuse": [line.title for line in refused],
        "lines": {line.line_id: quantities[line.line_id] for line in refused},
        "letter": letter,
    }
    tasks = (_said(approved, refused), _told(refused, letter))
    return replace(case, tasks=tasks), (Entry(key=PLAN, kind="event", body=body),)


def may_split(services: Services, case: Case, mode: Mode) -> bool:
    """Tell whether the app splits this return itself; what was begun is finished."""
    shelf = services.archive.of(case.shop)
    plan, tenant = shelf.body(case.return_id, PLAN), shelf.shop()
    if plan is None or plan["letter"] is None or tenant is None:
        return False
    wished = tenant.preferences.splits or shelf.has(case.return_id, BEGUN)
    return case.outcome is Outcome.REVIEW and mode is Mode.AUTOMATIC and wished


def take_out(services: Services, case: Case) -> Case:
    """Take the refused items out of a return; gives the case of what is left.

    Raises `Overtaken` when somebody decided the return first.
    """
    shelf = services.archive.of(case.shop)
    plan = shelf.body(case.return_id, PLAN)
    if plan is None:
        raise Refused(f"case `{case.return_id}` has no plan to split it")
    done = services.platform.remove(case.shop, case.return_id, plan["lines"])
    shelf.append(case.return_id, Entry(key=REMOVED, kind="call", body=done))
    return replace(as_left(case), outcome=Outcome.APPROVE)


def as_left(case: Case) -> Case:
    """Leave only what staff has to say of a return whose refused items are out."""
    return case.without_tasks(TaskKind.SPLIT)


def not_approved(case: Case, why: Refused) -> Case:
    """Leave what is left of a return to a person, with the reason."""
    text = f"What was refused is out of this return. Approve the rest yourself: {why}."
    return as_left(case).with_task(Task(kind=TaskKind.APPROVE_REST, text=text))


def not_split(case: Case, why: Refused) -> Case:
    """Leave a return that the platform does not split to a person, with the reason."""
    text = f"Split it yourself: {why}."
    return case.with_task(Task(kind=TaskKind.SPLIT, text=text))


def _of(decision: Decision, outcome: Outcome) -> tuple[LineVerdict, ...]:
    return tuple(line for line in decision.lines if line.outcome is outcome)


def _letter(
    services: Services,
    request: Request,
    decision: Decision,
    facts: Facts,
    terms: Terms,
) -> Letter | None:
    """Write the words about the refused items; None where they cannot be written."""
    lines = _of(decision, Outcome.DECLINE)
    refusal = replace(
        decision, outcome=Outcome.DECLINE, lines=lines, ground=lines[0].ground
    )
    ids = {line.line_id for line in lines}
    about = replace(facts, lines=tuple(n for n in facts.lines if n.id in ids))
    try:
        return services.letters.decline(
            refusal,
            about,
            terms,
            (),
            None,
            locale=request.locale,
            return_name=request.return_name,
        )
    except Refused:
        return None


def _said(approved: tuple[LineVerdict, ...], refused: tuple[LineVerdict, ...]) -> Task:
    """Say what to split; it is done once the refused items are out."""
    keep = ", ".join(line.title for line in approved)
    out = ", ".join(line.title for line in refused)
    text = f"Split this return: take out {out}, then approve the rest ({keep})."
    return Task(kind=TaskKind.SPLIT, text=text)


def _told(refused: tuple[LineVerdict, ...], letter: Letter | None) -> Task:
    """Say what to tell; it is left even then: the platform has no word for it."""
    out = ", ".join(line.title for line in refused)
    words = "in your own words" if letter is None else f"for example: {letter.text}"
    text = f"Tell the customer why this does not come back: {out}; {words}"
    return Task(kind=TaskKind.TELL_REFUSAL, text=text)
