"""Trying a policy that is not saved: what it would decide on one request's facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from plugin import verdicts
from plugin.archive.store import SqlShelf
from plugin.pages import trail, words
from plugin.pages.case import find
from plugin.pages.cases import number_of
from plugin.pages.errors import NoSuchPage
from plugin.pages.policy_text import Document, Unreadable, read_text
from plugin.policy.decision import Outcome
from plugin.ports import Library
from plugin.schemas.facts import BadFacts, parse_facts
from plugin.schemas.policy import parse_policy

CASES = 50
# What a verdict calls the version of a policy that was never saved.
UNSAVED = "unsaved"

_NOTHING = "Choose a case, or paste a request's facts"
_NO_FACTS = "This case has no facts on record; choose another"
_GONE = "There is no such case in this shop; choose another"


class BadTrial(ValueError):
    """A trial that cannot be made; the message says why and what to do."""

    code = "bad_trial"


@dataclass(frozen=True, kw_only=True, slots=True)
class Trial:
    """What a policy would decide, in short and explained."""

    outcome: str
    badge: str
    decided_by: str
    law: str
    text: str


def recent(shelf: SqlShelf) -> list[tuple[str, str]]:
    """List the newest cases to pick from, each by its number with its name."""
    return [
        (number_of(case), f"{case.order_name or 'Return'}, {case.return_name}")
        for case, _ in shelf.cases(limit=CASES)
    ]


def facts_of(shelf: SqlShelf, given: Mapping[str, str]) -> Document:
    """Read pasted facts, or else a case's from the archive; raises `BadTrial`."""
    pasted = given.get("facts", "")
    if not pasted.strip():
        return _archived(shelf, given.get("case", ""))
    read = read_text(pasted)
    if isinstance(read, Unreadable):
        raise BadTrial(read.why)
    return read


def try_on(
    document: Document, facts: Document, *, library: Library, contact: str
) -> Trial:
    """Decide facts by a sound policy document; raises `BadTrial` for bad facts."""
    try:
        known = parse_facts(facts)
    except BadFacts as error:
        said = str(error)
        raise BadTrial(f"{said[:1].upper()}{said[1:]}.") from error
    policy = parse_policy(document, version=UNSAVED)
    desk = verdicts.Desk(library=library, policy=policy, contact=contact)
    return _trial(desk.as_data(known), desk.as_text(known))


def _archived(shelf: SqlShelf, number: str) -> Document:
    if not number:
        raise BadTrial(_NOTHING)
    try:
        case = find(shelf, number)
    except NoSuchPage as error:
        raise BadTrial(_GONE) from error
    facts = trail.newest(shelf.entries(case.return_id), "facts")
    if facts is None:
        raise BadTrial(_NO_FACTS)
    return facts


def _trial(data: Mapping[str, Any], text: str) -> Trial:
    law = data["law"]
    cites = f", {law['cites']}" if law["cites"] else ""
    return Trial(
        outcome=words.OUTCOME[Outcome(data["outcome"])],
        badge=data["outcome"],
        decided_by=", ".join([*data["holds"], *data["decided_by"]]),
        law=f"{law['says']}{cites}",
        text=text,
    )
