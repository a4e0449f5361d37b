"""The forty clauses of `policy.yaml` as somebody would write them in Python.

Two floors: each clause's answer and nothing else, and a decision of one shop in full.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

FAULTY = ("defective", "wrong-item", "not-as-described")


def answers(v: dict[str, Any]) -> list[bool]:
    """Ask all forty clauses of known values."""
    reason, tags, kind, vendor = (
        v["reason"],
        v["product_tags"],
        v["product_type"],
        v["vendor"],
    )
    state, age, past = (
        v["item_condition"],
        v["days_since_delivery"],
        v["days_past_window"],
    )
    country, customer, price = v["country"], v["customer_tags"], v["price"]
    used = "used" in state
    return [
        reason in FAULTY and age <= 365,
        reason in FAULTY,
        v["note_tells_fault"] and age <= 60,
        v["gift_card"],
        "hygiene" in tags and "opened" in state,
        kind == "shoes" and ("worn" in state or "washed" in state),
        vendor == "apple" and age > 14,
        vendor == "sony" and age > 15,
        vendor == "bose" and age > 16,
        vendor == "garmin" and age > 17,
        vendor == "dyson" and age > 18,
        kind == "phones" and (age > 15 or used),
        kind == "laptops" and (age > 16 or used),
        kind == "cameras" and (age > 17 or used),
        kind == "televisions" and (age > 18 or used),
        kind == "consoles" and (age > 19 or used),
        "final-sale" in tags or "final sale" in tags or "clearance" in tags,
        v["discount_percent"] >= 50 and "gold" not in customer,
        kind in ("food", "drinks", "pet food") and "unopened" not in state,
        kind == "plants" and v["hours_since_delivery"] > 24,
        kind == "furniture" and "assembled" in state,
        v["order_total"] > 200_000 and price > 100_000,
        v["customer_returns"] >= 10
        and "gold" not in customer
        and "vip" not in customer,
        v["business"] or "wholesale" in customer,
        v["channel"] == "pos" and v["days_since_order"] > 30,
        country in ("AU", "NZ", "JP", "BR") and price < 1500,
        country == "US" and past > 0,
        country == "CA" and past > 1,
        country == "GB" and past > 2,
        country == "CH" and past > 3,
        country == "NO" and past > 4,
        "gold" in customer and past <= 30,
        "silver" in customer and past <= 10,
        v["customer_orders"] <= 1 and past <= 3,
        reason in ("size-too-small", "size-too-large")
        and past <= 7
        and "worn" not in state
        and "washed" not in state,
        "gift" in v["order_tags"] and past <= 14,
        price <= 500 and past <= 0,
        "cash on delivery" in v["payment_methods"] and past <= 0,
        past > 0,
        past <= 0,
    ]


RULES = (
    ("faulty-soon", "approve", ("reason", "days_since_delivery")),
    ("faulty-late", "review", ("reason",)),
    ("fault-in-note", "review", ("note_tells_fault", "days_since_delivery")),
    ("gift-card", "decline", ("gift_card",)),
    ("opened-hygiene", "decline", ("product_tags", "item_condition")),
    ("worn-shoes", "decline", ("product_type", "item_condition")),
    *(
        (f"vendor-{name}", "decline", ("vendor", "days_since_delivery"))
        for name in ("apple", "sony", "bose", "garmin", "dyson")
    ),
    *(
        (
            f"type-{name}",
            "decline",
            ("product_type", "days_since_delivery", "item_condition"),
        )
        for name in ("phones", "laptops", "cameras", "televisions", "consoles")
    ),
    ("final-sale", "decline", ("product_tags",)),
    ("deep-discount", "decline", ("discount_percent", "customer_tags")),
    ("food", "decline", ("product_type", "item_condition")),
    ("plants", "decline", ("product_type", "hours_since_delivery")),
    ("furniture", "decline", ("product_type", "item_condition")),
    ("large-order", "review", ("order_total", "price")),
    ("many-returns", "review", ("customer_returns", "customer_tags")),
    ("wholesale", "review", ("business", "customer_tags")),
    ("store-order", "decline", ("channel", "days_since_order")),
    ("far-away", "review", ("country", "price")),
    *(
        (f"late-{name}", "decline", ("country", "days_past_window"))
        for name in ("us", "ca", "gb", "ch", "no")
    ),
    ("gold", "approve", ("customer_tags", "days_past_window")),
    ("silver", "approve", ("customer_tags", "days_past_window")),
    ("first-order", "approve", ("customer_orders", "days_past_window")),
    ("wrong-size", "approve", ("reason", "days_past_window", "item_condition")),
    ("gift-order", "approve", ("order_tags", "days_past_window")),
    ("cheap", "approve", ("price", "days_past_window")),
    ("cod", "approve", ("payment_methods", "days_past_window")),
    ("window-over", "decline", ("days_past_window",)),
    ("inside-window", "approve", ("days_past_window",)),
)
HOLDS = ("dispute_open", "fraud_suspected", "opted_out", "order_cancelled")


def whole(v: dict[str, Any]) -> dict[str, Any]:
    """Decide in full by hand: clauses with what they read, holds, the German law.

    Still without unknown facts, evidence, exceptions, holidays, other countries, fees
    or several lines: what somebody would write for one shop.
    """
    found = [
        {
            "id": id,
            "says": said,
            "effect": effect,
            "read": {name: v[name] for name in reads},
        }
        for (id, effect, reads), said in zip(RULES, answers(v), strict=True)
    ]
    held = [{"id": name, "says": v[name]} for name in HOLDS]
    fault = v["reason"] in FAULTY
    entitled = fault and v["days_since_delivery"] <= 365
    if not fault:
        last = v["delivered_on"] + timedelta(days=14)
        while last.weekday() > 4:
            last += timedelta(days=1)
        entitled = v["requested_on"] <= last
    law = {"id": "DE:fault" if fault else "DE:change-of-mind", "says": entitled}
    decided = next((one for one in found if one["says"]), None)
    outcome = decided["effect"] if decided else "review"
    if entitled and outcome == "decline":
        decided, outcome = law, "approve"
    if any(hold["says"] for hold in held):
        outcome = "review"
    return {"outcome": outcome, "by": decided, "findings": [law, *held, *found]}
