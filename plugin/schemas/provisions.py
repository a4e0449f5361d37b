"""Building a pack: what its documents say, with how well each answer is known."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from marshmallow import ValidationError

from plugin.policy.days import CountFrom, EndRoll, Span
from plugin.policy.decision import Sureness
from plugin.policy.facts import PRACTICE
from plugin.policy.provisions import (
    ChangeOfMind,
    Extension,
    Fault,
    LateDelivery,
    LawPack,
    RegionRule,
    Right,
    Start,
    StatutoryException,
)
from plugin.policy.remedies import MONEY, Owed, Payer
from plugin.schemas.evidence import Levels, weakest
from plugin.schemas.law import LawSchema
from plugin.schemas.layers import Version
from plugin.schemas.provision import UNLESS
from plugin.schemas.refund import GOOD, by_method, owed

# What a right of each kind hangs on where its pack does not say.
_USUAL = {
    Right.STATUTORY_WAIVABLE: (
        "return_term_clear_in_ad",
        "return_term_on_final_confirmation_screen",
    ),
    Right.IF_NOT_POSTED: ("policy_posted_before_checkout",),
    Right.IF_DISCLOSURE_FAILED: ("required_information_given", "contract_copy_sent"),
}
# Where the rule on it may be written instead.
_ALSO = {
    Right.STATUTORY_WAIVABLE: "contract_out",
    Right.IF_NOT_POSTED: "posting_rule",
    Right.IF_DISCLOSURE_FAILED: "not_informed.extend",
}
# What a law asks of the goods that only an item as it came has for certain.
_AS_NEW = ("unused", "intact", "original_state")
_MONEY_FIRST = ("consumer_choice", "refund")
_ENDS = ("months", "days", "endless", "restart_days")
_LATE = ("after_days", "ground_alone")
_OF_PERIOD = ("right", "days", "starts")
# Nobody knows when a document came that the period runs from.
_NO_DOCUMENT = Extension(
    needs=frozenset({"contract_copy_sent"}), cites="", endless=True
)

Data = dict[str, Any]

# Made once: to bind its fields takes longer than to read a document.
_LAW = LawSchema()


def build_pack(version: Version) -> LawPack:
    """Build one version of a pack; `ValidationError` when its document is not sound."""
    data = _LAW.load(version.layer.document)
    if version.layer.astray:
        listed = ", ".join(f"`{path}`" for path in version.layer.astray)
        raise ValidationError({"evidence": [f"{listed} not in the pack; correct it"]})
    levels = version.layer.levels
    return LawPack(
        id=data["id"],
        name=data["name"],
        checked_on=data["checked"],
        since=version.since,
        until=version.until,
        change_of_mind=_change_of_mind(data, levels),
        fault=_fault(data["fault"], levels),
        late_delivery=_late_delivery(data["late_delivery"], levels),
        b2c_only=data["scope"]["b2c_only"],
        buyers=levels.of("scope.b2c_only"),
        regions=frozenset(data["regions"]),
        regions_for_a_person=tuple(
            RegionRule(**each) for each in data["regions_for_a_person"]
        ),
        notes=tuple(data["notes"]),
    )


def _change_of_mind(pack: Data, levels: Levels) -> ChangeOfMind:
    data, path = pack["change_of_mind"], "change_of_mind"
    right = data["right"]
    gives = levels.weakest(path, *_OF_PERIOD)
    ends = levels.weakest(path, *_ending(data))
    return ChangeOfMind(
        right=right,
        cites=data["cite"],
        span=_span(data),
        starts=data["starts"],
        act=data["act"],
        before_delivery=data["before_delivery"],
        exceptions=tuple(_exception(each, levels) for each in data["exceptions"]),
        not_informed=_extension(data, levels, gives, ends),
        unless=_unless(data),
        reaches_web=data["web_shops"] != "unclear",
        not_up_to=pack["scope"]["min_order"],
        distance=pack["scope"].get("channel") == "distance",
        as_new=data["goods_condition"] in _AS_NEW,
        owed=owed(data, levels, path, by_method(data)),
        owed_if_told=_told(data, levels),
        gives=gives,
        gives_before_delivery=levels.weakest(path, "right", "before_delivery"),
        rolls=_rolls(data, levels, gives),
        ends=ends,
        gone=_gone(right, levels),
    )


def _rolls(data: Data, levels: Levels, gives: Sureness) -> Sureness:
    """Say how well a day is known that only the roll of the last day gives."""
    if data["end_roll"] is not EndRoll.NEXT_WORKING_DAY:
        return gives
    return weakest(gives, levels.of("change_of_mind.end_roll"))


def _ending(data: Data) -> list[str]:
    """Name the values that a period's end hangs on.

    A reading that could only be longer for the customer needs no proof.
    """
    names = ["right", "days"]
    if data["starts"] is not Start.LAST_ITEM_DELIVERED:
        names.append("starts")
    if data["count_from"] is CountFrom.SAME_DAY:
        names.append("count_from")
    if data["end_roll"] is EndRoll.NONE:
        names.append("end_roll")
    return names


def _unless(data: Data) -> frozenset[str]:
    name = UNLESS.get(data["right"], "")
    return frozenset(data.get(name) or _USUAL.get(data["right"], ()))


def _gone(right: Right, levels: Levels) -> Sureness:
    known = levels.of("change_of_mind.right")
    if right not in UNLESS:
        return known
    said = levels.of(f"change_of_mind.{UNLESS[right]}")
    if said is Sureness.MEMORY:
        said = levels.of(f"change_of_mind.{_ALSO[right]}")
    return weakest(known, said)


def _told(data: Data, levels: Levels) -> Owed | None:
    """Say what is owed where the customer was told to pay for the way back."""
    if data["return_freight"] != "consumer_if_told":
        return None
    told = {**data, "return_freight": "consumer"}
    return owed(told, levels, "change_of_mind", by_method(data))


def _span(data: Data, days: int | None = None) -> Span | None:
    days = data["days"] if days is None else days
    if days is None or data["count_from"] is None:
        return None
    return Span(
        days=days,
        count_from=data["count_from"],
        end_roll=data["end_roll"],
        business=data["day_type"] == "business",
        working_days=data["working_days"] or 0,
    )


def _exception(data: Data, levels: Levels) -> StatutoryException:
    needs = frozenset(data["needs"])
    return StatutoryException(
        code=data["code"],
        needs=needs,
        hints=(needs - frozenset(PRACTICE)) or needs,
        cites=data["cite"],
        sure=levels.of(f"change_of_mind.exceptions.{data['code']}"),
    )


def _extension(
    data: Data, levels: Levels, gives: Sureness, ends: Sureness
) -> Extension | None:
    found = data["not_informed"]
    if found is None:
        late_start = data["starts"] is Start.DELIVERY_OR_DOCUMENT_LATER
        return _NO_DOCUMENT if late_start else None
    path = "change_of_mind.not_informed"
    names = [name for name in _ENDS if found[name]] or ["extend"]
    sure = levels.weakest(path, *names)
    restart, whole = found["restart_days"], found["days"]
    copy = found["late_copy"] or {}
    return Extension(
        needs=frozenset(found["needs"]),
        cites=found["cite"],
        months=found["months"],
        whole=_span(data, whole) if whole else None,
        restart=_span(data, restart) if restart else None,
        endless=found["endless"],
        copy_days=copy.get("after_days"),
        from_order=_span(data, copy["days"]) if copy else None,
        gives=weakest(gives, sure),
        ends=weakest(ends, sure),
    )


def _fault(data: Data, levels: Levels) -> Fault:
    path = "fault"
    open_end = data["guarantee_may_be_longer"]
    first = MONEY if data["first_remedy"] in _MONEY_FIRST else GOOD
    least = owed(data, levels, path, first)
    if data["first_remedy"] == "repair_or_replace":
        # The consumer picks between the two, and the trader may leave out neither.
        least = replace(least, picks=GOOD - MONEY)
    return Fault(
        right=data["right"],
        cites=data["cite"],
        guarantee_months=None if open_end else data["guarantee_months"],
        burden_on_trader_months=data["burden_on_trader_months"],
        reject_days=data["reject_days"],
        prompt_days=data["prompt_days"],
        severe=frozenset(data["severe"]),
        rejected_sooner=frozenset(data["rejected_sooner"]),
        final_sale_needs_person=data["final_sale_defeats"] == "needs_human",
        owed=least,
        owed_money=owed(data, levels, path),
        # Whoever read a period of the right has read of the right.
        burden=levels.of("fault.burden_on_trader_months"),
        reject=levels.of("fault.reject_days"),
        prompt=levels.of("fault.prompt_days"),
        grave=levels.of("fault.severe"),
    )


def _late_delivery(data: Data | None, levels: Levels) -> LateDelivery | None:
    if data is None or data["right"] is None:
        return None
    said = (name for name in _LATE if f"late_delivery.{name}" in levels.known)
    return LateDelivery(
        right=Right(data["right"]),
        cites=data.get("cite") or data["text"],
        after_days=data["after_days"],
        ground_alone=data["ground_alone"],
        owed=Owed(remedies=MONEY, return_freight=Payer.TRADER),
        sure=levels.weakest("late_delivery", "right", *said),
    )
