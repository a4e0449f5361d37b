"""The stories: which steps each has, and what becomes of one that is given up."""

from __future__ import annotations

from collections.abc import Mapping

from plugin import casework
from plugin.jobs import (
    ANSWER,
    BY_LAW,
    CHANGE,
    CONFIRM,
    FORGET_CUSTOMER,
    FORGET_SHOP,
    GIVE,
    GIVE_UP,
    GOODBYE,
    HAND_OVER,
    LEAVE,
    ORDER,
    OVERRIDE,
    REFUND,
    SCOPES,
    SHOP,
    SUBSCRIPTIONS,
    TIDY,
)
from plugin.tries import CASE, Step

# Each story's steps, each with the arguments it takes.
STORIES: Mapping[str, tuple[Step, ...]] = {
    ANSWER: (
        (casework.decide_case, (*CASE, "event")),
        (casework.answer_case, CASE),
        (casework.pay_case, CASE),
        (casework.close_paid, CASE),
        (casework.mark_case, CASE),
    ),
    CONFIRM: (
        (casework.confirm_case, (*CASE, "by")),
        (casework.answer_case, CASE),
        (casework.mark_case, CASE),
    ),
    OVERRIDE: (
        (casework.override_case, (*CASE, "by", "to", "ground", "words", "number")),
        (casework.answer_case, CASE),
        (casework.mark_case, CASE),
    ),
    CHANGE: (
        (casework.record_change, (*CASE, "topic", "event")),
        (casework.pay_case, CASE),
        (casework.close_paid, CASE),
        (casework.mark_case, CASE),
    ),
    REFUND: ((casework.record_refund, ("shop", "refund_id", "event")),),
    GOODBYE: ((casework.say_goodbye, ("shop", "left_at")),),
    ORDER: (
        (casework.record_order, ("shop", "order_id", "topic", "event")),
        (casework.mark_order, ("shop", "order_id")),
    ),
    SHOP: ((casework.refresh_shop, ("shop",)),),
    SCOPES: ((casework.check_scopes, ("shop",)),),
    SUBSCRIPTIONS: ((casework.check_subscriptions, ("shop", "declared")),),
    GIVE: (
        (casework.grant_refund, (*CASE, "by", "amount", "currency", "number")),
        (casework.pay_case, CASE),
        (casework.close_paid, CASE),
    ),
    GIVE_UP: (
        (casework.give_up, (*CASE, "why", "by")),
        (casework.mark_case, CASE),
    ),
    LEAVE: ((casework.leave_rest, (*CASE, "why")),),
    TIDY: ((casework.tidy_code, CASE),),
    HAND_OVER: ((casework.hand_over_data, ("shop", "request_id")),),
    FORGET_CUSTOMER: ((casework.forget_customer, ("shop", "request_id")),),
    FORGET_SHOP: ((casework.forget_shop, ("shop", "request_id")),),
}
# Which story does what a story that is given up owes: a person gets the request that
# cannot be answered, or the money that a change of its return set free. The rest is
# only logged.
OWED = {
    ANSWER: GIVE_UP,
    CONFIRM: GIVE_UP,
    OVERRIDE: GIVE_UP,
    GIVE: GIVE_UP,
    CHANGE: LEAVE,
}
# What was promised is taken back, and what the law gives is done, however long it
# takes.
FOREVER = frozenset({GIVE_UP, LEAVE, TIDY, *BY_LAW.values()})
# Told to their end also where a shop left; the rest would sleep there for good.
STAYS = FOREVER | {GOODBYE}
