"""The JSON for tools."""

from __future__ import annotations

import json
from datetime import date
from unittest.mock import ANY

import pytest

from plugin.shop import Mode
from tests.builders import PACKS, make_line
from tests.pages.seeds import SHOP, Office, seed_case
from tests.pages.staff import Merchant, answer


def test_it_lists_cases_for_tools(office: Office, merchant: Merchant) -> None:
    return_id = seed_case(office.archive, 1001)
    letter = office.letter(return_id)

    r = merchant.get_json("/api/cases")

    assert r.status_code == 200
    assert r.headers["Cache-Control"] == "no-store"
    assert answer(r) == {
        "cases": [
            {
                "return_id": "gid://shopify/Return/1001",
                "return_name": "#1001-R1",
                "order_id": "gid://shopify/Order/1001",
                "order_name": "#1001",
                "status": "proposed",
                "mode": "assist",
                "outcome": "decline",
                "ground": "RETURN_PERIOD_ENDED",
                "decided_by": ["window-over"],
                "law": "silent",
                "code": "SORRY-1001",
                "offers": [
                    {
                        "amount": None,
                        "bonus_percent": 0,
                        "ends_on": ANY,
                        "id": "code",
                        "percent": 10,
                        "remedy": "code",
                    }
                ],
                "settled": [],
                "tasks": [ANY],
                "note": letter,
                "language": "en",
                "entries": 9,
                "locked": False,
            }
        ]
    }


@pytest.mark.parametrize(
    ("country", "delivered_on", "law"),
    [
        ("DE", date(2026, 11, 17), "entitled"),
        ("DE", date(2026, 10, 9), "unclear"),
        ("US", date(2026, 10, 9), "silent"),
    ],
)
def test_it_says_what_the_law_gives(
    office: Office, merchant: Merchant, country: str, delivered_on: date, law: str
) -> None:
    lines = (
        make_line(delivered_on=delivered_on),
        make_line(id="line-2", delivered_on=delivered_on),
    )
    region = "CO" if country == "US" else None
    seed_case(office.archive, 1, *lines, country=country, region=region)

    found = answer(merchant.get_json("/api/cases"))["cases"][0]

    assert found["law"] == law


def test_it_shows_the_whole_trail_of_a_case(office: Office, merchant: Merchant) -> None:
    seed_case(office.archive, 1001)

    found = answer(merchant.get_json("/api/cases/1001"))

    kinds = [entry["kind"] for entry in found["trail"]]
    assert kinds == [
        "request",
        "facts",
        "terms",
        "decision",
        "trace",
        "offers",
        "letter",
        "outcome",
        "call",
    ]
    assert found["trail"][3]["body"]["outcome"] == "decline"
    assert found["entries"] == 9


@pytest.mark.parametrize(
    ("limit", "count"), [("1", 1), ("0", 1), ("-5", 1), ("2", 2), ("x", 3)]
)
def test_it_lists_as_many_as_asked(
    office: Office, merchant: Merchant, limit: str, count: int
) -> None:
    for number in (1, 2, 3):
        seed_case(office.archive, number)

    found = answer(merchant.get_json(f"/api/cases?limit={limit}"))["cases"]

    assert len(found) == count


def test_it_answers_an_unknown_case_in_json(merchant: Merchant) -> None:
    r = merchant.get_json("/api/cases/404")

    assert r.status_code == 404
    assert answer(r)["error"] == "not_found"


def test_it_saves_settings_as_the_form_does(office: Office, merchant: Merchant) -> None:
    r = merchant.put_json(
        "/api/settings",
        {
            "mode": "automatic",
            "preset": "strict-14-days",
            "window_days": 20,
            "window_starts": "fulfilled",
            "offer": True,
            "percent": 5,
            "expires_after_days": 7,
            "contact": None,
            "practice": ["informed_of_right", "withdrawal_function_live"],
        },
    )

    shelf = office.archive.of(SHOP)
    version = shelf.policies()[0]
    assert r.status_code == 200
    assert answer(r) == {"version": 2, "label": version.label}
    assert json.loads(version.document) == {
        **PACKS.preset("strict-14-days"),
        "window": {"days": 20, "starts": "fulfilled"},
        "offers": [
            {"id": "code", "remedy": "code", "percent": 5, "expires_after_days": 7}
        ],
    }
    assert office.shop().preferences.practice == {
        "informed_of_right",
        "withdrawal_function_live",
    }


def test_it_leaves_what_is_not_named(office: Office, merchant: Merchant) -> None:
    merchant.put_json("/api/settings", {"mode": "observe"})

    r = merchant.put_json("/api/settings", {"mode": "automatic"})

    assert answer(r)["version"] == 1
    assert office.shop().preferences.mode is Mode.AUTOMATIC


def test_it_takes_a_presets_own_window(office: Office, merchant: Merchant) -> None:
    merchant.put_json("/api/settings", {"preset": "generous-60-days"})

    document = json.loads(office.archive.of(SHOP).policies()[0].document)
    assert document == PACKS.preset("generous-60-days")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ([], "document"),
        ("text", "document"),
        (None, "document"),
        ({"mode": "reckless"}, "mode"),
        ({"mode": ["observe"]}, "mode"),
        ({"mode": None}, "mode"),
        ({"preset": {"a": 1}}, "preset"),
        ({"preset": "no-such"}, "preset"),
        ({"window_days": 12.5}, "window_days"),
        ({"window_days": True}, "window_days"),
        ({"window_days": None}, "window_days"),
        ({"window_days": [1]}, "window_days"),
        ({"offer": "on"}, "offer"),
        ({"offer": [1]}, "offer"),
        ({"percent": 0}, "percent"),
        ({"contact": 7}, "contact"),
        ({"contact": ["a"]}, "contact"),
        ({"practice": "informed_of_right"}, "practice"),
        ({"practice": ["made_up"]}, "practice"),
        ({"practice": [["informed_of_right"]]}, "practice"),
        ({"practice": None}, "practice"),
        ({"moed": "observe"}, "moed"),
    ],
    ids=str,
)
def test_it_refuses_bad_settings_by_field(
    office: Office, merchant: Merchant, body: object, field: str
) -> None:
    r = merchant.put_json("/api/settings", body)

    assert r.status_code == 422
    assert answer(r)["error"] == "bad_settings"
    assert list(answer(r)["errors"]) == [field]
    assert office.archive.of(SHOP).policies()[0].version == 1
    assert office.shop().preferences.mode is Mode.ASSIST


def test_it_refuses_a_body_that_is_no_json(merchant: Merchant) -> None:
    headers = merchant.headers("application/json")

    r = merchant.client.put("/api/settings", data=b"\xff{", headers=headers)

    assert r.status_code == 422


@pytest.mark.parametrize("body", ["[" * 100_000, '{"a":' * 100_000])
def test_it_refuses_json_that_is_nested_beyond_reading(
    merchant: Merchant, body: str
) -> None:
    headers = {**merchant.headers("*/*"), "Content-Type": "application/json"}
    r = merchant.client.put("/api/settings", data=body, headers=headers)

    assert r.status_code == 422
    assert answer(r)["error"] == "bad_settings"


@pytest.mark.parametrize("number", ["%00", "x", "1x", "9" * 21, "-1", "\u0661"])
def test_a_number_that_is_none_is_no_case(merchant: Merchant, number: str) -> None:
    for path in (f"/cases/{number}", f"/api/cases/{number}"):
        assert (
            merchant.client.get(path, headers=merchant.headers("*/*")).status_code
            == 404
        )
