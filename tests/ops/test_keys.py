"""A secret changes, and nobody's token is lost."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from config.settings import read
from plugin.archive.endpoints import Endpoints
from plugin.archive.resealing import SEALED
from plugin.archive.tables import data_keys, metadata
from plugin.archive.vault import Vault
from plugin.clock import SystemClock
from plugin.keys import token_keys, webhook_keys
from plugin.serve_cli import prepare_database
from tests.casework.scene import OWN_SECRET, SHOP, Scene
from tests.devstore.world import SECRET
from tests.ops.conftest import Operator

NEW_SECRET = "a-newer-own-secret-of-more-than-thirty-two-letters"
NEW_CLIENT_SECRET = "a-newer-client-secret-of-forty-characters"


def opens(scene: Scene, *secrets: str) -> bool:
    """Tell whether some secrets open the shop's token."""
    vault = Vault(scene.archive.engine, token_keys(secrets), SystemClock().now)
    return vault.load(SHOP) is not None


def test_everything_that_rests_sealed_is_sealed_anew() -> None:
    held = {
        table: tuple(
            column.name
            for column in table.columns
            # A salt is no secret.
            if isinstance(column.type, sa.LargeBinary) and column.name != "salt"
        )
        for table in metadata.tables.values()
    }

    assert {table: names for table, names in held.items() if names} == SEALED


def test_the_old_secret_is_not_needed_any_more(
    scene: Scene, operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EVENHAND_SECRETS", f"{NEW_SECRET},{OWN_SECRET}")
    before = (opens(scene, OWN_SECRET), opens(scene, NEW_SECRET))

    done = [operator.run("rotate-keys") for _ in range(2)]

    assert [each.exit_code for each in done] == [0, 0]
    assert done[0].stdout.splitlines()[0] == "tokens: 1 sealed anew, 0 shops lost"
    assert before == (True, False)
    assert (opens(scene, OWN_SECRET), opens(scene, NEW_SECRET)) == (False, True)


def test_cases_are_read_without_the_old_secret(
    scene: Scene, operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    return_id = scene.asked(days=45)
    scene.run(return_id)
    monkeypatch.setenv("EVENHAND_SECRETS", f"{NEW_SECRET},{OWN_SECRET}")

    operator.run("rotate-keys")
    monkeypatch.setenv("EVENHAND_SECRETS", NEW_SECRET)

    done = operator.run("replay", return_id)
    assert (done.exit_code, "same" in done.stdout) == (0, True)


def test_an_address_is_told_without_the_old_secret(
    scene: Scene, operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = "https://hooks.shop.example/evenhand?token=canary"
    engine, now = scene.archive.engine, SystemClock().now
    made = Endpoints(engine, webhook_keys([OWN_SECRET]), now, SHOP).add(url, "whsec_1")
    monkeypatch.setenv("EVENHAND_SECRETS", f"{NEW_SECRET},{OWN_SECRET}")

    done = operator.run("rotate-keys")

    later = Endpoints(engine, webhook_keys([NEW_SECRET]), now, SHOP)
    assert done.stdout.splitlines()[1] == "endpoints: 1 sealed anew, 0 shops lost"
    assert later.find(made.id) == made
    assert (made.url, later.signers(made.id)) == (url, ["whsec_1"])


def test_it_says_what_of_whose_no_secret_opens(
    scene: Scene, operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, now = scene.archive.engine, SystemClock().now
    addresses = Endpoints(engine, webhook_keys([OWN_SECRET]), now, SHOP)
    addresses.add("https://hooks.shop.example/evenhand", "whsec_1")
    scene.run(scene.asked(days=45))
    with engine.connect() as db:
        keys = db.scalars(sa.select(sa.func.count()).select_from(data_keys)).one()
    monkeypatch.setenv("EVENHAND_SECRETS", NEW_SECRET)

    done = operator.run("rotate-keys")

    end = "that no secret opens; put the older one back"
    assert done.exit_code == 1
    assert keys > 1
    assert done.stdout.splitlines() == [
        "tokens: 0 sealed anew, 1 shop lost",
        "endpoints: 0 sealed anew, 1 shop lost",
        "data keys: 0 sealed anew, 1 shop lost",
    ]
    assert done.stderr.splitlines() == [
        f"  {SHOP}: 1 token {end}",
        f"  {SHOP}: 1 endpoint {end}",
        f"  {SHOP}: {keys} data keys {end}",
    ]
    assert opens(scene, OWN_SECRET)


def test_the_doctor_counts_what_no_secret_opens(
    scene: Scene, operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, now = scene.archive.engine, SystemClock().now
    newer = Endpoints(engine, webhook_keys([NEW_SECRET]), now, SHOP)
    older = Endpoints(engine, webhook_keys([OWN_SECRET]), now, SHOP)
    newer.add("https://hooks.shop.example/newer", "whsec_1")
    older.add("https://hooks.shop.example/older", "whsec_2")
    scene.run(scene.asked(days=45))
    with engine.connect() as db:
        keys = db.scalars(sa.select(sa.func.count()).select_from(data_keys)).one()
    monkeypatch.setenv("EVENHAND_SECRETS", f"{NEW_SECRET},{OWN_SECRET}")
    sound = operator.run("doctor", "--offline").stdout
    monkeypatch.setenv("EVENHAND_SECRETS", NEW_SECRET)

    done = operator.run("doctor", "--offline")

    assert f"ok      data keys: the secrets open all {keys}\n" in sound
    assert "ok      endpoints: the secrets open all 2\n" in sound
    assert done.exit_code == 2
    assert f"error   {SHOP}: data keys: no secret opens {keys} of its {keys}:" in (
        done.stdout
    )
    assert f"error   {SHOP}: endpoints: no secret opens 1 of its 2:" in done.stdout


def test_a_dead_token_is_passed_over(scene: Scene, operator: Operator) -> None:
    scene.tokens.bury(SHOP, scene.tokens.access(SHOP))

    done = operator.run("rotate-keys")

    assert done.exit_code == 0
    assert done.stdout.splitlines()[0] == "tokens: 0 sealed anew, 0 shops lost"


def test_tokens_move_to_the_new_client_secret_before_the_old_is_revoked(
    scene: Scene, operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOPIFY_API_SECRET", NEW_CLIENT_SECRET)
    monkeypatch.setenv("SHOPIFY_OLD_API_SECRET", SECRET)
    scene.world.control("secret", new=NEW_CLIENT_SECRET)

    done = operator.run("renew-tokens")
    scene.world.control("secret", revoke_oldest=True)

    assert (done.exit_code, done.stdout) == (0, "1 renewed\n")
    assert scene.services.platform.profile(SHOP).name == "Alpine Goods"


def test_it_says_which_token_stays_on_the_old_secret(
    scene: Scene, operator: Operator
) -> None:
    scene.tokens.bury(SHOP, scene.tokens.access(SHOP))

    done = operator.run("renew-tokens")

    assert (done.exit_code, done.stdout) == (1, "1 without\n")
    assert f"{SHOP}: has no token; the merchant must open the app" in done.stderr


def test_a_dead_token_is_seen_by_whoever_runs_the_app(
    scene: Scene, operator: Operator
) -> None:
    scene.tokens.bury(SHOP, scene.tokens.access(SHOP))

    listed = operator.run("shops").stdout
    examined = operator.run("doctor", "--offline").stdout

    assert "reopen the app" in listed
    assert f"{SHOP}: token: the platform takes it no more, for" in examined


def test_a_start_tells_that_the_older_secret_is_missing_and_goes_on(
    scene: Scene,
    operator: Operator,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    scene.run(scene.asked(days=45))
    prepare_database(read())
    whole = capsys.readouterr().err
    monkeypatch.setenv("EVENHAND_SECRETS", NEW_SECRET)

    prepare_database(read())

    assert whole == ""
    assert re.fullmatch(
        r"evenhand: of (\d+) data keys that were looked at, \1 are opened by no "
        r"secret, and no case under them can be read; put the older secret back into "
        r"`EVENHAND_SECRETS` \(keys_missing\)\n",
        capsys.readouterr().err,
    )
