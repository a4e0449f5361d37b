"""The app as it is deployed and a store, each at its address, and a browser."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

import pytest
import requests
import sqlalchemy as sa
from werkzeug.serving import make_server

from config.settings import read
from plugin import logs
from plugin.app import create_app
from plugin.archive.database import connect
from plugin.devstore.server import QuietHandler
from plugin.devstore.web import EXTENSION
from plugin.parts import Parts, build
from tests.devstore.world import ALPINE, CLIENT_ID, ROOT, SECRET, World

OLD = "an-older-client-secret-of-forty-characters"


class Socket:
    """An address that is known before the app behind it."""

    def __init__(self) -> None:
        self.app: Callable[..., Iterable[bytes]] = lambda *_: []
        self.server = make_server(
            "127.0.0.1", 0, self, threaded=True, request_handler=QuietHandler
        )
        self.url = f"http://127.0.0.1:{self.server.port}"
        threading.Thread(
            target=self.server.serve_forever, args=(0.01,), daemon=True
        ).start()

    def __call__(self, *call: Any) -> Iterable[bytes]:
        return self.app(*call)


class Town:
    """The app and the store, each at its address, and a merchant's browser."""

    def __init__(self, database_url: str, patch: pytest.MonkeyPatch) -> None:
        self.socket = Socket()
        self.world = World(app_url=self.socket.url, manifest=ROOT / "shopify.app.toml")
        self.database = database_url
        for name, value in {
            "SHOPIFY_API_KEY": CLIENT_ID,
            "SHOPIFY_API_SECRET": SECRET,
            "SHOPIFY_OLD_API_SECRET": OLD,
            "EVENHAND_SECRETS": "s" * 32,
            "DATABASE_URL": self.database,
            "SHOPIFY_SHOP_URL": f"{self.world.url}/{{shop}}",
            "SHOPIFY_APP_BRIDGE_URL": f"{self.world.url}/app-bridge.js",
            "SHOPIFY_ADMIN_ORIGIN": self.world.url,
            "EVENHAND_WORK_INLINE": "false",
            "EVENHAND_LOG_LEVEL": "error",
        }.items():
            patch.setenv(name, value)
        self.socket.app = create_app(read())
        self.browser = requests.Session()
        self.browser.trust_env = False

    def open(self, address: str) -> requests.Response:
        """Open an address, one step at a time."""
        url = address if "://" in address else self.socket.url + address
        return self.browser.get(url, allow_redirects=False, timeout=30)

    def install(self) -> None:
        """Let the store have the app, which nobody opens yet."""
        self.world.post(f"/{ALPINE}/admin/oauth/install")

    def open_as_staff(self) -> int:
        """Open the settings from the store's admin; gives the status."""
        return self.open(f"/settings?id_token={self.world.id_token()}").status_code

    def launched(self) -> str:
        """Where the store sends who opens the app outside the admin."""
        return self.open(f"{self.world.url}/{ALPINE}/admin/oauth/outside").headers[
            "Location"
        ]

    def asked(self) -> str:
        """Where the app sends such a browser to be asked."""
        begun = self.open(self.open(self.launched()).headers["Location"])
        return begun.headers["Location"]

    def granted(self) -> str:
        """Where the store sends it once the merchant agreed."""
        agreed = self.browser.post(self.asked(), allow_redirects=False, timeout=30)
        return agreed.headers["Location"]

    def signed(self, secret: str = SECRET, **query: str) -> str:
        """Sign a query as the platform does."""
        given = {"shop": ALPINE, "timestamp": str(int(time.time())), **query}
        secrets = self.world.app.extensions[EXTENSION].secrets
        was, secrets._secrets = secrets._secrets, [secret]
        digest = secrets.query_signature(given)
        secrets._secrets = was
        return urlencode({**given, "hmac": digest})

    def rows(self, table: sa.Table) -> list[Any]:
        """What the app knows."""
        engine = connect(self.database)
        with engine.connect() as db:
            found = list(db.execute(sa.select(table)))
        engine.dispose()
        return found

    def close(self) -> None:
        """Stop both."""
        self.world.close()
        self.socket.server.shutdown()
        self.socket.server.server_close()


@contextmanager
def running(database_url: str, patch: pytest.MonkeyPatch) -> Iterator[Town]:
    """Run the app and a store that does not have it."""
    made = Town(database_url, patch)
    yield made
    made.close()
    logs.configure("critical")


@contextmanager
def installed(database_url: str, patch: pytest.MonkeyPatch) -> Iterator[Town]:
    """Run the app and a store that has it, which nobody opened yet."""
    with running(database_url, patch) as made:
        made.install()
        yield made


@contextmanager
def another_process() -> Iterator[Parts]:
    """Have the parts of another process of the same app."""
    made = build(read())
    yield made
    made.use.close()
    made.engine.dispose()
