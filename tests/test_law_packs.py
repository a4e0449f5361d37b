"""The law packs as they are: found by place, complete, dated and cited."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
import yaml

from plugin.policy.days import CountFrom, EndRoll, Span
from plugin.policy.facts import PRACTICE
from plugin.policy.law_change import TOLD_COST
from plugin.policy.provisions import Right, Start
from plugin.policy.remedies import FeeRule, Payer
from tests.builders import (
    CONFIG,
    PACKS,
    make_place,
)

LAW = CONFIG / "law"
PRESETS = CONFIG / "presets"
MEMBERS = (
    *("AT", "BE", "BG", "HR", "CY", "CZ", "DK", "EE", "FI", "FR", "DE", "GR", "HU"),
    *("IE", "IT", "LV", "LT", "LU", "MT", "NL", "PL", "PT", "RO", "SK", "SI", "ES"),
    *("SE", "IS", "LI"),
)


UNION = ("AT", "DE", "ES", "EU", "FR", "IE", "IT", "NL", "PT", "RO", "SE")


def test_the_law_packs_are_there() -> None:
    assert sorted(PACKS.law_packs) == sorted(
        [
            *UNION,
            *("CH", "GB", "NO", "RU", "TR", "UA", "AE", "IL", "SA", "ZA"),
            *("AU", "CN", "HK", "ID", "IN", "JP", "KR", "MY", "NZ", "PH", "SG"),
            *("TH", "TW", "VN", "CA", "CA-ON", "CA-QC", "US", "US-CA", "US-FL"),
            *("US-NJ", "US-NY", "AR", "BR", "CL", "CO", "MX", "UY"),
        ]
    )


@pytest.mark.parametrize(
    ("place", "id"),
    [
        ("DE", "DE"),
        ("DE-BY", "DE"),
        ("PL", "EU"),
        ("IS", "EU"),
        ("GB", "GB"),
        ("NO", "NO"),
        ("US", "US"),
        ("US-TX", "US"),
        ("US-CA", "US-CA"),
        ("CA", "CA"),
        ("CA-AB", "CA"),
        ("CA-QC", "CA-QC"),
        ("CN", "CN"),
    ],
)
def test_it_finds_the_nearest_pack(place: str, id: str) -> None:
    pack = PACKS.law_for(make_place(place))

    assert pack is not None
    assert pack.id == id


@pytest.mark.parametrize("place", ["GG", "EG", "ZZ"])
def test_it_has_no_pack_for_other_countries(place: str) -> None:
    assert PACKS.law_for(make_place(place)) is None


@pytest.mark.parametrize("country", MEMBERS)
def test_every_member_state_gives_fourteen_days(country: str) -> None:
    pack = PACKS.law_for(make_place(country))

    assert pack is not None
    right = pack.change_of_mind
    counts = CountFrom.DISPUTED if country == "IE" else CountFrom.NEXT_DAY
    assert right.right is Right.STATUTORY
    assert right.starts is Start.LAST_ITEM_DELIVERED
    assert right.before_delivery is True
    assert right.span == Span(
        days=14,
        count_from=counts,
        end_roll=EndRoll.NEXT_WORKING_DAY,
        working_days=2,
    )
    assert len(right.exceptions) == 13
    assert right.not_informed is not None
    assert right.not_informed.needs == {"informed_of_right", "withdrawal_function_live"}
    assert right.not_informed.months == 12
    assert (right.owed.fee, right.owed.outbound) == (FeeRule.FORBIDDEN, True)
    assert right.owed.return_freight is Payer.TRADER
    assert right.owed_if_told is not None
    assert right.owed_if_told.return_freight is Payer.CONSUMER


@pytest.mark.parametrize(
    ("on", "since", "needs"),
    [
        (date(2026, 6, 18), date(2014, 6, 13), 1),
        (date(2026, 6, 19), date(2026, 6, 19), 2),
        (date(2026, 7, 30), date(2026, 6, 19), 2),
        (date(2026, 7, 31), date(2026, 7, 31), 2),
        # Nothing is known of orders before the oldest version, which says so itself.
        (date(2010, 1, 1), date(2014, 6, 13), 1),
        (None, date(2026, 7, 31), 2),
    ],
)
def test_it_gives_the_version_of_the_order_s_day(
    on: date | None, since: date, needs: int
) -> None:
    pack = PACKS.law_for(make_place("DE"), on)

    assert pack is not None
    assert pack.since == since
    assert pack.change_of_mind.not_informed is not None
    assert len(pack.change_of_mind.not_informed.needs) == needs


@pytest.mark.parametrize("id", sorted(PACKS.law_packs))
def test_versions_follow_each_other_without_a_gap(id: str) -> None:
    packs = [edition.pack for edition in PACKS.editions[id]]

    assert packs[0].until is None
    for newer, older in pairwise(packs):
        assert older.until == newer.since


def test_a_place_without_an_act_to_date_has_law_for_every_day() -> None:
    pack = PACKS.law_for(make_place("HK"), date(1990, 1, 1))

    assert pack is not None
    assert (pack.since, pack.until) == (None, None)


@pytest.mark.parametrize(
    ("id", "guarantee", "burden", "reject", "prompt", "final_sale"),
    [
        # The Directive's 24 months may be longer in a state without its own pack.
        ("EU", None, 12, None, None, False),
        ("DE", 24, 12, None, None, False),
        ("FR", 24, 24, None, None, False),
        ("GB", 72, 6, 30, None, False),
        ("CN", None, None, 7, None, False),
        ("US", None, None, None, 30, True),
        ("US-CA", None, None, None, 30, True),
    ],
)
def test_it_reads_what_is_owed_for_a_fault(
    id: str,
    guarantee: int | None,
    burden: int | None,
    reject: int | None,
    prompt: int | None,
    final_sale: bool,
) -> None:
    fault = PACKS.law_packs[id].fault

    assert fault.right is Right.STATUTORY
    assert fault.guarantee_months == guarantee
    assert fault.burden_on_trader_months == burden
    assert (fault.reject_days, fault.prompt_days) == (reject, prompt)
    assert fault.final_sale_needs_person is final_sale


@pytest.mark.parametrize(
    ("id", "right", "span", "starts"),
    [
        (
            "GB",
            Right.STATUTORY,
            Span(days=14, end_roll=EndRoll.HUMAN_IF_NONWORKING),
            Start.LAST_ITEM_DELIVERED,
        ),
        (
            "CN",
            Right.STATUTORY,
            Span(days=7, end_roll=EndRoll.HUMAN_IF_NONWORKING),
            Start.ITEM_DELIVERED,
        ),
        ("US", Right.NONE, None, Start.LAST_ITEM_DELIVERED),
        (
            "US-CA",
            Right.IF_NOT_POSTED,
            Span(days=30, end_roll=EndRoll.HUMAN_IF_NONWORKING),
            Start.PURCHASE,
        ),
    ],
)
def test_it_reads_the_right_to_change_one_s_mind(
    id: str, right: Right, span: Span | None, starts: Start
) -> None:
    found = PACKS.law_packs[id].change_of_mind

    assert (found.right, found.span, found.starts) == (right, span, starts)


def test_it_leaves_states_with_posting_rules_to_a_person() -> None:
    assert len(PACKS.law_packs["US"].regions) == 51
    rules = PACKS.law_packs["US"].regions_for_a_person
    assert " ".join(rule.code for rule in rules) == "CT HI MA MD MN OH RI UT VA"
    assert all(rule.code in PACKS.law_packs["US"].regions for rule in rules)
    assert PACKS.law_packs["US-CA"].regions_for_a_person == ()


@pytest.mark.parametrize("id", sorted(PACKS.law_packs))
def test_every_provision_is_dated_and_cited(id: str) -> None:
    pack = PACKS.law_packs[id]
    document = yaml.safe_load((LAW / f"{id}.yaml").read_text("utf-8"))

    assert pack.checked_on == date(2026, 11, 23)
    assert pack.since is None or pack.since < pack.checked_on
    assert pack.change_of_mind.cites
    assert pack.fault.cites
    assert set(document["evidence"]) == {"text", "page", "secondary"}


def test_every_practice_is_asked_for_somewhere() -> None:
    asked = {TOLD_COST}
    for pack in PACKS.law_packs.values():
        right = pack.change_of_mind
        asked |= right.unless
        asked |= right.not_informed.needs if right.not_informed else set()
        asked |= {need for each in right.exceptions for need in each.needs}

    assert asked >= set(PRACTICE)
