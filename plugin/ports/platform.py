"""The store's platform, by shape."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from plugin.case import Request
from plugin.policy.decision import Ground
from plugin.policy.facts import Past
from plugin.ports.money import Outlook, Payment
from plugin.ports.seen import Code, Done, OrderState, RefundSeen, ReturnState
from plugin.shop import Profile


class Platform(Protocol):
    """The store's platform; every write is safe to repeat."""

    def profile(self, shop: str) -> Profile:
        """Read the shop itself."""

    def request(self, shop: str, return_id: str) -> Request | None:
        """Re-read a return and its order; None when this shop has no such return.

        Raises `Throttled` while the budget is needed for requests in hand.
        """

    def returns_before(self, shop: str, request: Request) -> tuple[Past, ...] | None:
        """List the customer's earlier returns; None when not known to the end."""

    def state(self, shop: str, return_id: str) -> ReturnState | None:
        """Read where a return stands; None when this shop has no such return."""

    def approve(
        self,
        shop: str,
        return_id: str,
        asking: AbstractContextManager[object] | None = None,
    ) -> Done:
        """Approve a requested return and tell the customer.

        `asking` is entered once it is seen that nobody decided it, and holds the call.
        """

    def decline(self, shop: str, return_id: str, ground: Ground, note: str) -> Done:
        """Decline a requested return with a note that the customer receives."""

    def create_code(self, shop: str, code: Code) -> Done:
        """Make a discount code, or find the one made before."""

    def deactivate_code(self, shop: str, text: str) -> Done:
        """Make a discount code useless, if it exists."""

    def mark(
        self, shop: str, order_id: str, tags: Sequence[str], note: Mapping[str, Any]
    ) -> Done:
        """Put tags and our metafield on an order."""

    def unmark(self, shop: str, order_id: str, tags: Sequence[str]) -> Done:
        """Take tags off an order that are there; the answer names those `removed`."""

    def refund(self, shop: str, refund_id: str) -> RefundSeen | None:
        """Read a refund; None when this shop has no such refund."""

    def order(self, shop: str, order_id: str) -> OrderState | None:
        """Read how an order stands; None when this shop has no such order."""

    def outlook(
        self,
        shop: str,
        return_id: str,
        lines: Mapping[str, int],
        *,
        shipping: bool,
        credit: bool,
    ) -> Outlook | None:
        """Read what lines of a return come to; None when there is no such return."""

    def process(self, shop: str, payment: Payment) -> Done:
        """Confirm the lines of an open return and give their money back.

        Not safe to repeat by itself: read the outlook first.
        """

    def give_back(self, shop: str, payment: Payment, key: str) -> Done:
        """Give money back beside the return, once for a key."""

    def remove(self, shop: str, return_id: str, lines: Mapping[str, int]) -> Done:
        """Take lines out of a requested return, as far as they are still in it.

        Raises `Overtaken` when it was decided meanwhile.
        """

    def close(self, shop: str, return_id: str) -> Done:
        """Close a return that nothing more is expected of."""

    def scopes(self, shop: str) -> frozenset[str]:
        """Read what the shop lets the app do now."""

    def subscriptions(self, shop: str) -> tuple[str, ...]:
        """List the topics that the shop subscribes to by itself, each as often."""
