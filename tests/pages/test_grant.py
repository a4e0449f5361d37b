"""From outside the admin: the app and a store ask each other for a grant, over HTTP."""

from __future__ import annotations

from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import pytest
import requests

from plugin.archive.tables import shops, tokens
from plugin.grant import COOKIE
from tests.devstore.world import ALPINE, CLIENT_ID, NORDLICHT, SECRET
from tests.pages.town import OLD, Town


@pytest.fixture
def town(empty_town: Town) -> Town:
    return empty_town


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
