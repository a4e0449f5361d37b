"""The whole store: its shops, its clock, and its lines to the app."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Callable
from typing import Any

from plugin.devstore.agenda import Agenda
from plugin.devstore.buckets import Buckets
from plugin.devstore.bulk import BulkDesk
from plugin.devstore.client_secrets import ClientSecrets
from plugin.devstore.clock import Clock
from plugin.devstore.faults import Faults
from plugin.devstore.hooks import Message, Outbox
from plugin.devstore.ids import Ids
from plugin.devstore.manifest import Manifest
from plugin.devstore.model import Order, Return
from plugin.devstore.shop import Shop
from plugin.devstore.tokens import TokenDesk


class Store:
    """Everything the development store knows; change it only under `lock`."""

    def __init__(
        self,
        *,
        manifest: Manifest,
        secret: str,
        clock: Clock | None = None,
        agenda: Agenda | None = None,
        outbox: Callable[..., Outbox] = Outbox,
        buckets: Buckets | None = None,
        new_id: Callable[[], str] = lambda: str(uuid.uuid4()),
    ) -> None:
        self.lock = threading.RLock()
        self.manifest = manifest
        self.clock = clock or Clock()
        self.ids = Ids()
        self.new_id = new_id
        self.secrets = ClientSecrets(secret)
        self.agenda = agenda or Agenda()
        self.outbox = outbox(clock=self.clock, sign=self.secrets.webhook_signature)
        self.tokens = TokenDesk(self.clock)
        self.buckets = buckets or Buckets()
        self.faults = Faults()
        # What the Admin API answers as, whatever supported version it is asked for.
        self.api_version = manifest.api_version
        self.bulk = BulkDesk(clock=self.clock, ids=self.ids)
        self.shops: dict[str, Shop] = {}
        self.day: list[dict[str, Any]] = []

    def fire(
        self,
        shop: Shop,
        topic: str,
        payload: dict[str, Any],
        *,
        order: Order | None = None,
        about: Return | None = None,
    ) -> None:
        """Tell the app of an event, if it is installed and asked to be told."""
        if shop.installed:
            self._send(shop, topic, payload, order=order, about=about)

    def oblige(self, shop: Shop, topic: str, payload: dict[str, Any]) -> None:
        """Tell the app what the law asks of it, also where it was removed."""
        if shop.installs:
            self._send(shop, topic, payload)

    def _send(
        self,
        shop: Shop,
        topic: str,
        payload: dict[str, Any],
        *,
        order: Order | None = None,
        about: Return | None = None,
    ) -> None:
        event_id = self.new_id()
        body = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
        own = [each.uri for each in shop.subscriptions if _topic(each.topic) == topic]
        for url in (*self.manifest.uris(topic), *own):
            message = Message(
                shop=shop.myshopify_domain,
                topic=topic,
                url=url,
                body=body,
                webhook_id=self.new_id(),
                event_id=event_id,
                triggered_at=self.clock.now(),
                api_version=self.manifest.api_version,
                return_id=about.id if about else None,
                order_id=order.id if order else None,
            )
            self.outbox.put(message)

    def close(self) -> None:
        """Stop telling the app anything."""
        with self.lock:
            self.bulk.closed = True
        self.outbox.close()


def _topic(name: str) -> str:
    return name.lower().replace("_", "/", 1)
