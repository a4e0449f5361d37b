"""The law packs as they are: found by place, complete, dated and cited."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import yaml

from plugin.policy.days import CountFrom, EndRoll, Span
from plugin.policy.facts import PRACTICE
from plugin.policy.law import POSTED_IN_FULL
from plugin.policy.terms import Right, Start
from tests.builders import (
    CONFIG,
    PACKS,
    make_place,
)

LAW = CONFIG / "law"
PRESETS = CONFIG / "presets"
MEMBERS = (
    *("AT", "BE", "BG", "HR", "CY", "CZ", "DK", "EE", "FI", "FR", "DE", "GR", "HU"),
    *("IE", "IT", "LV", "LT", "LU", "MT", "NL", "PL", "PT", "RO", "SK", "SI", "ES"),
    *("SE", "IS", "LI"),
)


def test_the_law_packs_are_there() -> None:
    assert sorted(PACKS.law_packs) == ["CN", "DE", "EU", "FR", "GB", "US", "US-CA"]


@pytest.mark.parametrize(
    ("place", "id"),
    [
        ("DE", "DE"),
        ("DE-BY", "DE"),
        ("FR", "FR"),
        ("GB", "GB"),
        ("US", "US"),
        ("US-TX", "US"),
        ("US-CA", "US-CA"),
        ("CN", "CN"),
        ("IE", "EU"),
        ("IS", "EU"),
    ],
)
def test_it_finds_the_nearest_pack(place: str, id: str) -> None:
    pack = PACKS.law_for(make_place(place))

    assert pack is not None
    assert pack.id == id


@pytest.mark.parametrize("place", ["NO", "CH", "JP", "CA", "CA-QC", "GG", "HK", "TW"])
def test_it_has_no_pack_for_other_countries(place: str) -> None:
    assert PACKS.law_for(make_place(place)) is None


@pytest.mark.parametrize("country", MEMBERS)
def test_every_member_state_gives_fourteen_days(country: str) -> None:
    pack = PACKS.law_for(make_place(country))

    assert pack is not None
    assert pack.change_of_mind.right is Right.STATUTORY
    assert pack.change_of_mind.starts is Start.LAST_ITEM_DELIVERED
    assert pack.change_of_mind.before_delivery is True
    assert pack.change_of_mind.span == Span(
        days=14, count_from=CountFrom.NEXT_DAY, end_roll=EndRoll.NEXT_WORKING_DAY
    )
    assert len(pack.change_of_mind.exceptions) == 13
    assert pack.change_of_mind.not_informed is not None
    assert pack.change_of_mind.not_informed.needs == {
        "informed_of_right",
        "withdrawal_function_live",
    }
    assert pack.change_of_mind.not_informed.months == 12


@pytest.mark.parametrize(
    ("id", "guarantee", "burden", "reject", "prompt", "final_sale"),
    [
        # The Directive's 24 months may be longer in a state without its own pack.
        ("EU", None, 12, None, None, False),
        ("DE", 24, 12, None, None, False),
        ("FR", 24, 24, None, None, False),
        ("GB", 72, 6, 30, None, False),
        ("CN", None, None, 7, None, False),
        ("US", None, None, None, 30, True),
        ("US-CA", None, None, None, 30, True),
    ],
)
def test_it_reads_what_is_owed_for_a_fault(
    id: str,
    guarantee: int | None,
    burden: int | None,
    reject: int | None,
    prompt: int | None,
    final_sale: bool,
) -> None:
    fault = PACKS.law_packs[id].fault

    assert fault.right is Right.STATUTORY
    assert fault.guarantee_months == guarantee
    assert fault.burden_on_trader_months == burden
    assert (fault.reject_days, fault.prompt_days) == (reject, prompt)
    assert fault.final_sale_needs_person is final_sale


@pytest.mark.parametrize(
    ("id", "right", "span", "starts"),
    [
        (
            "GB",
            Right.STATUTORY,
            Span(days=14, end_roll=EndRoll.HUMAN_IF_NONWORKING),
            Start.LAST_ITEM_DELIVERED,
        ),
        (
            "CN",
            Right.STATUTORY,
            Span(days=7, end_roll=EndRoll.HUMAN_IF_NONWORKING),
            Start.ITEM_DELIVERED,
        ),
        ("US", Right.NONE, None, Start.LAST_ITEM_DELIVERED),
        (
            "US-CA",
            Right.IF_NOT_POSTED,
            Span(days=30, end_roll=EndRoll.HUMAN_IF_NONWORKING),
            Start.PURCHASE,
        ),
    ],
)
def test_it_reads_the_right_to_change_one_s_mind(
    id: str, right: Right, span: Span | None, starts: Start
) -> None:
    found = PACKS.law_packs[id].change_of_mind

    assert (found.right, found.span, found.starts) == (right, span, starts)


def test_it_leaves_states_with_posting_rules_to_a_person() -> None:
    assert PACKS.law_packs["US"].regions_for_a_person == frozenset(
        ["CT", "FL", "HI", "MA", "MD", "MN", "NJ", "NY", "OH", "RI", "UT", "VA"]
    )
    assert PACKS.law_packs["US-CA"].regions_for_a_person == frozenset()


# No fact may be proof of an exception by being true of nearly every parcel.
EVERYDAY = {
    "sealed_at_delivery",
    "unsealed_by_consumer",
    "not_subscription",
    "delivered",
    "supply_begun",
    "express_consent",
    "specific_date",
    "fully_performed",
}


@pytest.mark.parametrize("id", sorted(PACKS.law_packs))
def test_no_exception_is_proven_by_everyday_facts(id: str) -> None:
    for exception in PACKS.law_packs[id].change_of_mind.exceptions:
        assert not exception.needs <= EVERYDAY
        assert exception.cites


@pytest.mark.parametrize("id", sorted(PACKS.law_packs))
def test_every_provision_is_dated_and_cited(id: str) -> None:
    pack = PACKS.law_packs[id]
    document = yaml.safe_load((LAW / f"{id}.yaml").read_text("utf-8"))

    assert pack.checked_on == date(2026, 11, 23)
    assert pack.since < pack.checked_on
    assert pack.change_of_mind.cites
    assert pack.fault.cites
    assert document["sources"]
    assert set(document["evidence"]) == {"text", "page", "secondary"}


def _leaves(document: dict[str, Any], path: str = "") -> set[str]:
    found = {path} if path else set()
    for key, value in document.items():
        name = f"{path}.{key}".lstrip(".")
        found |= _leaves(value, name) if isinstance(value, dict) else {name}
    return found


@pytest.mark.parametrize("id", sorted(PACKS.law_packs))
def test_what_the_evidence_names_by_path_is_in_the_pack(id: str) -> None:
    document = yaml.safe_load((LAW / f"{id}.yaml").read_text("utf-8"))
    named = {
        name
        for names in document["evidence"].values()
        for name in names
        if name.startswith(("change_of_mind.", "fault.", "in_force."))
        and " " not in name
    }

    assert named <= _leaves(document)


def test_every_practice_is_asked_for_somewhere() -> None:
    asked = set(POSTED_IN_FULL)
    for pack in PACKS.law_packs.values():
        extension = pack.change_of_mind.not_informed
        asked |= extension.needs if extension else set()

    assert asked == set(PRACTICE)


# A need that is lost turns a review into a refusal.
NEEDS = {
    "EU custom_made": ["item_is_custom"],
    "EU perishable": ["item_is_perishable"],
    "EU hygiene_unsealed": [
        "not_resaleable_after_cleaning",
        "seal_for_health_or_hygiene",
        "sealed_at_delivery",
        "unsealed_by_consumer",
    ],
    "EU mixed": ["mixed_after_delivery"],
    "EU alcohol_futures": [
        "delivery_after_30_days",
        "item_is_alcohol",
        "market_value",
        "price_fixed_at_sale",
    ],
    "EU media_unsealed": [
        "item_is_recording_or_software",
        "sealed_at_delivery",
        "unsealed_by_consumer",
    ],
    "EU periodical": ["item_is_periodical", "not_subscription"],
    "EU auction": ["public_auction_in_person_possible"],
    "EU digital_begun": [
        "durable_confirmation",
        "express_consent",
        "item_is_digital_content",
        "loss_acknowledged",
        "supply_begun",
    ],
    "EU price_fluctuates": ["market_price"],
    "EU dated_leisure": ["item_is_dated_leisure", "specific_date"],
    "EU service_done": [
        "express_consent",
        "fully_performed",
        "item_is_service",
        "loss_acknowledged",
    ],
    "EU urgent_repair": ["item_is_repair_visit", "visit_requested"],
    "GB custom_made": ["item_is_custom"],
    "GB perishable": ["item_is_perishable"],
    "GB alcohol_futures": [
        "delivery_after_30_days",
        "item_is_alcohol",
        "market_value",
        "price_fixed_at_sale",
    ],
    "GB periodical": ["item_is_periodical", "not_subscription"],
    "GB auction": ["public_auction"],
    "GB price_fluctuates": ["market_price"],
    "GB dated_leisure": ["item_is_dated_leisure", "specific_date"],
    "GB hygiene_unsealed": [
        "seal_for_health_or_hygiene",
        "sealed_at_delivery",
        "unsealed_by_consumer",
    ],
    "GB media_unsealed": [
        "item_is_recording_or_software",
        "sealed_at_delivery",
        "unsealed_by_consumer",
    ],
    "GB mixed": ["mixed_after_delivery"],
    "GB medicinal": ["prescription_or_nhs"],
    "GB digital_begun": [
        "express_consent",
        "item_is_digital_content",
        "loss_acknowledged",
        "supply_begun",
    ],
    "GB service_done": [
        "express_request",
        "fully_performed",
        "item_is_service",
        "loss_acknowledged",
    ],
    "CN custom_made": ["item_is_custom"],
    "CN perishable": ["fresh_or_perishable"],
    "CN media_unsealed": ["item_is_recording_or_software", "unsealed_by_consumer"],
    "CN digital_begun": ["downloaded_online", "item_is_digital_content"],
    "CN periodical": ["delivered", "item_is_periodical"],
    "CN not_returnable_confirmed": [
        "consumer_confirmed_per_purchase",
        "marked_conspicuously",
        "nature_unsuitable",
    ],
    "US-CA perishable": ["food_plants_flowers_perishable"],
    "US-CA as_is": ["marked_as_is_or_final"],
    "US-CA value_lost_use": ["used_or_damaged_after_purchase"],
    "US-CA custom_made": ["custom_received_as_ordered"],
    "US-CA displayed_term": ["policy_posted_before_checkout"],
    "US-CA hygiene_unsealed": ["cannot_resell_for_health"],
}


def test_every_exception_asks_for_all_that_the_statute_asks() -> None:
    found = {
        f"{id} {exception.code}": sorted(exception.needs)
        for id in ("EU", "GB", "CN", "US-CA")
        for exception in PACKS.law_packs[id].change_of_mind.exceptions
    }

    assert found == NEEDS
