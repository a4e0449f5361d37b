"""What happened to a case since it was decided, in sentences for the merchant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from plugin.archive.store import Stored
from plugin.case import UNDONE
from plugin.pages import words
from plugin.policy.money import Money

Body = dict[str, Any]

VERDICT = {
    "within": "within what the decision gives",
    "outside": "although the decision is a refusal",
    "larger": "more than the decision gives",
    "unclear": "the decision does not say an amount",
    "unnamed": "it names neither this return nor an item",
    "undecided": "a person decided this case",
    "failed": "the payment provider refused it, no money went back",
    "pending": "the payment provider has not confirmed it yet",
}
FELL_THROUGH = "The refund of {gone} failed at the payment provider after all."
ALARMS = ("outside", "larger", "failed")
DISPUTE = {
    "CHARGEBACK": "The customer's bank took the payment back (chargeback)",
    "INQUIRY": "The customer's bank asks about the payment (inquiry)",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Since:
    """One thing that happened; `number` leads to another case, `alarm` asks to look."""

    said: str
    number: str | None = None
    alarm: bool = False


def since(entries: Sequence[Stored]) -> list[Since]:
    """Tell of links, holds and audited refunds, in the order they happened."""
    return [line for entry in entries for line in _lines(entry)]


def said_since(entry: Stored) -> str | None:
    """Say what one entry tells of what happened since; None for any other."""
    return next((line.said.removesuffix(".") for line in _lines(entry)), None)


def _lines(entry: Stored) -> Iterator[Since]:
    body = entry.data
    if not isinstance(body, dict):
        return
    if entry.kind == "audit":
        yield _audited(body)
    elif "asked_before" in body:
        yield _linked(f"The same items were asked for in {body['asked_before']}", body)
    elif "asked_again" in body:
        yield _linked(f"The same items are asked for in {body['asked_again']}", body)
    elif entry.key.startswith(UNDONE):
        gone = _money(body["amount"], body)
        yield Since(said=FELL_THROUGH.format(gone=gone), alarm=True)
    elif entry.key.startswith("hold:"):
        yield _held(entry.key, body)


def _linked(said: str, body: Body) -> Since:
    gid = body["return_id"]
    return Since(said=f"{said}.", number=gid and gid.rpartition("/")[2])


def _held(key: str, body: Body) -> Since:
    if key.endswith(":opted-out"):
        return Since(said="The customer wants a person to decide.")
    if "dispute_id" not in body:
        return Since(said="The order was cancelled.", alarm=True)
    what = DISPUTE.get(body["kind"], "The payment is disputed")
    if key.startswith("hold:ended:"):
        return Since(said="The payment dispute ended for you; the request stands.")
    if key.startswith("hold:lost:"):
        return Since(said="The dispute gave the customer the money.", alarm=True)
    return Since(said=f"{what}. Do not refund the same money twice.", alarm=True)


def _audited(body: Body) -> Since:
    said = f"Refunded {_money(body['goods'], body)} for items: "
    said += VERDICT[body["verdict"]]
    if body["verdict"] == "larger":
        owed, total = (_money(body[name], body) for name in ("owed", "refunded"))
        said += f" ({total} in all, {owed} owed)"
    return Since(said=f"{said}.", alarm=body["verdict"] in ALARMS)


def _money(amount: str, body: Body) -> str:
    return words.money(Money.of(amount, body["currency"]))
