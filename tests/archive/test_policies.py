"""Which policy counts for an order, by the day it was placed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from plugin.archive.canonical import sha256
from plugin.archive.store import BEGINNING, SqlShelf
from tests.archive.shelves import PRESET, at_once
from tests.conftest import HandClock

FIRST = '{"name":"first"}'
SECOND = '{"name":"second"}'


def test_it_lets_the_preset_count_for_every_older_order(
    shelf: SqlShelf, clock: HandClock
) -> None:
    version = shelf.policy_at(datetime(1999, 1, 1, tzinfo=UTC))

    assert (version.version, version.document, version.saved_by) == (
        1,
        PRESET,
        "install",
    )
    assert (version.since, version.sha256) == (BEGINNING, sha256(PRESET))
    assert version.label == f"v1-{sha256(PRESET)[:8]}"


def test_it_lets_the_merchants_first_version_replace_the_preset(
    shelf: SqlShelf, clock: HandClock
) -> None:
    clock.pass_by(days=1)

    saved = shelf.save_policy(FIRST, by="staff:1")

    assert (saved.version, saved.since, saved.saved_by) == (2, BEGINNING, "staff:1")
    assert shelf.policy_at(datetime(1999, 1, 1, tzinfo=UTC)).document == FIRST


def test_it_keeps_an_old_orders_policy_when_the_merchant_changes_it(
    shelf: SqlShelf, clock: HandClock
) -> None:
    shelf.save_policy(FIRST, by="staff:1")
    clock.pass_by(days=1)
    changed_at = clock.now()

    saved = shelf.save_policy(SECOND, by="staff:2")

    assert (saved.version, saved.since) == (3, changed_at)
    assert shelf.policy_at(changed_at - timedelta(seconds=1)).document == FIRST
    assert shelf.policy_at(changed_at).document == SECOND


def test_it_compares_moments_of_every_zone(shelf: SqlShelf, clock: HandClock) -> None:
    shelf.save_policy(FIRST, by="staff:1")
    clock.pass_by(hours=1)
    shelf.save_policy(SECOND, by="staff:1")
    far_east = clock.now().astimezone(timezone(timedelta(hours=14)))

    assert shelf.policy_at(far_east).document == SECOND
    assert shelf.policy_at(far_east - timedelta(minutes=1)).document == FIRST


def test_it_refuses_a_moment_without_a_zone(shelf: SqlShelf) -> None:
    with pytest.raises(Exception, match="a moment needs its zone"):
        shelf.policy_at(datetime(2026, 11, 2))


def test_it_makes_no_version_of_the_same_document(
    shelf: SqlShelf, clock: HandClock
) -> None:
    first = shelf.save_policy(FIRST, by="staff:1")
    clock.pass_by(days=1)

    again = shelf.save_policy(FIRST, by="staff:2")

    assert again == first
    assert [version.version for version in shelf.policies()] == [2, 1]


def test_it_makes_a_version_of_an_older_document_again(shelf: SqlShelf) -> None:
    for document in (FIRST, SECOND, FIRST):
        shelf.save_policy(document, by="staff:1")

    assert [v.document for v in shelf.policies()] == [FIRST, SECOND, FIRST, PRESET]


def test_it_numbers_versions_without_gaps_when_all_save_at_once(
    shelf: SqlShelf,
) -> None:
    documents = [f'{{"name":"{number}"}}' for number in range(6)]

    def save(document: str) -> object:
        return shelf.save_policy(document, by="staff:1")

    raised = at_once([lambda d=d: save(d) for d in documents])  # type: ignore[misc]

    assert raised == []
    assert [v.version for v in shelf.policies()] == [7, 6, 5, 4, 3, 2, 1]
    assert {v.document for v in shelf.policies()} == {*documents, PRESET}
