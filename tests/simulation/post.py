"""The way from the store to the app: messages late, twice, or never."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

from plugin.devstore.hooks import (
    FIRST_DELAY_SECONDS,
    RETRIES,
    Delivery,
    Message,
    Outbox,
)
from tests.simulation.faults import Faults
from tests.simulation.places import SHOPS
from tests.simulation.timeline import Timeline

QUICK_SECONDS = 3.0
SLOW_SECONDS = 900.0

# Brings a message to the app; gives the status of its answer, None for no answer.
Bring = Callable[[Message, dict[str, str]], int | None]


@dataclass(kw_only=True)
class Post(Outbox):
    """The store's messages on their way to the app, on the world's clock.

    `acknowledged` are those that the app said it has.
    """

    timeline: Timeline
    faults: Faults
    bring: Bring
    acknowledged: dict[str, Message] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Start no thread; the timeline does what they would."""

    def put(self, message: Message) -> None:
        """Send a message, later, twice or never."""
        copies = 2 if self.faults.happens("copy") else 1
        for copy in range(1, copies + 1):
            if not self.faults.loses():
                most = SLOW_SECONDS if self.faults.happens("slow") else QUICK_SECONDS
                wait = self.faults.dice.uniform(0, most)
                self.timeline.after(wait, partial(self._try, message, copy, 1))
        if self.faults.happens("forged"):
            wait = self.faults.dice.uniform(0, QUICK_SECONDS)
            self.timeline.after(wait, partial(self._forge, message))

    def _forge(self, message: Message) -> None:
        """Send a message in another shop's name: its signature covers the body only."""
        other = self.faults.dice.choice(
            [each for each in SHOPS if each != message.shop]
        )
        headers = {**self._headers(message), "X-Shopify-Shop-Domain": other}
        self.bring(replace(message, shop=other), headers)

    def deliveries(self) -> list[Delivery]:
        """Every attempt so far."""
        return list(self.log)

    def close(self) -> None:
        """Send nothing more; nothing is sent by itself anyway."""

    def _try(self, message: Message, copy: int, attempt: int) -> None:
        status = self.bring(message, self._headers(message))
        self.log.append(
            Delivery(
                message=message,
                attempt=attempt,
                copy=copy,
                sent_at=self.clock.now(),
                status="timeout" if status is None else status,
                ms=0,
            )
        )
        if status == 200:
            self.acknowledged[message.webhook_id] = message
        elif attempt <= RETRIES:
            delay = FIRST_DELAY_SECONDS * 2 ** (attempt - 1)
            self.timeline.after(delay, partial(self._try, message, copy, attempt + 1))
