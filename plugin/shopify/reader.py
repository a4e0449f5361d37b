"""Reading returns, refunds, customers' histories and the shop itself."""

from __future__ import annotations

from collections.abc import Mapping

from plugin.case import Request
from plugin.notes import FaultSigns
from plugin.policy.facts import Past
from plugin.ports import OrderState, Outlook, RefundSeen, ReturnState
from plugin.shop import Profile
from plugin.shopify.client import Client
from plugin.shopify.cut import with_all_payments, with_payments
from plugin.shopify.errors import Withheld
from plugin.shopify.facts import read_request
from plugin.shopify.history import read_history
from plugin.shopify.later import read_order, read_refund
from plugin.shopify.outlook import read_outlook
from plugin.shopify.texts import topic_of
from plugin.shopify.withheld import without


class Reader:
    """Reads returns, refunds and the shop with the shop's own token."""

    def __init__(self, client: Client, signs: FaultSigns) -> None:
        """Read through one client; `signs` reads what customers write."""
        self.client = client
        self.signs = signs

    def profile(self, shop: str) -> Profile:
        """Read the shop itself."""
        data = self.client.execute(shop, "shop_info", {})["shop"]
        return Profile(
            name=data["name"],
            currency=data["currencyCode"],
            zone=data["ianaTimezone"],
            contact=data["contactEmail"],
        )

    def request(self, shop: str, return_id: str) -> Request | None:
        """Re-read a return and its order; None when this shop has no such return.

        Raises `Throttled` while the budget is needed for requests in hand.
        """
        answer = self.client.begin(shop, "return_for_policy", {"id": return_id})
        found = answer.data["return"]
        if found is None:
            return None
        return without(read_request(found, self.signs), answer.withheld)

    def returns_before(self, shop: str, request: Request) -> tuple[Past, ...] | None:
        """List the customer's earlier returns; None when not known to the end."""
        if request.customer_id is None:
            return None
        asked = {"customerId": request.customer_id}
        try:
            data = self.client.execute(shop, "customer_return_history", asked)
        except Withheld:
            return None
        found = data["customer"]
        return None if found is None else read_history(found, request)

    def state(self, shop: str, return_id: str) -> ReturnState | None:
        """Read where a return stands; None when this shop has no such return."""
        data = self.client.execute(shop, "return_state", {"id": return_id})["return"]
        if data is None:
            return None
        decline = data["decline"] or {}
        return ReturnState(
            status=data["status"],
            ground=decline.get("reason"),
            note=decline.get("note"),
        )

    def refund(self, shop: str, refund_id: str) -> RefundSeen | None:
        """Read a refund; None when this shop has no such refund."""
        ask = self.client.execute
        data = ask(shop, "refund_by_id", {"id": refund_id})["refund"]
        return None if data is None else read_refund(with_payments(ask, shop, data))

    def order(self, shop: str, order_id: str) -> OrderState | None:
        """Read how an order stands; None when this shop has no such order."""
        data = self.client.execute(shop, "order_state", {"id": order_id})["order"]
        return None if data is None else read_order(data)

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
        asked = {
            "id": return_id,
            "lines": [{"id": id, "quantity": many} for id, many in lines.items()],
            "shipping": {"fullRefund": shipping},
            "way": "STORE_CREDIT" if credit else "ORIGINAL_PAYMENT_METHODS",
        }
        ask = self.client.execute
        data = ask(shop, "refund_outlook", asked)["return"]
        return (
            None if data is None else read_outlook(with_all_payments(ask, shop, data))
        )

    def scopes(self, shop: str) -> frozenset[str]:
        """Read what the shop lets the app do now."""
        data = self.client.execute(shop, "granted_scopes", {})
        granted = data["currentAppInstallation"]["accessScopes"]
        return frozenset(scope["handle"] for scope in granted)

    def subscriptions(self, shop: str) -> tuple[str, ...]:
        """List the topics that the shop subscribes to by itself, each as often."""
        data = self.client.execute(shop, "webhook_subscriptions", {})
        nodes = data["webhookSubscriptions"]["nodes"]
        return tuple(topic_of(node["topic"]) for node in nodes)
