"""From outside the admin: the app and a store ask each other for a grant, over HTTP."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import pytest
import requests
import sqlalchemy as sa
from werkzeug.serving import make_server

from config.settings import read
from plugin import logs
from plugin.app import create_app
from plugin.archive.database import connect
from plugin.archive.tables import shops, tokens
from plugin.devstore.server import QuietHandler
from plugin.devstore.web import EXTENSION
from plugin.grant import COOKIE
from tests.devstore.world import ALPINE, CLIENT_ID, NORDLICHT, ROOT, SECRET, World

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

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.socket = Socket()
        self.world = World(app_url=self.socket.url, manifest=ROOT / "shopify.app.toml")
        self.database = f"sqlite:///{folder / 'evenhand.db'}"
        for name, value in {
            "SHOPIFY_API_KEY": CLIENT_ID,
            "SHOPIFY_API_SECRET": SECRET,
            "SHOPIFY_OLD_API_SECRET": OLD,
            "EVENHAND_SECRETS": "s" * 32,
            "DATABASE_URL": self.database,
            "SHOPIFY_SHOP_URL": f"{self.world.url}/{{shop}}",
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


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    made = Town(tmp_path, monkeypatch)
    yield made
    made.close()
    logs.configure("critical")


def refused(answer: requests.Response) -> str:
    """Read why something was refused, and see that it can do no harm."""
    assert answer.status_code == 400
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.text.startswith("Open Evenhand from the apps in the shop's admin.")
    return answer.text.split("(")[1].split(")")[0]


def changed(address: str, **query: str) -> str:
    """The same address with some of its query changed."""
    place = urlsplit(address)
    given = {**dict(parse_qsl(place.query)), **query}
    return place._replace(query=urlencode(given)).geturl()


def test_a_browser_from_outside_ends_in_the_admin_with_the_app(town: Town) -> None:
    asked = town.asked()
    place = urlsplit(asked)
    query = {name: values[0] for name, values in parse_qs(place.query).items()}

    page = town.open(asked)
    agreed = town.browser.post(asked, allow_redirects=False, timeout=30)
    done = town.open(agreed.headers["Location"])
    admin = town.open(done.headers["Location"])

    assert place.path == f"/{ALPINE}/admin/oauth/authorize"
    assert query["redirect_uri"] == f"{town.socket.url}/auth/callback"
    assert query["client_id"] == CLIENT_ID
    assert "write_returns" in query["scope"].split(",")
    assert "Install Evenhand" in page.text
    assert (done.status_code, admin.status_code) == (302, 200)
    assert "<iframe" in admin.text
    assert [row.shop for row in town.rows(shops)] == [ALPINE]
    assert [row.shop for row in town.rows(tokens)] == [ALPINE]
    assert town.world.truth()["tokens"] == {"issued": 1, "refreshed": 0}


def test_a_shop_that_has_the_app_is_led_into_the_admin(town: Town) -> None:
    town.open(town.granted())

    again = town.open(town.open(town.launched()).headers["Location"])

    assert again.headers["Location"] == (
        f"{town.world.url}/{ALPINE}/admin/apps/{CLIENT_ID}"
    )
    assert town.world.truth()["tokens"]["issued"] == 1


def test_a_state_is_good_once(town: Town) -> None:
    address = town.granted()

    first, second = town.open(address), town.open(address)

    assert first.status_code == 302
    assert COOKIE not in town.browser.cookies
    assert refused(second) == "state_unknown"
    assert town.world.truth()["tokens"]["issued"] == 1


def test_a_code_is_good_once_whoever_kept_the_cookie(town: Town) -> None:
    address = town.granted()
    kept = town.browser.cookies.copy()
    town.open(address)
    town.browser.cookies = kept

    assert refused(town.open(address)) == "refused"
    assert town.world.truth()["tokens"]["issued"] == 1


def test_another_browser_cannot_finish_it(town: Town) -> None:
    address = town.granted()
    town.browser.cookies.clear()

    assert refused(town.open(address)) == "state_unknown"
    assert town.rows(shops) == []


def test_a_state_is_of_one_shop(town: Town) -> None:
    query = dict(parse_qsl(urlsplit(town.granted()).query))
    del query["hmac"]

    forged = town.signed(**{**query, "shop": NORDLICHT})

    assert refused(town.open(f"/auth/callback?{forged}")) == "state_unknown"


@pytest.mark.parametrize(
    "change",
    [
        {"shop": NORDLICHT},
        {"code": "another"},
        {"hmac": ""},
        {"hmac": "é"},
        {"timestamp": "1"},
        {"more": "1"},
    ],
    ids=str,
)
def test_a_query_that_was_changed_is_refused(
    town: Town, change: dict[str, str]
) -> None:
    address = town.granted()

    assert refused(town.open(changed(address, **change))) == "query_refused"
    assert town.rows(tokens) == []


def test_a_name_that_comes_twice_is_refused(town: Town) -> None:
    assert refused(town.open(f"{town.granted()}&shop={ALPINE}")) == "query_refused"


@pytest.mark.parametrize("secret", [SECRET, OLD])
def test_both_secrets_sign_and_no_other(town: Town, secret: str) -> None:
    good = town.open(f"/auth/begin?{town.signed(secret)}")
    bad = town.open(f"/auth/begin?{town.signed('a-strangers-secret')}")

    assert good.status_code == 302
    assert refused(bad) == "query_refused"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"shop": "evil.example"}, "query_foreign_shop"),
        ({"shop": f"{ALPINE}.evil.example"}, "query_foreign_shop"),
        ({"shop": f"evil.example/{ALPINE}"}, "query_foreign_shop"),
        ({"shop": f"{ALPINE}\n"}, "query_foreign_shop"),
        ({"timestamp": ""}, "query_too_old"),
        ({"timestamp": "soon"}, "query_too_old"),
        ({"timestamp": "9" * 40}, "query_too_old"),
        ({"timestamp": "1700000000"}, "query_too_old"),
        ({"timestamp": "9999999999"}, "query_too_old"),
    ],
    ids=str,
)
def test_it_begins_for_a_shop_and_not_for_ever(
    town: Town, query: dict[str, str], code: str
) -> None:
    assert refused(town.open(f"/auth/begin?{town.signed(**query)}")) == code


def test_nobody_is_asked_for_a_shop(town: Town) -> None:
    assert refused(town.open("/auth/begin")) == "query_refused"
    assert refused(town.open(f"/auth/begin?shop={ALPINE}")) == "query_refused"


def test_a_frame_of_the_admin_is_bounced_as_ever(town: Town) -> None:
    query = town.signed(embedded="1")

    for address in (f"/?{query}", "/", f"/?shop={ALPINE}"):
        place = town.open(address).headers["Location"]
        assert urlsplit(place).path == "/session-token-bounce"


def test_the_store_sends_nobody_elsewhere(town: Town) -> None:
    asked = changed(town.asked(), redirect_uri="https://evil.example/auth/callback")

    assert town.open(asked).status_code == 400
