"""What the token endpoint may answer, and that no answer loses a token."""

from __future__ import annotations

import pytest
import responses

from plugin.ports import PlatformError
from plugin.shop import Token
from plugin.shopify.errors import NoAccess, Refused, Unreachable
from plugin.shopify.tokens import Tokens
from tests.shopify.desk import ALPINE, API_SECRET, Desk

ADDRESS = f"https://{ALPINE}/admin/oauth/access_token"
GOOD = {
    "access_token": "shpat_2",
    "expires_in": 3600,
    "refresh_token": "shprt_2",
    "refresh_token_expires_in": 7776000,
    "scope": "read_returns,write_orders",
}


@pytest.fixture
def elsewhere(desk: Desk) -> Tokens:
    """A token desk of a platform that `responses` plays."""
    return desk.new_tokens(shop_url="https://{shop}")


def held(desk: Desk) -> Token:
    token = desk.vault.load(ALPINE)
    assert token is not None
    return token


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (302, Refused),
        (400, Refused),
        (402, NoAccess),
        (403, NoAccess),
        (404, NoAccess),
        (408, Unreachable),
        (423, NoAccess),
        (429, Unreachable),
        (500, Unreachable),
        (503, Unreachable),
    ],
)
def test_it_classifies_every_status_and_gives_its_claim_back(
    desk: Desk, elsewhere: Tokens, status: int, error: type[PlatformError]
) -> None:
    before = held(desk)
    with responses.RequestsMock() as platform:
        platform.post(ADDRESS, status=status, body="CANARY")

        with pytest.raises(error) as caught:
            elsewhere.renew(ALPINE, stale=before.access)

    assert type(caught.value) is error
    assert (held(desk), desk.vault.claim(ALPINE)) == (before, True)
    for secret in ("CANARY", API_SECRET, before.access, before.refresh):
        assert secret not in str(caught.value)


def test_it_forgets_a_token_that_cannot_be_renewed_any_more(
    desk: Desk, elsewhere: Tokens
) -> None:
    with responses.RequestsMock() as platform:
        platform.post(ADDRESS, status=401, json={"error": "invalid_request"})

        with pytest.raises(NoAccess):
            elsewhere.renew(ALPINE, stale=held(desk).access)

    assert desk.vault.has(ALPINE) is False


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html></html>",
        b"null",
        b"[]",
        b'"text"',
        b"{}",
        b'{"access_token": "shpat_2"}',
        b'{"access_token": "a", "expires_in": "soon", "refresh_token": "b",'
        b' "refresh_token_expires_in": 1, "scope": ""}',
        b'{"access_token": "a", "expires_in": null, "refresh_token": "b",'
        b' "refresh_token_expires_in": 1, "scope": ""}',
        b'{"access_token": "a", "expires_in": 1e400, "refresh_token": "b",'
        b' "refresh_token_expires_in": 1, "scope": ""}',
        b'{"access_token": null, "expires_in": 1, "refresh_token": null,'
        b' "refresh_token_expires_in": 1, "scope": ""}',
    ],
)
def test_it_keeps_the_old_token_when_the_answer_is_no_token(
    desk: Desk, elsewhere: Tokens, body: bytes
) -> None:
    before = held(desk)
    with responses.RequestsMock() as platform:
        platform.post(ADDRESS, body=body)

        with pytest.raises(Unreachable):
            elsewhere.renew(ALPINE, stale=before.access)

    assert (held(desk), desk.vault.claim(ALPINE)) == (before, True)


def test_it_asks_with_the_refresh_token_and_the_apps_secret(
    desk: Desk, elsewhere: Tokens
) -> None:
    before = held(desk)
    wanted = {
        "client_id": "evenhand-development",
        "client_secret": API_SECRET,
        "grant_type": "refresh_token",
        "refresh_token": before.refresh,
    }
    with responses.RequestsMock() as platform:
        matches = [responses.matchers.json_params_matcher(wanted)]
        platform.post(ADDRESS, json=GOOD, match=matches)

        assert elsewhere.renew(ALPINE, stale=before.access) == "shpat_2"

    assert held(desk).scopes == frozenset({"read_returns", "write_orders"})
