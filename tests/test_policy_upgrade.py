"""Older policy documents: read as the ones of today, faults and all."""

from __future__ import annotations

from typing import Any

import pytest

from plugin.packs import parse_policy
from tests.builders import (
    between,
    errors_of,
    make_clause,
    make_document,
    make_offer,
)


def test_a_document_of_version_1_becomes_one_of_today() -> None:
    code = {"percent": 5, "expires_after_days": 9}
    old = make_document(schema=1, offers={"code": code})
    new = make_document(offers=[make_offer(**code)])

    assert parse_policy(old, version="v1").offers == (
        parse_policy(new, version="v1").offers
    )


@pytest.mark.parametrize("offers", [{}, {"code": None}])
def test_a_document_of_version_1_may_have_no_offers(offers: dict[str, Any]) -> None:
    policy = parse_policy(make_document(schema=1, offers=offers), version="v1")

    assert policy.offers == ()


def test_a_document_of_version_1_may_leave_its_offers_out() -> None:
    old = make_document(schema=1)
    del old["offers"]

    assert parse_policy(old, version="v1").offers == ()


@pytest.mark.parametrize("version", [1, "1", " 1 "])
def test_version_1_may_be_written_as_text(version: object) -> None:
    code = {"code": {"percent": 5, "expires_after_days": 9}}
    policy = parse_policy(make_document(schema=version, offers=code), version="v1")

    assert [(offer.id, offer.percent) for offer in policy.offers] == [("code", 5)]


def test_the_offer_of_version_1_gets_an_id_that_no_rule_has() -> None:
    rules = [make_clause(id="code"), make_clause(id="code-2")]
    code = {"code": {"percent": 5, "expires_after_days": 9}}
    document = make_document(schema=1, clauses=rules, offers=code)

    assert [o.id for o in parse_policy(document, version="v1").offers] == ["code-3"]


NOT_TODAY = "give 2"


@pytest.mark.parametrize(
    ("offers", "errors"),
    [
        (
            {"code": {"percent": 0, "expires_after_days": 400}},
            {
                "offers.0.percent": between(1, 100),
                "offers.0.expires_after_days": between(1, 365),
            },
        ),
        (
            {"code": {"percent": 5, "expires_after_days": 9, "remedy": "keep_item"}},
            {"schema": [NOT_TODAY], "offers": ["give a list"]},
        ),
        ({"kode": {}}, {"schema": [NOT_TODAY], "offers": ["give a list"]}),
        ({"code": 3}, {"schema": [NOT_TODAY], "offers": ["give a list"]}),
        (
            None,
            {"schema": [NOT_TODAY], "offers": ["nothing is given here; give a value"]},
        ),
        ([], {"schema": [NOT_TODAY]}),
    ],
)
def test_a_fault_of_version_1_is_told_as_any_other(
    offers: Any, errors: dict[str, list[str]]
) -> None:
    assert errors_of(make_document(schema=1, offers=offers)) == errors
