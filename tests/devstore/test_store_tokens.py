"""The store gives and takes tokens as Shopify does."""

from __future__ import annotations

from typing import Any

import jwt
import pytest

from tests.devstore.world import ALPINE, CLIENT_ID, NORDLICHT, SECRET, World, wait_until

SHOP_NAME = "{ shop { name } }"
BAD_TOKEN = (
    "[API] Invalid API key or access token (unrecognized login or wrong password)"
)


def claims_of(token: str, secret: str) -> dict[str, Any]:
    return jwt.decode(token, secret, algorithms=["HS256"], audience=CLIENT_ID)


def test_it_exchanges_an_id_token_for_an_expiring_pair(world: World) -> None:
    world.post(f"/{ALPINE}/admin/oauth/install")

    answer = world.ask_token()

    body = answer.json()
    assert answer.status_code == 200
    assert body["access_token"].startswith("shpat_")
    assert body["refresh_token"].startswith("shprt_")
    assert body["expires_in"] == 3600
    assert body["refresh_token_expires_in"] == 7776000
    assert body["scope"].split(",") == [
        "read_customers",
        "read_products",
        "write_discounts",
        "write_orders",
        "write_returns",
    ]


def test_it_gives_id_tokens_with_shopifys_claims(world: World) -> None:
    claims = claims_of(world.id_token(), SECRET)

    assert claims["iss"] == f"https://{ALPINE}/admin"
    assert claims["dest"] == f"https://{ALPINE}"
    assert claims["exp"] - claims["iat"] == 60
    assert set(claims) == {
        *("iss", "dest", "aud", "sub", "exp", "nbf", "iat", "jti", "sid")
    }


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"client_secret": "a guess"}, 401, "invalid_client"),
        ({"client_id": "another app"}, 401, "invalid_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"subject_token": "not a token"}, 400, "invalid_subject_token"),
        ({"subject_token_type": "id"}, 400, "invalid_request"),
        ({"requested_token_type": "online"}, 400, "invalid_request"),
        ({"expiring": 0}, 403, "expiring_token_required"),
    ],
)
def test_it_refuses_a_bad_exchange(
    world: World, changes: dict[str, Any], status: int, error: str
) -> None:
    world.post(f"/{ALPINE}/admin/oauth/install")

    answer = world.ask_token(**changes)

    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert world.truth()["tokens"] == {"issued": 0, "refreshed": 0}


def test_it_refuses_another_shops_id_token(world: World) -> None:
    world.post(f"/{ALPINE}/admin/oauth/install")

    answer = world.ask_token(subject_token=world.id_token(NORDLICHT))

    assert answer.json()["error"] == "invalid_subject_token"


def test_it_refuses_a_stale_id_token(world: World) -> None:
    world.post(f"/{ALPINE}/admin/oauth/install")
    claims = claims_of(world.id_token(), SECRET)
    stale = jwt.encode({**claims, "exp": claims["iat"] - 1}, SECRET, algorithm="HS256")

    answer = world.ask_token(subject_token=stale)

    assert answer.json()["error"] == "invalid_subject_token"


def test_it_refuses_an_app_that_is_not_installed(world: World) -> None:
    answer = world.ask_token()

    assert (answer.status_code, answer.json()["error"]) == (400, "app_not_installed")


def test_an_old_refresh_token_works_until_the_new_pair_is_used(world: World) -> None:
    world.post(f"/{ALPINE}/admin/oauth/install")
    first = world.ask_token().json()

    lost = world.refresh(first["refresh_token"])
    again = world.refresh(first["refresh_token"])
    world.ask(again.json()["access_token"], SHOP_NAME)
    late = world.refresh(first["refresh_token"])

    assert (lost.status_code, again.status_code) == (200, 200)
    assert (late.status_code, late.json()["error"]) == (401, "invalid_request")
    assert world.truth()["tokens"] == {"issued": 1, "refreshed": 2}


def test_an_access_token_ends_after_an_hour_of_the_stores_time(
    fast_world: World,
) -> None:
    token = fast_world.token()

    first = fast_world.ask(token, SHOP_NAME)
    wait_until(lambda: fast_world.ask(token, SHOP_NAME).status_code == 401)

    assert first.status_code == 200
    assert fast_world.ask(token, SHOP_NAME).json() == {"errors": BAD_TOKEN}


def test_access_tokens_can_be_expired_on_request(world: World) -> None:
    token = world.token()

    expired = world.control("tokens/expire", shop=ALPINE)

    assert expired == {"expired": 1}
    assert world.ask(token, SHOP_NAME).status_code == 401


def test_tokens_that_are_refused_are_renewed_to_no_better_ones(world: World) -> None:
    world.post(f"/{ALPINE}/admin/oauth/install")
    pair = world.ask_token().json()

    refused = world.control("tokens/refuse", shop=ALPINE)

    renewed = world.refresh(pair["refresh_token"]).json()
    fresh = world.ask_token().json()
    found = [
        world.ask(each["access_token"], SHOP_NAME).status_code
        for each in (pair, renewed, fresh)
    ]
    assert refused == {"refused": 1}
    assert found == [401, 401, 200]


@pytest.mark.parametrize("shop", [ALPINE, NORDLICHT])
def test_it_refuses_unknown_and_foreign_tokens(world: World, shop: str) -> None:
    token = world.token(NORDLICHT) if shop == NORDLICHT else "shpat_guess"

    answer = world.ask(token, SHOP_NAME)

    assert (answer.status_code, answer.json()) == (401, {"errors": BAD_TOKEN})


def test_uninstalling_revokes_every_token(world: World) -> None:
    world.post(f"/{ALPINE}/admin/oauth/install")
    pair = world.ask_token().json()

    world.post(f"/{ALPINE}/admin/apps/evenhand/uninstall")

    assert world.ask(pair["access_token"], SHOP_NAME).status_code == 401
    assert world.refresh(pair["refresh_token"]).status_code == 401
    assert world.truth()["installed"] is False


def test_the_oldest_secret_signs_until_it_is_revoked(world: World) -> None:
    new = "another-development-secret-of-forty-chars"
    world.control("secret", new=new)
    before = world.id_token()
    world.control("secret", revoke_oldest=True)
    after = world.id_token()

    assert claims_of(before, SECRET)["dest"] == f"https://{ALPINE}"
    assert claims_of(after, new)["dest"] == f"https://{ALPINE}"


@pytest.mark.parametrize("status", [402, 403, 404, 423])
def test_a_closed_shop_answers_apps_nothing_else(world: World, status: int) -> None:
    world.post(f"/{ALPINE}/admin/oauth/install")
    token = world.ask_token().json()["access_token"]
    world.control("closed", shop=ALPINE, status=status)
    found = [world.ask_token().status_code, world.ask(token, SHOP_NAME).status_code]

    world.control("closed", shop=ALPINE, status=None)

    assert found == [status, status]
    assert world.ask(token, SHOP_NAME).status_code == 200
