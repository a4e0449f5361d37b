"""Overriding: a person puts an answer of their own in place of ours."""

from __future__ import annotations

from dataclasses import dataclass, replace

from plugin.case import Case, Entry, Status, Task, TaskKind
from plugin.casework.overturning import REJECTED, overturn
from plugin.casework.record import IDLE_ANSWER, OVERRIDDEN, moves, note
from plugin.casework.splitting import REMOVED
from plugin.policy.decision import Ground, Outcome, Says
from plugin.ports import Refused, Services, Shelf

# A person may still decide these in the app.
OPEN = frozenset({Status.PROPOSED, Status.IN_REVIEW})
# What decided an overridden case, in place of a rule.
PERSON = "person"
# Longer words leave no room for the way to a person.
MOST_WORDS = 300
TASK = Task(
    kind=TaskKind.BY_PERSON,
    text="A person approved this. Refund it in the admin once the items are back.",
)


class NotAllowed(ValueError):
    """A person's answer that cannot be given; `code` says why, the text what to do."""

    def __init__(self, code: str, message: str) -> None:
        """Keep the stable code."""
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What a person decides; a refusal needs its ground and words."""

    to: Outcome
    ground: Ground | None = None
    words: str = ""


def override_case(
    services: Services,
    *,
    shop: str,
    return_id: str,
    by: str,
    to: str,
    number: int,
    ground: str | None = None,
    words: str = "",
) -> Case | None:
    """Put a named person's answer in place of ours, to be carried out like ours.

    Safe to repeat. What may not be given any more leaves the case as it stands, with
    a note that uses up the number of its click.
    """
    shelf = services.archive.of(shop)
    case, keys = shelf.find(return_id), shelf.keys(return_id)
    idle = f"{IDLE_ANSWER}{number}"
    if case is None or idle in keys:
        return case
    asked = Ground(ground) if ground else None
    said = shelf.opened(return_id, words)
    answer = Answer(to=Outcome(to), ground=asked, words=said)
    key = _key(case, keys, number)
    if key is not None:
        try:
            decided = checked(services, case, answer)
        except NotAllowed as error:
            body = {"clicked_by": by, "why": error.code}
            note(services, case, Entry(key=idle, kind="event", body=body))
            return case
        entry = Entry(key=key, kind="event", body=_body(case, answer, by))
        shelf.keep(decided, entry, was=case.status)
        case = decided
    _count(shelf, case)
    return case


def _key(case: Case, keys: frozenset[str], number: int) -> str | None:
    """Name the entry of an answer; None for one that was put in place before.

    An erasure takes away what was decided and not sent; a person decides it anew.
    """
    if OVERRIDDEN not in keys:
        return OVERRIDDEN
    anew = case.erased and case.status in OPEN and number == moves(keys)
    return f"{OVERRIDDEN}:{number}" if anew else None


def checked(services: Services, case: Case, answer: Answer) -> Case:
    """Give the case as a person decides it; raises `NotAllowed` with the way out."""
    shelf = services.archive.of(case.shop)
    if case.status not in OPEN:
        raise moved_on()
    blank = replace(
        case,
        status=Status.DECIDED,
        outcome=answer.to,
        decided_by=(PERSON,),
        ground=None,
        offers=(),
        code=None,
        letter=None,
        settled=(),
        tasks=_left(shelf, case),
    )
    if answer.to is Outcome.APPROVE:
        return blank.with_task(TASK)
    return _refused(services, shelf, blank, answer)


def _left(shelf: Shelf, case: Case) -> tuple[Task, ...]:
    """Keep what staff has to say of the items that were taken out of a return."""
    if not shelf.has(case.return_id, REMOVED):
        return ()
    return tuple(task for task in case.tasks if task.kind is TaskKind.TELL_REFUSAL)


def moved_on() -> NotAllowed:
    """Say that a case is no longer as it was when it was read."""
    return NotAllowed("not_open", "this case has moved on; read it again")


def overtaken() -> NotAllowed:
    """Say that another answer to the same page counts, not this one."""
    said = "another answer to this case was given first; read it again"
    return NotAllowed("answered_before", said)


def _refused(services: Services, shelf: Shelf, case: Case, answer: Answer) -> Case:
    _check_law(shelf, case)
    words = " ".join(answer.words.split())
    if answer.to is not Outcome.DECLINE or answer.ground is None:
        raise NotAllowed("ground_missing", "choose why the request is refused")
    if not words:
        raise NotAllowed("words_missing", "write the reason that the customer reads")
    if len(words) > MOST_WORDS:
        raise NotAllowed("words_too_long", f"use at most {MOST_WORDS} characters")
    tenant = shelf.shop()
    request = shelf.body(case.return_id, "request") or {}
    try:
        letter = services.letters.by_hand(
            words,
            answer.ground,
            tenant.contact if tenant else "",
            locale=request.get("locale"),
            return_name=case.return_name,
        )
    except Refused as refused:
        raise NotAllowed(refused.code, str(refused)) from refused
    return replace(case, ground=answer.ground, letter=letter)


def _check_law(shelf: Shelf, case: Case) -> None:
    """Refuse a refusal of what the law gives; where it is unclear a person may."""
    decision = shelf.body(case.return_id, "decision")
    if decision is None or not decision["lines"]:
        raise NotAllowed(
            "law_unknown",
            "nothing is known of what the law gives here; answer on the order's page",
        )
    for line in decision["lines"]:
        if line["law"]["says"] == Says.SPEAKS.value:
            cites = line["law"]["cites"] or line["law"]["id"]
            raise NotAllowed(
                "law_entitles",
                f"the law entitles the customer to return {line['title']} ({cites});"
                " approve it instead",
            )


def _body(case: Case, answer: Answer, by: str) -> dict[str, object]:
    return {
        "overridden_by": by,
        "was": {"outcome": case.outcome, "status": case.status},
        "now": answer.to,
        "ground": answer.ground,
        "words": answer.words,
    }


def _count(shelf: Shelf, case: Case) -> None:
    """Count a proposed refusal that a person rejects as overturned."""
    done = shelf.body(case.return_id, OVERRIDDEN) or {}
    was = done.get("was", {})
    proposed = was.get("status") == Status.PROPOSED.value
    if proposed and done["now"] == Outcome.APPROVE.value:
        overturn(shelf, case, REJECTED)
