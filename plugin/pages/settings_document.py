"""The part of a policy document that the settings form edits: window and code."""

from __future__ import annotations

from typing import Any

from plugin.packs import BadPolicy, Packs, parse_policy
from plugin.policy.remedies import Remedy
from plugin.policy.terms import Clock
from plugin.schemas.strict import Errors

Document = dict[str, Any]
Values = dict[str, Any]

# The preset name that stands for the policy as it is.
OWN = "own"

_CODE = Remedy.CODE.value
_NUMBERS = ("percent", "expires_after_days")
# A code offer with more than this is the merchant's own.
_PLAIN = {"id", "remedy", *_NUMBERS}
_LENGTHS = ("days", "hours", "until")


def preset_of(document: Document, packs: Packs) -> str:
    """Name the preset that a document follows, whatever its window and code."""
    rest = _without_choices(document)
    names = packs.preset_names
    found = (name for name in names if _without_choices(packs.preset(name)) == rest)
    return next(found, OWN)


def base_of(document: Document, chosen: object, packs: Packs) -> Document | None:
    """Pick the document that the form lays its choices over; None for no preset."""
    if chosen in (OWN, preset_of(document, packs)):
        return document
    return packs.preset(str(chosen)) if chosen in packs.preset_names else None


def code_of(document: Document) -> Document | None:
    """Find the offer that the form edits, the first code for a percentage."""
    position = _code_at(document)
    return None if position is None else dict(document["offers"][position])


def starts_of(document: Document) -> Clock:
    """Tell what starts a document's window, said or not."""
    return Clock(document["window"].get("starts", Clock.DELIVERED.value))


def keeps_window(document: Document, days: object) -> bool:
    """Tell whether a window without days stays, since the form names none."""
    return "days" not in document["window"] and days in (None, "")


def with_choices(base: Document, loaded: Values) -> Document:
    """Lay the form's choices over a document; what was not readable stays."""
    window = dict(base["window"])
    if "window_days" in loaded:
        window = {k: v for k, v in window.items() if k not in _LENGTHS}
        window["days"] = loaded["window_days"]
    if "window_starts" in loaded and loaded["window_starts"] is not starts_of(base):
        window["starts"] = loaded["window_starts"].value
    offers = _offers(base, loaded)
    # What a document leaves unsaid stays unsaid, so that it is the same document.
    said = {"offers": offers} if offers or "offers" in base else {}
    return {**base, "window": window, **said}


def policy_errors(document: Document) -> Errors:
    """Say what the policy's own schema finds, by the field of the form."""
    try:
        parse_policy(document, version="draft")
    except BadPolicy as error:
        fields = _fields(document)
        return {fields.get(path, "preset"): why for path, why in error.errors.items()}
    return {}


def _offers(base: Document, loaded: Values) -> list[Document]:
    offers = list(base.get("offers", []))
    position = _code_at(base)
    if not loaded.get("offer"):
        return [one for at, one in enumerate(offers) if at != position]
    numbers = {name: loaded.get(name, 1) for name in _NUMBERS}
    if position is None:
        return [*offers, {"id": _free_id(base), "remedy": _CODE, **numbers}]
    offers[position] = {**offers[position], **numbers}
    return offers


def _code_at(document: Document) -> int | None:
    for position, offer in enumerate(document.get("offers", [])):
        if offer["remedy"] == _CODE and "percent" in offer:
            return position
    return None


def _free_id(document: Document) -> str:
    lists = (part for part in document.values() if isinstance(part, list))
    used = {rule["id"] for rules in lists for rule in rules}
    names = ("code", *(f"code-{number}" for number in range(2, len(used) + 3)))
    return next(name for name in names if name not in used)


def _fields(document: Document) -> dict[str, str]:
    """Name the fields of the form by their paths in the document."""
    found = {"window.days": "window_days", "window.starts": "window_starts"}
    position = _code_at(document)
    return {**found, **{f"offers.{position}.{name}": name for name in _NUMBERS}}


def _without_choices(document: Document) -> Document:
    rest = {k: v for k, v in document.items() if k not in ("window", "offers")}
    window = {
        k: v for k, v in document["window"].items() if k not in ("days", "starts")
    }
    position = _code_at(document)
    others = [
        offer
        for at, offer in enumerate(document.get("offers", []))
        if at != position or set(offer) - _PLAIN
    ]
    return {**rest, "window": window, "offers": others}
