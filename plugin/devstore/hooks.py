"""Webhooks on their way to the app: kept, signed, sent, sent again."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

import requests
from urllib3.util import Timeout

from plugin.devstore.agenda import Agenda
from plugin.devstore.clock import Clock, iso

WORKERS = 8
RETRIES = 8
RETRY_PERIOD_SECONDS = 4 * 3600
FIRST_DELAY_SECONDS = RETRY_PERIOD_SECONDS / (2**RETRIES - 1)
TIMEOUT = Timeout(connect=1.0, total=5.0)


@dataclass(frozen=True, kw_only=True)
class Message:
    """One webhook for one subscription."""

    shop: str
    topic: str
    url: str
    body: bytes
    webhook_id: str
    event_id: str
    triggered_at: datetime
    api_version: str
    return_id: str | None = None
    order_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One attempt to bring a message to the app."""

    message: Message
    attempt: int
    copy: int
    sent_at: datetime
    status: int | str
    ms: int

    @property
    def arrived(self) -> bool:
        """Whether the app took it."""
        return isinstance(self.status, int) and 200 <= self.status < 300


@dataclass(kw_only=True)
class Settings:
    """How messages travel; tests and demos change it."""

    mode: str = "normal"
    copies: int = 1
    drop_percent: float = 0
    order: str = "fifo"


@dataclass(kw_only=True)
class Outbox:
    """Every message of the store, sent or waiting."""

    clock: Clock
    sign: Callable[[bytes], str]
    settings: Settings = field(default_factory=Settings)
    log: list[Delivery] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._held: list[Message] = []
        self._pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="webhook")
        self._agenda = Agenda()
        self._sessions = threading.local()
        self._dice = random.Random(0)

    def put(self, message: Message) -> None:
        """Send a message, or keep it while deliveries are held."""
        with self._lock:
            if self.settings.mode == "hold":
                self._held.append(message)
                return
        self._dispatch(message)

    def release(self) -> list[Delivery]:
        """Send what was held, one after the other, and go back to normal."""
        with self._lock:
            held, self._held = self._held, []
            if self.settings.order == "reverse":
                held.reverse()
            self.settings.mode, self.settings.order = "normal", "fifo"
        copies = range(1, self.settings.copies + 1)
        return [self._send(each, copy=copy) for each in held for copy in copies]

    def held(self) -> int:
        """How many messages wait for their release."""
        with self._lock:
            return len(self._held)

    def deliveries(self) -> list[Delivery]:
        """Every attempt so far."""
        with self._lock:
            return list(self.log)

    def close(self) -> None:
        """Send nothing more."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _dispatch(self, message: Message) -> None:
        for copy in range(1, self.settings.copies + 1):
            if self._dice.uniform(0, 100) < self.settings.drop_percent:
                self._drop(message, copy=copy)
            else:
                self._pool.submit(self._send, message, copy=copy)

    def _send(self, message: Message, *, copy: int, attempt: int = 1) -> Delivery:
        sent_at, began = self.clock.now(), time.monotonic()
        status = self._post(message)
        delivery = Delivery(
            message=message,
            attempt=attempt,
            copy=copy,
            sent_at=sent_at,
            status=status,
            ms=round((time.monotonic() - began) * 1000),
        )
        self._note(delivery)
        if not delivery.arrived and attempt <= RETRIES:
            self._retry_later(message, copy=copy, attempt=attempt)
        return delivery

    def _retry_later(self, message: Message, *, copy: int, attempt: int) -> None:
        delay = self.clock.real_seconds(FIRST_DELAY_SECONDS * 2 ** (attempt - 1))

        def again() -> None:
            # A store that was closed tries nothing again.
            with suppress(RuntimeError):
                self._pool.submit(self._send, message, copy=copy, attempt=attempt + 1)

        self._agenda.after(delay, again)

    def _post(self, message: Message) -> int | str:
        try:
            answer = self._session().post(
                message.url,
                data=message.body,
                headers=self._headers(message),
                # requests hands urllib3's own Timeout through; its types do not say so.
                timeout=TIMEOUT,  # type: ignore[arg-type]
                allow_redirects=False,
            )
        except requests.Timeout:
            return "timeout"
        except requests.RequestException:
            return "unreachable"
        return answer.status_code

    def _headers(self, message: Message) -> dict[str, str]:
        return {
            "Content-Type": "application/json",
            "User-Agent": "Development-Store-Webhooks/1",
            "X-Shopify-Topic": message.topic,
            "X-Shopify-Hmac-Sha256": self.sign(message.body),
            "X-Shopify-Shop-Domain": message.shop,
            "X-Shopify-API-Version": message.api_version,
            "X-Shopify-Webhook-Id": message.webhook_id,
            "X-Shopify-Event-Id": message.event_id,
            "X-Shopify-Triggered-At": iso(message.triggered_at),
        }

    def _session(self) -> requests.Session:
        # One session per thread: requests does not promise to share them safely.
        if not hasattr(self._sessions, "own"):
            self._sessions.own = requests.Session()
            self._sessions.own.trust_env = False
        session: requests.Session = self._sessions.own
        return session

    def _drop(self, message: Message, *, copy: int) -> None:
        now = self.clock.now()
        lost = Delivery(
            message=message, attempt=1, copy=copy, sent_at=now, status="dropped", ms=0
        )
        self._note(lost)

    def _note(self, delivery: Delivery) -> None:
        with self._lock:
            self.log.append(delivery)
