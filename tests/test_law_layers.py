"""Layers: what a pack inherits, how it was before, and how well each value is known."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from marshmallow import ValidationError

from plugin.policy.decision import Sureness
from plugin.schemas.evidence import Document, weakest
from plugin.schemas.layers import Version, versions
from plugin.schemas.strict import flatten

TEXT, PAGE, MEMORY = Sureness.TEXT, Sureness.PAGE, Sureness.MEMORY
UNION: Document = {
    "id": "EU",
    "applies_to": ["DE"],
    "in_force": {"since": date(2014, 6, 13)},
    "change_of_mind": {
        "days": 14,
        "refund": {"days": 14, "fee": "forbidden"},
        "exceptions": [{"code": "custom_made", "needs": ["a"]}],
    },
    "evidence": {
        "text": ["change_of_mind.days", "change_of_mind.refund"],
        "page": ["change_of_mind.refund.fee", "change_of_mind.exceptions", "s 1(2)"],
        "secondary": [],
    },
}
STATE: Document = {
    "id": "DE",
    "inherits": "EU",
    "change_of_mind": {"days": 14, "refund": {"days": 7}, "act": "notice_sent"},
    "evidence": {"text": [], "page": ["change_of_mind.act"], "secondary": []},
}


def levels(version: Version, *paths: str) -> list[Sureness]:
    """Say how well values of a version are known."""
    return [version.layer.levels.of(f"change_of_mind.{path}") for path in paths]


def faults(document: Document, parent: Document | None = None) -> dict[str, list[str]]:
    """Give what is wrong with a document."""
    with pytest.raises(ValidationError) as caught:
        versions(document, parent)
    return flatten(caught.value.messages)


def test_the_nearest_path_says_how_well_a_value_is_known() -> None:
    (union,) = versions(UNION, None)
    paths = ("days", "refund.days", "refund.fee", "exceptions.custom_made", "act")

    assert levels(union, *paths) == [TEXT, TEXT, PAGE, PAGE, MEMORY]


def test_a_value_that_an_overlay_changes_has_no_evidence_but_its_own() -> None:
    (state,) = versions(STATE, UNION)
    paths = ("days", "refund.days", "refund.fee", "exceptions.custom_made", "act")

    assert levels(state, *paths) == [TEXT, MEMORY, PAGE, PAGE, PAGE]


def test_an_overlay_keeps_to_itself_what_is_said_of_one_pack() -> None:
    (state,) = versions(STATE, UNION)

    assert "applies_to" not in state.layer.document
    assert state.layer.document["in_force"] == {"since": date(2014, 6, 13)}


EARLIER: list[dict[str, Any]] = [
    {"before": date(2026, 6, 19), "change_of_mind": {"refund": {"days": 30}}},
    {
        "before": date(2020, 1, 1),
        "change_of_mind": {"days": 7},
        "evidence": {"page": ["change_of_mind.days"]},
    },
]


def days(found: tuple[Version, ...]) -> list[tuple[object, ...]]:
    """Say from when to when each version was, with its two periods."""
    return [
        (
            version.since,
            version.until,
            version.layer.document["change_of_mind"]["days"],
            version.layer.document["change_of_mind"]["refund"]["days"],
        )
        for version in found
    ]


def test_going_back_every_change_is_taken_back_in_its_turn() -> None:
    found = versions({**UNION, "earlier": EARLIER}, None)

    assert days(found) == [
        (date(2026, 6, 19), None, 14, 14),
        (date(2020, 1, 1), date(2026, 6, 19), 14, 30),
        (date(2014, 6, 13), date(2020, 1, 1), 7, 30),
    ]
    # What is not said again was read in the same place; what is, as it is said.
    assert levels(found[2], "refund.days", "days", "act") == [TEXT, PAGE, MEMORY]


def test_an_overlay_has_the_earlier_days_of_what_it_lies_on() -> None:
    union = {**UNION, "earlier": EARLIER}
    own = [{"before": date(2022, 5, 28), "change_of_mind": {"refund": {"days": 9}}}]
    found = versions({**STATE, "earlier": own}, union)

    assert days(found) == [
        (date(2026, 6, 19), None, 14, 7),
        (date(2022, 5, 28), date(2026, 6, 19), 14, 7),
        (date(2020, 1, 1), date(2022, 5, 28), 14, 9),
        (date(2014, 6, 13), date(2020, 1, 1), 14, 9),
    ]


def test_a_pack_without_a_first_day_is_for_every_day() -> None:
    timeless = {**UNION, "in_force": {"since": None}}

    assert versions(timeless, None)[0].since is None
    assert versions({**UNION, "in_force": None}, None)[0].since is None


@pytest.mark.parametrize(
    "earlier",
    [
        "before",
        ["before"],
        [{"before": "2020-01-01"}],
        [{"before": date(2020, 1, 1), "name": "Old"}],
    ],
)
def test_it_refuses_earlier_days_that_cannot_be_read(earlier: object) -> None:
    assert faults({**UNION, "earlier": earlier}) == {
        "earlier": [
            "give a list, each with `before` and parts of before, in_force, scope, "
            "change_of_mind, fault, late_delivery, penalty, final_sale, evidence, notes"
        ]
    }


@pytest.mark.parametrize("order", [EARLIER[::-1], [EARLIER[0], EARLIER[0]]])
def test_it_refuses_earlier_days_out_of_order(order: list[dict[str, Any]]) -> None:
    assert faults({**UNION, "earlier": order}) == {
        "earlier": ["name each day once, the youngest first"]
    }


def test_it_finds_evidence_for_what_is_not_there() -> None:
    evidence = {"text": ["change_of_mind.dasy", "change_of_mind.days"]}
    union = {**UNION, "evidence": evidence, "earlier": EARLIER}

    for version in versions(union, None):
        assert version.layer.astray == ("change_of_mind.dasy",)
    # A pack answers for its own evidence only.
    for version in versions(STATE, union):
        assert version.layer.astray == ()


def test_it_refuses_evidence_of_two_levels_for_one_value() -> None:
    evidence = {"text": ["change_of_mind.days"], "page": ["change_of_mind.days"]}

    assert faults({**UNION, "evidence": evidence}) == {
        "evidence.page": [
            "`change_of_mind.days` is listed already; leave it in one list"
        ]
    }


def test_evidence_of_another_shape_is_left_to_the_schema() -> None:
    for evidence in (None, {"text": "change_of_mind.days"}, {"text": [1]}):
        (union,) = versions({**UNION, "evidence": evidence}, None)

        assert levels(union, "days") == [MEMORY]


def test_of_nothing_nothing_is_known() -> None:
    assert weakest() is MEMORY
    assert weakest(PAGE, TEXT) is PAGE
