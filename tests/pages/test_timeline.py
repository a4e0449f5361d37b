"""The timeline says what was done, by whom and when, in a merchant's words."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from plugin.archive.seal import ERASED
from plugin.case import Entry, Status
from plugin.casework.guarding import BRAKED
from plugin.pages import timeline as told
from plugin.pages.timeline import Moment, timeline
from plugin.pages.timeline_events import _TOPICS
from plugin.ports import RefundSeen, ReturnState
from tests.devstore.world import ROOT
from tests.pages.seeds import SHOP, Office, seed_case
from tests.pages.staff import Merchant, Reading
from webhooks.dispatch import TOPICS

ZONE = ZoneInfo("America/Toronto")
REFUND = "gid://shopify/Refund/9"
# How a record writes: names with underscores, days and moments for machines.
RECORDED = re.compile(r"\w_\w|\d{4}-\d\d-\d\d|gid://|\bstaff:")


def last(office: Office, entry: Entry) -> Moment:
    """What the timeline says of one more entry."""
    return_id = seed_case(office.archive, 1001)
    shelf = office.archive.of(SHOP)
    shelf.append(return_id, entry)
    return timeline(shelf.entries(return_id), ZONE)[-1]


def event(key: str, body: object) -> Entry:
    return Entry(key=key, kind="event", body=body)


def call(operation: str, **body: Any) -> Entry:
    return Entry(key="call:x", kind="call", body={"operation": operation, **body})


def test_a_case_is_told_from_request_to_answer(office: Office) -> None:
    return_id = seed_case(office.archive, 1001)

    moments = timeline(office.archive.of(SHOP).entries(return_id), ZONE)

    assert [each.said for each in moments] == [
        "Read the customer's request #1001-R1",
        "Read what the store knows of a request of 23 Nov 2026",
        "Took your policy Standard, 30 days, and the law of US",
        "Decided to refuse the request",
        "Wrote down why, rule by rule",
        "Prepared to offer a discount code",
        "Wrote the letter to the customer in English",
        "Proposed a refusal, which waits for you",
        "Noted the result on the order",
    ]
    assert {each.by for each in moments} == {"Evenhand"}
    assert {each.at for each in moments} == {"23 Nov 2026, 08:05"}


def test_nothing_of_a_record_stands_outside_of_it(
    office: Office, merchant: Merchant
) -> None:
    return_id = seed_case(office.archive, 1001)
    shelf = office.archive.of(SHOP)
    for entry, _, _ in EVENTS:
        shelf.append(return_id, entry)

    page = merchant.open("/cases/1001").text

    shown = re.sub(r"(?s)<pre.*?</pre>|<code>.*?</code>|<[^>]*>", " ", page)
    happened = shown.partition("What happened")[2].partition("Letter to the")[0]
    assert RECORDED.findall(happened) == []
    assert page.count("The exact record: ") == len(shelf.entries(return_id))


EVENTS: list[tuple[Entry, str, str]] = [
    (
        event("event:1", {"topic": "returns/request", "webhook_id": "1"}),
        "Told Evenhand that a return was asked for",
        "Shopify",
    ),
    (
        event("saw:returns/approve:OPEN", {"saw": ReturnState(status="OPEN")}),
        "Shows the return as approved",
        "Shopify",
    ),
    (
        event("overtaken", ReturnState(status="DECLINED", note="No.")),
        "Shows the return as refused",
        "Shopify",
    ),
    (
        event(
            f"refund:{REFUND}",
            RefundSeen(
                refund_id=REFUND,
                return_id=None,
                order_id="gid://shopify/Order/1",
                amount="1200.0",
                currency="JPY",
                goods="1200.0",
            ),
        ),
        "Shows a refund of 1200 JPY",
        "Shopify",
    ),
    (
        event("confirmed", {"confirmed_by": "staff:7"}),
        "Sent the proposed refusal",
        "staff member 7",
    ),
    (
        event("overridden", {"overridden_by": "staff:7", "now": "decline"}),
        "Decided to refuse the request",
        "staff member 7",
    ),
    (
        event(
            "refund:granted:1",
            {"granted_by": "staff:7", "gives": "89.0", "currency": "USD"},
        ),
        "Gave word to pay 89.00 USD back",
        "staff member 7",
    ),
    (
        event("answer:idle:1", {"clicked_by": "staff:7", "why": "not_open"}),
        "Clicked, when the case had moved on",
        "staff member 7",
    ),
    (
        event("split", {"approve": ["Mug"], "refuse": ["Bowl", "Cup"], "lines": {}}),
        "Planned to take Bowl, Cup out of the return and to approve Mug",
        "Evenhand",
    ),
    (
        event(BRAKED, {"what": "window-over", "why": "3 were overturned"}),
        "Kept the refusal in: the rule window-over waits for you, because 3 were"
        " overturned",
        "Evenhand",
    ),
    (event("begun", {"begun": True}), "Began to answer the customer", "Evenhand"),
    (
        event("asked:approve", {"asked": "approve"}),
        "About to approve the return in Shopify",
        "Evenhand",
    ),
    (
        event("unsent:approve", {"why": "it is gone"}),
        "The approval was not given: it is gone",
        "Evenhand",
    ),
    (
        event("hold:cancelled", {"order": "cancelled"}),
        "The order was cancelled",
        "Shopify",
    ),
    (
        event("after:x", {"new": "kind"}),
        "Noted what happened",
        "Evenhand",
    ),
    (
        call("decline_return", answer={"told": False}, repeated=True),
        "Refused the return and sent the letter; it had been done before; the customer"
        " was not notified, so write to them",
        "Evenhand",
    ),
    (
        call("mark_order", answer={"refused": "no such order"}),
        "Could not note the result on the order: no such order",
        "Evenhand",
    ),
    (call("new_call", answer={}), "Changed something in Shopify", "Evenhand"),
    (
        Entry(key="offers:2", kind="offers", body=()),
        "Found that no offer goes with the answer",
        "Evenhand",
    ),
    (
        Entry(key="outcome:failed", kind="outcome", body={"status": "failed"}),
        "Could not answer the request",
        "Evenhand",
    ),
]


@pytest.mark.parametrize(
    ("entry", "said", "by"), EVENTS, ids=lambda each: getattr(each, "key", "")
)
def test_it_says_what_was_done_and_by_whom(
    office: Office, entry: Entry, said: str, by: str
) -> None:
    moment = last(office, entry)

    assert (moment.said, moment.by) == (said, by)


def test_every_call_of_the_platform_has_words() -> None:
    source = (ROOT / "plugin/shopify/actions.py").read_text("utf-8")
    ours = set(re.findall(r'(?:operation=|call = \()"(\w+)"', source))
    # These give money; what the trail of a refund says names the amount.
    money = {"process_return", "refund_order"}

    assert ours - money == told._CALLS.keys()


def test_every_event_about_a_case_and_every_status_has_words() -> None:
    about_cases = {"returns", "refunds", "orders", "disputes"}

    assert {t for t in TOPICS if t.partition("/")[0] in about_cases} == _TOPICS.keys()
    assert {each.value for each in Status} - {"decided"} == told._STANDS.keys()


def test_what_was_erased_is_told_without_a_name(office: Office) -> None:
    return_id = seed_case(office.archive, 1001)
    shelf = office.archive.of(SHOP)
    shelf.append(return_id, event("confirmed", {"confirmed_by": "staff:7"}))
    first, *_, word = shelf.entries(return_id)
    erased = [replace(each, body=ERASED, erased=True) for each in (first, word)]

    moments = timeline(erased, ZONE)

    assert [(each.said, each.by, each.body) for each in moments] == [
        ("Read the customer's request", "", "erased"),
        ("Noted what happened", "", "erased"),
    ]


def test_days_and_moments_are_written_as_people_read_them(
    office: Office, merchant: Merchant
) -> None:
    seed_case(office.archive, 1001)

    page = Reading(merchant.open("/cases/1001")).text

    facts = page.partition("Facts on that day")[2]
    assert "Requested on 23 Nov 2026" in facts
    assert RECORDED.findall(facts) == []
