"""What a shop's staff may do with what is told: add, test, rotate, send again."""

from __future__ import annotations

from dataclasses import dataclass

from plugin.archive import deliveries
from plugin.archive.deliveries import Delivery
from plugin.archive.endpoints import Endpoint, Endpoints
from plugin.archive.scope import of_shop
from plugin.outgoing.delivering import Courier
from plugin.outgoing.queue import Outgoing
from plugin.outgoing.signing import new_secret


@dataclass(frozen=True, kw_only=True, slots=True)
class Switchboard:
    """The merchant's hand on endpoints and deliveries, one shop at a time."""

    courier: Courier
    outgoing: Outgoing

    def endpoints(self, shop: str) -> Endpoints:
        """Open one shop's endpoints."""
        return self.courier.endpoints(shop)

    def deliveries(self, shop: str) -> list[Delivery]:
        """List what the shop's endpoints were told lately, newest first."""
        return deliveries.newest(self.courier.engine, shop)

    def add(self, shop: str, url: str) -> tuple[Endpoint, str]:
        """Add an address, with the secret that is shown once.

        Raises `Unreachable` for one that is never sent to, `TooMany` and `ToldAlready`.
        """
        self.courier.reach.check(url)
        secret = new_secret()
        return self.endpoints(shop).add(url, secret), secret

    def rotate(self, shop: str, endpoint_id: str) -> str:
        """Give an endpoint a new secret, which is shown once."""
        secret = new_secret()
        self.endpoints(shop).rotate(endpoint_id, secret)
        return secret

    def test(self, shop: str, endpoint_id: str) -> str:
        """Send an endpoint something to see whether it listens; returns its id."""
        with of_shop(self.courier.engine, shop).begin() as db:
            return self.outgoing.test(db, shop, endpoint_id)

    def redeliver(self, shop: str, endpoint_id: str, announcement_id: str) -> bool:
        """Try again what had failed; False when nothing had."""
        with of_shop(self.courier.engine, shop).begin() as db:
            return self.outgoing.redeliver(db, shop, endpoint_id, announcement_id)
