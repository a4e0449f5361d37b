"""A case's entries as the pages read them: the newest of a kind, and why it waits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from plugin.archive.store import Stored
from plugin.casework.guarding import BRAKED
from plugin.pages import words

Body = dict[str, Any]

# How strongly a law finding protects the customer.
_STRENGTH = {"speaks": 2, "cannot_tell": 1, "silent": 0}


def newest(entries: Sequence[Stored], kind: str) -> Body | None:
    """Find the newest body of one kind; None when there is none."""
    bodies = [entry.data for entry in entries if entry.kind == kind]
    found = bodies[-1] if bodies else None
    return found if isinstance(found, dict) else None


def braked(entries: Sequence[Stored]) -> Body | None:
    """Find what kept a refusal from going out by itself; None when nothing did."""
    found = next((entry.data for entry in entries if entry.key == BRAKED), None)
    return found if isinstance(found, dict) else None


def overridden(entries: Sequence[Stored]) -> Body | None:
    """Find who decided in our place, and what; None when nobody did."""
    bodies = (entry.data for entry in entries if entry.kind == "event")
    found = [b for b in bodies if isinstance(b, dict) and "overridden_by" in b]
    return found[-1] if found else None


def law_of(decision: Body | None) -> str | None:
    """Say what the law gives, by the line on which it gives most."""
    lines = decision["lines"] if decision else []
    if not lines:
        return None
    says = [line["law"]["says"] for line in lines]
    return words.law_word(max(says, key=lambda word: _STRENGTH.get(word, 1)))


def explained(entries: Sequence[Stored]) -> Body:
    """Find the archived trace, and by line what would have changed it.

    A case that was decided before traces were kept has a trace without lines.
    """
    body = newest(entries, "trace") or {"trace": {"lines": []}, "counterfactuals": []}
    others: dict[str, list[str]] = {line["line_id"]: [] for line in _lines(body)}
    for other in body["counterfactuals"]:
        others[other["line_id"]].append(other["said"])
    return {"lines": words.practised(_lines(body)), "others": words.practised(others)}


def _lines(body: Body) -> list[Body]:
    lines: list[Body] = body["trace"]["lines"]
    return lines


def decides(line: Body, finding: Body) -> bool:
    """Tell whether a finding is the one that decided its line."""
    deciding = line["decided_by"]
    same = ("stratum", "id")
    return all(finding[name] == deciding[name] for name in same)


def for_a_person(decision: Body | None) -> list[str]:
    """Say in sentences why a decision waits for a person; none if it does not."""
    if decision is None or decision["outcome"] != "review":
        return []
    if decision["holds"]:
        return [f"On hold: {hold['why'] or hold['id']}." for hold in decision["holds"]]
    if _is_mixed(decision):
        return [
            "The items would be answered differently, and the platform takes one "
            "answer for a whole return."
        ]
    return list(dict.fromkeys(_doubt(finding) for finding in deciding(decision)))


def deciding(decision: Body | None) -> list[Body]:
    """Find what makes a decision wait, item by item; none for a hold or a mix."""
    if decision is None or decision["outcome"] != "review" or decision["holds"]:
        return []
    lines = () if _is_mixed(decision) else decision["lines"]
    return [line["decided_by"] for line in lines]


def _is_mixed(decision: Body) -> bool:
    return len({line["outcome"] for line in decision["lines"]}) > 1


def _doubt(finding: Body) -> str:
    unknown = [name for name, value in finding["read"] if value is None]
    if finding["stratum"] == "clause" and unknown:
        facts = ", ".join(words.fact(name) for name in unknown)
        return (
            f"The rule {finding['id']} could not be applied, because Evenhand does not"
            f" know this: {facts}."
        )
    if finding["stratum"] == "clause":
        return f"The rule {finding['id']} asks for a person."
    if finding["stratum"] == "default":
        return "No rule speaks about this request."
    why = words.practised(finding["why"] or "nobody can tell without a person")
    return f"The law leaves a refusal to a person: {why}."
