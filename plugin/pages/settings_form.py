"""The merchant's settings as one flat form, to and from preferences and policy."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from marshmallow import ValidationError, fields, validate

from plugin.packs import Packs
from plugin.pages.contact import contact_faults
from plugin.pages.settings_document import (
    OWN,
    Document,
    Values,
    base_of,
    code_of,
    keeps_window,
    policy_errors,
    preset_of,
    starts_of,
    with_choices,
)
from plugin.policy.facts import PRACTICE
from plugin.policy.terms import Clock
from plugin.schemas.strict import Errors, Strict, flatten
from plugin.shop import Caution, Mode, Preferences

__all__ = ["OWN", "BadSettings", "Standing", "Wanted", "preset_of", "read", "shown"]

_PERCENT = 10
_EXPIRES_AFTER_DAYS = 30
_FRACTION = re.compile(r"[-+]?[0-9]*[.,][0-9]+")
_PERCENTS = validate.Range(0, 100, error="Give 0 to 100")
_SAMPLE = validate.Range(5, 1000, error="Give 5 to 1000")
# Not shorter than a payment can be disputed, not longer than books are kept.
_KEPT = validate.Range(min=6, max=120, error="Use a number from 6 to 120")
_DIGITS = 9
_WHOLE = re.compile(rf"[-+]?[0-9]{{1,{_DIGITS}}}")
_LONG = re.compile(r"[-+]?[0-9]+")


def _sentence(said: str) -> str:
    """Make a whole sentence of what is wrong."""
    return f"{said[:1].upper()}{said[1:].removesuffix('.')}."


class BadSettings(ValueError):
    """Settings that cannot be saved; `errors` has a list of sentences by field."""

    code = "bad_settings"

    def __init__(self, errors: Errors) -> None:
        """Keep the errors by field."""
        super().__init__(f"the settings cannot be saved; correct {', '.join(errors)}")
        self.errors = {
            name: [_sentence(each) for each in said] for name, said in errors.items()
        }


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
    overturned_percent = Digits(required=True, validate=_PERCENTS)
    overturned_of = Digits(required=True, validate=_SAMPLE)
    declined_percent = Digits(required=True, allow_none=True, validate=_PERCENTS)
    declined_of = Digits(required=True, validate=_SAMPLE)
    # What moves money stays as it is where it is not named.
    refunds = fields.Boolean(truthy={True}, falsy={False})
    splits = fields.Boolean(truthy={True}, falsy={False})
    keep_months = Digits(required=True, validate=_KEPT)


def shown(standing: Standing, packs: Packs, preset: object = None) -> Values:
    """Fill the form with what stands, or with another preset's window and offers."""
    current = preset_of(standing.document, packs)
    chosen = preset if isinstance(preset, str) else current
    document = base_of(standing.document, chosen, packs) or standing.document
    code = code_of(document) or {}
    return {
        "mode": standing.preferences.mode.value,
        "preset": chosen,
        "window_days": document["window"].get("days"),
        "window_starts": starts_of(document).value,
        "offer": bool(code),
        "percent": code.get("percent", _PERCENT),
        "expires_after_days": code.get("expires_after_days", _EXPIRES_AFTER_DAYS),
        "contact": standing.preferences.contact,
        "practice": sorted(standing.preferences.practice),
        **asdict(standing.preferences.caution),
        "refunds": standing.preferences.refunds,
        "splits": standing.preferences.splits,
        "keep_months": standing.preferences.keep_months,
    }


def read(given: Mapping[str, Any], standing: Standing, packs: Packs) -> Wanted:
    """Read filled-in settings; raises `BadSettings` with every fault by its field."""
    base = base_of(standing.document, given.get("preset"), packs)
    loaded, errors = _load(given, base)
    if base is None:
        names = ", ".join(packs.preset_names)
        errors.setdefault("preset", [f"Choose one of {names}"])
    else:
        document = with_choices(base, loaded)
        errors = {**policy_errors(document), **errors}
    contact = _contact(loaded.get("contact"), standing.address, errors)
    if errors or base is None:
        raise BadSettings(errors)
    return Wanted(
        document=document,
        preferences=Preferences(
            mode=loaded["mode"],
            practice=frozenset(loaded.get("practice", ())),
            contact=contact,
            caution=Caution(**{name: loaded[name] for name in Caution.__slots__}),
            refunds=loaded.get("refunds", standing.preferences.refunds),
            splits=loaded.get("splits", standing.preferences.splits),
            keep_months=loaded["keep_months"],
        ),
    )


def _load(given: Mapping[str, Any], base: Document | None) -> tuple[Values, Errors]:
    """Load what can be loaded, so that all faults are told at once."""
    if base is not None and keeps_window(base, given.get("window_days")):
        loaded, errors = _load({**given, "window_days": "0"}, None)
        return {k: v for k, v in loaded.items() if k != "window_days"}, errors
    if given.get("declined_percent") == "":
        given = {**given, "declined_percent": None}
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


def _contact(contact: str | None, address: str, errors: Errors) -> str | None:
    text = (contact or "").strip()
    faults = contact_faults(text) if text else []
    if not text and not address.strip():
        faults = ["Say how customers reach a person; the shop has no address"]
    if faults:
        errors["contact"] = faults
    return text or None


def _advice(text: str) -> str:
    if _FRACTION.fullmatch(text):
        return "Give a whole number, without a fraction"
    if _LONG.fullmatch(text):
        return f"Use at most {_DIGITS} digits"
    return "Give a whole number in digits, such as 30"
