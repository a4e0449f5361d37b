"""Tokens rest encrypted, outlive a change of keys, and are renewed by one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from plugin.archive.database import connect, migrate
from plugin.archive.store import SqlShelf
from plugin.archive.tables import tokens
from plugin.archive.vault import LEASE, Vault
from plugin.keys import token_keys
from plugin.shop import Token
from tests.archive.shelves import ALPINE, NORTH, at_once
from tests.conftest import HandClock

OLD_KEY, NEW_KEY = "o" * 32, "n" * 32
TOKEN = Token(
    access="shpat_canary_access",
    expires_at=datetime(2026, 11, 2, 10, tzinfo=UTC),
    refresh="shprt_canary_refresh",
    refresh_expires_at=datetime(2027, 1, 31, tzinfo=UTC),
    scopes=frozenset({"read_returns", "write_orders"}),
)


@pytest.fixture
def vault(engine: sa.Engine, clock: HandClock) -> Vault:
    return Vault(engine, token_keys([OLD_KEY]), clock.now)


def test_it_gives_back_the_token_it_kept(vault: Vault) -> None:
    vault.keep(ALPINE, TOKEN)

    assert vault.load(ALPINE) == TOKEN
    assert (vault.has(ALPINE), vault.has(NORTH)) == (True, False)
    assert vault.load(NORTH) is None


def test_it_puts_a_token_in_place_of_the_old_one(vault: Vault) -> None:
    vault.keep(ALPINE, TOKEN)
    renewed = replace(TOKEN, access="shpat_2", refresh="shprt_2")

    vault.keep(ALPINE, renewed)

    assert vault.load(ALPINE) == renewed


def test_it_writes_no_readable_token(tmp_path: Path, clock: HandClock) -> None:
    engine = connect(f"sqlite:///{tmp_path / 'vault.db'}")
    migrate(engine)
    Vault(engine, token_keys([OLD_KEY]), clock.now).keep(ALPINE, TOKEN)
    at_rest = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    engine.dispose()

    assert ALPINE.encode() in at_rest
    assert b"canary" not in at_rest


def test_it_encrypts_the_same_token_differently_every_time(vault: Vault) -> None:
    vault.keep(ALPINE, TOKEN)
    vault.keep(NORTH, TOKEN)
    with vault.engine.connect() as db:
        found = set(db.scalars(sa.select(tokens.c.access)))

    assert len(found) == 2


def test_it_reads_with_the_old_key_and_writes_with_the_new(
    vault: Vault, clock: HandClock
) -> None:
    vault.keep(ALPINE, TOKEN)
    rotated = Vault(vault.engine, token_keys([NEW_KEY, OLD_KEY]), clock.now)
    read = rotated.load(ALPINE)

    rotated.keep(ALPINE, TOKEN)

    new_only = Vault(vault.engine, token_keys([NEW_KEY]), clock.now)
    assert read == TOKEN
    assert new_only.load(ALPINE) == TOKEN
    assert (vault.load(ALPINE), vault.has(ALPINE)) == (None, False)


def test_it_lets_one_renew_at_a_time(vault: Vault) -> None:
    vault.keep(ALPINE, TOKEN)
    vault.keep(NORTH, TOKEN)

    first, second, other = vault.claim(ALPINE), vault.claim(ALPINE), vault.claim(NORTH)

    assert (first, second, other) == (True, False, True)


def test_it_lets_one_of_many_claims_win(vault: Vault) -> None:
    vault.keep(ALPINE, TOKEN)
    won: list[bool] = []

    raised = at_once([lambda: won.append(vault.claim(ALPINE))] * 8)

    assert raised == []
    assert sorted(won) == [False] * 7 + [True]


def test_it_frees_a_claim_that_was_given_up(vault: Vault) -> None:
    vault.keep(ALPINE, TOKEN)
    vault.claim(ALPINE)

    vault.release(ALPINE)

    assert vault.claim(ALPINE) is True


def test_it_frees_a_claim_when_the_new_token_is_kept(vault: Vault) -> None:
    vault.keep(ALPINE, TOKEN)
    vault.claim(ALPINE)

    vault.keep(ALPINE, TOKEN)

    assert vault.claim(ALPINE) is True


def test_it_frees_the_claim_of_a_crashed_process(
    vault: Vault, clock: HandClock
) -> None:
    vault.keep(ALPINE, TOKEN)
    vault.claim(ALPINE)
    clock.pass_by(seconds=LEASE.total_seconds())
    on_time = vault.claim(ALPINE)
    clock.pass_by(seconds=1)

    assert (on_time, vault.claim(ALPINE)) == (False, True)


def test_it_claims_nothing_for_a_shop_without_a_token(vault: Vault) -> None:
    assert vault.claim(ALPINE) is False


def test_it_keeps_one_token_when_two_windows_open_the_app(vault: Vault) -> None:
    raised = at_once([lambda: vault.keep(ALPINE, TOKEN)] * 8)

    assert raised == []
    assert vault.load(ALPINE) == TOKEN


def test_a_token_that_is_refused_is_kept_until_another_comes(
    vault: Vault, clock: HandClock
) -> None:
    vault.keep(ALPINE, TOKEN)
    vault.refuse(ALPINE, "shpat_another")
    before = vault.has(ALPINE)

    vault.refuse(ALPINE, TOKEN.access)
    clock.pass_by(minutes=1)
    vault.refuse(ALPINE, TOKEN.access)

    assert (before, vault.has(ALPINE)) == (True, False)
    assert vault.load(ALPINE) == TOKEN
    assert vault.claim(ALPINE) is True
    vault.keep(ALPINE, TOKEN)
    assert vault.has(ALPINE) is True


def test_it_forgets_a_token_that_is_dead(vault: Vault) -> None:
    vault.keep(ALPINE, TOKEN)
    vault.keep(NORTH, TOKEN)

    vault.forget(ALPINE, TOKEN.access)

    assert (vault.has(ALPINE), vault.has(NORTH)) == (False, True)


def test_it_does_not_forget_the_token_that_took_its_place(vault: Vault) -> None:
    renewed = replace(TOKEN, access="shpat_2")
    vault.keep(ALPINE, renewed)

    vault.forget(ALPINE, TOKEN.access)
    vault.forget(NORTH, TOKEN.access)

    assert vault.load(ALPINE) == renewed


def test_a_shop_stays_while_it_holds_a_token(vault: Vault, shelf: SqlShelf) -> None:
    vault.keep(ALPINE, TOKEN)
    shelf.uninstall()
    meanwhile = shelf.shop()
    vault.forget(ALPINE, TOKEN.access)

    shelf.uninstall()

    gone = shelf.shop()
    assert meanwhile is not None
    assert gone is not None
    assert (meanwhile.installed, gone.installed) == (True, False)


def test_another_shops_token_does_not_hold_a_shop(
    vault: Vault, shelf: SqlShelf, other: SqlShelf
) -> None:
    vault.keep(NORTH, TOKEN)

    shelf.uninstall()

    shop, still_there = shelf.shop(), other.shop()
    assert shop is not None
    assert still_there is not None
    assert (shop.installed, still_there.installed) == (False, True)


def test_a_token_that_was_given_up_does_not_hold_a_shop(
    vault: Vault, shelf: SqlShelf
) -> None:
    vault.keep(ALPINE, TOKEN)
    stale = shelf.held_token()
    vault.keep(ALPINE, replace(TOKEN, access="shpat_2"))
    renewed = shelf.uninstall(given_up=stale)
    kept = vault.load(ALPINE)

    left = shelf.uninstall(given_up=shelf.held_token())

    gone = shelf.shop()
    assert gone is not None
    assert (renewed, left, gone.installed) == (False, True, False)
    assert kept is not None
    assert (vault.load(ALPINE), shelf.held_token()) == (None, None)
    assert vault.dead_since(ALPINE) is not None
