"""What the packs' short names mean: statutory exceptions and levels of evidence."""

from __future__ import annotations

from plugin.policy.decision import Sureness

EXCEPTIONS = {
    "alcohol_futures": "alcohol that is delivered after 30 days at a speculative value",
    "altered": "goods that were altered for the buyer",
    "as_is": "goods that were marked as-is or final, where the statute allows that",
    "auction": "a public auction",
    "books": "books",
    "consumer_damage": "goods that the customer lost or damaged, not by mere opening",
    "custom_made": "goods that were made to order or are clearly personal",
    "dated_leisure": "stays, transport, meals or leisure for a given day",
    "digital_begun": "digital content whose supply began with the customer's consent",
    "everyday_consumables": "food, drink and everyday goods that are brought home",
    "food": "food",
    "gambling": "bets and lotteries",
    "hygiene_unsealed": "goods sealed for health or hygiene whose seal was broken",
    "media_unsealed": "recordings and software whose seal was broken",
    "medicinal": "medicines and medical devices",
    "mixed": "goods that were mixed with others and cannot be parted",
    "not_returnable": "goods that by their nature cannot be sent back",
    "not_returnable_confirmed": (
        "goods that the customer confirmed to be unfit for return when buying"
    ),
    "periodical": "newspapers, periodicals and magazines",
    "perishable": "goods that spoil or expire soon",
    "personal_use": "goods for personal or intimate use",
    "price_fluctuates": "goods whose price follows a financial market",
    "service_done": "a service that was done in full with the customer's consent",
    "urgent_repair": "an urgent repair for which the customer called",
    "value_lost_time": "goods that lost much of their value with time",
    "value_lost_use": "goods that lost much of their value by use",
}

# What each level means, for whoever reads a pack's values.
LEVELS = {
    Sureness.TEXT: "read in the statute itself",
    Sureness.PAGE: "read on an official page",
    Sureness.SECONDARY: "as others tell it, such as a law firm or the press",
    Sureness.MEMORY: (
        "nobody has read it: it entitles nobody and clears no refusal without a person"
    ),
}
