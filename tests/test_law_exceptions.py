"""The exceptions of the law packs: each asks for all that its statute asks."""

from __future__ import annotations

import pytest

from tests.builders import PACKS

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
    "US-CA hygiene_unsealed": ["cannot_resell_for_health"],
}


def test_every_exception_asks_for_all_that_the_statute_asks() -> None:
    found = {
        f"{id} {exception.code}": sorted(exception.needs)
        for id in ("EU", "GB", "CN", "US-CA")
        for exception in PACKS.law_packs[id].change_of_mind.exceptions
    }

    assert found == NEEDS
