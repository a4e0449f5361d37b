"""The facts by which statutory exceptions are proven; a pack may ask for no others.

A misspelt one could never be proven, and the exception would never apply.
"""

from __future__ import annotations

PROOFS = frozenset(
    {
        "cannot_resell_for_health",
        "consumer_confirmed_per_purchase",
        "custom_received_as_ordered",
        "delivered",
        "delivery_after_30_days",
        "downloaded_online",
        "durable_confirmation",
        "express_consent",
        "express_request",
        "food_plants_flowers_perishable",
        "fresh_or_perishable",
        "fully_performed",
        "item_is_alcohol",
        "item_is_custom",
        "item_is_dated_leisure",
        "item_is_digital_content",
        "item_is_periodical",
        "item_is_perishable",
        "item_is_recording_or_software",
        "item_is_repair_visit",
        "item_is_service",
        "loss_acknowledged",
        "marked_as_is_or_final",
        "marked_conspicuously",
        "market_price",
        "market_value",
        "mixed_after_delivery",
        "nature_unsuitable",
        "not_resaleable_after_cleaning",
        "not_subscription",
        "policy_posted_before_checkout",
        "prescription_or_nhs",
        "price_fixed_at_sale",
        "public_auction",
        "public_auction_in_person_possible",
        "seal_for_health_or_hygiene",
        "sealed_at_delivery",
        "specific_date",
        "supply_begun",
        "unsealed_by_consumer",
        "used_or_damaged_after_purchase",
        "visit_requested",
    }
)
