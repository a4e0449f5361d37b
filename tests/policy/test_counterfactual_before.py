"""What would have changed a decision: another day, evidence, the item's state."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from plugin.policy.days import Span
from plugin.policy.explaining.counterfactual import counterfactuals
from plugin.policy.facts import Past
from plugin.policy.provisions import (
    ChangeOfMind,
    Extension,
    Right,
    Start,
)
from tests.builders import make_facts, make_line, make_pack
from tests.policy.otherwise import (
    CAME,
    INSIDE,
    ORDERED,
    PHOTOS,
    A,
    D,
    make_old,
    make_terms,
    old_line,
    refuses,
    tried,
    with_right,
)


def test_it_finds_the_last_day_that_would_have_been_approved() -> None:
    assert tried(make_old(), make_terms()) == [
        ("time", A, "A request up to 4 September 2026 would have been approved.")
    ]


def test_it_finds_the_last_day_under_a_moved_window() -> None:
    season = {
        "id": "summer",
        "ordered_from": "2026-07-01",
        "ordered_to": "2026-08-31",
        "until": "2026-09-30",
    }

    assert tried(make_old(), make_terms(seasons=[season])) == [
        ("time", A, "A request up to 30 September 2026 would have been approved.")
    ]
    assert tried(make_old(), make_terms(window={"until": "2026-10-01"})) == [
        ("time", A, "A request up to 1 October 2026 would have been approved.")
    ]


def test_it_finds_the_last_day_of_a_window_in_hours() -> None:
    came = datetime(2026, 10, 19, 12, tzinfo=UTC)
    facts = make_old(
        old_line(delivered_on=came.date(), delivered_at=came),
        requested_at=came + timedelta(days=4),
        on=date(2026, 10, 23),
    )

    assert tried(facts, make_terms(window={"hours": 48})) == [
        ("time", A, "A request up to 21 October 2026 would have been approved.")
    ]


def test_it_finds_the_first_day_that_ends_an_approval() -> None:
    assert tried(make_old(on=date(2026, 8, 10)), make_terms()) == [
        ("time", D, "From 5 September 2026 on, this would be refused.")
    ]


def test_it_finds_the_last_day_that_the_law_gave() -> None:
    right = ChangeOfMind(
        right=Right.STATUTORY, cites="Example Act s 9", span=Span(days=60)
    )
    packs = (make_pack(change_of_mind=right),)

    assert tried(make_old(), make_terms(packs=packs)) == [
        ("time", A, "A request up to 4 October 2026 would have been approved.")
    ]


YOUNG = refuses("young", {"fact": "days_since_delivery", "less_than": 3})


def test_it_names_both_ends_of_a_stretch_that_does_not_last() -> None:
    window = {"days": 3}

    assert tried(make_old(), make_terms(YOUNG)) == [
        (
            "time",
            A,
            "A request between 8 August 2026 and 4 September 2026 would have been"
            " approved.",
        )
    ]
    assert tried(make_old(on=CAME), make_terms(YOUNG)) == [
        (
            "time",
            A,
            "Between 8 August 2026 and 4 September 2026, this would be approved.",
        )
    ]
    assert tried(make_old(), make_terms(YOUNG, window=window)) == [
        ("time", A, "A request on 8 August 2026 would have been approved.")
    ]
    assert tried(make_old(on=CAME), make_terms(YOUNG, window=window)) == [
        ("time", A, "On 8 August 2026, this would be approved.")
    ]


def test_it_says_how_long_an_approval_is_interrupted() -> None:
    pause = [
        {"fact": "days_since_delivery", "at_least": 10},
        {"fact": "days_since_delivery", "at_most": 12},
    ]
    terms = make_terms(refuses("pause", {"all": pause}), window={"days": 3650})

    assert tried(make_old(on=CAME), terms) == [
        (
            "time",
            D,
            "Between 15 August 2026 and 17 August 2026, this would be refused.",
        )
    ]


def test_it_counts_a_past_return_from_its_own_day() -> None:
    often = {"fact": "customer_returns_in_90_days", "at_least": 1}
    terms = make_terms(refuses("often", often))
    facts = make_old(on=date(2026, 8, 30), returns_before=(Past(on=date(2026, 8, 20)),))

    assert tried(facts, terms) == [
        ("time", A, "A request up to 19 August 2026 would have been approved.")
    ]


def test_it_says_from_which_day_a_limit_is_no_longer_reached() -> None:
    limit = {
        "id": "often",
        "counts": "returns",
        "within_days": 30,
        "at_most": 2,
        "then": "decline",
        "ground": "OTHER",
        "text": {"en": "At most two."},
    }
    past = (Past(on=date(2026, 8, 1)), Past(on=date(2026, 8, 4)))
    facts = make_old(on=date(2026, 8, 10), returns_before=past)

    assert tried(facts, make_terms(limits=[limit])) == [
        (
            "limit",
            A,
            "Between 31 August 2026 and 4 September 2026, the limit `often` would no "
            "longer be reached, and this would be approved.",
        )
    ]


def test_it_says_what_evidence_would_have_changed() -> None:
    late = old_line(product_tags=frozenset({"fragile"}), photos=0, receipts=0)
    facts = make_old(late, decided_on=date(2026, 12, 1))

    found = counterfactuals(facts, make_terms(PHOTOS), "line-1")[0]

    assert found.said == "With 2 photos and 1 receipt, this would be approved."
    assert [(c.fact, c.was, c.to) for c in found.changes] == [
        ("photos", 0, 2),
        ("receipts", 0, 1),
    ]
    assert tried(facts, make_terms(PHOTOS))[0][0] == "evidence"


def test_it_asks_for_no_evidence_that_would_change_nothing() -> None:
    line = make_line(photos=0, receipts=1, product_tags=frozenset({"fragile"}))
    terms = make_terms(INSIDE | {"id": "first"}, PHOTOS)

    assert [kind for kind, *_ in tried(make_facts(line), terms)] == ["time"]


def test_it_says_in_which_condition_an_item_would_have_been_taken() -> None:
    terms = make_terms(
        refuses("worn", {"fact": "item_condition", "contains_any": ["worn", "opened"]}),
        refuses("used", {"fact": "used_percent", "more_than": 20}),
    )

    worn = make_facts(make_line(condition=frozenset({"worn"}), used_percent=0))
    used = make_facts(make_line(condition=frozenset(), used_percent=70))

    assert tried(worn, terms) == [
        ("condition", A, "If the item were not worn, this would be approved.")
    ]
    assert tried(used, terms) == [
        (
            "condition",
            A,
            "If no more than 20 percent of the item were used up, "
            "this would be approved.",
        )
    ]


def test_it_turns_a_condition_into_its_opposite() -> None:
    still = {"fact": "item_condition", "contains": "unopened"}
    terms = make_terms(refuses("opened", {"not": still}))
    facts = make_facts(make_line(condition=frozenset({"opened", "washed"})))

    (found,) = counterfactuals(facts, terms, "line-1")

    assert found.said == "If the item were unopened, this would be approved."
    assert found.changes[0].to == {"unopened", "washed"}


def test_it_finds_nothing_in_how_much_was_used_where_that_changes_nothing() -> None:
    terms = make_terms(
        refuses("used", {"fact": "used_percent", "at_least": 0}),
        {
            "id": "half",
            "when": {"fact": "used_percent", "at_most": 50},
            "then": "review",
        },
    )

    assert tried(make_facts(make_line(used_percent=70)), terms) == []


@pytest.mark.parametrize("starts", [Start.PURCHASE, Start.CONTRACT_COPY_RECEIVED])
def test_it_counts_from_the_contract_where_the_law_does(starts: Start) -> None:
    whole = Extension(
        needs=frozenset({"informed_of_right"}), cites="s 10", whole=Span(days=70)
    )
    packs = with_right(starts=starts, not_informed=whole, span=Span(days=50))
    facts = make_old(informed_on=ORDERED, practice=frozenset({"informed_of_right"}))

    assert tried(facts, make_terms(packs=packs))[-1] == (
        "time",
        A,
        "A request up to 20 September 2026 would have been approved.",
    )


def test_it_tries_no_time_where_no_day_is_left() -> None:
    assert (
        tried(
            make_old(on=CAME),
            make_terms(refuses("all", {"not": {"fact": "reason", "equals": "other"}})),
        )
        == []
    )


def test_it_finds_the_last_day_of_a_window_that_a_season_lengthens() -> None:
    season = {"id": "vip", "add_days": 10}

    assert tried(make_old(), make_terms(seasons=[season])) == [
        ("time", A, "A request up to 14 September 2026 would have been approved.")
    ]
