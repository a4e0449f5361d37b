"""Policy documents: read in full, or refused with every fault by its path."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugin.packs import parse_policy
from plugin.policy.catalogue import CATALOGUE
from plugin.policy.clauses import ALWAYS
from plugin.policy.conditions import Operator
from plugin.policy.conditions import Test as Comparison
from plugin.policy.decision import Ground, Outcome
from plugin.policy.remedies import PLAIN_REFUND, Remedy
from plugin.policy.terms import Clock, Window
from tests.builders import (
    PACKS,
    between,
    errors_of,
    make_clause,
    make_document,
    make_offer,
)


def test_it_reads_a_policy() -> None:
    policy = parse_policy(make_document(), version="v7")
    late, in_time = policy.clauses
    (code,) = policy.offers

    assert (policy.name, policy.version) == ("Small", "v7")
    assert policy.window == Window(days=30, starts=Clock.DELIVERED)
    assert policy.default is Outcome.REVIEW
    assert (code.id, code.remedy, code.percent) == ("code", Remedy.CODE, 10)
    assert (code.expires_after_days, code.guard) == (30, ALWAYS)
    assert code.outcomes == frozenset({Outcome.DECLINE})
    assert (late.id, late.then, late.ground, late.offers) == (
        "late",
        Outcome.DECLINE,
        Ground.RETURN_PERIOD_ENDED,
        True,
    )
    assert late.texts == (("en", "Items can be returned within {window_days} days."),)
    assert late.when == Comparison(
        fact="days_past_window", operator=Operator.MORE_THAN, value=0
    )
    assert (in_time.ground, in_time.texts) == (None, ())


def test_it_fills_in_what_may_be_left_out() -> None:
    document = {"schema": 2, "name": "Bare", "window": {"days": 0}, "clauses": []}
    policy = parse_policy(document, version="v1")

    assert policy.window == Window(days=0, starts=Clock.DELIVERED)
    assert (policy.clauses, policy.limits, policy.offers) == ((), (), ())
    assert (policy.windows, policy.seasons, policy.fees) == ((), (), ())
    assert (policy.refund, policy.words) == (PLAIN_REFUND, {})
    assert policy.default is Outcome.REVIEW


def test_it_reads_whole_numbers_as_forms_send_them() -> None:
    policy = parse_policy(
        make_document(
            window={"days": "21", "starts": "ordered"},
            offers=[make_offer(percent="5", expires_after_days=" 90 ")],
        ),
        version="v1",
    )

    assert policy.window == Window(days=21, starts=Clock.ORDERED)
    assert (policy.offers[0].percent, policy.offers[0].expires_after_days) == (5, 90)


@pytest.mark.parametrize("name", PACKS.preset_names)
def test_every_preset_can_be_used(name: str) -> None:
    assert errors_of(PACKS.preset(name)) == {}


@pytest.mark.parametrize("version", [True, 1.0, "one", None])
def test_what_is_no_number_is_no_version(version: object) -> None:
    errors = errors_of(make_document(schema=version, offers={}))

    assert set(errors) == {"schema", "offers"}


NOT_TODAY = "give 2"


LENGTHS = "give exactly one of `days`, `hours`, `until`"


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"schema": 3}, {"schema": [NOT_TODAY]}),
        ({"schema": 0}, {"schema": [NOT_TODAY]}),
        ({"schema": None}, {"schema": ["nothing is given here; give a value"]}),
        ({"name": ""}, {"name": ["give 1 to 80 characters"]}),
        (
            {"widnow": {"days": 30}},
            {"widnow": ["unknown name `widnow`; did you mean `window`?"]},
        ),
        (
            {"window": {"days": 30, "day": 3}},
            {"window.day": ["unknown name `day`; did you mean `days`?"]},
        ),
        (
            {"window": {"days": 30, "qqq": 3}},
            {
                "window.qqq": [
                    "unknown name `qqq`; use one of days, hours, starts, until"
                ]
            },
        ),
        ({"window": {}}, {"window": [LENGTHS]}),
        ({"window": {"days": 3, "hours": 9}}, {"window": [LENGTHS]}),
        (
            {"window": {"days": -1}},
            {"window.days": between(0, 3650)},
        ),
        ({"window": {"days": 1.5}}, {"window.days": ["give a whole number"]}),
        ({"window": {"days": True}}, {"window.days": ["give a whole number"]}),
        ({"window": {"days": "ten"}}, {"window.days": ["give a whole number"]}),
        ({"window": {"days": 10**30}}, {"window.days": ["give a whole number"]}),
        (
            {"window": {"days": 30, "starts": "paid"}},
            {"window.starts": ["use one of: delivered, fulfilled, ordered"]},
        ),
        (
            {"default": "decline"},
            {"default": ["use `approve` or `review`; silence is never a no"]},
        ),
        (
            {"clauses": [make_clause(), make_clause()]},
            {"clauses.1.id": ["`late` is already used"]},
        ),
        (
            {"clauses": [make_clause(id=str(n)) for n in range(101)]},
            {"clauses": ["give at most 100 entries"]},
        ),
        ({"clauses": ["late"]}, {"clauses.0": ["give names with values"]}),
        ({"clauses": "late"}, {"clauses": ["give a list"]}),
    ],
)
def test_it_names_the_path_of_every_fault(
    changes: dict[str, Any], errors: dict[str, list[str]]
) -> None:
    assert errors_of(make_document(**changes)) == errors


@pytest.mark.parametrize("document", [None, [], "policy", 3])
def test_it_refuses_what_is_no_document(document: object) -> None:
    assert errors_of(document) == {"document": ["give names with values"]}


def test_it_reports_all_faults_at_once() -> None:
    errors = errors_of({"schema": 1, "window": {"days": "x"}, "clause": []})

    assert sorted(errors) == ["clause", "clauses", "name", "window.days"]
    assert errors["clause"] == ["unknown name `clause`; did you mean `clauses`?"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["all", "any", "not", "fact", "equals", "x", *CATALOGUE]),
            inner | st.sampled_from(sorted(CATALOGUE)),
            max_size=3,
        )
    ),
    max_leaves=20,
)


@settings(derandomize=True, deadline=None)
@given(when=JSON, then=JSON, text=JSON, days=JSON, offers=JSON)
def test_whatever_is_sent_is_read_or_refused(
    when: object, then: object, text: object, days: object, offers: object
) -> None:
    document = make_document(
        clauses=[make_clause(when=when, then=then, text=text)],
        window={"days": days},
        offers=offers,
    )
    errors = errors_of(document) if then != "decline" else {"clauses.0.then": []}

    assert all(why or path for path, why in errors.items())
