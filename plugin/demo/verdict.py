"""Comparing what the app believes with the store's own truth, request by request."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from plugin.demo.play import Day

# What the store must show for what the app says it did.
STATUS = {"approve": "OPEN", "decline": "DECLINED", "review": "REQUESTED"}
TAG = {
    "approve": "evenhand-approved",
    "decline": "evenhand-declined",
    "review": "evenhand-review",
}
ONCE = (
    "returnApproveRequest",
    "returnDeclineRequest",
    "discountCodeBasicCreate",
    "discountCodeFreeShippingCreate",
)
Truth = dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One request: what was asked, what the app did, and what disagrees."""

    asked: dict[str, Any]
    case: dict[str, Any]
    outcome: str
    ack_ms: float | None
    answer_ms: float | None
    complaints: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """The row as the JSON line that tools read."""
        case = self.case
        return {
            "order": self.asked["order_name"],
            "shop": self.asked["shop"],
            "story": self.asked["story"],
            "return_id": case["return_id"],
            "return_name": case["return_name"],
            "outcome": self.outcome,
            "decided_by": case["decided_by"],
            "ground": case["ground"],
            "note": case["note"],
            "code": case["code"],
            "law": case["law"],
            "entries": case["entries"],
            "ack_ms": self.ack_ms,
            "answer_ms": self.answer_ms,
            "agrees": not self.complaints,
            "complaints": list(self.complaints),
        }


def judge(day: Day, made: list[tuple[dict[str, Any], str]]) -> list[Row]:
    """Compare every request with the truth of its shop."""
    truths = {asked["shop"]: _quiet_truth(day, asked["shop"]) for asked, _ in made}
    rows = []
    for asked, return_id in made:
        case = day.case(asked["shop"], return_id)
        if case is None:
            raise LookupError(f"the case of `{return_id}` is gone")
        rows.append(_row(asked, case, truths[asked["shop"]]))
    return rows


def _quiet_truth(day: Day, shop: str) -> Truth:
    """Read the truth once every webhook about it was answered."""
    for _ in range(100):
        truth = day.truth(shop)
        if all(delivery["status"] is not None for delivery in truth["deliveries"]):
            return truth
        time.sleep(0.05)
    return day.truth(shop)


def _row(asked: dict[str, Any], case: dict[str, Any], truth: Truth) -> Row:
    found = next(r for r in truth["returns"] if r["id"] == case["return_id"])
    order = next(o for o in truth["orders"] if o["id"] == found["order_id"])
    outcome = _outcome(case)
    sent = _request_deliveries(truth, case["return_id"])
    return Row(
        asked=asked,
        case=case,
        outcome=outcome,
        ack_ms=sent[0]["ms"] if sent else None,
        answer_ms=_answer_ms(sent, found, order, outcome),
        complaints=tuple(_complaints(case, outcome, found, order, truth)),
    )


def _outcome(case: dict[str, Any]) -> str:
    if case["status"] in ("withdrawn", "superseded", "failed"):
        return str(case["status"])
    return str(case["outcome"])


def _request_deliveries(truth: Truth, return_id: str) -> list[dict[str, Any]]:
    mine = [
        delivery
        for delivery in truth["deliveries"]
        if delivery["topic"] == "returns/request" and delivery["return_id"] == return_id
    ]
    return sorted(mine, key=lambda delivery: str(delivery["sent_at"]))


def _answer_ms(
    sent: list[dict[str, Any]], found: Truth, order: Truth, outcome: str
) -> float | None:
    """Milliseconds from the first delivery to the answer, or to the review's mark."""
    answered = order["tagged_at"] if outcome == "review" else found["decided_at"]
    if not sent or answered is None or outcome not in STATUS:
        return None
    start = datetime.fromisoformat(sent[0]["sent_at"])
    taken = datetime.fromisoformat(answered) - start
    return round(taken.total_seconds() * 1000, 1)


def _complaints(
    case: dict[str, Any], outcome: str, found: Truth, order: Truth, truth: Truth
) -> list[str]:
    """Name everything that the store shows otherwise than the app believes."""
    codes = [c for c in truth["codes"] if c["code"] == case["code"]]
    alive = [c for c in codes if c["status"] == "ACTIVE"]
    if outcome == "withdrawn":
        checks = {
            "status": found["status"] == "CANCELED",
            "decided by the app": found["decided_by"] != "app",
            "code": not alive,
        }
    else:
        checks = _decided(case, outcome, found, order, bool(alive))
    checks["effects once"] = all(
        call["effective"] <= 1 for call in truth["calls"] if call["operation"] in ONCE
    )
    return [name for name, fine in checks.items() if not fine]


def _decided(
    case: dict[str, Any], outcome: str, found: Truth, order: Truth, alive: bool
) -> dict[str, bool]:
    decline = found["decline"] or {}
    declined = outcome == "decline"
    told = any(mail["text"] == case["note"] for mail in order["mails"])
    return {
        "status": found["status"] == STATUS.get(outcome),
        "note": decline.get("note") == (case["note"] if declined else None),
        "ground": decline.get("reason") == (case["ground"] if declined else None),
        "code": alive == (outcome != "review" and case["code"] is not None),
        "tag": TAG.get(outcome) in order["tags"],
        "mail": told == declined,
    }
