"""What customers and shops ask by law is done, in time, once, and can be proved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from plugin import casework, jobs, stories
from plugin.archive.vault import Vault
from plugin.case import Status
from plugin.casework.forgetting import ended_for_good, is_reached
from plugin.keys import token_keys
from plugin.privacy import GRACE, Install, NotYet, Person, PrivacyRequest, Topic
from plugin.shop import Profile
from tests.archive.shelves import ask
from tests.casework.scene import SHOP, Scene
from tests.conftest import HandClock
from tests.devstore.world import ROOT, Receiver, World

NOTE = "it is too small for canary Ana"


@pytest.fixture
def ago() -> HandClock:
    """A clock that stands at the present, so that the store's tokens work."""
    made = HandClock()
    made.moment = datetime.now(UTC)
    return made


@pytest.fixture
def scene(
    tmp_path: Path, ear: Receiver, database_url: str, ago: HandClock
) -> Iterator[Scene]:
    world = World(app_url=ear.url, manifest=ROOT / "shopify.app.toml")
    clock: Any = ago
    clock.today = lambda: ago.now().date()
    made = Scene(world, tmp_path, database_url=database_url, clock=clock)
    yield made
    made.archive.engine.dispose()
    world.close()


def answered(scene: Scene, days: int = 45) -> str:
    return_id = scene.asked(days=days)
    scene.run(return_id)
    return return_id


def person_of(scene: Scene, return_id: str) -> Person:
    case = scene.shelf.find(return_id)
    assert case is not None
    assert case.customer_id
    return Person(customer_id=case.customer_id)


def proof(scene: Scene, id: str = "ask-1") -> PrivacyRequest:
    found = scene.shelf.asked(id)
    assert found is not None
    return found


def test_it_hands_over_what_it_holds_of_a_customer(scene: Scene) -> None:
    return_id = answered(scene)
    ask(scene.shelf, Topic.DATA_REQUEST, person_of(scene, return_id))

    told = [
        casework.hand_over_data(scene.services, shop=SHOP, request_id="ask-1")
        for _ in range(2)
    ]

    done = proof(scene)
    text = scene.shelf.file("ask-1") or ""
    assert told == ["handed_out", "done_before"]
    assert (done.result, done.person) == ("handed_out", None)
    assert done.done_at is not None
    assert done.counts["cases"] == 1
    assert return_id in text
    assert '"kind":"decision"' in text


def test_it_forgets_a_customer_once(scene: Scene) -> None:
    return_id = answered(scene)
    ask(scene.shelf, Topic.REDACT_CUSTOMER, person_of(scene, return_id))

    told = [
        casework.forget_customer(scene.services, shop=SHOP, request_id="ask-1")
        for _ in range(2)
    ]

    case = scene.shelf.find(return_id)
    assert told == ["erased", "done_before"]
    assert case is not None
    assert (case.erased, case.status) == (True, Status.ANSWERED)
    done = proof(scene)
    assert (done.counts["cases"], done.person) == (1, None)
    assert len(done.sha256 or "") == 64


def test_it_waits_for_a_case_that_is_being_answered(scene: Scene) -> None:
    return_id = scene.asked()
    casework.decide_case(scene.services, shop=SHOP, return_id=return_id)
    ask(scene.shelf, Topic.REDACT_CUSTOMER, person_of(scene, return_id))

    with pytest.raises(NotYet):
        casework.forget_customer(scene.services, shop=SHOP, request_id="ask-1")
    casework.answer_case(scene.services, shop=SHOP, return_id=return_id)
    told = casework.forget_customer(scene.services, shop=SHOP, request_id="ask-1")

    assert told == "erased"
    assert scene.found(return_id)["status"] == "DECLINED"


def test_the_stories_go_on_over_an_erased_case(scene: Scene) -> None:
    return_id = answered(scene)
    ask(scene.shelf, Topic.REDACT_CUSTOMER, person_of(scene, return_id))
    casework.forget_customer(scene.services, shop=SHOP, request_id="ask-1")
    before = scene.effects()

    scene.run(return_id)
    casework.record_change(
        scene.services, shop=SHOP, return_id=return_id, topic="returns/decline"
    )
    casework.give_up(scene.services, shop=SHOP, return_id=return_id, why="x")

    assert scene.effects() == before
    case = scene.shelf.find(return_id)
    assert case is not None
    assert case.erased


def test_it_forgets_who_is_unknown_and_says_so(scene: Scene) -> None:
    ask(scene.shelf, Topic.REDACT_CUSTOMER, Person())

    told = casework.forget_customer(scene.services, shop=SHOP, request_id="ask-1")

    assert told == "erased"
    assert sum(proof(scene).counts.values()) == 0


def test_a_shop_that_left_has_its_time_to_come_back(
    scene: Scene, ago: HandClock
) -> None:
    answered(scene)
    scene.leave()
    ask(scene.shelf, Topic.REDACT_SHOP)

    with pytest.raises(NotYet):
        casework.forget_shop(scene.services, shop=SHOP, request_id="ask-1")
    ago.pass_by(hours=48)
    told = casework.forget_shop(scene.services, shop=SHOP, request_id="ask-1")

    assert told == "erased"
    assert (scene.shelf.shop(), scene.shelf.cases()) == (None, [])
    assert proof(scene).counts["cases"] == 1
    again = casework.forget_shop(scene.services, shop=SHOP, request_id="ask-1")
    assert again == "done_before"


def test_a_shop_that_came_back_in_time_loses_nothing(
    scene: Scene, ago: HandClock
) -> None:
    return_id = answered(scene)
    scene.leave()
    ago.pass_by(hours=47)
    ask(scene.shelf, Topic.REDACT_SHOP)
    scene.install()
    before = scene.shelf.entries(return_id)
    ago.pass_by(hours=48)

    told = casework.forget_shop(scene.services, shop=SHOP, request_id="ask-1")

    assert told == "still_installed"
    assert scene.shelf.entries(return_id) == before


@pytest.mark.parametrize("hours", [20, 47])
def test_a_shop_that_came_back_in_time_and_is_frozen_then_loses_nothing(
    scene: Scene, ago: HandClock, hours: int
) -> None:
    return_id = answered(scene)
    scene.leave()
    ago.pass_by(hours=hours)
    scene.install()
    # Sent two days after the first install ended, whatever came after.
    ago.pass_by(hours=48 - hours)
    ask(scene.shelf, Topic.REDACT_SHOP)
    scene.world.control("closed", shop=SHOP, status=402)

    first = casework.forget_shop(scene.services, shop=SHOP, request_id="ask-1")
    scene.world.control("closed", shop=SHOP, status=None)
    # The shop pays its bill; nobody happens to open the app in these two days.
    ago.pass_by(hours=49)
    again = casework.forget_shop(scene.services, shop=SHOP, request_id="ask-1")

    assert (first, again) == ("still_installed", "done_before")
    assert scene.tokens.vault.has(SHOP)
    assert scene.shelf.find(return_id) is not None


def test_a_late_retry_harms_no_later_install(scene: Scene, ago: HandClock) -> None:
    answered(scene)
    scene.leave()
    ago.pass_by(hours=49)
    ask(scene.shelf, Topic.REDACT_SHOP)
    scene.install()
    kept = answered(scene, days=10)

    told = casework.forget_shop(scene.services, shop=SHOP, request_id="ask-1")

    assert told == "erased"
    assert [case.return_id for case, _ in scene.shelf.cases()] == [kept]
    assert scene.shelf.entries(kept)[0].whole


def test_a_shop_that_has_the_app_is_not_forgotten(scene: Scene) -> None:
    kept = answered(scene)
    ask(scene.shelf, Topic.REDACT_SHOP)

    told = casework.forget_shop(scene.services, shop=SHOP, request_id="ask-1")

    assert told == "still_installed"
    assert scene.shelf.find(kept) is not None


def test_a_shop_whose_leaving_was_never_told_is_found_out(
    scene: Scene, ago: HandClock
) -> None:
    answered(scene)
    scene.world.control("install", shop=SHOP, installed=False)
    ago.pass_by(hours=48)
    ask(scene.shelf, Topic.REDACT_SHOP)

    with pytest.raises(NotYet):
        casework.forget_shop(scene.services, shop=SHOP, request_id="ask-1")
    ago.pass_by(hours=48)
    told = casework.forget_shop(scene.services, shop=SHOP, request_id="ask-1")

    assert (told, scene.shelf.shop()) == ("erased", None)


@pytest.mark.parametrize("status", [402, 403, 404, 423])
def test_a_shop_that_is_closed_is_erased_after_its_time(
    scene: Scene, ago: HandClock, status: int
) -> None:
    answered(scene)
    scene.world.control("closed", shop=SHOP, status=status)
    ago.pass_by(hours=48)
    ask(scene.shelf, Topic.REDACT_SHOP)

    with pytest.raises(NotYet):
        casework.forget_shop(scene.services, shop=SHOP, request_id="ask-1")
    open_still = proof(scene).done_at
    ago.pass_by(hours=48)
    told = casework.forget_shop(scene.services, shop=SHOP, request_id="ask-1")

    assert (open_still, told) == (None, "erased")
    assert (scene.shelf.shop(), scene.shelf.cases()) == (None, [])
    assert proof(scene).counts["cases"] == 1


def test_a_closed_shop_that_opens_again_in_time_loses_nothing(
    scene: Scene, ago: HandClock
) -> None:
    return_id = answered(scene)
    scene.world.control("closed", shop=SHOP, status=402)
    ago.pass_by(hours=48)
    ask(scene.shelf, Topic.REDACT_SHOP)
    with pytest.raises(NotYet):
        casework.forget_shop(scene.services, shop=SHOP, request_id="ask-1")
    has_token = scene.tokens.vault.has(SHOP)

    scene.world.control("closed", shop=SHOP, status=None)
    ago.pass_by(hours=47)
    scene.install()
    ago.pass_by(hours=2)
    told = casework.forget_shop(scene.services, shop=SHOP, request_id="ask-1")

    # Without a token the door sets the app up anew for whoever opens it.
    assert (has_token, told) == (False, "still_installed")
    assert scene.shelf.entries(return_id)[0].whole
    found = scene.shelf.shop()
    assert found is not None
    assert (found.generation, found.installed) == (2, True)


def test_a_shop_whose_token_no_secret_opens_is_erased_after_its_time(
    scene: Scene, ago: HandClock
) -> None:
    answered(scene)
    ago.pass_by(hours=48)
    ask(scene.shelf, Topic.REDACT_SHOP)
    other = token_keys(["another-secret-of-more-than-thirty-two-letters"])
    vault = Vault(scene.archive.engine, other, ago.now)
    client = replace(scene.client, tokens=replace(scene.tokens, vault=vault))
    services = scene.with_client(client)

    with pytest.raises(NotYet):
        casework.forget_shop(services, shop=SHOP, request_id="ask-1")
    ago.pass_by(hours=48)
    told = casework.forget_shop(services, shop=SHOP, request_id="ask-1")

    assert (told, scene.shelf.shop()) == ("erased", None)


def test_a_token_that_was_renewed_meanwhile_leaves_the_erasure_open(
    scene: Scene, ago: HandClock
) -> None:
    answered(scene)
    ago.pass_by(hours=48)
    ask(scene.shelf, Topic.REDACT_SHOP)
    scene.world.control("closed", shop=SHOP, status=404)
    services = replace(scene.services, platform=Reopening(scene))

    with pytest.raises(NotYet):
        casework.forget_shop(services, shop=SHOP, request_id="ask-1")

    found = scene.shelf.shop()
    assert found is not None
    assert (found.installed, proof(scene).done_at) == (True, None)


class Reopening:
    """A shop whose merchant comes just when it was seen to be closed."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene

    def profile(self, shop: str) -> Profile:
        """Look, and let the merchant come before anybody acts on it."""
        try:
            return self._scene.services.platform.profile(shop)
        finally:
            self._scene.world.control("closed", shop=shop, status=None)
            self._scene.install()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._scene.services.platform, name)


def test_a_closed_shop_says_nothing_of_whether_it_left(scene: Scene) -> None:
    scene.world.control("closed", shop=SHOP, status=402)

    told = casework.say_goodbye(scene.services, shop=SHOP)

    found = scene.shelf.shop()
    assert found is not None
    assert (told, found.installed) == ("no_access", True)
    assert scene.tokens.vault.has(SHOP)


def test_every_story_by_law_is_told_until_it_is_done() -> None:
    assert set(jobs.BY_LAW) == set(Topic)
    assert set(jobs.BY_LAW.values()) <= stories.FOREVER


@pytest.mark.parametrize(("came", "reached"), [(0, True), (10, True), (11, False)])
def test_an_erasure_reaches_no_install_that_began_after_the_one_it_is_about(
    came: float, reached: bool
) -> None:
    installs = [install(1, 0, 5), install(2, came, None)]

    assert is_reached(installs, DAY + timedelta(hours=58)) == reached
    assert not is_reached([], DAY)


DAY = datetime(2026, 11, 2, 12, tzinfo=UTC)


def install(number: int, came: float, left: float | None) -> Install:
    """Describe an install by the hours since a day."""
    return Install(
        generation=number,
        installed_at=DAY + timedelta(hours=came),
        uninstalled_at=None if left is None else DAY + timedelta(hours=left),
    )


GONE = [install(1, 0, 10)]
BACK_SOON = [install(1, 0, 10), install(2, 57, None)]
BACK_LATE = [install(1, 0, 10), install(2, 58, None)]
GONE_TWICE = [install(1, 0, 10), install(2, 20, 30)]


@pytest.mark.parametrize(
    ("installs", "asked", "ended", "back"),
    [
        ([], 100, None, None),
        ([install(1, 0, None)], 100, None, None),
        (GONE, 58, 10, None),
        (GONE, 9, 10, None),
        (BACK_SOON, 58, None, None),
        (BACK_LATE, 58, 10, 58),
        (BACK_LATE, 900, 10, 58),
        (GONE_TWICE, 78, 30, None),
        (GONE_TWICE, 29, 30, None),
        (BACK_LATE, 9, None, None),
        ([*BACK_LATE[:1], install(2, 58, 60)], 58, 60, None),
    ],
)
def test_an_erasure_reaches_what_had_ended_for_good(
    installs: list[Install], asked: float, ended: float | None, back: float | None
) -> None:
    found = ended_for_good(installs, DAY + timedelta(hours=asked))

    wanted = [None if h is None else DAY + timedelta(hours=h) for h in (ended, back)]
    assert list(found) == wanted
    assert timedelta(hours=48) == GRACE
