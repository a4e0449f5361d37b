"""Every row of every table comes over as it was, however often the copy is ended."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from plugin.archive import marks
from plugin.archive.copying import ENGINE_VERSION, Pair
from plugin.archive.marks import HalfCopied, MovedAway, use
from plugin.archive.moving import SourceChanged, SourceMoved, TargetTaken
from plugin.archive.tables import inbox, shops, tallies
from tests.moving.conftest import Removal
from tests.moving.rows import fill

ROWS = 5


class Ended(BaseException):
    """The program was ended."""


def rows_of(engine: sa.Engine, table: sa.Table) -> list[dict[str, Any]]:
    """Read a table as Python sees it, in an order of its own."""
    with engine.connect() as db:
        found = [dict(row) for row in db.execute(sa.select(table)).mappings()]
    return sorted(found, key=lambda row: str([row[k.name] for k in table.primary_key]))


def differing(removal: Removal, found: list[Pair]) -> list[str]:
    return [
        pair.name
        for pair in found
        if rows_of(removal.source, pair.read) != rows_of(removal.target, pair.write)
    ]


def test_it_knows_every_table_of_ours_and_of_the_engine(removal: Removal) -> None:
    there = set(sa.inspect(removal.source).get_table_names())

    copied = {pair.read.name for pair in removal.pairs}

    assert there - copied == {"evenhand_schema", ENGINE_VERSION}


def test_it_copies_every_row_as_it_was(removal: Removal) -> None:
    found = removal.pairs
    fill(removal.source, found, ROWS)

    whole = removal.move()

    assert whole
    assert differing(removal, found) == []
    assert f"entries: {ROWS} of {ROWS}" in removal.said
    rows = f"{len(found)} tables, {len(found) * ROWS} rows: all counts agree"
    assert removal.said[-1] == rows


def test_it_goes_on_wherever_it_was_ended(removal: Removal) -> None:
    found = removal.pairs
    fill(removal.source, found, ROWS)
    left = [0]

    @sa.event.listens_for(removal.target, "commit")
    def count_down(_: sa.Connection) -> None:
        left[0] -= 1
        if left[0] == 0:
            raise Ended

    ends = 0
    while not marked_done(removal):
        left[0] = 11 + 3 * ends
        try:
            removal.move()
        except Ended:
            ends += 1

    assert ends > 3
    assert differing(removal, found) == []


def marked_done(removal: Removal) -> bool:
    here = marks.find(removal.source)
    done = here is not None and here.state == marks.DONE
    return done and marks.find(removal.target) is None


def test_new_rows_follow_those_that_came(removal: Removal) -> None:
    fill(removal.source, removal.pairs, ROWS)
    newest = max(row["id"] for row in rows_of(removal.source, inbox))

    removal.move()

    event = {
        key: value
        for key, value in rows_of(removal.target, inbox)[0].items()
        if key != "id"
    } | {"webhook_id": "new"}
    with removal.target.begin() as db:
        made = db.execute(sa.insert(inbox).values(event)).inserted_primary_key
    assert made is not None
    assert made[0] == newest + 1


def test_a_lost_row_is_told_and_the_target_stays_closed(removal: Removal) -> None:
    fill(removal.source, removal.pairs, ROWS)
    stop_before_the_end(removal)
    with removal.target.begin() as db:
        db.execute(sa.delete(tallies).where(tallies.c.value < 9))

    whole = removal.move()

    assert not whole
    assert removal.said[-2:] == [
        f"tallies: {ROWS} rows in the source, {ROWS - 1} in the target",
        f"{len(removal.pairs)} tables, {len(removal.pairs) * ROWS} rows: 1 differ",
    ]
    with pytest.raises(HalfCopied):
        use(removal.target)


def stop_before_the_end(removal: Removal) -> None:
    """End the copy when every table is there and nothing was counted."""
    last = removal.pairs[-1].name

    def say(line: str) -> None:
        if line.startswith(f"{last}:"):
            raise Ended

    said, removal.said = removal.said, _Listener(say)
    with pytest.raises(Ended):
        removal.move()
    removal.said = said


class _Listener(list[str]):
    def __init__(self, say: Any) -> None:
        super().__init__()
        self.append = say  # type: ignore[method-assign]  # a list that calls back


def test_nobody_works_on_half_a_copy_nor_on_what_moved_away(removal: Removal) -> None:
    fill(removal.source, removal.pairs, ROWS)
    stop_before_the_end(removal)
    with pytest.raises(HalfCopied) as half:
        use(removal.target)
    removal.move()
    with pytest.raises(MovedAway) as away:
        use(removal.source)
    with pytest.raises(SourceMoved) as moved:
        removal.move()

    assert (half.value.code, away.value.code) == ("half_copied", "moved_away")
    assert moved.value.code == "source_moved"
    use(removal.target).close()


def test_who_stays_with_the_old_one_can_open_it_again(removal: Removal) -> None:
    removal.move()

    opened = [marks.remove(removal.source) for _ in range(2)]

    assert opened == [True, False]
    use(removal.source).close()


def test_it_does_not_go_on_when_the_source_was_worked_on(removal: Removal) -> None:
    fill(removal.source, removal.pairs, ROWS)
    stop_before_the_end(removal)
    use(removal.source).close()

    with pytest.raises(SourceChanged) as refused:
        removal.move()

    assert refused.value.code == "source_changed"
    with pytest.raises(HalfCopied):
        use(removal.target)


def test_it_never_mixes_two_installations(removal: Removal) -> None:
    found = removal.pairs
    fill(removal.source, found, 1)
    (row,) = rows_of(removal.source, shops)
    with removal.target.begin() as db:
        db.execute(sa.insert(shops).values({**row, "shop": "other.myshopify.com"}))

    with pytest.raises(TargetTaken) as refused:
        removal.move()

    assert refused.value.code == "target_taken"
    assert "`shops`" in str(refused.value)
    assert [each["shop"] for each in rows_of(removal.target, shops)] == [
        "other.myshopify.com"
    ]
    assert marks.find(removal.source) is None


def test_it_leaves_the_work_of_another_program_alone(removal: Removal) -> None:
    removal.prepare()
    with removal.target.begin() as db:
        queue = "INSERT INTO dbos.queues (name, created_at, updated_at)"
        db.execute(sa.text(f"{queue} VALUES ('of another program', 1, 1)"))

    with pytest.raises(TargetTaken) as refused:
        removal.move()

    assert "`dbos.queues`" in str(refused.value)
