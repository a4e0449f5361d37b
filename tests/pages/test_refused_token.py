"""Whoever opens the app brings a token anew where the store refuses it, over HTTP."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from plugin import casework
from plugin.cli import main
from plugin.parts import Parts
from plugin.ports import NoAccess
from tests.devstore.world import ALPINE
from tests.pages.town import Town

RENEWED = "access to your store had ended; this visit has renewed it."


def home(town: Town) -> str:
    return " ".join(town.open(f"/?id_token={town.world.id_token()}").text.split())


def issued(town: Town) -> dict[str, int]:
    found: dict[str, int] = town.world.truth()["tokens"]
    return found


def test_opening_the_app_exchanges_a_token_that_was_refused(
    town: Town, worker: Parts
) -> None:
    first = town.open_as_staff()
    town.world.control("tokens/refuse", shop=ALPINE)
    with pytest.raises(NoAccess):
        casework.refresh_shop(worker.services, shop=ALPINE)
    before = issued(town)

    again = [town.open_as_staff(), town.open_as_staff()]

    assert (first, again) == (200, [200, 200])
    assert before == {"issued": 1, "refreshed": 1}
    # Once: the new one works, so that it is not fetched anew at every opening.
    assert issued(town) == {"issued": 2, "refreshed": 1}
    assert casework.refresh_shop(worker.services, shop=ALPINE) == "refreshed"


def test_what_the_doctor_meets_is_mended_and_told_at_the_next_opening(
    town: Town,
) -> None:
    town.open_as_staff()
    town.world.control("tokens/refuse", shop=ALPINE)
    unnoticed, unmended = home(town), issued(town)
    done = CliRunner().invoke(main, ["doctor", "--shop", ALPINE])

    pages = [home(town), home(town)]

    assert (done.exit_code, "it refuses the token" in done.stdout) == (2, True)
    assert unmended == {"issued": 1, "refreshed": 0}
    assert issued(town) == {"issued": 2, "refreshed": 0}
    assert [RENEWED in page for page in (unnoticed, *pages)] == [False, True, False]


def test_it_is_told_on_whichever_page_is_opened_next(town: Town) -> None:
    town.open_as_staff()
    town.world.control("tokens/refuse", shop=ALPINE)
    CliRunner().invoke(main, ["doctor", "--shop", ALPINE])

    first = town.open(f"/settings?id_token={town.world.id_token()}").text

    assert RENEWED in " ".join(first.split())
    assert RENEWED not in home(town)


def test_a_token_that_works_is_not_fetched_anew(town: Town, worker: Parts) -> None:
    town.open_as_staff()
    town.world.control("tokens/expire", shop=ALPINE)
    casework.refresh_shop(worker.services, shop=ALPINE)

    status = town.open_as_staff()

    assert status == 200
    assert issued(town) == {"issued": 1, "refreshed": 1}
