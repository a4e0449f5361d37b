"""The story of a request: decide, answer; and what happens to it later.

Every story is safe to tell again: it reads what is remembered and what the platform
shows before it acts, writes down before it moves, and repeats no effect.
"""

from __future__ import annotations

from plugin.casework.answering import answer_case, confirm_case
from plugin.casework.auditing import record_refund
from plugin.casework.closing import close_paid
from plugin.casework.coding import tidy_code
from plugin.casework.deciding import decide_case, remember_case
from plugin.casework.following import record_change
from plugin.casework.forgetting import forget_customer, forget_shop, hand_over_data
from plugin.casework.giving_up import give_up, leave_rest
from plugin.casework.granting import grant_refund
from plugin.casework.holding import record_order
from plugin.casework.listening import check_subscriptions
from plugin.casework.lodging import (
    check_scopes,
    refresh_shop,
    say_goodbye,
    welcome,
)
from plugin.casework.marking import mark_case, mark_order
from plugin.casework.overriding import override_case
from plugin.casework.paying import pay_case

__all__ = [
    "answer_case",
    "check_scopes",
    "check_subscriptions",
    "close_paid",
    "confirm_case",
    "decide_case",
    "forget_customer",
    "forget_shop",
    "give_up",
    "grant_refund",
    "hand_over_data",
    "leave_rest",
    "mark_case",
    "mark_order",
    "override_case",
    "pay_case",
    "record_change",
    "record_order",
    "record_refund",
    "refresh_shop",
    "remember_case",
    "say_goodbye",
    "tidy_code",
    "welcome",
]
