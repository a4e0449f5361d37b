"""Tokens are renewed ahead of time, by one, and never lost on the way."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import requests
import sqlalchemy as sa
from requests.adapters import HTTPAdapter

from plugin.archive.store import SqlArchive
from plugin.archive.tables import tokens
from plugin.shop import Profile, Token
from plugin.shopify.errors import NoAccess, Refused, Unreachable
from plugin.shopify.tokens import WAIT_FOR_OTHERS
from tests.conftest import HandClock
from tests.databases import KEYRING
from tests.shopify.desk import ALPINE, NORTH, Desk


class Lossy(HTTPAdapter):
    """A line on which the next answer is lost after the call took effect."""

    lost = 0

    def send(self, *args: Any, **options: Any) -> requests.Response:
        answer = super().send(*args, **options)
        if self.lost == 0:
            self.lost += 1
            answer.close()
            raise requests.ConnectionError("CANARY")
        return answer


def held(desk: Desk) -> Token:
    token = desk.vault.load(ALPINE)
    assert token is not None
    return token


def test_it_exchanges_an_id_token_for_the_shops_token(
    desk: Desk, clock: HandClock
) -> None:
    token = held(desk)

    assert token.access.startswith("shpat_")
    assert token.refresh.startswith("shprt_")
    assert token.expires_at == clock.now() + timedelta(hours=1)
    assert token.refresh_expires_at == clock.now() + timedelta(days=90)
    assert token.scopes == frozenset(
        {
            "read_customers",
            "read_products",
            "write_discounts",
            "write_orders",
            "write_returns",
        }
    )


@pytest.mark.parametrize("id_token", ["", "not a token", "a.b.c"])
def test_it_gets_nothing_for_an_id_token_that_is_not_one(
    empty_desk: Desk, id_token: str
) -> None:
    empty_desk.control("install", shop=ALPINE)

    with pytest.raises(Refused):
        empty_desk.tokens.exchange(ALPINE, id_token)

    assert empty_desk.vault.load(ALPINE) is None


def test_it_gets_nothing_for_another_shops_id_token(desk: Desk) -> None:
    desk.control("install", shop=NORTH)

    with pytest.raises(Refused):
        desk.tokens.exchange(NORTH, desk.id_token(ALPINE))

    assert desk.vault.load(NORTH) is None


def test_it_uses_a_token_while_it_is_good(desk: Desk, clock: HandClock) -> None:
    token = held(desk)
    clock.pass_by(minutes=54, seconds=59)

    assert desk.tokens.access(ALPINE) == token.access
    assert desk.truth()["tokens"] == {"issued": 1, "refreshed": 0}


def test_it_renews_a_token_minutes_before_it_ends(desk: Desk, clock: HandClock) -> None:
    token = held(desk)
    clock.pass_by(minutes=55)

    renewed = desk.tokens.access(ALPINE)

    assert renewed != token.access
    assert (held(desk).access, held(desk).expires_at) == (
        renewed,
        clock.now() + timedelta(hours=1),
    )
    assert desk.truth()["tokens"] == {"issued": 1, "refreshed": 1}


def test_it_keeps_the_new_pair_before_anybody_uses_it(
    desk: Desk, clock: HandClock
) -> None:
    clock.pass_by(hours=2)

    renewed = desk.tokens.access(ALPINE)

    assert held(desk).access == renewed
    assert desk.vault.claim(ALPINE) is True


def test_it_renews_once_however_many_ask(desk: Desk, clock: HandClock) -> None:
    clock.pass_by(hours=2)
    found: list[str] = []

    def ask() -> None:
        own = desk.new_tokens(session=requests.Session(), sleep=threading.Event().wait)
        found.append(own.access(ALPINE))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)

    assert found == [held(desk).access] * 8
    assert desk.truth()["tokens"]["refreshed"] == 1


def test_it_takes_the_token_that_somebody_else_renewed(desk: Desk) -> None:
    old = held(desk)
    new = replace(old, access="shpat_of_another_process")
    desk.vault.claim(ALPINE)
    desk.while_asleep = lambda: desk.vault.keep(ALPINE, new)

    assert desk.tokens.renew(ALPINE, stale=old.access) == "shpat_of_another_process"
    assert desk.truth()["tokens"]["refreshed"] == 0
    assert desk.slept == [0.1]


def test_it_does_not_wait_for_others_for_ever(desk: Desk) -> None:
    desk.vault.claim(ALPINE)

    with pytest.raises(Unreachable):
        desk.tokens.renew(ALPINE, stale=held(desk).access)

    assert WAIT_FOR_OTHERS <= sum(desk.slept) < WAIT_FOR_OTHERS + 1


def test_it_renews_again_when_the_answer_was_lost(desk: Desk, clock: HandClock) -> None:
    before = held(desk)
    clock.pass_by(hours=2)
    desk.session.mount(f"{desk.url}/{ALPINE}/admin/oauth", Lossy())
    with pytest.raises(Unreachable) as caught:
        desk.tokens.access(ALPINE)
    kept = held(desk)

    renewed = desk.tokens.access(ALPINE)

    assert str(caught.value) == "token endpoint: ConnectionError"
    assert kept == before
    assert renewed == held(desk).access
    assert desk.truth()["tokens"]["refreshed"] == 2
    assert desk.actions.profile(ALPINE).name == "Alpine Goods"


def test_it_has_no_access_with_a_dead_refresh_token(
    desk: Desk, clock: HandClock
) -> None:
    desk.control("install", shop=ALPINE, installed=False)
    clock.pass_by(hours=2)

    with pytest.raises(NoAccess) as caught:
        desk.tokens.access(ALPINE)

    assert caught.value.permanent is True
    assert desk.vault.has(ALPINE) is False


def test_a_token_that_nobody_uses_is_renewed_every_week(
    desk: Desk, clock: HandClock
) -> None:
    record_shop(desk)
    first = held(desk)

    renewed = [desk.tokens.renew_quiet()]
    for _ in range(16):
        clock.pass_by(days=8)
        renewed += [desk.tokens.renew_quiet(), desk.tokens.renew_quiet()]

    # Four months have passed; the store's own clock stands still.
    assert renewed == [0, *[1, 0] * 16]
    assert held(desk) != first
    assert desk.actions.profile(ALPINE).name == "Alpine Goods"


def test_a_quiet_shop_whose_token_died_is_left_alone(
    desk: Desk, clock: HandClock
) -> None:
    record_shop(desk)
    desk.control("tokens/revoke", shop=ALPINE)
    clock.pass_by(days=8)

    assert [desk.tokens.renew_quiet() for _ in range(2)] == [0, 0]
    assert desk.vault.dead_since(ALPINE) == clock.now()
    assert desk.truth()["tokens"]["refreshed"] == 0


def test_a_dead_token_is_wiped_and_marked_until_the_next_one(
    desk: Desk, clock: HandClock
) -> None:
    access = held(desk).access

    desk.tokens.bury(ALPINE, "shpat_another")
    before = desk.vault.dead_since(ALPINE)
    desk.tokens.bury(ALPINE, access)

    assert before is None
    assert desk.vault.dead_since(ALPINE) == clock.now()
    assert (desk.vault.load(ALPINE), desk.vault.claim(ALPINE)) == (None, False)
    with desk.engine.connect() as db:
        row = db.execute(sa.select(tokens)).one()
    assert (row.access, row.refresh) == (b"", b"")

    desk.install()

    assert desk.vault.dead_since(ALPINE) is None
    assert desk.actions.profile(ALPINE).name == "Alpine Goods"


@pytest.mark.parametrize("renewed", [True, False])
def test_a_token_lives_as_long_as_the_client_secret_it_hangs_on(
    desk: Desk, renewed: bool
) -> None:
    new = "a-newer-client-secret-of-forty-characters"
    desk.control("secret", new=new)
    later = desk.new_tokens(api_secret=new)
    if renewed:
        later.renew(ALPINE, stale=held(desk).access)
    desk.control("secret", revoke_oldest=True)

    client = replace(desk.client, tokens=later)

    if renewed:
        assert client.execute(ALPINE, "shop_info", {})["shop"]["name"]
    else:
        with pytest.raises(NoAccess):
            client.execute(ALPINE, "shop_info", {})
        assert desk.vault.dead_since(ALPINE) is not None


def record_shop(desk: Desk) -> None:
    """Put the shop on record, as an install does."""
    about = {"name": "Alpine", "currency": "USD", "zone": "UTC", "contact": "a@b.c"}
    archive = SqlArchive(desk.engine, desk.clock.now, KEYRING)
    archive.of(ALPINE).install(Profile(**about), "{}")


def test_it_has_no_access_to_a_shop_that_never_opened_the_app(desk: Desk) -> None:
    with pytest.raises(NoAccess, match="the merchant must open the app"):
        desk.tokens.access(NORTH)


def test_it_works_again_once_the_merchant_opens_the_app(
    desk: Desk, clock: HandClock
) -> None:
    desk.control("install", shop=ALPINE, installed=False)
    clock.pass_by(hours=2)
    with pytest.raises(NoAccess):
        desk.tokens.access(ALPINE)

    desk.install()

    assert desk.actions.profile(ALPINE).name == "Alpine Goods"
