"""A development store in this process, and the adapter at work on it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import requests

from plugin.archive.database import connect
from plugin.archive.vault import Vault
from plugin.devstore.server import bind, create_store
from plugin.devstore.store import Store
from plugin.devstore.web import EXTENSION
from plugin.keys import token_keys
from plugin.shopify.actions import Actions
from plugin.shopify.client import Client
from plugin.shopify.tokens import Tokens
from tests.builders import SIGNS
from tests.conftest import HandClock
from tests.databases import new_file

ALPINE = "alpine-goods.myshopify.com"
NORTH = "nordlicht-laden.myshopify.com"
SAKURA = "sakura-stationery.myshopify.com"
API_KEY = "evenhand-development"
API_SECRET = "a-development-secret-of-forty-characters"
ROOT = Path(__file__).parents[2]
MANIFEST = ROOT / "shopify.app.toml"
# Nobody listens there: webhooks are held back anyway.
NOWHERE = "http://127.0.0.1:9"


class Desk:
    """The platform adapter as the app builds it, with every shop installed."""

    def __init__(self, folder: Path, clock: HandClock) -> None:
        app = create_store(
            app_url=NOWHERE,
            manifest=MANIFEST,
            client_id=API_KEY,
            client_secret=API_SECRET,
        )
        self.store: Store = app.extensions[EXTENSION]
        self._server = bind(app)
        self.url = f"http://127.0.0.1:{self._server.port}"
        threading.Thread(
            target=self._server.serve_forever, args=(0.01,), daemon=True
        ).start()
        self.clock = clock
        self.session = requests.Session()
        self.session.trust_env = False
        self.engine = connect(new_file(folder, name="vault.db"))
        self.vault = Vault(self.engine, token_keys(["k" * 32]), clock.now)
        self.slept: list[float] = []
        self.while_asleep: Callable[[], object] = lambda: None
        self.tokens = self.new_tokens()
        self.client = Client(
            session=self.session,
            tokens=self.tokens,
            shop_url=f"{self.url}/{{shop}}",
            sleep=self.sleep,
        )
        self.actions = Actions(self.client, SIGNS)
        self.control("deliveries", mode="hold")

    def new_tokens(self, **changes: Any) -> Tokens:
        """Make a token desk; another process would have one of its own."""
        given: dict[str, Any] = {
            "session": self.session,
            "vault": self.vault,
            "api_key": API_KEY,
            "api_secret": API_SECRET,
            "shop_url": f"{self.url}/{{shop}}",
            "now": self.clock.now,
            "sleep": self.sleep,
        }
        return Tokens(**{**given, **changes})

    def sleep(self, seconds: float) -> None:
        """Pass the time without waiting."""
        self.slept.append(seconds)
        self.while_asleep()

    def install(self, shop: str = ALPINE) -> None:
        """Install the app and exchange the first token."""
        self.control("install", shop=shop)
        self.tokens.exchange(shop, self.id_token(shop))

    def id_token(self, shop: str = ALPINE) -> str:
        """Get a merchant's ID token."""
        return str(self.post(f"/{shop}/admin/id_token").json()["id_token"])

    def ask(
        self, number: int = 1001, *lines: dict[str, Any], shop: str = ALPINE
    ) -> str:
        """Ask for a return as an order's customer; returns its gid."""
        asked = list(lines) or [self.line(number, shop=shop)]
        path = f"/{shop}/account/orders/{number}/returns"
        return str(self.post(path, lines=asked).json()["return_id"])

    def line(self, number: int, position: int = 1, **changes: Any) -> dict[str, Any]:
        """Make one line of a request."""
        shop = self.store.shops[changes.pop("shop", ALPINE)]
        order = shop.order_numbered(number)
        assert order is not None
        item = order.line_items[position - 1]
        return {"line_item_id": item.id, "quantity": 1, "reason": "unwanted", **changes}

    def staff(self, return_id: str, verb: str, **given: Any) -> None:
        """Let the shop's staff decide a return."""
        number = return_id.rpartition("/")[2]
        self.post(f"/{ALPINE}/admin/returns/{number}/{verb}", **given)

    def cancel(self, return_id: str) -> None:
        """Let the customer take a request back."""
        number = return_id.rpartition("/")[2]
        self.post(f"/{ALPINE}/account/returns/{number}/cancel")

    def refund(self, number: int = 1001) -> str:
        """Refund an order as staff; returns the refund's gid."""
        self.post(f"/{ALPINE}/admin/orders/{number}/refund")
        return str(self.truth()["refunds"][-1]["id"])

    def fail(self, operation: str, kind: str, **how: Any) -> None:
        """Let an operation fail the next time."""
        self.control("fail", operation=operation, kind=kind, **how)

    def control(self, path: str, **body: Any) -> Any:
        """Ask the control desk for something."""
        return self.post(f"/_control/{path}", **body).json()

    def post(self, path: str, **body: Any) -> requests.Response:
        """Post JSON to the store."""
        answer = self.session.post(self.url + path, json=body, timeout=10)
        assert answer.status_code < 300, answer.text
        return answer

    def truth(self, shop: str = ALPINE) -> dict[str, Any]:
        """Ask the store what really happened."""
        found: dict[str, Any] = self.session.get(
            f"{self.url}/_control/{shop}/truth", timeout=10
        ).json()
        return found

    def effective(self, operation: str) -> list[int]:
        """Count how often a mutation changed something, by its subject."""
        calls = self.truth()["calls"]
        return [c["effective"] for c in calls if c["operation"] == operation]

    def close(self) -> None:
        """Stop the store."""
        self.store.close()
        self._server.shutdown()
        self._server.server_close()
        self.session.close()
        self.engine.dispose()
