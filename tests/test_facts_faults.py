"""Facts documents that cannot be used: every fault by its path."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugin.schemas.facts import BadFacts, parse_facts
from tests.builders import between

DAYS = {"requested_on": "2026-11-05", "ordered_on": "2026-10-28"}
USD = {"amount": "25.00", "currency": "USD"}


def make(**changes: Any) -> dict[str, Any]:
    """Make the least a facts document has to say."""
    return {**DAYS, "lines": [{}], **changes}


def errors_of(document: Any) -> dict[str, list[str]]:
    """Read a facts document and give its errors by path; none when it is sound."""
    try:
        parse_facts(document)
    except BadFacts as error:
        return error.errors
    return {}


def test_the_error_lists_every_fault() -> None:
    with pytest.raises(BadFacts) as raised:
        parse_facts(make(lines=[]))

    assert raised.value.code == "bad_facts"
    assert str(raised.value) == (
        "the facts cannot be used: lines: give 1 to 250 entries"
    )


MOMENT = ["give a moment as 2026-11-05T10:00:00Z"]
FAR = ["give a moment from 1970 to 2200, such as 2026-11-05T10:00:00Z"]
FAR_DAY = ["give a day from 1970 to 2200, such as 2026-01-31"]


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"photos": -1}, {"photos": ["give a number of at least 0"]}),
        ({"used_percent": 101}, {"used_percent": between(0, 100)}),
        ({"quantity": 0}, {"quantity": ["give a number of at least 1"]}),
        ({"title": ""}, {"title": ["give 1 to 255 characters"]}),
        ({"gift_card": "yes"}, {"gift_card": ["give true or false"]}),
        ({"product_tags": "sale"}, {"product_tags": ["give a list of words"]}),
        ({"product_tags": [3]}, {"product_tags": ["give a list of words"]}),
        (
            {"condition": ["wornn"]},
            {"condition": ["unknown name `wornn`; did you mean `worn`?"]},
        ),
        (
            {"proven": ["deliverd"]},
            {"proven": ["unknown name `deliverd`; did you mean `delivered`?"]},
        ),
        (
            {"delivered_on": "yesterday"},
            {"delivered_on": ["give a date as 2026-01-31"]},
        ),
        ({"delivered_at": "2026-11-02T10:00:00"}, {"delivered_at": MOMENT}),
        ({"delivered_at": "2026-11-02"}, {"delivered_at": MOMENT}),
        ({"delivered_at": 3}, {"delivered_at": MOMENT}),
        ({"delivered_at": datetime(2026, 11, 2, 10)}, {"delivered_at": MOMENT}),
        ({"prise": USD}, {"prise": ["unknown name `prise`; did you mean `price`?"]}),
        (
            {"price": {"amount": "1.234", "currency": "USD"}},
            {"price.amount": ["USD has 2 decimals"]},
        ),
    ],
)
def test_it_names_the_fault_in_a_line(
    changes: dict[str, Any], errors: dict[str, list[str]]
) -> None:
    assert errors_of(make(lines=[{}, changes])) == {
        f"lines.1.{path}": why for path, why in errors.items()
    }


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"lines": []}, {"lines": ["give 1 to 250 entries"]}),
        ({"lines": [{}] * 251}, {"lines": ["give 1 to 250 entries"]}),
        (
            {"requested_on": "2026-10-27"},
            {"requested_on": ["the request comes before the order; check both days"]},
        ),
        (
            {"places": [{"country": "Germany"}]},
            {"places.0.country": ["`Germany` is no country; give a code such as DE"]},
        ),
        (
            {"places": [{"country": 3, "region": "Texas"}]},
            {
                "places.0.country": ["`3` is no country; give a code such as DE"],
                "places.0.region": ["give the code of a region, such as CA"],
            },
        ),
        (
            {"lines": [{"id": "mug"}, {}, {"id": "mug"}, {"id": "line-2"}]},
            {
                "lines.2.id": ["`mug` is already used"],
                "lines.3.id": ["`line-2` is already used"],
            },
        ),
        (
            {"offers_before": [{"on": "2026-01-05"}] * 10_001},
            {"offers_before": ["give at most 10000 entries"]},
        ),
        (
            {"places": [{"country": "DE"}] * 5},
            {"places": ["give at most 4 entries"]},
        ),
        (
            {"return_method": "fax"},
            {"return_method": ["use one of: collection, drop-off, mail, store"]},
        ),
        (
            {"practice": ["informed"]},
            {
                "practice": [
                    "unknown name `informed`; did you mean `informed_of_right`?"
                ]
            },
        ),
        (
            {"returns_before": [{"items": 0}]},
            {
                "returns_before.0.on": ["this is missing; give it"],
                "returns_before.0.items": ["give a number of at least 1"],
            },
        ),
        ({"requested_at": "now"}, {"requested_at": MOMENT}),
        ({"requested_at": "0001-01-01T00:00:00+14:00"}, {"requested_at": FAR}),
        ({"requested_at": "2201-01-01T00:00:00Z"}, {"requested_at": FAR}),
        ({"ordered_on": "1969-12-31"}, {"ordered_on": FAR_DAY}),
        ({"ordered_on": "9999-12-31"}, {"ordered_on": FAR_DAY}),
    ],
)
def test_it_names_the_fault_in_a_request(
    changes: dict[str, Any], errors: dict[str, list[str]]
) -> None:
    assert errors_of(make(**changes)) == errors


def test_it_reports_all_faults_at_once() -> None:
    assert sorted(errors_of({"requested": 1, "lines": [{"photos": "x"}]})) == [
        "lines.0.photos",
        "ordered_on",
        "requested",
        "requested_on",
    ]


@pytest.mark.parametrize("document", [None, [], "facts", 3])
def test_it_refuses_what_is_no_document(document: object) -> None:
    assert errors_of(document) == {"document": ["give names with values"]}


def test_a_request_on_the_day_of_the_order_is_fine() -> None:
    assert errors_of(make(requested_on="2026-10-28")) == {}


VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["on", "country", "amount", "id"]), inner)
    ),
    max_leaves=5,
)
NAMES = st.sampled_from(
    ["requested_on", "places", "returns_before", "business", "channel", "order_total"]
)
OF_LINE = st.sampled_from(["id", "price", "delivered_at", "condition", "quantity"])


@settings(derandomize=True, deadline=None)
@given(
    facts=st.dictionaries(NAMES, VALUE, max_size=4),
    line=st.dictionaries(OF_LINE, VALUE, max_size=4) | VALUE,
)
def test_whatever_is_sent_is_read_or_refused(facts: dict[str, Any], line: Any) -> None:
    errors = errors_of(make(**{"lines": [line], **facts}))

    assert all(path and why for path, why in errors.items())
