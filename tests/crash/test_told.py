"""Killing the app between a decision and its telling loses and doubles nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import requests

from plugin.demo.play import Day
from tests.crash.world import SHOP, World, settled
from tests.devstore.world import wait_until
from tests.outgoing.receiver import Receiver

KINDS = ["case.answered", "decision.made"]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.close()


@pytest.mark.slow
def test_a_kill_before_during_and_after_delivery_loses_nothing(
    world: World, receiver: Receiver
) -> None:
    tell_through_kills(world, receiver)


@pytest.mark.slow
def test_a_kill_loses_nothing_on_postgresql(
    postgres_world: World, receiver: Receiver
) -> None:
    tell_through_kills(postgres_world, receiver)


def tell_through_kills(world: World, receiver: Receiver) -> None:
    secret = listen(world, receiver.url)
    receiver.held.clear()
    asked = [world.ask(order) for order in world.orders(4, days=45)]
    for return_id in asked:
        settled(world, return_id)
    wait_until(lambda: waiting(world) > 0, seconds=60)
    # Killed with what was sent unanswered, and the rest not sent yet.
    world.crash()
    receiver.held.set()
    wait_until(lambda: subjects(receiver) >= wanted(asked), seconds=120)
    world.crash()
    more = [world.ask(order) for order in world.orders(2, days=45)]
    world.crash()
    for return_id in more:
        settled(world, return_id)
    everything = wanted([*asked, *more])
    wait_until(lambda: subjects(receiver) >= everything, seconds=120)

    ids = {subject: set[str]() for subject in everything}
    for post in receiver.heard:
        ids[(post.kind, post.told["data"]["return_id"])].add(post.id)
    assert subjects(receiver) == everything
    assert all(post.is_signed_with(secret) for post in receiver.heard)
    assert [subject for subject, seen in ids.items() if len(seen) != 1] == []


def listen(world: World, url: str) -> str:
    """Add an address by the page, as a member of staff would."""
    answer = staff(world.day, "POST", "/settings/webhooks", url=url)
    assert answer.status_code == 201
    (secret,) = re.findall(r"whsec_[A-Za-z0-9+/=]+", answer.text)
    return str(secret)


def waiting(world: World) -> int:
    """How much is on its way, as the page shows it."""
    page = staff(world.day, "GET", "/settings/webhooks").text
    return page.count("Being sent")


def wanted(returns: list[str]) -> set[tuple[str, str]]:
    return {(kind, return_id) for kind in KINDS for return_id in returns}


def subjects(receiver: Receiver) -> set[tuple[str, str]]:
    return {(p.kind, p.told["data"]["return_id"]) for p in list(receiver.heard)}


def staff(day: Day, method: str, path: str, **form: str) -> requests.Response:
    headers = {**day._staff(SHOP), "Accept": "text/html", "X-Evenhand-Fetch": "1"}
    url = f"{day.place.app_url}{path}"
    return requests.request(method, url, data=form, headers=headers, timeout=30)
