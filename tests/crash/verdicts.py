"""What must be true when all has come to rest, by the store's own truth."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from plugin.demo.verdict import ONCE

Truth = dict[str, Any]


class Seen:
    """One return as the store shows it, beside its case as the app shows it."""

    def __init__(self, truth: Truth, return_id: str, case: Truth | None) -> None:
        self.truth = truth
        self.return_id = return_id
        self.case: Truth = case or {"trail": [], "status": None, "code": None}
        [self.found] = [each for each in truth["returns"] if each["id"] == return_id]
        order_id = self.found["order_id"]
        [self.order] = [each for each in truth["orders"] if each["id"] == order_id]

    @property
    def status(self) -> str | None:
        """How the case stands for the app; None where it knows nothing."""
        status: str | None = self.case["status"]
        return status

    def codes(self) -> list[Truth]:
        """The codes that console for this request."""
        number = self.return_id.rpartition("/")[2]
        return [c for c in self.truth["codes"] if c["title"].endswith(f"({number})")]

    def keys(self, starts: str) -> list[str]:
        """The entries of the case whose keys begin so."""
        keys = (entry["key"] for entry in self.case["trail"])
        return [key for key in keys if key.startswith(starts)]


def refused(seen: Seen) -> Iterator[str]:
    """The letter, its code and the mail are there, once, on both sides."""
    yield from refused_at_the_store(seen)
    yield from _answered(seen, "decline", "evenhand-declined")
    note = (seen.found["decline"] or {}).get("note")
    if seen.case.get("note") != note:
        yield "untrue: the app remembers another letter"
    if [each["code"] for each in seen.codes()] != [seen.case["code"]]:
        yield f"untrue: the app promised {seen.case['code']}"


def refused_at_the_store(seen: Seen, *, known: bool = True) -> Iterator[str]:
    """The customer was told once, with a code that works; a guest has none."""
    found, codes = seen.found, seen.codes()
    if (found["status"], found["decided_by"]) != ("DECLINED", "app"):
        yield f"lost: it is {found['status']}, by {found['decided_by']}"
        return
    note = found["decline"]["note"]
    if [each["text"] for each in seen.order["mails"]] != [note]:
        yield f"twice: {len(seen.order['mails'])} letters"
    if len(codes) != known:
        yield f"twice: {len(codes)} codes"
    elif any(c["status"] != "ACTIVE" or c["code"] not in note for c in codes):
        yield "orphan: the code is not the one that was promised"


def approved(seen: Seen) -> Iterator[str]:
    """The return is open or done, and the customer was told once."""
    found = seen.found
    if found["status"] not in ("OPEN", "CLOSED") or found["decided_by"] != "app":
        yield f"lost: it is {found['status']}, by {found['decided_by']}"
    told = [
        each for each in seen.order["mails"] if "refund" not in each["subject"].lower()
    ]
    if len(told) != 1:
        yield f"twice: {len(told)} letters"
    if seen.codes():
        yield "orphan: a code beside an approval"
    yield from _answered(seen, "approve", "evenhand-approved")


def paid(seen: Seen, *, by: str) -> Iterator[str]:
    """Money went back once, by the app or past it, and the app knows."""
    order_id = seen.order["id"]
    given = [each for each in seen.truth["refunds"] if each["order_id"] == order_id]
    if [each["by"] for each in given] != [by]:
        yield f"money: refunds by {[each['by'] for each in given]}, not by {by} alone"
    if by == "app" and len(seen.keys("call:refund")) != 1:
        yield "untrue: money went back, and the app does not know"


def with_a_person(seen: Seen) -> Iterator[str]:
    """Nobody answered; a person has it."""
    if seen.status is None:
        yield "lost: nobody knows of it"
        return
    if seen.found["status"] != "REQUESTED" or seen.status != "in_review":
        yield f"untrue: it is {seen.found['status']}, and {seen.status} for the app"
    if "evenhand-review" not in seen.order["tags"]:
        yield "lost: its order is not marked"
    yield from _no_word(seen)


def proposed(seen: Seen) -> Iterator[str]:
    """A refusal waits for a member of staff."""
    if seen.found["status"] != "REQUESTED" or seen.status != "proposed":
        yield f"untrue: it is {seen.found['status']}, and {seen.status} for the app"
    yield from _no_word(seen)


def withdrawn(seen: Seen) -> Iterator[str]:
    """The customer took it back, and the app knows."""
    if seen.found["status"] != "CANCELED" or seen.status != "withdrawn":
        yield f"untrue: it is {seen.found['status']}, and {seen.status} for the app"
    yield from _no_word(seen)


def noted_once(seen: Seen, starts: str) -> Iterator[str]:
    """The case has one entry of a kind."""
    if len(seen.keys(starts)) != 1:
        yield f"untrue: {len(seen.keys(starts))} entries `{starts}`"


def everywhere(truth: Truth) -> Iterator[str]:
    """Nothing was done twice in the shop, and no code lives without its letter."""
    for call in truth["calls"]:
        if call["operation"] in ONCE and call["effective"] > 1:
            yield f"twice: {call['operation']} of {call['subject']}"
    letters = " ".join(
        (each["decline"] or {}).get("note") or "" for each in truth["returns"]
    )
    for code in truth["codes"]:
        if code["status"] == "ACTIVE" and code["code"] not in letters:
            yield f"orphan: {code['code']} lives and no letter names it"


def _answered(seen: Seen, outcome: str, tag: str) -> Iterator[str]:
    if (seen.status, seen.case.get("outcome")) != ("answered", outcome):
        yield f"untrue: it is {seen.status} for the app"
    if tag not in seen.order["tags"]:
        yield "lost: its order is not marked"
    yield from _whole(seen)


def _no_word(seen: Seen) -> Iterator[str]:
    """The customer was told nothing, and got nothing."""
    if seen.order["mails"] or seen.codes():
        yield "untrue: the customer was told something"
    yield from _whole(seen)


def _whole(seen: Seen) -> Iterator[str]:
    """No entry of the case is missing."""
    numbers = [entry["seq"] for entry in seen.case["trail"]]
    if numbers != list(range(1, len(numbers) + 1)):
        yield f"altered: its entries are {numbers}"
