"""The merchant's settings as one flat form, to and from preferences and policy."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from marshmallow import ValidationError, fields, validate

from plugin.packs import BadPolicy, Packs, parse_policy
from plugin.policy.facts import PRACTICE
from plugin.policy.terms import Clock
from plugin.schemas.strict import Errors, Strict, flatten
from plugin.shop import Mode, Preferences

Document = dict[str, Any]
Values = dict[str, Any]

# The preset name that stands for the policy as it is.
OWN = "own"
# Letters have room for so much beside the reason.
MAX_CONTACT = 120

_PERCENT = 10
_EXPIRES_AFTER_DAYS = 30
# An e-mail address, a web address, or enough digits for a telephone.
_REACHES = re.compile(r"\S@\S+\.\S|https?://\S+\.\S|(\d[ ()/.+-]*){6}")
_FRACTION = re.compile(r"[-+]?[0-9]*[.,][0-9]+")
_WHOLE = re.compile(r"[-+]?[0-9]{1,9}")
_FIELDS = {
    "window.days": "window_days",
    "window.starts": "window_starts",
    "offers.code.percent": "percent",
    "offers.code.expires_after_days": "expires_after_days",
}


class BadSettings(ValueError):
    """Settings that cannot be saved; `errors` has a list of sentences by field."""

    code = "bad_settings"

    def __init__(self, errors: Errors) -> None:
        """Keep the errors by field."""
        super().__init__(f"the settings cannot be saved; correct {', '.join(errors)}")
        self.errors = errors


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """What is in force: policy document, preferences, and the shop's own address."""

    document: Document
    preferences: Preferences
    address: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """What the merchant wants to be in force."""

    document: Document
    preferences: Preferences


class Digits(fields.Field[int]):
    """A whole number, written in digits."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> int:
        text = str(value).strip()
        if isinstance(value, (bool, float)) or not _WHOLE.fullmatch(text):
            raise ValidationError(_advice(text))
        return int(text)


class SettingsSchema(Strict):
    """Every field of the form; the policy's own limits are the policy schema's."""

    mode = fields.Enum(Mode, by_value=True, required=True)
    preset = fields.String(required=True)
    window_days = Digits(required=True)
    window_starts = fields.Enum(Clock, by_value=True, required=True)
    offer = fields.Boolean(required=True, truthy={True}, falsy={False})
    percent = Digits(required=True)
    expires_after_days = Digits(required=True)
    contact = fields.String(required=True, allow_none=True)
    practice = fields.List(fields.String(validate=validate.OneOf(PRACTICE)))


def preset_of(document: Document, packs: Packs) -> str:
    """Name the preset that a document follows, whatever its window and offers."""
    rest = _without_choices(document)
    names = packs.preset_names
    found = (name for name in names if _without_choices(packs.preset(name)) == rest)
    return next(found, OWN)


def shown(standing: Standing, packs: Packs, preset: object = None) -> Values:
    """Fill the form with what stands, or with another preset's window and offers."""
    current = preset_of(standing.document, packs)
    chosen = preset if isinstance(preset, str) else current
    document = _base(standing.document, current, chosen, packs) or standing.document
    code = document.get("offers", {}).get("code")
    return {
        "mode": standing.preferences.mode.value,
        "preset": chosen,
        "window_days": document["window"]["days"],
        "window_starts": document["window"].get("starts", Clock.DELIVERED.value),
        "offer": code is not None,
        "percent": code["percent"] if code else _PERCENT,
        "expires_after_days": code["expires_after_days"]
        if code
        else _EXPIRES_AFTER_DAYS,
        "contact": standing.preferences.contact,
        "practice": sorted(standing.preferences.practice),
    }


def read(given: Mapping[str, Any], standing: Standing, packs: Packs) -> Wanted:
    """Read filled-in settings; raises `BadSettings` with every fault by its field."""
    loaded, errors = _load(given)
    current = preset_of(standing.document, packs)
    base = _base(standing.document, current, loaded.get("preset"), packs)
    if base is None:
        names = ", ".join(packs.preset_names)
        errors.setdefault("preset", [f"Choose one of {names}"])
    else:
        document = _document(base, loaded)
        errors = {**_policy_errors(document), **errors}
    contact = _contact(loaded.get("contact"), standing.address, errors)
    if errors or base is None:
        raise BadSettings(errors)
    return Wanted(
        document=document,
        preferences=Preferences(
            mode=loaded["mode"],
            practice=frozenset(loaded.get("practice", ())),
            contact=contact,
        ),
    )


def _load(given: Mapping[str, Any]) -> tuple[Values, Errors]:
    """Load what can be loaded, so that all faults are told at once."""
    if given.get("offer") is False:
        # Without an offer its numbers do not count and may be anything.
        unused = {"percent": _PERCENT, "expires_after_days": _EXPIRES_AFTER_DAYS}
        given = {**given, **unused}
    try:
        return SettingsSchema().load(given), {}
    except ValidationError as error:
        found = flatten(error.messages)
        errors = {name.partition(".")[0]: why for name, why in found.items()}
        return dict(error.valid_data or {}), errors


def _base(
    document: Document, current: str, chosen: object, packs: Packs
) -> Document | None:
    if chosen in (OWN, current):
        return document
    return packs.preset(str(chosen)) if chosen in packs.preset_names else None


def _document(base: Document, loaded: Values) -> Document:
    """Lay the form's choices over a document; what was not readable stays."""
    window = dict(base["window"])
    if "window_days" in loaded:
        window["days"] = loaded["window_days"]
    if "window_starts" in loaded:
        window["starts"] = loaded["window_starts"].value
    names = ("percent", "expires_after_days")
    code = {name: loaded.get(name, 1) for name in names}
    offers = {"code": code} if loaded.get("offer") else {}
    return {**base, "window": window, "offers": offers}


def _policy_errors(document: Document) -> Errors:
    try:
        parse_policy(document, version="draft")
    except BadPolicy as error:
        return {_FIELDS.get(path, "preset"): why for path, why in error.errors.items()}
    return {}


def _contact(contact: str | None, address: str, errors: Errors) -> str | None:
    text = (contact or "").strip()
    if len(text) > MAX_CONTACT:
        errors["contact"] = [f"Use at most {MAX_CONTACT} characters"]
    elif not text.isprintable():
        errors["contact"] = ["Use one line of plain text"]
    elif text and not _REACHES.search(text):
        errors["contact"] = [
            "Give an e-mail address, a web address or a telephone number"
        ]
    elif not text and not address.strip():
        errors["contact"] = [
            "Say how customers reach a person; the shop has no address"
        ]
    return text or None


def _advice(text: str) -> str:
    if _FRACTION.fullmatch(text):
        return "Give a whole number, without a fraction"
    return "Give a whole number in digits, such as 30"


def _without_choices(document: Document) -> Document:
    return {k: v for k, v in document.items() if k not in ("window", "offers")}
