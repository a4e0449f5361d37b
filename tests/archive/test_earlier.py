from __future__ import annotations

import json
from dataclasses import replace

import pytest
import sqlalchemy as sa

from plugin.archive import rows
from plugin.archive.earlier import earlier_task
from plugin.archive.personal import data_file
from plugin.archive.store import SqlShelf
from plugin.archive.tables import cases
from plugin.case import Settled, Task, TaskKind
from plugin.privacy import Person
from tests.archive.shelves import RETURN, make_case

# What releases before tasks had kinds wrote, word for word.
SENTENCES = [
    ("Mug: give store credit.", TaskKind.ITEM),
    ("Mug: keep back 5.95 USD (restocking).", TaskKind.ITEM),
    ("Offered until 2027-01-01: store credit. Tell the customer.", TaskKind.OFFER),
    (
        "The policy refuses this request, but no letter was written: too long.",
        TaskKind.WRITE,
    ),
    ("Split this return: take out Mug, then approve the rest (Hat).", TaskKind.SPLIT),
    ("Split it yourself: remove_lines was refused.", TaskKind.SPLIT),
    (
        "Tell the customer why this does not come back: Mug; in your own words",
        TaskKind.TELL_REFUSAL,
    ),
    (
        "What was refused is out of this return. Approve the rest yourself: refused.",
        TaskKind.APPROVE_REST,
    ),
    (
        "A person approved this. Refund it in the admin once the items are back.",
        TaskKind.BY_PERSON,
    ),
    (
        "Give the money back yourself: the refund that staff gave failed at the payment"
        " provider.",
        TaskKind.GIVE_REFUND,
    ),
    (
        "Look whether the refund was given, and give it if not: the platform said no.",
        TaskKind.GIVE_REFUND,
    ),
    (
        "Do not give the refund again, but look whether it arrives: it is pending.",
        TaskKind.GIVE_REFUND,
    ),
    ("Look whether the rest is due: staff gave 1.00 USD.", TaskKind.GIVE_REFUND),
    (
        "The refund of 9.00 USD failed at the payment provider: no money went back.",
        TaskKind.REFUND_FELL,
    ),
    (
        "A refund of 9.00 USD failed at the payment provider; look at it.",
        TaskKind.REFUND_FELL,
    ),
    ("Tell the customer that nothing has to be sent back.", TaskKind.TELL_KEPT),
    (
        "Close the return in Shopify: its money was given, and the item stays.",
        TaskKind.CLOSE,
    ),
    ("Put 1.00 USD more on the store credit.", TaskKind.BONUS),
    ("Whatever else was said.", TaskKind.OTHER),
]


@pytest.mark.parametrize(("text", "kind"), SENTENCES)
def test_a_bare_sentence_is_known_by_its_words(text: str, kind: TaskKind) -> None:
    assert earlier_task(text, ["Hat", "Mug"]) == Task(kind=kind, text=text)


def test_an_item_is_told_from_the_sentence_that_it_is_named_like() -> None:
    text = "Close the return in Shopify: give store credit."

    about = earlier_task(text, ["Close the return in Shopify"])

    assert (about.kind, earlier_task(text, []).kind) == (TaskKind.ITEM, TaskKind.CLOSE)


def test_a_case_that_was_archived_with_bare_sentences_is_read(shelf: SqlShelf) -> None:
    texts = [text for text, _ in SENTENCES]
    case = make_case(offers=(), settled=(Settled(title="Mug", remedies=()),))
    shelf.open(case)
    _write(shelf, json.loads(rows.personal_of(case)) | {"tasks": texts})

    found = shelf.find(RETURN)

    tasks = tuple(Task(kind=kind, text=text) for text, kind in SENTENCES)
    assert found == replace(case, tasks=tasks)
    assert found.to_do == tuple(texts)


def test_what_it_keeps_of_such_a_case_is_written_as_it_is_now(shelf: SqlShelf) -> None:
    case = make_case(offers=())
    shelf.open(case)
    old = json.loads(rows.personal_of(case)) | {"tasks": ["Give the money back."]}
    _write(shelf, old)
    new = Task(kind=TaskKind.CLOSE, text="Close it.")

    shelf.amend(RETURN, lambda now: now.with_task(new))

    kept = Task(kind=TaskKind.OTHER, text="Give the money back.")
    assert shelf.find(RETURN) == replace(case, tasks=(kept, new))


def test_a_data_file_says_a_task_as_it_is_read(shelf: SqlShelf) -> None:
    task = Task(kind=TaskKind.CLOSE, text="Close it.")
    shelf.open(make_case(offers=(), tasks=(task,)))
    person = Person(customer_id="gid://shopify/Customer/1", order_ids=())

    made, _ = data_file(shelf, person, "2026-11-02T00:00:00+00:00")

    assert [row["tasks"] for row in made["tables"]["cases"]] == [["Close it."]]


def _write(shelf: SqlShelf, personal: dict[str, object]) -> None:
    """Put into the archive what an earlier release would have."""
    with shelf.engine.begin() as db:
        seal = shelf._seal(db, RETURN)
        assert seal is not None
        sealed = seal.close(json.dumps(personal), shelf._place(RETURN))
        changed = sa.update(cases).where(cases.c.shop == shelf.domain)
        assert db.execute(changed.values(sealed=sealed)).rowcount == 1
