"""Jobs: which story is to be told, about what; its id makes it happen once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from plugin.casework.overriding import Answer
from plugin.casework.record import EventId
from plugin.policy.money import Money
from plugin.privacy import Ask, Topic

ANSWER = "answer_request"
CONFIRM = "confirm_refusal"
OVERRIDE = "override_case"
CHANGE = "record_change"
REFUND = "record_refund"
GOODBYE = "say_goodbye"
ORDER = "record_order"
SHOP = "refresh_shop"
SCOPES = "check_scopes"
SUBSCRIPTIONS = "check_subscriptions"
GIVE = "give_refund"
GIVE_UP = "give_up"
LEAVE = "leave_money"
TIDY = "tidy_code"
HAND_OVER = "hand_over_data"
FORGET_CUSTOMER = "forget_customer"
FORGET_SHOP = "forget_shop"
# No story of casework: `plugin.backfill` tells it.
BACKFILL = "backfill_shop"
# Nor this one: `plugin.sweeps` tells it.
LOOK = "look_through"
# Asked by law: told until they are done, and also for a shop that left.
BY_LAW = {
    Topic.DATA_REQUEST: HAND_OVER,
    Topic.REDACT_CUSTOMER: FORGET_CUSTOMER,
    Topic.REDACT_SHOP: FORGET_SHOP,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """One story to tell: about which shop and subject, with what arguments.

    `ask` is what was asked by law: it is kept apart, sealed, and never queued.
    """

    story: str
    shop: str
    subject: str
    arguments: Mapping[str, Any]
    ask: Ask | None = None

    @property
    def id(self) -> str:
        """The key that makes it happen once."""
        return f"{self.story}:{self.shop}:{self.subject}"


def answer(shop: str, return_id: str, event: EventId | None = None) -> Job:
    """Plan to decide and answer a return; the same return is planned once."""
    return Job(
        story=ANSWER,
        shop=shop,
        subject=return_id,
        arguments={"return_id": return_id, "event": event},
    )


def confirm(shop: str, return_id: str, by: str, *, number: int) -> Job:
    """Plan to send a proposed refusal that a member of staff confirmed.

    `number` is the proposal's: two clicks on it are one, a later one takes another.
    """
    return Job(
        story=CONFIRM,
        shop=shop,
        subject=f"{return_id}:{number}",
        arguments={"return_id": return_id, "by": by},
    )


def override(shop: str, return_id: str, by: str, answer: Answer, *, number: int) -> Job:
    """Plan to carry out a person's own answer; `number` is of where the case stood.

    Two clicks on one page are one answer; a case that moved meanwhile takes another.
    """
    return Job(
        story=OVERRIDE,
        shop=shop,
        subject=f"{return_id}:{number}",
        arguments={
            "return_id": return_id,
            "by": by,
            "to": answer.to.value,
            "ground": answer.ground and answer.ground.value,
            "words": answer.words,
            "number": number,
        },
    )


def clicked(story: str, shop: str, return_id: str, number: int) -> Job:
    """Name the job of a click on a case as it stood at a number, to look for it."""
    return Job(story=story, shop=shop, subject=f"{return_id}:{number}", arguments={})


def give(shop: str, return_id: str, by: str, amount: Money, number: int) -> Job:
    """Plan to give a refund as staff said; two clicks on one page are one refund."""
    return Job(
        story=GIVE,
        shop=shop,
        subject=f"{return_id}:{number}",
        arguments={
            "return_id": return_id,
            "by": by,
            "amount": f"{amount.amount:f}",
            "currency": amount.currency,
            "number": number,
        },
    )


def check(shop: str, day: str, declared: Sequence[str]) -> Job:
    """Plan to look at what a shop subscribes to; once a day."""
    return Job(
        story=SUBSCRIPTIONS,
        shop=shop,
        subject=day,
        arguments={"declared": list(declared)},
    )


def tidy(shop: str, return_id: str, next_round: str) -> Job:
    """Plan to take back a code that stands beside no answer; once each round."""
    return Job(
        story=TIDY,
        shop=shop,
        subject=f"{return_id}:{next_round}",
        arguments={"return_id": return_id},
    )


def by_law(shop: str, request_id: str, ask: Ask) -> Job:
    """Plan to do what is asked by law; only the request's id travels."""
    return Job(
        story=BY_LAW[ask.topic],
        shop=shop,
        subject=request_id,
        arguments={"request_id": request_id},
        ask=ask,
    )


def refund_again(shop: str, refund_id: str, day: str) -> Job:
    """Plan to look again what became of a refund; once a day."""
    return Job(
        story=REFUND,
        shop=shop,
        subject=f"{refund_id}:{day}",
        arguments={"refund_id": refund_id, "event": None},
    )


def look(shop: str, spell: str) -> Job:
    """Plan to look a shop through before its turn; once for all of a spell."""
    return Job(story=LOOK, shop=shop, subject=spell, arguments={"turn": spell})


def backfill(shop: str, subject: str) -> Job:
    """Plan to read a shop's past, or to read on in it."""
    return Job(story=BACKFILL, shop=shop, subject=subject, arguments={})
