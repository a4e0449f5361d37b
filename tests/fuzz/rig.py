"""The app as it is deployed, with a shop that has it, and ways to send it bytes."""

from __future__ import annotations

import asyncio
import io
import os
import re
import tempfile
import time
import uuid
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

from config.settings import read
from plugin.app import create_app
from tests.builders import make_clause, make_document
from tests.devstore.world import ALPINE, CLIENT_ID, ROOT, SECRET, World
from tests.fuzz.limits import next_request
from tests.simulation.http import noting, receiving, scope
from webhooks.answers import PATH
from webhooks.asgi import AsgiReceiver

# A token is good for a minute.
FRESH_SECONDS = 20.0
LENGTH = "content-length"
FRAMING = (LENGTH, "transfer-encoding")
ID = "X-Shopify-Webhook-Id"
TONE = ROOT / "config" / "tone"
OWN_SECRET = "a-secret-of-our-own-for-fuzzing-1234"


class Rig:
    """An app with a database file, and staff of one shop."""

    def __init__(self, folder: Path) -> None:
        world = World(app_url="http://127.0.0.1:1", manifest=ROOT / "shopify.app.toml")
        environment = {
            "SHOPIFY_API_KEY": CLIENT_ID,
            "SHOPIFY_API_SECRET": SECRET,
            "EVENHAND_SECRETS": OWN_SECRET,
            "DATABASE_URL": f"sqlite:///{folder / 'evenhand.db'}",
            "SHOPIFY_SHOP_URL": f"{world.url}/{{shop}}",
            "SHOPIFY_APP_BRIDGE_URL": f"{world.url}/app-bridge.js",
            "SHOPIFY_ADMIN_ORIGIN": world.url,
            "EVENHAND_WORK_INLINE": "false",
            "EVENHAND_LOG_LEVEL": "error",
        }
        self.world = world
        self._last = "", 0.0
        with patch.dict(os.environ, environment):
            self.app = create_app(read())
        behind: Any = self.app.wsgi_app
        self.door = AsgiReceiver(behind, behind.inbox, secrets=[SECRET])
        world.post(f"/{ALPINE}/admin/oauth/install").raise_for_status()
        assert self.ask("GET", "/") == 200
        self._read_words()

    def ask(self, method: str, path: str, **options: Any) -> int:
        """Ask as staff; says with what status it was answered."""
        next_request()
        headers = {
            "X-Evenhand-Fetch": "1",
            "Authorization": f"Bearer {self._token()}",
            **options.pop("headers", {}),
        }
        options |= {"method": method, "headers": headers, "buffered": True}
        return self.app.test_client().open(path, **options).status_code

    def _read_words(self) -> None:
        """Let every language's words be read: that is no part of an input's time."""
        words = dict.fromkeys((path.stem for path in TONE.glob("*.yaml")), "too late")
        document = make_document(clauses=[make_clause(text=words)])
        # It is saved only if it was read to its end without an error.
        assert self.ask("PUT", "/api/policy", json=document) == 200

    def _token(self) -> str:
        """Give a token of staff; the store is asked for one when the last is stale."""
        token, until = self._last
        if until < time.monotonic():
            token = self.world.id_token(ALPINE)
            self._last = token, time.monotonic() + FRESH_SECONDS
        return token

    def post(self, body: bytes, given: Mapping[str, str]) -> set[int]:
        """Hand a request to both faces of the receiver; says how they answered."""
        return {face(body, _named(given)) for face in (self._served, self._called)}

    def _served(self, body: bytes, given: Mapping[str, str]) -> int:
        """Ask as a server with an event loop does."""
        next_request()
        # What says nothing of a body's length the server refuses itself.
        pairs = [
            (name, value)
            for name, value in given.items()
            if name.lower() not in FRAMING or _is_length(name, value)
        ]
        heard: list[Mapping[str, Any]] = []
        asyncio.run(self.door(scope(PATH, pairs), receiving(body), noting(heard)))
        assert heard[1]["body"]
        return int(heard[0]["status"])

    def _called(self, body: bytes, given: Mapping[str, str]) -> int:
        """Ask as a server with threads does."""
        next_request()
        heard: list[int] = []
        environ = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": PATH,
            "QUERY_STRING": "",
            "SERVER_NAME": "evenhand.example",
            "SERVER_PORT": "443",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "wsgi.url_scheme": "https",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
            **_variables(given),
        }
        answer = self.app.wsgi_app(
            environ,
            lambda status, _headers, _info=None: heard.append(int(status[:3])),  # type: ignore[arg-type]  # nobody writes by what it returns
        )
        assert b"".join(answer)
        return heard[0]


def _named(given: Mapping[str, str]) -> dict[str, str]:
    """Give an event an id of its own, unless it says that it has one."""
    names = {name.lower().replace("_", "-") for name in given}
    return {**given} if ID.lower() in names else {ID: str(uuid.uuid4()), **given}


def _is_length(name: str, value: str) -> bool:
    return name.lower() == LENGTH and bool(re.fullmatch("[0-9]{1,18}", value))


def _variables(given: Mapping[str, str]) -> dict[str, str]:
    """Name headers as a server does; it lets no other than these pass to an app."""
    own = {"HTTP_" + n.upper().replace("-", "_"): v for n, v in given.items()}
    length = own.pop("HTTP_CONTENT_LENGTH", None)
    return own if length is None else {**own, "CONTENT_LENGTH": length}


@cache
def rig() -> Rig:
    """Make the one app of this process."""
    return Rig(Path(tempfile.mkdtemp(prefix="evenhand-fuzz-")))
