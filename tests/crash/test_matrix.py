"""The app dies at write boundaries of every kind of event, and nothing comes of it."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.crash.kinds import PLAYS
from tests.crash.matrix import Kill, boundaries, every, kill, stage
from tests.crash.stage import Stage

SAMPLE = int(os.environ.get("EVENHAND_KILLS_OF_A_KIND", "2"))
SEED = int(os.environ.get("EVENHAND_SEED", "20261129"))
ENOUGH_BOUNDARIES, ENOUGH_KINDS = 40, 8


@pytest.fixture(scope="module")
def sqlite() -> Iterator[Stage]:
    with stage("sqlite") as made:
        yield made


@pytest.fixture(scope="module")
def postgresql() -> Iterator[Stage]:
    with stage("postgresql") as made:
        yield made


@pytest.mark.slow
def test_a_kill_at_boundaries_of_every_kind_changes_nothing(sqlite: Stage) -> None:
    kills = list(every(sqlite, PLAYS, sample=SAMPLE, seed=SEED))

    assert_held(kills)


@pytest.mark.slow
def test_it_changes_nothing_on_postgresql_either(postgresql: Stage) -> None:
    kills = list(every(postgresql, PLAYS, sample=SAMPLE, seed=SEED + 1))

    assert_held(kills)


@pytest.mark.slow
def test_there_are_enough_boundaries_and_kinds(sqlite: Stage) -> None:
    found = {kind: boundaries(sqlite, kind) for kind in PLAYS}

    names = {each.rpartition(" #")[0] for listed in found.values() for each in listed}
    assert len(names) >= ENOUGH_BOUNDARIES
    assert len(found) >= ENOUGH_KINDS
    assert [kind for kind, listed in found.items() if not listed] == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("plant", "boundary", "says"),
    [
        ("marked-before-queued", "after commit: inbox #2", "lost"),
        ("answer-not-recognised", "after call: returnDeclineRequest #1", "untrue"),
    ],
)
def test_it_sees_what_a_safeguard_prevents(
    plant: str, boundary: str, says: str
) -> None:
    with stage("sqlite", plant=plant) as sown:
        seen = kill(sown, "refused", boundary)

    assert seen.reached
    assert says in " ".join(seen.complaints)


def assert_held(kills: list[Kill]) -> None:
    """Every kill holds, and as many came of each kind as were asked for."""
    broke = {each.name: each.complaints for each in kills if each.complaints}

    assert broke == {}
    assert Counter(each.kind for each in kills if each.reached) == dict.fromkeys(
        PLAYS, SAMPLE
    )
