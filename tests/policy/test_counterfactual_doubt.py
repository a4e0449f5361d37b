"""What makes law or a hold doubtful, and what would settle the case."""

from __future__ import annotations

from datetime import date

from plugin.policy.explaining.changes import changed
from plugin.policy.provisions import (
    Extension,
    StatutoryException,
)
from tests.builders import make_line
from tests.policy.otherwise import (
    CAME,
    A,
    D,
    make_old,
    make_terms,
    old_line,
    refuses,
    tried,
    with_right,
)


def test_it_says_that_a_read_note_would_settle_a_review() -> None:
    facts = make_old(old_line(note_tells_fault=None))

    assert tried(facts, make_terms())[0] == (
        "unknown",
        D,
        "Once it is known that it is not so that the customer's note speaks of a "
        "fault, this would be refused.",
    )


def test_it_says_what_the_shop_would_have_to_confirm() -> None:
    longer = Extension(needs=frozenset({"informed_of_right"}), cites="s 10", months=12)

    found = tried(make_old(), make_terms(packs=with_right(not_informed=longer)))

    assert found[0] == (
        "unknown",
        D,
        "Once the shop confirms this: informed of right, this would be refused.",
    )


def test_it_says_what_is_still_to_be_proven_of_an_exception() -> None:
    sealed = StatutoryException(
        code="sealed",
        needs=frozenset(
            {"sealed_goods", "unsealed_after_delivery", "told_return_cost"}
        ),
        cites="s 11",
    )
    other = StatutoryException(
        code="custom", needs=frozenset({"made_to_order"}), cites="s 11"
    )
    line = old_line(proven=frozenset({"sealed_goods"}))
    facts = make_old(
        line, on=date(2026, 8, 10), practice=frozenset({"told_return_cost"})
    )
    terms = make_terms(window={"days": 2}, packs=with_right(exceptions=(other, sealed)))

    assert tried(facts, terms)[:2] == [
        (
            "unknown",
            D,
            "Once this is proven: unsealed after delivery, this would be refused.",
        ),
        (
            "unknown",
            A,
            "Once this is proven to be untrue: unsealed after delivery, "
            "this would be approved.",
        ),
    ]


def test_it_says_which_holds_would_have_to_be_looked_at() -> None:
    facts = make_old(old_line(returnable=None), fraud_suspected=None)

    assert tried(facts, make_terms())[0] == (
        "unknown",
        D,
        "Once it is known that none of this is so: the order looks fraudulent; the "
        "quantity does not add up; this would be refused.",
    )


def test_it_says_that_goods_on_their_way_may_have_come() -> None:
    packs = with_right(before_delivery=True)
    facts = make_old(awaiting_delivery=None)

    assert tried(facts, make_terms(packs=packs))[0] == (
        "unknown",
        D,
        "Once all parcels have come, this would be refused.",
    )


def test_it_looks_at_faults_and_at_what_is_not_known_of_their_start() -> None:
    broken = old_line(reason="defective", delivered_on=None, repair_days=3)
    terms = make_terms(refuses("no", {"fact": "reason", "equals": "defective"}))

    found = tried(make_old(broken, on=date(2028, 10, 20)), terms)

    assert found[0] == (
        "unknown",
        A,
        "Once the day of delivery is known to be 20 October 2027 or later, "
        "this would be approved.",
    )


def test_it_sets_no_last_day_while_another_parcel_is_on_its_way() -> None:
    here = old_line(delivered_on=None)
    other = make_line(id="line-2", delivered_on=None)

    facts = changed(make_old(here, other), "line-1", "delivered_on", CAME)

    assert facts is not None
    assert facts.lines[0].delivered_on == CAME
    assert facts.last_delivered_on is None


def test_it_leaves_out_a_proof_that_would_change_nothing() -> None:
    sealed = StatutoryException(
        code="sealed", needs=frozenset({"sealed_goods", "opened"}), cites="s 11"
    )
    line = old_line(proven=frozenset({"sealed_goods"}), note_tells_fault=None)
    terms = make_terms(window={"days": 2}, packs=with_right(exceptions=(sealed,)))

    found = tried(make_old(line, on=date(2026, 8, 10)), terms)

    assert [said for _, _, said in found if "proven" in said] == [
        "Once this is proven to be untrue: opened, this would be approved."
    ]
