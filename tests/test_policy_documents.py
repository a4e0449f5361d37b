"""Policy documents: read in full, or refused with every fault by its path."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.packs import parse_policy
from plugin.policy.catalogue import CATALOGUE
from plugin.policy.clauses import Operator
from plugin.policy.clauses import Test as Comparison
from plugin.policy.decision import Ground, Outcome
from plugin.policy.terms import Clock, CodeOffer, Window
from tests.builders import (
    errors_of,
    make_clause,
    make_document,
)


def test_it_reads_a_policy() -> None:
    policy = parse_policy(make_document(), version="v7")
    late, in_time = policy.clauses

    assert (policy.name, policy.version) == ("Small", "v7")
    assert policy.window == Window(days=30, starts=Clock.DELIVERED)
    assert policy.offer == CodeOffer(percent=10, expires_after_days=30)
    assert policy.default is Outcome.REVIEW
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
    document = {"schema": 1, "name": "Bare", "window": {"days": 0}, "clauses": []}
    policy = parse_policy(document, version="v1")

    assert policy.window == Window(days=0, starts=Clock.DELIVERED)
    assert (policy.clauses, policy.offer) == ((), None)
    assert policy.default is Outcome.REVIEW


def test_it_reads_whole_numbers_as_forms_send_them() -> None:
    policy = parse_policy(
        make_document(
            window={"days": "21", "starts": "ordered"},
            offers={"code": {"percent": "5", "expires_after_days": "90"}},
        ),
        version="v1",
    )

    assert policy.window == Window(days=21, starts=Clock.ORDERED)
    assert policy.offer == CodeOffer(percent=5, expires_after_days=90)


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"schema": 2}, {"schema": ["Must be equal to 1."]}),
        ({"name": ""}, {"name": ["Length must be between 1 and 80."]}),
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
            {"window.qqq": ["unknown name `qqq`; use one of days, starts"]},
        ),
        ({"window": {}}, {"window.days": ["Missing data for required field."]}),
        (
            {"window": {"days": -1}},
            {
                "window.days": [
                    "Must be greater than or equal to 0 and less than or equal to 3650."
                ]
            },
        ),
        ({"window": {"days": 1.5}}, {"window.days": ["give a whole number"]}),
        ({"window": {"days": True}}, {"window.days": ["give a whole number"]}),
        ({"window": {"days": "ten"}}, {"window.days": ["give a whole number"]}),
        ({"window": {"days": 10**30}}, {"window.days": ["give a whole number"]}),
        (
            {"window": {"days": 30, "starts": "paid"}},
            {"window.starts": ["Must be one of: delivered, fulfilled, ordered."]},
        ),
        (
            {"offers": {"code": {"percent": 0, "expires_after_days": 400}}},
            {
                "offers.code.percent": [
                    "Must be greater than or equal to 1 and less than or equal to 100."
                ],
                "offers.code.expires_after_days": [
                    "Must be greater than or equal to 1 and less than or equal to 365."
                ],
            },
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
            {"clauses": ["Longer than maximum length 100."]},
        ),
        ({"clauses": ["late"]}, {"clauses.0": ["Invalid input type."]}),
        ({"clauses": "late"}, {"clauses": ["Not a valid list."]}),
    ],
)
def test_it_names_the_path_of_every_fault(
    changes: dict[str, Any], errors: dict[str, list[str]]
) -> None:
    assert errors_of(make_document(**changes)) == errors


@pytest.mark.parametrize("document", [None, [], "policy", 3])
def test_it_refuses_what_is_no_document(document: object) -> None:
    assert errors_of(document) == {"document": ["Invalid input type."]}


def test_it_reports_all_faults_at_once() -> None:
    errors = errors_of({"schema": 1, "window": {"days": "x"}, "clause": []})

    assert sorted(errors) == ["clause", "clauses", "name", "window.days"]
    assert errors["clause"] == ["unknown name `clause`; did you mean `clauses`?"]


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"id": "Final Sale"}, {"id": ["use kebab-case, as `in-time`"]}),
        ({"id": "late\n"}, {"id": ["use kebab-case, as `in-time`"]}),
        (
            {"then": "refuse"},
            {"then": ["Must be one of: approve, decline, review."]},
        ),
        ({"ground": "LATE"}, None),
        (
            {"then": "approve"},
            {"ground": ["only a refusal has `ground`; leave it out"]},
        ),
        (
            {"text": {"de": "Zu spät."}},
            {"text.en": ["a refusal needs its words, in English at least"]},
        ),
        (
            {"text": {"en": " .\x00"}},
            {"text.en": ["write a sentence for the customer"]},
        ),
        (
            {"text": {"en": "x" * 161}},
            {"text.en": ["write at most 160 characters"]},
        ),
        (
            {"text": {"en": "🙂" * 81}},
            {"text.en": ["write at most 160 characters"]},
        ),
        (
            {"text": {"en": "Within {days} days."}},
            {"text.en": ["the placeholders are {window_days} and {window_start}"]},
        ),
        (
            {"text": {"en": "Within {{window_days}} days."}},
            {"text.en": ["the placeholders are {window_days} and {window_start}"]},
        ),
        ({"offer": "yes"}, {"offer": ["Not a valid boolean."]}),
        (
            {"grounds": "OTHER"},
            {"grounds": ["unknown name `grounds`; did you mean `ground`?"]},
        ),
    ],
)
def test_it_names_the_fault_in_a_clause(
    changes: dict[str, Any], errors: dict[str, list[str]] | None
) -> None:
    found = errors_of(make_document(clauses=[make_clause(**changes)]))
    wanted = errors or {
        "ground": ["Must be one of: FINAL_SALE, RETURN_PERIOD_ENDED, OTHER."]
    }

    assert found == {f"clauses.0.{path}": why for path, why in wanted.items()}


def test_a_refusal_needs_a_ground_and_words() -> None:
    clause = make_clause()
    del clause["ground"], clause["text"]
    errors = errors_of(make_document(clauses=[clause]))

    assert errors == {
        "clauses.0.ground": ["a refusal needs a ground"],
        "clauses.0.text.en": ["a refusal needs its words, in English at least"],
    }


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
