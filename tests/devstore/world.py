"""A development store served for a test, and the app it talks to."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import requests

from plugin.devstore.server import bind, create_store
from plugin.devstore.web import EXTENSION

ALPINE = "alpine-goods.myshopify.com"
NORDLICHT = "nordlicht-laden.myshopify.com"
CLIENT_ID = "evenhand-development"
SECRET = "a-development-secret-of-forty-characters"
ROOT = Path(__file__).parents[2]
OPERATIONS = ROOT / "plugin" / "shopify" / "operations"
TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token"
OFFLINE = "urn:shopify:params:oauth:token-type:offline-access-token"
JSON = {"Accept": "application/json"}


@dataclass(frozen=True, kw_only=True)
class Heard:
    """One webhook as the app received it."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def topic(self) -> str:
        """What it is about."""
        return self.headers["X-Shopify-Topic"]

    @property
    def payload(self) -> Any:
        """What it says."""
        return json.loads(self.body)

    def is_signed_with(self, secret: str) -> bool:
        """Whether the signature fits the body."""
        digest = hmac.new(secret.encode(), self.body, hashlib.sha256).digest()
        expected = base64.b64encode(digest).decode()
        return hmac.compare_digest(expected, self.headers["X-Shopify-Hmac-Sha256"])


@dataclass(kw_only=True)
class Receiver:
    """An app that keeps what it hears and answers as told."""

    heard: list[Heard] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = dict(self.headers.items())
                receiver.heard.append(Heard(path=self.path, headers=headers, body=body))
                self.send_response(receiver.answers.pop(0) if receiver.answers else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                """Stay quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(
            target=self._server.serve_forever, args=(0.01,), daemon=True
        ).start()

    @property
    def url(self) -> str:
        """Where the app runs."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def topics(self) -> list[str]:
        """What was heard, in order."""
        return [each.topic for each in self.heard]

    def wait_for(self, count: int) -> list[Heard]:
        """The webhooks heard, once there are so many."""
        wait_until(lambda: len(self.heard) >= count)
        return list(self.heard)

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()


class World:
    """A store on a free port, and a client's hands on it."""

    def __init__(self, *, app_url: str, manifest: Path, speed: float = 1.0) -> None:
        self.app = create_store(
            app_url=app_url,
            manifest=manifest,
            client_id=CLIENT_ID,
            client_secret=SECRET,
            speed=speed,
        )
        self._server = bind(self.app)
        self.url = f"http://127.0.0.1:{self._server.port}"
        self._session = requests.Session()
        self._session.trust_env = False
        threading.Thread(
            target=self._server.serve_forever, args=(0.01,), daemon=True
        ).start()

    def get(self, path: str, **options: Any) -> requests.Response:
        """GET an address of the store."""
        return self._session.get(self.url + path, timeout=10, **options)

    def post(self, path: str, **options: Any) -> requests.Response:
        """POST to an address of the store."""
        options.setdefault("allow_redirects", False)
        return self._session.post(self.url + path, timeout=10, **options)

    def control(self, path: str, **body: Any) -> Any:
        """Ask the control desk for something."""
        return self.post(f"/_control/{path}", json=body).json()

    def truth(self, shop: str = ALPINE) -> Any:
        """What really happened in a shop."""
        return self.get(f"/_control/{shop}/truth").json()

    def id_token(self, shop: str = ALPINE) -> str:
        """A merchant's session."""
        return str(self.post(f"/{shop}/admin/id_token").json()["id_token"])

    def ask_token(self, shop: str = ALPINE, **changes: Any) -> requests.Response:
        """Exchange an ID token, with some fields changed."""
        body = {
            "client_id": CLIENT_ID,
            "client_secret": SECRET,
            "grant_type": TOKEN_EXCHANGE,
            "subject_token": self.id_token(shop),
            "subject_token_type": ID_TOKEN,
            "requested_token_type": OFFLINE,
            "expiring": 1,
        }
        return self.post(f"/{shop}/admin/oauth/access_token", json={**body, **changes})

    def refresh(self, refresh_token: str, shop: str = ALPINE) -> requests.Response:
        """Refresh a pair of tokens."""
        return self.ask_token(
            shop, grant_type="refresh_token", refresh_token=refresh_token
        )

    def token(self, shop: str = ALPINE) -> str:
        """An access token of a shop that has the app."""
        self.post(f"/{shop}/admin/oauth/install")
        return str(self.ask_token(shop).json()["access_token"])

    def ask(self, token: str, query: str, /, **variables: Any) -> requests.Response:
        """Send a query."""
        return self.post(
            f"/{ALPINE}/admin/api/2026-10/graphql.json",
            json={"query": query, "variables": variables},
            headers={"X-Shopify-Access-Token": token},
        )

    def run(self, token: str, operation: str, /, **variables: Any) -> Any:
        """Run one of the app's own operations."""
        query = (OPERATIONS / f"{operation}.graphql").read_text(encoding="utf-8")
        return self.ask(token, query, **variables).json()

    def request_return(self, number: int = 1001, **line: Any) -> str:
        """Ask for a return of the first line of an order, as its customer."""
        asked = {"line_item_id": self.line_of(number), "reason": "unwanted", **line}
        answer = self.post(
            f"/{ALPINE}/account/orders/{number}/returns", json={"lines": [asked]}
        )
        return str(answer.json()["return_id"])

    def line_of(self, number: int) -> str:
        """The first line of an order."""
        orders = self.app.extensions[EXTENSION].shops[ALPINE].orders.values()
        found = next(order for order in orders if order.number == number)
        return str(found.line_items[0].id)

    def calls(self, operation: str, shop: str = ALPINE) -> list[tuple[int, int]]:
        """How often a mutation was called, and how often that changed anything."""
        return [
            (each["calls"], each["effective"])
            for each in self.truth(shop)["calls"]
            if each["operation"] == operation
        ]

    def close(self) -> None:
        """Stop the store."""
        self.app.extensions[EXTENSION].close()
        self._server.shutdown()
        self._server.server_close()
        self._session.close()


def wait_until(done: Callable[[], bool], *, seconds: float = 15) -> None:
    """Wait until something is so, and fail if it does not come."""
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)


def decline_input(return_id: str, **changes: Any) -> dict[str, Any]:
    """What a polite decline says."""
    given = {"id": return_id, "declineReason": "FINAL_SALE", "declineNote": "Sorry."}
    return {**given, "notifyCustomer": True, **changes}


def errors_of(answer: Any, mutation: str) -> list[tuple[str, list[str] | None]]:
    """The codes and fields of a mutation's user errors."""
    errors = answer["data"][mutation]["userErrors"]
    return [(error["code"], error["field"]) for error in errors]
