"""The door: bounce, retry, install on the first visit, headers."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from plugin import logs
from plugin.ports import Unreachable
from tests.pages.seeds import (
    OTHER_SHOP,
    SHOP,
    Office,
    make_id_token,
    seed_case,
    token_of,
)
from tests.pages.staff import Merchant, Reading, answer

BOUNCE = "/session-token-bounce"
POLICY = (
    "default-src 'self'; script-src 'self' http://127.0.0.1:4001; style-src 'self'; "
    "img-src 'self' data:; frame-ancestors {framed_by}; base-uri 'none'; "
    "form-action 'self'; object-src 'none'"
)


def asked(query: str) -> dict[str, list[str]]:
    """Read a query, whatever moment it names."""
    return parse_qs(re.sub("evenhand-sent%3D[0-9]{10}", "evenhand-sent%3DN", query))


def test_it_sends_a_document_without_a_token_for_one(merchant: Merchant) -> None:
    r = merchant.client.get(f"/settings?shop={SHOP}&host=abc&id_token=stale&preset=x")

    place = urlsplit(r.location)
    assert r.status_code == 302
    assert (place.netloc, place.path) == ("", BOUNCE)
    assert asked(place.query) == {
        "shop": [SHOP],
        "host": ["abc"],
        "preset": ["x"],
        "shopify-reload": [f"/settings?shop={SHOP}&host=abc&preset=x&evenhand-sent=N"],
    }


def test_it_drops_a_reload_address_that_somebody_put_in(merchant: Merchant) -> None:
    r = merchant.client.get("/?shopify-reload=https://evil.example")

    query = asked(urlsplit(r.location).query)
    assert query == {"shopify-reload": ["/?evenhand-sent=N"]}


def test_it_bounces_with_nothing_but_the_bridge(merchant: Merchant) -> None:
    r = merchant.client.get(f"{BOUNCE}?shop={SHOP}&shopify-reload=/settings")

    page = Reading(r)
    assert r.status_code == 200
    assert page.tags.count("script") == 1
    assert page.text == (
        "Evenhand The app could not open: reload the page. If it stays so, whoever "
        "runs Evenhand should check its client secret."
    )
    # Shown after a while by the style sheet alone, which the policy lets in.
    assert "/assets/app.css" in r.text
    with merchant.client.get("/assets/app.css") as sheet:
        assert b"@keyframes later" in sheet.data
    assert f"https://{SHOP}" in r.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "query",
    [
        "",
        "shopify-reload=",
        "shopify-reload=//evil.example",
        "shopify-reload=https://evil.example",
        "shopify-reload=/%09/evil.example",
        "shopify-reload=/&shopify-reload=//evil.example",
    ],
)
def test_it_does_not_bounce_anywhere_else(merchant: Merchant, query: str) -> None:
    r = merchant.client.get(f"{BOUNCE}?{query}")

    assert r.status_code == 400
    assert "bad_reload_path" in r.text


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Evenhand-Fetch": "1"},
        {"Authorization": "Bearer stale"},
        {"Authorization": "Basic eA=="},
        {"Accept": "application/json"},
    ],
    ids=str,
)
def test_it_tells_a_fetch_to_try_again(
    merchant: Merchant, headers: dict[str, str]
) -> None:
    r = merchant.client.get("/", headers=headers)

    assert r.status_code == 401
    assert r.headers["X-Shopify-Retry-Invalid-Session-Request"] == "1"
    assert answer(r)["error"] in ("id_token_missing", "id_token_refused")


def test_it_changes_nothing_on_the_word_of_an_address(
    office: Office, merchant: Merchant
) -> None:
    return_id = seed_case(office.archive, 1001)

    r = merchant.client.post(f"/cases/1001/confirm?id_token={token_of(SHOP)}")

    assert r.status_code == 401
    assert office.confirmed == []
    assert office.case(return_id).status.value == "proposed"


def test_it_takes_the_shop_from_the_token_only(office: Office) -> None:
    client = office.app().test_client()

    r = client.get(f"/?shop={OTHER_SHOP}&id_token={token_of(SHOP)}")

    assert f"https://{SHOP} " in r.headers["Content-Security-Policy"]
    assert OTHER_SHOP not in r.headers["Content-Security-Policy"]


def test_it_writes_headers_for_each_shop(
    merchant: Merchant, stranger: Merchant
) -> None:
    for staff in (merchant, stranger):
        r = staff.open("/")

        framed_by = f"https://{staff.shop} http://127.0.0.1:4001"
        assert r.headers["Content-Security-Policy"] == POLICY.format(
            framed_by=framed_by
        )
        assert r.headers["Referrer-Policy"] == "no-referrer"
        assert r.headers["X-Content-Type-Options"] == "nosniff"
        assert r.headers["Cache-Control"] == "no-store"
        assert "X-Frame-Options" not in r.headers


def test_it_lets_nobody_else_frame_a_page_without_a_shop(merchant: Merchant) -> None:
    r = merchant.client.get(f"{BOUNCE}?shop=evil.example&shopify-reload=/")

    policy = r.headers["Content-Security-Policy"]
    assert policy == POLICY.format(framed_by="http://127.0.0.1:4001")


def test_it_loads_the_bridge_first_on_every_page(
    merchant: Merchant, office: Office
) -> None:
    seed_case(office.archive, 1001)

    for path in ("/", "/cases/1001", "/settings", "/policy", "/cases/none"):
        head = merchant.open(path).text
        assert head.index("app-bridge.js") == head.index("src=") + len(
            'src="http://127.0.0.1:4001/'
        )
        assert "onclick" not in head
        assert "style=" not in head
        assert head.count("<script") == 2


def test_it_names_its_pages_in_the_navigation(merchant: Merchant) -> None:
    page = merchant.open("/").text

    nav = page.split("<s-app-nav>")[1].split("</s-app-nav>")[0]
    assert nav.split("\n    ") == [
        "",
        '<s-link href="/policy">Policy</s-link>',
        '<s-link href="/rules">How rules hold up</s-link>',
        '<s-link href="/settings">Settings</s-link>',
        '<s-link href="/privacy">Privacy</s-link>\n  ',
    ]


def test_it_serves_its_script_and_style_to_anyone(merchant: Merchant) -> None:
    for name in ("app.js", "app.css"):
        with merchant.client.get(f"/assets/{name}") as r:
            assert r.status_code == 200
            assert r.headers["X-Content-Type-Options"] == "nosniff"


def test_it_installs_on_the_first_visit_and_only_then(empty_office: Office) -> None:
    merchant = Merchant(empty_office.app().test_client(), SHOP)

    first, second = merchant.open("/"), merchant.open("/")

    assert (first.status_code, second.status_code) == (200, 200)
    assert [shop for shop, _ in empty_office.installs] == [SHOP]


def test_it_installs_again_after_the_shop_left_or_lost_its_token(
    office: Office, merchant: Merchant
) -> None:
    office.archive.of(SHOP).uninstall()
    merchant.open("/")
    office.tokens.clear()
    merchant.open("/")

    assert [shop for shop, _ in office.installs] == [SHOP, SHOP]


def test_it_hands_over_the_token_that_was_proven(empty_office: Office) -> None:
    token = make_id_token()

    empty_office.app().test_client().get(f"/?id_token={token}")

    assert empty_office.installs == [(SHOP, token)]


def test_it_says_honestly_that_it_could_not_be_set_up(empty_office: Office) -> None:
    empty_office.trouble = Unreachable("no answer")
    merchant = Merchant(empty_office.app().test_client(), SHOP)

    r, listed = merchant.open("/"), merchant.get_json("/api/cases")

    assert r.status_code == 502
    assert "Reload the app to try again" in r.text
    assert Unreachable.code in r.text
    assert "frame-ancestors" in r.headers["Content-Security-Policy"]
    assert listed.status_code == 502
    assert answer(listed)["error"] == Unreachable.code


def test_it_does_not_install_for_a_stranger(empty_office: Office) -> None:
    client = empty_office.app().test_client()

    client.get(f"/?shop={SHOP}&id_token={make_id_token(aud='another-app')}")

    assert empty_office.installs == []


@pytest.mark.parametrize(
    "hint", ["[", "http://[x", "https://a]", "http://%E2%84%80.myshopify.com", "%00"]
)
@pytest.mark.parametrize("path", ["/?shop=", f"{BOUNCE}?shopify-reload=/&shop="])
def test_a_hint_of_a_shop_may_be_anything(
    merchant: Merchant, path: str, hint: str
) -> None:
    r = merchant.client.get(path + hint)

    assert r.status_code in (200, 302)
    assert hint not in r.headers.get("Content-Security-Policy", "")


def test_it_logs_why_a_token_is_refused_once_a_minute_and_never_the_token(
    merchant: Merchant, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure("warning")
    forged = make_id_token(secret="another-client-secret-of-forty-characters")
    for path in ("/", f"/?id_token={forged}", f"/settings?id_token={forged}"):
        merchant.client.get(path)
    logs.configure("critical")

    lines = capsys.readouterr().err
    [told] = [json.loads(line) for line in lines.splitlines() if "id_token" in line]
    assert (told["event"], told["code"]) == ("id_token_not_taken", "no_secret_fits")
    assert forged not in lines


SENT_ROUND = [
    ({"secret": "another-client-secret-of-forty-characters"}, "SHOPIFY_API_SECRET"),
    ({"aud": "another-app"}, "SHOPIFY_API_KEY"),
    ({"exp": 1}, "clock"),
]


@pytest.mark.parametrize(("changes", "says"), SENT_ROUND)
def test_it_fetches_another_token_once_and_then_says_what_is_wrong(
    merchant: Merchant, changes: dict[str, Any], says: str
) -> None:
    forged = make_id_token(**changes)
    sent = merchant.client.get(f"/settings?a=1&id_token={forged}")
    query = parse_qs(urlsplit(sent.location).query)
    [back] = query["shopify-reload"]

    page = merchant.client.get(f"{back}&id_token={forged}")

    assert (sent.status_code, urlsplit(sent.location).path) == (302, BOUNCE)
    assert back.startswith("/settings?a=1&")
    assert page.status_code == 401
    assert "Evenhand cannot let you in" in page.text
    assert says in page.text


def test_it_lets_in_who_comes_back_with_a_good_token(merchant: Merchant) -> None:
    sent = merchant.client.get("/settings")
    [back] = parse_qs(urlsplit(sent.location).query)["shopify-reload"]

    assert merchant.client.get(f"{back}&id_token={make_id_token()}").status_code == 200


@pytest.mark.parametrize("mark", ["1", "x", "", "9" * 400, "-5", "٣"])
def test_whoever_was_sent_long_ago_is_sent_again(merchant: Merchant, mark: str) -> None:
    forged = make_id_token(aud="another-app")
    query = {"evenhand-sent": mark, "id_token": forged}

    r = merchant.client.get("/settings", query_string=query)

    [back] = parse_qs(urlsplit(r.location).query)["shopify-reload"]
    assert (r.status_code, urlsplit(r.location).path) == (302, BOUNCE)
    assert back.count("evenhand-sent") == 1


def test_a_script_is_told_at_once(merchant: Merchant) -> None:
    forged = make_id_token(secret="another-client-secret-of-forty-characters")

    told = merchant.client.get("/", headers={"Authorization": f"Bearer {forged}"})

    assert (told.status_code, answer(told)["error"]) == (401, "no_secret_fits")
