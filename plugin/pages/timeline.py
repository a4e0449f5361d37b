"""A case's timeline: what was done, by whom and when, in a merchant's words."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError

from plugin.archive.personal import BY_STAFF
from plugin.archive.store import Stored
from plugin.pages import words
from plugin.pages.desk import clock_time, day
from plugin.pages.refund_trail import is_of_refund, of_refund
from plugin.pages.since import said_since
from plugin.pages.timeline_events import of_event
from plugin.policy.explaining.settlement_terms import REMEDY_SAID
from plugin.policy.remedies import Remedy

Body = Mapping[str, Any]

US = "Evenhand"
SHOPIFY = "Shopify"
_RECORD: dict[str, Any] = {"indent": 2, "ensure_ascii": False}

_DECIDED = {
    "approve": "Decided to approve the request",
    "decline": "Decided to refuse the request",
    "review": "Found that a person has to decide",
}
_STANDS = {
    "answered": "The request is answered",
    "observed": "Only watched: nothing was sent",
    "proposed": "Proposed a refusal, which waits for you",
    "in_review": "Left the request to you",
    "superseded": "The request was answered by someone else",
    "withdrawn": "The customer withdrew the request",
    "failed": "Could not answer the request",
}
_CALLS = {
    "approve_return": "Approved the return",
    "decline_return": "Refused the return and sent the letter",
    "create_code": "Made the discount code",
    "revive_code": "Made the discount code work again",
    "deactivate_code": "Took the discount code back",
    "remove_lines": "Took the refused items out of the return",
    "close_return": "Closed the return",
    "mark_order": "Noted the result on the order",
    "unmark_order": "Took off the order what holds no more",
}
# What the platform did not do, where it refuses and says why.
_REFUSED = {
    "close_return": "Could not close the return",
    "mark_order": "Could not note the result on the order",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """One thing that was done, as the timeline shows it; `by` is empty when erased.

    The rest is its exact record: the entry's key, kind, seal and body.
    """

    said: str
    by: str
    at: str
    iso: str
    key: str
    kind: str
    seal: str
    body: str


def timeline(entries: Sequence[Stored], zone: ZoneInfo) -> list[Moment]:
    """Turn entries into moments, in the order they happened."""
    return [_moment(entry, zone) for entry in entries]


def _moment(entry: Stored, zone: ZoneInfo) -> Moment:
    return Moment(
        said=_said(entry),
        by=_by(entry),
        at=clock_time(entry.at, zone),
        iso=entry.at.isoformat(),
        key=entry.key,
        kind=entry.kind,
        seal=entry.sha256[:12],
        body="erased" if entry.erased else json.dumps(entry.data, **_RECORD),
    )


def _by(entry: Stored) -> str:
    """Name who did it; what an event tells of is the platform's or a person's."""
    if entry.erased:
        return ""
    body = entry.data if isinstance(entry.data, dict) else {}
    signature = next((body[name] for name in BY_STAFF if name in body), None)
    if signature is not None:
        return words.staff(signature)
    heard = ("event:", "saw:", "hold:", "overtaken", "refund:gid:")
    return SHOPIFY if entry.key.startswith(heard) else US


def _said(entry: Stored) -> str:
    """Say what was done; of what was erased only of what kind it was."""
    whole = words.KIND.get(entry.kind, entry.kind.capitalize())
    if entry.erased:
        return whole
    if not isinstance(entry.data, dict):
        return _offers(entry.data) if entry.kind == "offers" else whole
    if is_of_refund(entry.key):
        return of_refund(entry.key, entry.data)
    say = _SAYS.get(entry.kind)
    said = said_since(entry) or (say(entry.data) if say else None)
    return said or whole


def _request(body: Body) -> str:
    return f"Read the customer's request {body['return_name']}"


def _facts(body: Body) -> str:
    asked = day(date.fromisoformat(body["requested_on"]))
    return f"Read what the store knows of a request of {asked}"


def _terms(body: Body) -> str:
    policy = body.get("policy") or {}
    packs = [pack.partition(" ")[0] for pack in body.get("packs") or () if pack]
    law = f", and the law of {' and '.join(packs)}" if packs else ""
    return f"Took your policy {policy.get('name', '')}{law}"


def _decision(body: Body) -> str | None:
    return _DECIDED.get(body["outcome"])


def _trace(_body: Body) -> str:
    return "Wrote down why, rule by rule"


def _letter(body: Body) -> str:
    return f"Wrote the letter to the customer in {_language(body['language'])}"


def _language(tag: str) -> str:
    try:
        name = Locale.parse(tag, sep="-").get_display_name("en")
    except (ValueError, UnknownLocaleError):
        name = None
    return name or tag


def _offers(made: object) -> str:
    if not isinstance(made, list) or not made:
        return "Found that no offer goes with the answer"
    kinds = [REMEDY_SAID[Remedy(offer["remedy"])] for offer in made]
    return f"Prepared to offer {' or '.join(kinds)}"


def _call(body: Body) -> str | None:
    operation, answer = body["operation"], body.get("answer") or {}
    if "refused" in answer and operation in _REFUSED:
        return f"{_REFUSED[operation]}: {answer['refused']}"
    said = _CALLS.get(operation)
    if said is None:
        return None
    again = "; it had been done before" if body.get("repeated") else ""
    untold = answer.get("told") is False
    write = "; the customer was not notified, so write to them" if untold else ""
    return f"{said}{again}{write}"


def _outcome(body: Body) -> str | None:
    stands, why = _STANDS.get(body["status"]), body.get("why")
    return f"{stands} ({why})" if stands and why else stands


_SAYS: dict[str, Callable[[Body], str | None]] = {
    "request": _request,
    "facts": _facts,
    "terms": _terms,
    "decision": _decision,
    "trace": _trace,
    "letter": _letter,
    "call": _call,
    "outcome": _outcome,
    "event": of_event,
}
