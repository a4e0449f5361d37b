"""What is told of a case: ids, outcome, amounts, and nothing of a customer."""

from __future__ import annotations

import json
import tomllib
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from plugin.case import (
    OVERTURNED,
    Asked,
    Entry,
    Letter,
    Settled,
    Status,
    Task,
    TaskKind,
)
from plugin.casework.record import OVERRIDDEN
from plugin.outgoing.flow import HANDLES, payload
from plugin.outgoing.telling import KINDS, MOVES, Announcement, announcements, tried
from plugin.policy.decision import Outcome
from plugin.policy.money import Money
from plugin.policy.offers import Offer
from plugin.policy.remedies import Charge, Remedy
from tests.archive.shelves import ALPINE, RETURN, make_case
from tests.devstore.world import ROOT

AT = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
DECISION = Entry(key="decision", kind="decision", body={})


def test_it_tells_a_decision_in_ids_and_amounts() -> None:
    case = make_case(
        offers=(
            Offer(
                remedy=Remedy.CODE,
                amount=Money.of("10.50", "USD"),
                ends_on=date(2027, 1, 1),
            ),
        ),
        settled=(
            Settled(
                title="Blue mug",
                remedies=(Remedy.ORIGINAL_PAYMENT,),
                fees=(
                    Charge(id="restocking", amount=Money.of("2.00", "USD")),
                    Charge(id="unknown", amount=None),
                ),
            ),
        ),
    )

    (told,) = tell(case, DECISION)

    assert json.loads(told.body) == {
        "type": "decision.made",
        "timestamp": "2026-11-02T09:30:00+00:00",
        "data": {
            "shop": ALPINE,
            "return_id": RETURN,
            "order_id": "gid://shopify/Order/1",
            "status": "decided",
            "mode": "automatic",
            "outcome": "decline",
            "ground": "RETURN_PERIOD_ENDED",
            "decided_by": ["window-over"],
            "offers": [
                {
                    "remedy": "code",
                    "percent": 0,
                    "ends_on": "2027-01-01",
                    "amount": "10.50",
                    "currency": "USD",
                }
            ],
            "fees": [
                {"id": "restocking", "amount": "2.00", "currency": "USD"},
                {"id": "unknown", "amount": None, "currency": None},
            ],
        },
    }


def test_it_tells_nothing_that_a_customer_wrote_or_reads() -> None:
    case = make_case(
        return_name="canary",
        order_name="canary",
        customer_id="gid://shopify/Customer/canary",
        asked=(Asked(title="canary", quantity=1, reason="canary", note="canary"),),
        letter=Letter(language="de", text="canary"),
        code="canary",
        tasks=(Task(kind=TaskKind.OTHER, text="canary"),),
        settled=(Settled(title="canary", remedies=()),),
    )
    entry = Entry(key="decision", kind="decision", body={"note": "canary"})

    (told,) = tell(case, entry)

    assert "canary" not in told.body
    assert "canary" not in json.dumps(payload(told.body))


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (Status.IN_REVIEW, "review.needed"),
        (Status.PROPOSED, "review.needed"),
        (Status.FAILED, "review.needed"),
        (Status.ANSWERED, "case.answered"),
        (Status.SUPERSEDED, "case.superseded"),
        (Status.WITHDRAWN, "case.withdrawn"),
    ],
)
def test_it_tells_where_a_case_came_to_stand(status: Status, kind: str) -> None:
    (told,) = tell(make_case(status=status), moved(status))

    assert (told.kind, data(told)["status"]) == (kind, status.value)
    assert MOVES[status] == kind


@pytest.mark.parametrize("status", [Status.OBSERVED, Status.DECIDED])
def test_watching_and_a_confirmed_refusal_on_its_way_tell_nothing(
    status: Status,
) -> None:
    assert tell(make_case(status=status), moved(status)) == []


@pytest.mark.parametrize("status", [Status.SUPERSEDED, Status.WITHDRAWN])
def test_what_others_settled_before_it_was_seen_tells_nothing(status: Status) -> None:
    assert tell(make_case(status=status, outcome=None), moved(status)) == []


def test_a_request_that_could_not_even_be_read_needs_a_person() -> None:
    unread = make_case(status=Status.FAILED, outcome=None, ground=None, order_id="")

    (told,) = tell(unread, moved(Status.FAILED))

    assert (told.kind, told.order_id) == ("review.needed", None)
    assert (data(told)["outcome"], data(told)["order_id"]) == (None, None)


def test_a_person_s_own_answer_is_told_as_theirs() -> None:
    approved = make_case(outcome=Outcome.APPROVE, decided_by=("person",))

    (told,) = tell(approved, Entry(key=OVERRIDDEN, kind="event", body={"words": "x"}))

    assert told.kind == "case.overridden"
    assert (data(told)["outcome"], data(told)["decided_by"]) == ("approve", ["person"])
    assert "words" not in told.body


def test_a_refusal_that_is_overturned_later_is_told_with_how() -> None:
    refused = make_case(status=Status.ANSWERED)

    (told,) = tell(refused, Entry(key=OVERTURNED, kind="event", body={"how": "x"}))

    assert told.kind == "refusal.overturned"
    assert (data(told)["outcome"], data(told)["how"]) == ("decline", "x")
    assert data(told).keys() - {"how"} == data(*tell(refused, DECISION)).keys()


def test_other_entries_tell_nothing() -> None:
    others = [Entry(key=k, kind=k, body={}) for k in ("call", "event", "letter")]

    assert tell(make_case(status=Status.ANSWERED), *others) == []


def test_the_same_thing_has_the_same_id_and_another_one_another() -> None:
    case, outcome = make_case(status=Status.ANSWERED), moved(Status.ANSWERED)
    ids = [
        told.id
        for one in (
            case,
            replace(case, shop="north.myshopify.com"),
            replace(case, return_id="gid://shopify/Return/2"),
        )
        for told in tell(one, DECISION, outcome)
    ]

    assert len(set(ids)) == 6
    assert [told.id for told in tell(case, DECISION, outcome)] == ids[:2]
    assert all(len(id) <= 64 for id in ids)


def test_a_test_tells_that_it_is_one() -> None:
    told = tried(ALPINE, "0123", AT)

    assert (told.id, told.kind) == ("msg_test_0123", "endpoint.test")
    assert data(told) == {"shop": ALPINE}
    assert told.kind not in KINDS


# -- Shopify Flow ----------------------------------------------------------------------


def test_flow_is_told_in_plain_words_and_with_the_order_s_number() -> None:
    (told,) = tell(make_case(outcome=Outcome.REVIEW, ground=None), DECISION)

    assert payload(told.body) == {
        "order_id": 1,
        "Return id": RETURN,
        "Outcome": "review",
        "Status": "decided",
        "Ground": "",
        "Decided by": "window-over",
    }


def test_every_trigger_is_declared_as_shopify_wants_it() -> None:
    files = sorted(ROOT.glob("extensions/*/shopify.extension.toml"))
    declared = [declaration(file.read_text("utf-8")) for file in files]

    assert sorted(each["handle"] for each in declared) == sorted(HANDLES.values())
    assert [file.parent.name for file in files] == [e["handle"] for e in declared]
    for each in declared:
        assert each["type"] == "flow_trigger"
        assert 5 <= len(each["name"]) <= 30
        assert len(each["handle"]) <= 30
        assert len(each["description"]) <= 255
        for field in each["fields"]:
            key = field.get("key", "none")
            assert key.replace(" ", "").isalpha()


def test_what_flow_is_told_has_the_declared_fields() -> None:
    (told,) = tell(make_case(), DECISION)

    for file in ROOT.glob("extensions/*/shopify.extension.toml"):
        fields = declaration(file.read_text("utf-8"))["fields"]
        names = {field.get("key", "order_id") for field in fields}

        assert names == payload(told.body).keys()


def declaration(text: str) -> dict[str, Any]:
    document = tomllib.loads(text)
    (extension,) = document["extensions"]
    return {**extension, "fields": document["settings"]["fields"]}


def tell(case: Any, *new: Entry) -> list[Announcement]:
    return list(announcements(case, new, AT))


def moved(status: Status) -> Entry:
    return Entry(key=f"outcome:{status.value}", kind="outcome", body={})


def data(told: Announcement) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(told.body)["data"]
    return found
