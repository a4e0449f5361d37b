"""A case's entries as the pages read them: the newest of a kind, a line on each."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from plugin.archive.personal import BY_STAFF
from plugin.archive.store import Stored
from plugin.casework.guarding import BRAKED
from plugin.pages import words
from plugin.pages.desk import clock_time
from plugin.pages.refund_trail import is_of_refund, of_refund

Body = dict[str, Any]

# How strongly a law finding protects the customer.
_STRENGTH = {"speaks": 2, "cannot_tell": 1, "silent": 0}

# Which part of a body says most about an entry of its kind.
_TELLING = {
    "request": "return_name",
    "facts": "requested_on",
    "terms": "name",
    "decision": "outcome",
    "letter": "language",
    "call": "operation",
    "outcome": "status",
    "audit": "verdict",
}


_SHOWN: dict[str, Any] = {"indent": 2, "ensure_ascii": False}


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """One entry as the timeline shows it."""

    kind: str
    at: str
    iso: str
    summary: str
    seal: str
    body: str


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
    return {"lines": _lines(body), "others": others}


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
    if len({line["outcome"] for line in decision["lines"]}) > 1:
        return [
            "The items would be answered differently, and the platform takes one "
            "answer for a whole return."
        ]
    deciding = (line["decided_by"] for line in decision["lines"])
    return list(dict.fromkeys(_doubt(finding) for finding in deciding))


def _doubt(finding: Body) -> str:
    unknown = [name for name, value in finding["read"] if value is None]
    if finding["stratum"] == "clause" and unknown:
        facts = ", ".join(words.fact(name) for name in unknown)
        return f"The rule {finding['id']} could not be asked. Not known: {facts}."
    if finding["stratum"] == "clause":
        return f"The rule {finding['id']} asks for a person."
    if finding["stratum"] == "default":
        return "No rule speaks about this request."
    why = finding["why"] or "nobody can tell without a person"
    return f"The law leaves a refusal to a person ({finding['id']}): {why}."


def timeline(entries: Sequence[Stored], zone: ZoneInfo) -> list[Moment]:
    """Turn entries into moments, in the order they happened."""
    return [_moment(entry, zone) for entry in entries]


def _moment(entry: Stored, zone: ZoneInfo) -> Moment:
    data = entry.data
    return Moment(
        kind=_kind(entry),
        at=clock_time(entry.at, zone),
        iso=entry.at.isoformat(),
        summary=_summary(entry, data) if isinstance(data, dict) else "",
        seal=entry.sha256[:12],
        body="erased" if entry.erased else json.dumps(data, **_SHOWN),
    )


def _kind(entry: Stored) -> str:
    """Name an entry; what a person did was not heard from the platform."""
    if is_of_refund(entry.key):
        return "Refund"
    body = entry.data if isinstance(entry.data, dict) else {}
    if not body.keys().isdisjoint(BY_STAFF):
        return "A person's word"
    return words.KIND.get(entry.kind, entry.kind.capitalize())


def _summary(entry: Stored, body: Body) -> str:
    """Say the one thing about an entry that a reader looks for; nothing once erased."""
    if entry.erased:
        return ""
    if is_of_refund(entry.key):
        return of_refund(entry.key, body)
    if entry.kind == "terms":
        body = body.get("policy") or {}
    if entry.kind == "event":
        return _event(body)
    value = body.get(_TELLING.get(entry.kind, ""))
    return "" if value is None else words.plain(value) + _besides(body)


def _besides(body: Body) -> str:
    """Say what a reader must not miss beside the one thing."""
    said = []
    if body.get("repeated"):
        said.append("it was done before")
    if body.get("why"):
        said.append(str(body["why"]))
    if (body.get("answer") or {}).get("told") is False:
        said.append("the customer was not notified; write to them")
    return "".join(f"; {each}" for each in said)


def _event(body: Body) -> str:
    if "confirmed_by" in body:
        return f"sent by {body['confirmed_by']}"
    if "granted_by" in body:
        return f"refund of {body['gives']} {body['currency']} by {body['granted_by']}"
    if "clicked_by" in body:
        why = f" ({body['why']})" if "why" in body else ""
        return f"a click by {body['clicked_by']} came to nothing{why}"
    if "overridden_by" in body:
        return f"{body['now']} decided by {body['overridden_by']}"
    if "amount" in body:
        return f"refunded {body['amount']} {body.get('currency', '')}"
    if "what" in body and "why" in body:
        return f"kept in: {body['why']}"
    saw = body.get("saw", body)
    return f"the platform shows {saw['status']}" if "status" in saw else ""
