"""Every input that was kept is answered, in time."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz.corpus import HERE, kept
from tests.fuzz.limits import Hang, in_time
from tests.fuzz.targets import TARGETS

FILES = [(name, file) for name in TARGETS for file in kept(name)]


def test_every_folder_is_a_targets() -> None:
    assert {folder.name for folder in HERE.iterdir()} == set(TARGETS)


@pytest.mark.parametrize(
    ("target", "file"), FILES, ids=lambda given: getattr(given, "name", given)
)
def test_it_is_answered(target: str, file: Path) -> None:
    # What is read once a process (law packs, words) is no part of an input's time.
    TARGETS[target](b"")

    with in_time():
        TARGETS[target](file.read_bytes())


def test_a_hang_would_be_seen() -> None:
    with pytest.raises(Hang), in_time(0.05):
        _for_ever()


def _for_ever() -> None:
    while True:
        pass
