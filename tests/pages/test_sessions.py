"""Who is let in, and who is sent for a fresh token."""

from __future__ import annotations

import base64
import json
import time
from typing import Any

import jwt
import pytest

from plugin.install import is_own_path
from plugin.sessions import NotAStaffSession, Sessions, Staff
from tests.pages.seeds import (
    API_KEY,
    OLD_SECRET,
    OTHER_SHOP,
    SECRET,
    SHOP,
    make_id_token,
    token_of,
)

SESSIONS = Sessions(api_key=API_KEY, secrets=(SECRET, OLD_SECRET))
FOREIGN = (
    "https://admin.shopify.com",
    "https://evil.example",
    "https://alpine-goods.myshopify.com.evil.example",
    "https://alpine-goods.myshopify.com@evil.example",
    "https://alpine-goods.myshopify.com/",
    "https://alpine-goods.myshopify.com\n",
    "http://alpine-goods.myshopify.com",
    "alpine-goods.myshopify.com",
    "",
)


def refused(token: str) -> str:
    with pytest.raises(NotAStaffSession) as caught:
        SESSIONS.staff(token)
    return caught.value.code


def unsigned() -> str:
    claims = jwt.decode(make_id_token(), options={"verify_signature": False})
    parts = ({"alg": "none", "typ": "JWT"}, claims)
    texts = (base64.urlsafe_b64encode(json.dumps(p).encode()).decode() for p in parts)
    return ".".join(text.rstrip("=") for text in texts) + "."


def test_it_reads_the_shop_and_the_person_from_the_token() -> None:
    staff = SESSIONS.staff(make_id_token())

    assert staff.since is not None
    assert staff == Staff(shop=SHOP, user_id="101", since=staff.since)
    assert staff.signature == "staff:101"


def test_it_accepts_a_token_signed_with_the_old_secret() -> None:
    assert SESSIONS.staff(make_id_token(secret=OLD_SECRET)).shop == SHOP


def test_it_refuses_a_token_without_a_signature() -> None:
    assert refused(unsigned()) == "id_token_refused"


@pytest.mark.parametrize("algorithm", ["HS384", "HS512"])
def test_it_refuses_every_algorithm_but_one(algorithm: str) -> None:
    claims = jwt.decode(make_id_token(), options={"verify_signature": False})
    secret = SECRET * 2
    sessions = Sessions(api_key=API_KEY, secrets=(secret,))

    with pytest.raises(NotAStaffSession) as caught:
        sessions.staff(jwt.encode(claims, secret, algorithm=algorithm))

    assert caught.value.code == "id_token_refused"


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "another-app"},
        {"aud": None},
        {"exp": None},
        {"dest": None},
        {"iss": None},
        {"sub": None},
        {"jti": None},
        {"iss": f"https://{OTHER_SHOP}/admin"},
        {"iss": f"https://{SHOP}"},
        {"dest": 7},
        {"iss": "https://[", "dest": "https://["},
        {"nbf": 9_999_999_999},
    ],
    ids=str,
)
def test_it_refuses_a_token_that_claims_something_else(changes: dict[str, Any]) -> None:
    assert refused(make_id_token(**changes)) in (
        "id_token_refused",
        "id_token_foreign_host",
    )


@pytest.mark.parametrize("dest", FOREIGN, ids=repr)
def test_it_refuses_a_token_for_a_foreign_host(dest: str) -> None:
    token = make_id_token(dest=dest, iss=f"{dest.strip()}/admin")

    assert refused(token) in ("id_token_refused", "id_token_foreign_host")


def test_it_refuses_a_token_of_another_secret() -> None:
    token = make_id_token(secret="a-strangers-secret-that-is-long-enough")

    assert refused(token) == "no_secret_fits"


def test_it_says_when_a_token_is_too_old() -> None:
    now = int(time.time())

    assert refused(make_id_token(exp=now - 11)) == "id_token_expired"
    assert SESSIONS.staff(make_id_token(exp=now - 5)).shop == SHOP


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "Bearer x", "é.ü.ö", "." * 9999])
def test_it_refuses_what_is_no_token(token: str) -> None:
    assert refused(token) in ("id_token_missing", "id_token_refused")


@pytest.mark.parametrize("path", ["/", "/cases/1?x=2", "/settings", "/%2F%2Fevil"])
def test_it_knows_its_own_paths(path: str) -> None:
    assert is_own_path(path)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "//evil.example",
        "/\\evil.example",
        "https://evil.example/",
        "javascript:alert(1)",
        "cases",
        "/\t/evil.example",
        "/a\\b",
        "/ a",
        "/a\n",
    ],
    ids=repr,
)
def test_it_knows_what_leads_elsewhere(address: str) -> None:
    assert not is_own_path(address)


def test_it_makes_tokens_for_other_shops_too() -> None:
    assert SESSIONS.staff(token_of(OTHER_SHOP)).shop == OTHER_SHOP
