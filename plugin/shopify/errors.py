"""What can go wrong between us and Shopify.

PlatformError            (plugin.ports; `permanent` says whether to retry)
+-- Unreachable          network, time-out, 5xx, half an answer: later
|   +-- Throttled        the shop's budget is used up: after `wait_seconds`
|   +-- TurnedAway       too many calls at once: later, and nothing was done
+-- NoAccess             token dead, shop frozen or gone: the merchant must act
+-- Refused              understood and declined; `reason` is Shopify's code
    +-- Denied           a scope is missing
    +-- Withheld         the app was not approved to see what the answer needs
"""

from __future__ import annotations

from plugin.ports import NoAccess, PlatformError, Refused, Throttled, Unreachable

__all__ = [
    "Denied",
    "NoAccess",
    "PlatformError",
    "Refused",
    "Throttled",
    "TokenDead",
    "TurnedAway",
    "Unreachable",
    "UserError",
    "Withheld",
]


class TokenDead(NoAccess):
    """The refresh token does not work any more; only a new exchange helps."""

    code = "no_access"


class TurnedAway(Unreachable):
    """Too many calls came at once; this one was not looked at."""

    may_be_done = False


class Denied(Refused):
    """The app lacks a scope for what it asked."""

    code = "access_denied"


class Withheld(Refused):
    """The app was not approved to see customers' data that the answer needs."""

    may_be_done = True
    code = "withheld"


# The answer was given; only the customer's notification did not go out.
NOT_NOTIFIED = "NOTIFICATION_FAILED"


class UserError(Refused):
    """Shopify refused a mutation in `userErrors`; `reason` is its code."""

    code = "user_error"

    def __init__(self, operation: str, reason: str, message: str) -> None:
        """Carry Shopify's own code and words."""
        super().__init__(f"{operation} was refused: {reason} ({message})")
        self.operation = operation
        self.reason = reason
        self.may_be_done = reason == NOT_NOTIFIED
